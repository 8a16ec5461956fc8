use super::scenes::*;
use crate::config::Config;
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, Setting};

#[ink::test]
fn a_majority_of_weight_enrols_and_skips() {
    let mut contract = with_open_issue();
    at_block(2 * ROUND);
    let seen = [(0, bits(&[0, 7, 8, 255]), bits(&[1])), (1, bits(&[0, 7]), bits(&[1])), (2, bits(&[8, 9]), bits(&[1, 2]))];
    for (index, enrolled, skipped) in seen {
        call_as(validator(index));
        contract.attest_enrolled(1, 2, enrolled, skipped).expect("attested");
    }
    let read = contract.enrolled(1).expect("read");
    assert_eq!(read.round, 2);
    // 50 of 100 is not more than half: UID 255 is not enrolled.
    assert_eq!(read.enrolled, bits(&[0, 7, 8]));
    assert_eq!(read.skipped, bits(&[1]));
    assert_eq!(read.attestations.len(), 3);
}

#[ink::test]
fn half_of_the_weight_is_no_majority_and_only_noted_stake_that_is_still_there_weighs() {
    let mut contract = with_open_issue();
    at_block(2 * ROUND);
    call_as(validator(0));
    contract.attest_enrolled(1, 2, bits(&[3]), bits(&[])).expect("attested");
    assert_eq!(contract.enrolled(1).expect("read").enrolled, bits(&[]));
    stake_validator(0, 500 * ALPHA);
    assert_eq!(contract.enrolled(1).expect("read").enrolled, bits(&[]), "what just came weighs nothing");
    stake_validator(0, 50 * ALPHA + 1);
    weigh(&mut contract);
    assert_eq!(contract.enrolled(1).expect("read").enrolled, bits(&[3]));
    stake_validator(0, 50 * ALPHA);
    assert_eq!(contract.enrolled(1).expect("read").enrolled, bits(&[]));
}

#[ink::test]
fn nobody_is_enrolled_while_nobody_has_stake() {
    let mut contract = with_open_issue();
    for index in 0..3 {
        stake_validator(index, 0);
    }
    weigh(&mut contract);
    attest(&mut contract, 1, 2, &[5, 6]);
    assert_eq!(contract.enrolled(1).expect("read").enrolled, bits(&[]));
}

#[ink::test]
fn a_later_attestation_of_the_same_validator_replaces_the_earlier() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    at_block(2 * ROUND + ATTEST - 1);
    for index in 0..2 {
        call_as(validator(index));
        contract.attest_enrolled(1, 2, bits(&[6]), bits(&[])).expect("attested");
    }
    let read = contract.enrolled(1).expect("read");
    assert_eq!((read.enrolled, read.skipped, read.attestations.len()), (bits(&[6]), bits(&[]), 3));
}

#[ink::test]
fn an_attestation_counts_in_the_rounds_that_begin_within_a_day() {
    let day = 2 * ROUND;
    let mut contract = contract_with(Config { day, challenge_period: day, ..config() });
    for index in 0..3 {
        stake_validator(index, 50 * ALPHA);
        contract.add_validator(validator(index), vec![coldkey_of_validator(index)]).expect("added");
    }
    for _ in 0..2 {
        at_block(now() + day);
        contract.note_weights().expect("noted");
    }
    contract.set_config(vec![Setting::OwnerDelay(day)]).expect("changed");
    register(&mut contract, BOUNTY);
    fund(&mut contract, BOUNTY);
    let first = now() / ROUND + 1;
    attest(&mut contract, 1, first, &[5, 6]);
    at_block((first + 1) * ROUND);
    for index in 0..2 {
        call_as(validator(index));
        contract.attest_enrolled(1, first + 1, bits(&[6]), bits(&[])).expect("attested");
    }
    for (round, enrolled, count) in [(first + 1, bits(&[6]), 3), (first + 2, bits(&[6]), 2), (first + 3, bits(&[]), 0)] {
        at_block(round * ROUND + ATTEST);
        let read = contract.enrolled(1).expect("read");
        assert_eq!((read.round, read.enrolled, read.attestations.len()), (round, enrolled, count));
    }
}

/// Who sees nothing new says so once a day for all issues.
#[ink::test]
fn a_renewal_keeps_up_what_has_not_lapsed_and_no_more() {
    let mut contract = with_open_issue();
    // A day is shorter than a round here: what a round began with lapses with it.
    set(&mut contract, &[Setting::RoundLength(2), Setting::AttestBlocks(1)]);
    let attested = |contract: &IssueBounties, block| {
        at_block(block);
        contract.enrolled(1).expect("read").attestations.iter().map(|entry| entry.at).collect::<Vec<_>>()
    };
    let say = |contract: &mut IssueBounties, block, uids: &[u16]| {
        at_block(block);
        call_as(validator(0));
        contract.attest_enrolled(1, block / 2, bits(uids), bits(&[])).expect("attested");
    };
    say(&mut contract, 20, &[5]);
    assert_eq!((attested(&contract, 24), attested(&contract, 26)), (vec![20], vec![]));
    at_block(25);
    call_as(account(99));
    assert_eq!(contract.renew_attestations(), Err(Error::NotAValidator));
    call_as(validator(0));
    contract.renew_attestations().expect("renewed");
    emitted(0, (validator(0), 20u32));
    assert_eq!((attested(&contract, 28), attested(&contract, 30)), (vec![20], vec![]));
    at_block(29);
    contract.renew_attestations().expect("renewed again");
    emitted(0, (validator(0), 20u32));
    assert_eq!(attested(&contract, 32), [20], "a chain of renewals");
    // A later attestation takes the place of the one before, and is renewed with the others.
    say(&mut contract, 32, &[6]);
    at_block(33);
    contract.renew_attestations().expect("renewed");
    assert_eq!((attested(&contract, 36), attested(&contract, 38)), (vec![32], vec![]));
    // What has lapsed stays so.
    at_block(40);
    contract.renew_attestations().expect("renewed");
    emitted(0, (validator(0), 36u32));
    assert_eq!(attested(&contract, 40), vec![0u32; 0]);
    for index in 1..3 {
        call_as(validator(index));
        contract.renew_attestations().expect("renewed");
    }
    assert_eq!(contract.renewals.get().expect("three").len(), 3);
    at_block(60);
    contract.renew_attestations().expect("renewed");
    assert_eq!(contract.renewals.get().expect("one").len(), 1);
}

#[ink::test]
fn attestations_of_a_day_ago_are_dropped() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    at_block(3 * ROUND);
    let read = contract.enrolled(1).expect("read");
    assert_eq!((read.round, read.enrolled, read.attestations.len()), (3, bits(&[]), 0));
    call_as(validator(2));
    contract.attest_enrolled(1, 3, bits(&[5]), bits(&[])).expect("attested");
    assert_eq!(contract.enrolled(1).expect("read").attestations.len(), 1);
}

#[ink::test]
fn a_removed_validators_attestation_counts_no_more() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5]);
    remove(&mut contract, 0);
    at_block(2 * ROUND + 1);
    call_as(validator(2));
    contract.attest_enrolled(1, 2, bits(&[]), bits(&[])).expect("attested");
    // Validator 1 has 30 of the remaining 50.
    assert_eq!(contract.enrolled(1).expect("read").enrolled, bits(&[5]));
    call_as(validator(1));
    contract.attest_enrolled(1, 2, bits(&[]), bits(&[])).expect("attested");
    assert_eq!(contract.enrolled(1).expect("read").enrolled, bits(&[]));
}

#[ink::test]
fn refuses_strangers_other_issues_other_rounds_and_late_ones() {
    let mut contract = with_open_issue();
    at_block(2 * ROUND);
    let none = bits(&[]);
    assert_eq!(contract.attest_enrolled(1, 2, none, none), Err(Error::NotAValidator));
    call_as(validator(0));
    assert_eq!(contract.attest_enrolled(2, 2, none, none), Err(Error::UnknownIssue { issue: 2 }));
    assert_eq!(contract.attest_enrolled(1, 1, none, none), Err(Error::WrongRound { current: 2 }));
    assert_eq!(contract.attest_enrolled(1, 3, none, none), Err(Error::WrongRound { current: 2 }));
    at_block(2 * ROUND + ATTEST);
    assert_eq!(contract.attest_enrolled(1, 2, none, none), Err(Error::TooLate { until: 2 * ROUND + ATTEST - 1 }));
    at_block(2 * ROUND + ATTEST - 1);
    assert_eq!(contract.attest_enrolled(1, 2, none, none), Ok(()));
}

#[ink::test]
fn refuses_issues_that_are_not_open() {
    let none = bits(&[]);
    let mut contract = contract();
    contract.register_issue("acme/widgets".into(), 42, BOUNTY).expect("registered");
    call_as(validator(0));
    assert_eq!(contract.attest_enrolled(1, 0, none, none), Err(Error::IssueNotOpen { issue: 1 }));
    call_as(owner());
    contract.cancel_issue(1, CancelReason::Owner).expect("cancelled");
    call_as(validator(0));
    assert_eq!(contract.attest_enrolled(1, 0, none, none), Err(Error::IssueNotOpen { issue: 1 }));
    let mut contract = with_competition();
    at_block(3 * ROUND);
    assert_eq!(contract.attest_enrolled(1, 3, none, none), Err(Error::IssueNotOpen { issue: 1 }));
}
