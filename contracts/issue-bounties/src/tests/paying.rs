//! A payment that the chain refuses keeps everything as it was, can be tried again, redirected by the quorum or cancelled by it.

use super::scenes::*;
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, Competitor, IssueStatus, OutcomeChoice, Setting};

const IMPOSSIBLE: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::PaymentImpossible };

fn pay_to(byte: u8) -> OutcomeChoice {
    OutcomeChoice::PayTo { coldkey: account(byte) }
}

fn vote(contract: &mut IssueBounties, index: u8, choice: OutcomeChoice) -> Result<(), Error> {
    call_as(validator(index));
    contract.vote_outcome(1, choice)
}

/// An issue won by miner 6, payable now, at block 100.
fn payable() -> IssueBounties {
    let contract = with_winner();
    at_block(100);
    contract
}

#[ink::test]
fn a_refused_payment_says_why_it_has_to_wait() {
    let names = [(1, SubtensorError::RuntimeError), (13, SubtensorError::AmountTooLow), (22, SubtensorError::SubtokenDisabled)];
    for (code, error) in names {
        let mut contract = payable();
        fail(6, code);
        assert_eq!(contract.payout(1), Err(Error::PaymentRefused { error }));
        assert_eq!((transfers(), held()), (vec![], BOUNTY));
    }
}

#[ink::test]
fn a_payment_is_all_of_the_bounty_or_nothing() {
    let mut contract = payable();
    let short = BOUNTY - DUST - 1;
    set_stake(treasury_hotkey(), address(), short);
    assert_eq!(contract.payout(1), Err(Error::NotEnoughHeld { held: short, needed: BOUNTY }));
    assert_eq!(calls(6), 0);
    for (at_most, held_before) in [(short, BOUNTY), (0, BOUNTY), (short, 3 * BOUNTY)] {
        let mut contract = payable();
        set_held(held_before);
        pay_at_most(at_most);
        assert_eq!(contract.payout(1), Err(Error::PaymentIncomplete { moved: at_most }));
    }
    for held_before in [BOUNTY, BOUNTY + 1] {
        let mut contract = payable();
        set_held(held_before);
        assert_eq!((contract.payout(1), held()), (Ok(()), held_before - BOUNTY));
        assert_eq!(stake(treasury_hotkey(), miner(6).coldkey), BOUNTY);
    }
}

#[ink::test]
fn the_quorum_names_another_coldkey_and_the_challenge_begins_anew() {
    let mut contract = payable();
    at_block(110);
    assert_eq!(vote(&mut contract, 0, pay_to(90)), Ok(()));
    // Half of the weight names nobody.
    assert_eq!((contract.issue(1).expect("kept").pay_to, contract.ballot_outcome(1).len()), (None, 1));
    assert_eq!(vote(&mut contract, 2, pay_to(90)), Ok(()));
    let issue = contract.issue(1).expect("kept");
    assert_eq!((issue.status, issue.pay_to, issue.payable_at), (IssueStatus::Solved, Some(account(90)), Some(150)));
    assert_eq!(contract.ballot_outcome(1), []);
    emitted(0, (1u32, 1u32, account(90), 150u32));
    at_block(149);
    assert_eq!(contract.payout(1), Err(Error::TooEarly { from: 150 }));
    at_block(150);
    call_as(account(99));
    assert_eq!(contract.payout(1), Ok(()));
    assert_eq!((transfers(), stake(treasury_hotkey(), account(90))), (vec![(account(90), BOUNTY)], BOUNTY));
    emitted(0, (1u32, 1u32, miner(6).hotkey, account(90), BOUNTY));
    let issue = contract.issue(1).expect("kept");
    assert_eq!((issue.status, issue.pay_to), (IssueStatus::Paid, Some(account(90))));
    assert_eq!(vote(&mut contract, 0, pay_to(91)), Err(Error::IssueClosed { issue: 1 }));
}

#[ink::test]
fn the_challenge_of_a_payee_is_as_long_as_the_competitions() {
    let mut contract = with_winner();
    set(&mut contract, &[Setting::ChallengePeriod(1)]);
    at_block(100);
    decide(&mut contract, 1, pay_to(90));
    assert_eq!(contract.issue(1).expect("kept").payable_at, Some(140));
}

#[ink::test]
fn a_payee_is_named_once_the_payment_could_be_tried() {
    let mut contract = with_winner();
    at_block(99);
    assert_eq!(vote(&mut contract, 0, pay_to(90)), Err(Error::TooEarly { from: 100 }));
    at_block(100);
    decide(&mut contract, 1, pay_to(90));
    at_block(139);
    assert_eq!(vote(&mut contract, 0, pay_to(91)), Err(Error::TooEarly { from: 140 }));
    at_block(140);
    assert_eq!(vote(&mut contract, 0, pay_to(91)), Ok(()));
}

#[ink::test]
fn a_payee_must_be_another_and_not_the_contract() {
    let mut contract = payable();
    for coldkey in [address(), config().treasury_coldkey] {
        let reserved = Err(Error::ReservedColdkey { coldkey });
        assert_eq!(vote(&mut contract, 0, OutcomeChoice::PayTo { coldkey }), reserved);
    }
    let winner = OutcomeChoice::PayTo { coldkey: miner(6).coldkey };
    assert_eq!(vote(&mut contract, 0, winner), Err(Error::PayeeUnchanged));
    decide(&mut contract, 1, pay_to(90));
    at_block(140);
    assert_eq!(vote(&mut contract, 0, pay_to(90)), Err(Error::PayeeUnchanged));
    // Back to the first.
    decide(&mut contract, 1, winner);
    at_block(180);
    assert_eq!(contract.payout(1), Ok(()));
    assert_eq!(transfers(), [(miner(6).coldkey, BOUNTY)]);
}

/// Miner 5 is side a, miner 6 side b: either may have won.
#[ink::test]
fn the_loser_may_be_whom_the_quorum_names() {
    let mut contract = with_competition();
    at_block(60);
    decide(&mut contract, 1, solved(5));
    at_block(100);
    let loser = OutcomeChoice::PayTo { coldkey: miner(6).coldkey };
    assert_eq!(vote(&mut contract, 0, OutcomeChoice::PayTo { coldkey: miner(5).coldkey }), Err(Error::PayeeUnchanged));
    assert_eq!(vote(&mut contract, 0, loser), Ok(()));
}

#[ink::test]
fn only_a_solved_issue_has_a_payee() {
    let not_solved = Err(Error::NotSolved { issue: 1 });
    let mut contract = with_open_issue();
    at_block(30);
    assert_eq!(vote(&mut contract, 0, pay_to(90)), not_solved);
    start(&mut contract, 1, 2);
    at_block(500);
    assert_eq!(vote(&mut contract, 0, pay_to(90)), not_solved);
    contract.expire(1).expect("expired");
    assert_eq!(vote(&mut contract, 0, pay_to(90)), not_solved);
}

#[ink::test]
fn different_coldkeys_are_different_choices() {
    let mut contract = payable();
    assert_eq!(vote(&mut contract, 0, pay_to(90)), Ok(()));
    assert_eq!(vote(&mut contract, 1, pay_to(91)), Ok(()));
    assert_eq!((contract.issue(1).expect("kept").pay_to, contract.ballot_outcome(1).len()), (None, 2));
    assert_eq!(contract.payout(1), Ok(()), "until a payee is named the winner can be paid");
    assert_eq!((transfers(), contract.ballot_outcome(1)), (vec![(miner(6).coldkey, BOUNTY)], vec![]));
}

#[ink::test]
fn the_quorum_gives_an_impossible_payment_up() {
    let mut contract = with_winner();
    at_block(99);
    assert_eq!(vote(&mut contract, 0, IMPOSSIBLE), Err(Error::ReasonNotAllowed));
    at_block(100);
    end(&mut contract, 1, IMPOSSIBLE);
    let issue = contract.issue(1).expect("kept");
    let reason = CancelReason::PaymentImpossible;
    assert_eq!((issue.status, issue.funded, issue.payable_at), (IssueStatus::Cancelled(reason), 0, None));
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.allocated, treasury.unallocated, treasury.to_recycle, treasury.paid), (0, 0, BOUNTY, 0));
    assert_eq!(contract.payout(1), Err(Error::NotSolved { issue: 1 }));
}

#[ink::test]
fn no_payment_is_impossible_before_there_is_one() {
    let mut contract = with_open_issue();
    assert_eq!(vote(&mut contract, 0, IMPOSSIBLE), Err(Error::ReasonNotAllowed));
    start(&mut contract, 1, 2);
    at_block(500);
    assert_eq!(vote(&mut contract, 0, IMPOSSIBLE), Err(Error::ReasonNotAllowed));
    let mut contract = payable();
    decide(&mut contract, 1, pay_to(90));
    assert_eq!(vote(&mut contract, 0, IMPOSSIBLE), Err(Error::ReasonNotAllowed), "the next payment has to be tried first");
    at_block(140);
    assert_eq!(vote(&mut contract, 0, IMPOSSIBLE), Ok(()));
}

#[ink::test]
fn a_named_payee_can_be_stopped_in_its_challenge() {
    let mut contract = payable();
    decide(&mut contract, 1, pay_to(90));
    at_block(120);
    end(&mut contract, 1, OutcomeChoice::Cancelled { reason: CancelReason::Reverted });
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Cancelled(CancelReason::Reverted));
    at_block(140);
    assert_eq!((contract.payout(1), transfers()), (Err(Error::NotSolved { issue: 1 }), vec![]));
}

#[ink::test]
fn a_payment_given_up_costs_nobody_collateral() {
    let mut contract = with_open_issue();
    set(&mut contract, &[Setting::CollateralBps(1_000)]);
    for uid in [5, 6] {
        deposit(&mut contract, uid, BOUNTY / 10);
    }
    start(&mut contract, 1, 2);
    at_block(60);
    decide(&mut contract, 1, solved(6));
    at_block(100);
    decide(&mut contract, 1, pay_to(90));
    assert_eq!([5, 6].map(|uid| collateral(&contract, uid)), [(BOUNTY / 10, BOUNTY / 10 - DUST), (BOUNTY / 10, 0)]);
    at_block(140);
    end(&mut contract, 1, IMPOSSIBLE);
    assert_eq!([5, 6].map(|uid| collateral(&contract, uid)), [(BOUNTY / 10, 0); 2]);
    assert_eq!(contract.treasury().expect("read").slashed, 0);
}

#[ink::test]
fn neither_the_contract_nor_the_treasury_competes() {
    let reserved = |coldkey| Error::ReservedColdkey { coldkey };
    let treasury_coldkey = config().treasury_coldkey;
    let hotkey = treasury_hotkey();
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    // Weights are not even read.
    let before = calls(0);
    let (five, six) = (miner(5), miner(6));
    let by = |hotkey, coldkey| Competitor { hotkey, coldkey, ..five };
    let mut vote = |a, b| contract.vote_pair(1, 2, a, b);
    assert_eq!(vote(by(hotkey, five.coldkey), six), Err(Error::ReservedHotkey { hotkey }));
    assert_eq!(vote(six, by(hotkey, five.coldkey)), Err(Error::ReservedHotkey { hotkey }));
    for coldkey in [address(), treasury_coldkey] {
        assert_eq!(vote(by(five.hotkey, coldkey), six), Err(reserved(coldkey)));
        assert_eq!(vote(six, by(five.hotkey, coldkey)), Err(reserved(coldkey)));
        assert_eq!(vote(five, Competitor { coldkey, ..six }), Err(reserved(coldkey)));
        assert_eq!(vote(by(hotkey, coldkey), six), Err(Error::ReservedHotkey { hotkey }), "the hotkey is looked at first");
    }
    assert_eq!(calls(0), before);
    assert_eq!(vote(five, six), Ok(()));
}
