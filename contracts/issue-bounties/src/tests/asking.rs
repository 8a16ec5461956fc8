//! What the contract may ask of the chain's extension.

/// The functions of the chain. It has no others: one that it does not have traps and takes the whole message along, and nothing can catch that.
const LAST: u16 = 36;

#[test]
fn no_function_is_called_that_the_chain_does_not_have() {
    let source = include_str!("../extension.rs");
    let numbers: Vec<u16> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("#[ink(function = ")?.strip_suffix(")]"))
        .map(|number| number.parse().expect("a number"))
        .collect();
    assert_eq!(numbers, [0, 5, 6, 15, 16, 24, 25, 34, 36]);
    assert!(numbers.iter().all(|number| *number <= LAST));
    assert_eq!(source.matches("function =").count(), numbers.len(), "every function is read");
}
