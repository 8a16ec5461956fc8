use super::scenes::*;
use crate::errors::Error;
use crate::types::{CancelReason, Issue, IssueStatus, Scheduled};

#[ink::test]
fn a_new_issue_waits_for_its_bounty() {
    let mut contract = contract();
    at_block(20);
    assert_eq!(contract.register_issue("acme/widgets".into(), 42, BOUNTY), Ok(1));
    assert_eq!(contract.register_issue("acme/widgets".into(), 43, BOUNTY), Ok(2));
    assert_eq!(
        contract.issues.get(1),
        Some(Issue {
            id: 1,
            repository: "acme/widgets".into(),
            number: 42,
            bounty: BOUNTY,
            funded: 0,
            status: IssueStatus::Funding,
            registered_at: 20,
            attempts: 0,
            competition: None,
        })
    );
    assert_eq!(contract.issue_count, 2);
    assert_eq!(contract.issue_by_reference("ACME/Widgets".into(), 42), Some(1));
    assert_eq!(contract.issue_by_reference("acme/widgets".into(), 44), None);
    assert_eq!(contract.issues.get(0), None);
    assert_eq!(contract.issues.get(3), None);
}

#[ink::test]
fn only_the_owner_registers_and_cancels() {
    let mut contract = with_open_issue();
    call_as(validator(0));
    assert_eq!(contract.register_issue("acme/widgets".into(), 43, BOUNTY), Err(Error::NotOwner));
    assert_eq!(contract.cancel_issue(1, CancelReason::Owner), Err(Error::NotOwner));
}

#[ink::test]
fn refuses_a_malformed_reference_or_bounty() {
    let mut contract = contract();
    let minimum = config().min_bounty;
    let maximum = config().max_bounty;
    for bounty in [0, minimum - 1] {
        assert_eq!(contract.register_issue("acme/widgets".into(), 42, bounty), Err(Error::BountyTooSmall { minimum }));
    }
    for bounty in [maximum + 1, u64::MAX] {
        assert_eq!(contract.register_issue("acme/widgets".into(), 42, bounty), Err(Error::BountyTooLarge { maximum }));
    }
    assert_eq!(contract.register_issue("acme/widgets".into(), 0, minimum), Err(Error::ZeroNumber));
    let long = format!("acme/{}", "w".repeat(101));
    let long_owner = format!("{}/widgets", "o".repeat(40));
    let malformed = [
        "", "acme", "acme/", "/widgets", "acme/widgets/x", "acme//widgets", "ac me/widgets", "acme/wid gets", "acme/.", "acme/..",
        "acmé/widgets", "acme/widgets#42", "https://github.com/acme/widgets", "a.b/widgets", &long, &long_owner,
    ];
    for repository in malformed {
        let answer = contract.register_issue(repository.into(), 42, minimum);
        assert_eq!(answer, Err(Error::MalformedRepository), "{repository}");
    }
    let longest: String = format!("{}/{}", "o".repeat(39), "w".repeat(100));
    assert_eq!(contract.register_issue(longest.as_str().into(), 42, minimum), Ok(1));
    assert_eq!(contract.register_issue("a-b_c/.github".into(), u32::MAX, maximum), Ok(2));
    assert_eq!((contract.issues.get(1).expect("kept").bounty, contract.issues.get(2).expect("kept").bounty), (minimum, maximum));
}

#[ink::test]
fn an_issue_is_registered_once_while_it_is_not_closed() {
    let mut contract = contract();
    contract.register_issue("acme/widgets".into(), 42, BOUNTY).expect("registered");
    assert_eq!(contract.register_issue("Acme/WIDGETS".into(), 42, BOUNTY), Err(Error::DuplicateIssue { issue: 1 }));
    let Scheduled { applied, .. } = contract.cancel_issue(1, CancelReason::NotPlanned).expect("cancelled");
    assert!(applied);
    assert_eq!(contract.issue_by_reference("acme/widgets".into(), 42), None);
    assert_eq!(contract.register_issue("acme/widgets".into(), 42, BOUNTY), Ok(2));
}
