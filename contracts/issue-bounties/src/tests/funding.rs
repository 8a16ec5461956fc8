use super::chain::*;
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, IssueStatus, Treasury};
use ink::scale::Decode;

fn funded(contract: &IssueBounties) -> Vec<u64> {
    contract.issues(1, 100, None).iter().map(|issue| issue.funded).collect()
}

fn books_are_right(contract: &IssueBounties) -> Treasury {
    let treasury = contract.treasury().expect("read");
    let unpaid: u64 = contract
        .issues(1, 100, None)
        .iter()
        .filter(|issue| issue.status != IssueStatus::Paid)
        .map(|issue| issue.funded)
        .sum();
    assert_eq!(treasury.allocated, unpaid);
    assert_eq!(held(), treasury.allocated + treasury.unallocated);
    treasury
}

fn register(contract: &mut IssueBounties, bounties: &[u64]) {
    call_as(owner());
    for bounty in bounties {
        let number = contract.counts().issues + 1;
        contract.register_issue("acme/widgets".into(), number, *bounty).expect("registered");
    }
}

#[ink::test]
fn fills_first_come_first_served() {
    let mut contract = contract();
    register(&mut contract, &[BOUNTY, BOUNTY, BOUNTY]);
    fund(&mut contract, BOUNTY + 5);
    assert_eq!(funded(&contract), [BOUNTY, 5, 0]);
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Open);
    assert_eq!(contract.issue(2).expect("kept").status, IssueStatus::Funding);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    fund(&mut contract, 1);
    assert_eq!(funded(&contract), [BOUNTY, 6, 0]);
    fund(&mut contract, 2 * BOUNTY - 7);
    assert_eq!(funded(&contract), [BOUNTY, BOUNTY, BOUNTY - 1]);
    assert_eq!(books_are_right(&contract).recycled, 0);
}

#[ink::test]
fn recycles_what_no_issue_needs() {
    let mut contract = contract();
    register(&mut contract, &[BOUNTY]);
    fund(&mut contract, BOUNTY + 7);
    let treasury = books_are_right(&contract);
    assert_eq!((treasury.allocated, treasury.unallocated, treasury.recycled), (BOUNTY, 0, 7));
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    fund(&mut contract, 3);
    assert_eq!(books_are_right(&contract).recycled, 10);
}

#[ink::test]
fn a_harvest_says_where_everything_went() {
    let mut contract = contract();
    register(&mut contract, &[BOUNTY; 4]);
    fund(&mut contract, 4 * BOUNTY + 7);
    let said = || {
        let event = ink::env::test::recorded_events().last().expect("an event");
        let (received, funded, recycled, unallocated, refused) =
            <(u64, u64, u64, u64, Option<Error>)>::decode(&mut &event.data[..]).expect("a harvest");
        assert_eq!(refused, None);
        (received, funded, recycled, unallocated)
    };
    assert_eq!(said(), (4 * BOUNTY + 7, 3 * BOUNTY, 0, BOUNTY + 7));
    contract.harvest().expect("harvested");
    assert_eq!(said(), (0, BOUNTY, 7, 0));
}

#[ink::test]
fn looks_at_no_more_issues_than_a_step() {
    let mut contract = contract();
    register(&mut contract, &[BOUNTY; 7]);
    fund(&mut contract, 8 * BOUNTY);
    assert_eq!(funded(&contract), [BOUNTY, BOUNTY, BOUNTY, 0, 0, 0, 0]);
    assert_eq!(books_are_right(&contract).unallocated, 5 * BOUNTY);
    assert_eq!(contract.harvest(), Ok(()));
    assert_eq!(contract.harvest(), Ok(()));
    let treasury = books_are_right(&contract);
    assert_eq!((treasury.allocated, treasury.unallocated, treasury.recycled), (7 * BOUNTY, 0, BOUNTY));
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

#[ink::test]
fn passes_over_cancelled_issues() {
    let mut contract = contract();
    register(&mut contract, &[BOUNTY, BOUNTY, BOUNTY, BOUNTY, BOUNTY]);
    for id in 1..=4 {
        contract.cancel_issue(id, CancelReason::Owner).expect("cancelled");
    }
    fund(&mut contract, BOUNTY);
    assert_eq!(books_are_right(&contract).unallocated, BOUNTY);
    assert_eq!(contract.harvest(), Ok(()));
    assert_eq!(funded(&contract), [0, 0, 0, 0, BOUNTY]);
}

#[ink::test]
fn a_half_filled_issue_that_is_cancelled_gives_its_part_to_nobody() {
    let mut contract = contract();
    register(&mut contract, &[BOUNTY, BOUNTY]);
    fund(&mut contract, 9);
    contract.cancel_issue(1, CancelReason::Duplicate).expect("cancelled");
    let treasury = books_are_right(&contract);
    assert_eq!((treasury.allocated, treasury.recycled), (0, 9));
    fund(&mut contract, 4);
    assert_eq!(funded(&contract), [0, 4]);
    books_are_right(&contract);
}

#[ink::test]
fn an_expired_issue_keeps_its_bounty_and_needs_no_more() {
    let mut contract = with_competition();
    at_block(176);
    contract.expire(1).expect("expired");
    fund(&mut contract, 11);
    assert_eq!(funded(&contract), [BOUNTY]);
    assert_eq!(books_are_right(&contract).recycled, 11);
}

#[ink::test]
fn makes_up_for_a_stake_that_was_rounded_down() {
    let mut contract = with_open_issue();
    register(&mut contract, &[BOUNTY]);
    set_stake(config().treasury_hotkey, address(), BOUNTY - 1);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    fund(&mut contract, 10);
    assert_eq!(funded(&contract), [BOUNTY, 9]);
    books_are_right(&contract);
}

#[ink::test]
fn books_what_was_really_recycled() {
    let mut contract = with_open_issue();
    recycle_at_most(BOUNTY - 2);
    call_as(owner());
    contract.cancel_issue(1, CancelReason::Owner).expect("cancelled");
    assert_eq!(contract.treasury().expect("read").recycled, BOUNTY - 2);
    recycle_at_most(0);
    assert_eq!(contract.harvest(), Err(Error::NothingRecycled));
}

#[ink::test]
fn names_the_reason_why_the_chain_does_not_recycle() {
    let mut contract = with_open_issue();
    call_as(owner());
    fail(16, 21);
    assert_eq!(contract.cancel_issue(1, CancelReason::Owner), Err(Error::Subtensor(SubtensorError::CannotRecycleOnRoot)));
}

#[ink::test]
fn shows_what_is_still_with_the_treasury() {
    let contract = with_open_issue();
    set_stake(config().treasury_hotkey, config().treasury_coldkey, 12);
    assert_eq!(
        contract.treasury(),
        Ok(Treasury {
            pending: 12,
            allocated: BOUNTY,
            unallocated: 0,
            paid: 0,
            recycled: 0,
            collateral: 0,
            slashed: 0,
            slashed_recycled: 0,
        })
    );
}

#[ink::test]
#[should_panic(expected = "call_runtime")]
fn asks_the_treasury_for_what_it_earned() {
    let mut contract = with_open_issue();
    set_stake(config().treasury_hotkey, config().treasury_coldkey, 12);
    let _ = contract.harvest();
}
