//! While the owner's delay is 0 the contract is being set up: no bounty is filled and no competition starts.

use super::scenes::*;
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, IssueStatus, Setting};

/// A contract in setup with an issue and more than its bounty.
fn prepared() -> IssueBounties {
    let mut contract = in_setup();
    register(&mut contract, BOUNTY);
    fund(&mut contract, BOUNTY + 9);
    contract
}

#[ink::test]
fn a_harvest_in_setup_books_and_fills_nothing() {
    let mut contract = prepared();
    emitted(0, ((BOUNTY + 9, 0u64, 0u64), (BOUNTY + 9, 0u64), (None::<Error>, None::<Error>)));
    let issue = contract.issues.get(1).expect("kept");
    assert_eq!((issue.status, issue.funded), (IssueStatus::Funding, 0));
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.fresh, treasury.allocated, treasury.recycled, held()), (BOUNTY + 9, 0, 0, BOUNTY + 9));
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

#[ink::test]
fn service_begins_with_a_delay_and_fills_what_waited() {
    let mut contract = prepared();
    set(&mut contract, &[Setting::OwnerDelay(DAY)]);
    assert_eq!(contract.harvest(), Ok(()));
    let issue = contract.issues.get(1).expect("kept");
    assert_eq!((issue.status, issue.funded), (IssueStatus::Open, BOUNTY));
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.allocated, treasury.fresh, held()), (BOUNTY, 9, BOUNTY + 9));
}

#[ink::test]
fn no_pair_is_voted_in_setup() {
    let mut contract = in_setup();
    contract.register_issue("acme/widgets".into(), 42, BOUNTY).expect("registered");
    at_block(2 * ROUND + ATTEST);
    call_as(validator(0));
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), Err(Error::InSetup));
    assert_eq!(contract.vote_pair(9, 9, miner(5), miner(5)), Err(Error::InSetup), "before anything else is looked at");
    call_as(owner());
    contract.pause().expect("paused");
    call_as(validator(0));
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), Err(Error::Paused));
    call_as(owner());
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), Err(Error::NotAValidator));
}

#[ink::test]
fn setup_is_never_come_back_to() {
    let mut contract = contract();
    assert!(contract.set_config(vec![Setting::OwnerDelay(0)]).is_err());
    assert_eq!(contract.config().owner_delay, DELAY);
}

#[ink::test]
fn the_validators_can_cancel_in_setup() {
    let mut contract = prepared();
    end(&mut contract, 1, cancelled(CancelReason::NotPlanned));
    assert_eq!(issue(&contract, 1).status, IssueStatus::Cancelled(CancelReason::NotPlanned));
}

#[ink::test]
fn no_collateral_is_taken_in_setup() {
    let mut contract = in_setup();
    let five = miner(5);
    set_stake(five.hotkey, five.coldkey, 10);
    call_as(five.coldkey);
    assert_eq!(contract.deposit_collateral(five.hotkey, 5), Err(Error::InSetup));
    assert_eq!(stake(five.hotkey, five.coldkey), 10);
    call_as(owner());
    set(&mut contract, &[Setting::OwnerDelay(DAY)]);
    call_as(five.coldkey);
    assert_eq!(contract.deposit_collateral(five.hotkey, 5), Ok(()));
}
