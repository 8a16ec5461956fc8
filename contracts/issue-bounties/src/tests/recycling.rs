//! What is nobody's any more waits in a pot; only a harvest and `recycle` ask the chain to recycle it.

use super::scenes::*;
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, Competitor, IssueStatus, OutcomeChoice, Setting};

const REVERTED: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::Reverted };

/// A contract whose only issue was cancelled while it was competed for.
fn waiting() -> IssueBounties {
    let mut contract = with_competition();
    end(&mut contract, 1, OutcomeChoice::Cancelled { reason: CancelReason::NotPlanned });
    assert_eq!(pot(&contract), (BOUNTY, 0));
    contract
}

/// What waits to be recycled, and what was.
fn pot(contract: &IssueBounties) -> (u64, u64) {
    let treasury = contract.treasury().expect("read");
    (treasury.to_recycle, treasury.recycled)
}

#[ink::test]
fn anyone_recycles_what_waits() {
    let mut contract = waiting();
    call_as(account(99));
    assert_eq!(contract.recycle(), Ok(()));
    assert_eq!((pot(&contract), held()), ((0, BOUNTY), 0));
    emitted(0, (BOUNTY, 0u64));
    assert_eq!(contract.recycle(), Err(Error::NothingToRecycle));
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

#[ink::test]
fn nothing_is_recycled_where_nothing_waits() {
    let mut contract = with_open_issue();
    assert_eq!(contract.recycle(), Err(Error::NothingToRecycle));
    set_held(BOUNTY + 5);
    assert_eq!((contract.recycle(), calls(16)), (Err(Error::NothingToRecycle), 0), "it was not harvested");
}

#[ink::test]
fn a_harvest_recycles_what_waits() {
    let mut contract = waiting();
    assert_eq!(contract.harvest(), Ok(()));
    assert_eq!((pot(&contract), held()), ((0, BOUNTY), 0));
    emitted(0, ((0u64, 0u64, 0u64, BOUNTY), (0u64, 0u64), (None::<Error>, None::<Error>)));
}

#[ink::test]
fn what_the_chain_really_recycled_is_booked() {
    let mut contract = waiting();
    recycle_at_most(7);
    assert_eq!(contract.recycle(), Ok(()));
    assert_eq!((pot(&contract), held()), ((BOUNTY - 7, 7), BOUNTY - 7));
    emitted(0, (7u64, BOUNTY - 7));
    assert_eq!(contract.harvest(), Ok(()));
    assert_eq!(pot(&contract), (BOUNTY - 14, 14));
    recycle_at_most(0);
    assert_eq!(contract.recycle(), Err(Error::NothingRecycled));
    assert_eq!(contract.harvest(), Err(Error::NothingRecycled));
    assert_eq!((pot(&contract), contract.solvent()), ((BOUNTY - 14, 14), Ok(true)));
}

#[ink::test]
fn what_the_chain_says_that_it_recycled_is_not_believed() {
    for says in [0, 5, 9, BOUNTY, u64::MAX] {
        let mut contract = waiting();
        recycle_at_most(7);
        claim(says);
        assert_eq!(contract.recycle(), Ok(()));
        assert_eq!((pot(&contract), held()), ((BOUNTY - 7, 7), BOUNTY - 7));
        recycle_at_most(0);
        assert_eq!((contract.recycle(), pot(&contract)), (Err(Error::NothingRecycled), (BOUNTY - 7, 7)));
    }
}

#[ink::test]
fn no_more_is_booked_as_recycled_than_was_asked_for() {
    let mut contract = waiting();
    set_held(3 * BOUNTY);
    overdo(5);
    assert_eq!(contract.recycle(), Ok(()));
    assert_eq!((pot(&contract), held()), ((0, BOUNTY), 2 * BOUNTY - 5));
}

/// Whatever the code with which the chain refuses, it hinders nothing else.
#[ink::test]
fn no_verdict_waits_for_recycling() {
    for code in 1..=23 {
        let mut contract = with_winner();
        fail(16, code);
        end(&mut contract, 1, REVERTED);
        assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Cancelled(CancelReason::Reverted));
        let refusal = contract.recycle().expect_err("refused");
        assert!(matches!(refusal, Error::Subtensor(_)));
        assert_eq!((contract.harvest(), pot(&contract)), (Err(refusal), (BOUNTY, 0)));
        mend(16);
        assert_eq!((contract.recycle(), pot(&contract)), (Ok(()), (0, BOUNTY)));
    }
}

#[ink::test]
fn a_harvest_goes_on_while_the_chain_refuses_to_recycle() {
    let mut contract = waiting();
    call_as(owner());
    contract.register_issue("acme/widgets".into(), 43, BOUNTY).expect("registered");
    fail(16, 22);
    let refused = Some(Error::Subtensor(SubtensorError::SubtokenDisabled));
    fund(&mut contract, BOUNTY + 3);
    emitted(0, ((BOUNTY + 3, BOUNTY, 3u64, 0u64), (0u64, BOUNTY + 3), (None::<Error>, refused.clone())));
    let issue = contract.issue(2).expect("kept");
    assert_eq!((issue.status, issue.funded), (IssueStatus::Open, BOUNTY));
    // Then the refusal is all there is to say.
    assert_eq!(contract.harvest(), Err(Error::Subtensor(SubtensorError::SubtokenDisabled)));
    assert_eq!((pot(&contract), contract.solvent()), ((BOUNTY + 3, 0), Ok(true)));
    mend(16);
    assert_eq!(contract.harvest(), Ok(()));
    assert_eq!((pot(&contract), held()), ((0, BOUNTY + 3), BOUNTY));
}

#[ink::test]
fn a_refused_fetch_keeps_nothing_else_back() {
    let mut contract = with_open_issue();
    call_as(owner());
    contract.register_issue("acme/widgets".into(), 43, BOUNTY).expect("registered");
    set_held(BOUNTY + 5);
    // The proxy call itself is out of these tests' reach: here the chain does not even say what there is to fetch.
    fail_once(0, 9);
    let refused = Some(Error::Subtensor(SubtensorError::SubnetDoesNotExist));
    assert_eq!(contract.harvest(), Ok(()));
    emitted(0, ((5u64, 5u64, 0u64, 0u64), (0u64, 0u64), (refused.clone(), None::<Error>)));
    fail_once(0, 9);
    assert_eq!(contract.harvest().err(), refused, "when nothing else happened");
    // The fetch's refusal is named before that of recycling.
    let mut contract = waiting();
    fail(16, 22);
    fail_once(0, 9);
    assert_eq!(contract.harvest().err(), refused);
}

#[ink::test]
fn a_shortage_is_borne_by_what_is_to_be_recycled() {
    let mut contract = waiting();
    deposit(&mut contract, 5, 50);
    contract.unallocated = 30;
    contract.allocated = 20;
    // 100 belongs to others, of BOUNTY that waits only 8 are there.
    set_held(108);
    assert_eq!((contract.solvent(), contract.recycle()), (Ok(false), Ok(())));
    assert_eq!((held(), pot(&contract)), (100, (BOUNTY - 8, 8)));
    let short = |held| Error::NotEnoughHeld { held: held + COVER, needed: 100 + BOUNTY - 8 };
    assert_eq!(contract.recycle(), Err(short(100)));
    set_held(40);
    assert_eq!(contract.recycle(), Err(short(40)));
    set_held(101);
    assert_eq!((contract.recycle(), held(), pot(&contract)), (Ok(()), 100, (BOUNTY - 9, 9)));
}

#[ink::test]
fn a_harvest_first_makes_up_for_what_is_missing() {
    let mut contract = waiting();
    set_stake(treasury_hotkey(), address(), BOUNTY - 2);
    recycle_at_most(0);
    assert_eq!((contract.harvest(), contract.solvent()), (Err(Error::NothingRecycled), Ok(false)));
    set_held(BOUNTY);
    assert_eq!((contract.harvest(), contract.solvent()), (Err(Error::NothingRecycled), Ok(true)));
    set_held(BOUNTY + 1);
    assert_eq!(contract.harvest(), Ok(()));
    emitted(0, ((1u64, 0u64, 1u64, 0u64), (0u64, BOUNTY + 1), (None::<Error>, Some(Error::NothingRecycled))));
}

#[ink::test]
fn a_cancelled_bounty_goes_to_the_next_issue_and_only_what_none_needs_is_recycled() {
    let mut contract = with_open_issue();
    call_as(owner());
    contract.cancel_issue(1, CancelReason::Owner).expect("cancelled");
    emitted(0, (1u32, CancelReason::Owner, BOUNTY, 0u64));
    contract.register_issue("acme/widgets".into(), 43, BOUNTY - 4).expect("registered");
    assert_eq!(contract.harvest(), Ok(()));
    assert_eq!(contract.issue(2).expect("kept").status, IssueStatus::Open);
    emitted(0, ((0u64, BOUNTY - 4, 4u64, 4u64), (0u64, 0u64), (None::<Error>, None::<Error>)));
    assert_eq!((pot(&contract), held()), ((0, 4), BOUNTY - 4));
}

#[ink::test]
fn what_was_competed_for_goes_to_nobody() {
    for solved_before in [false, true] {
        let mut contract = if solved_before { with_winner() } else { with_competition() };
        call_as(owner());
        contract.register_issue("acme/widgets".into(), 43, BOUNTY).expect("registered");
        let reason = CancelReason::SolvedOutside;
        end(&mut contract, 1, OutcomeChoice::Cancelled { reason });
        emitted(0, (1u32, reason, 0u64, BOUNTY));
        emitted(1, (1u32, 1u32, reason));
        assert_eq!(contract.harvest(), Ok(()));
        assert_eq!((pot(&contract), contract.issue(2).expect("kept").funded), ((0, BOUNTY), 0));
    }
}

#[ink::test]
fn what_waits_does_not_fill_bounties() {
    let mut contract = waiting();
    call_as(owner());
    contract.register_issue("acme/widgets".into(), 43, BOUNTY).expect("registered");
    fail(16, 22);
    assert!(contract.harvest().is_err());
    assert_eq!((contract.issue(2).expect("kept").funded, pot(&contract)), (0, (BOUNTY, 0)));
}

#[ink::test]
fn solvency_is_held_against_all_that_is_booked() {
    let mut contract = contract();
    assert_eq!(contract.solvent(), Ok(true), "nothing for nothing");
    let parts: [fn(&mut IssueBounties) -> &mut u64; 4] =
        [|c| &mut c.allocated, |c| &mut c.unallocated, |c| &mut c.collateral, |c| &mut c.to_recycle];
    for (part, booked) in parts.into_iter().zip([1, 10, 100, 1_000]) {
        *part(&mut contract) = booked;
    }
    for (held, solvent) in [(0, false), (1_110, false), (1_111, true), (1_112, true)] {
        set_stake(treasury_hotkey(), address(), held);
        assert_eq!(contract.solvent(), Ok(solvent));
    }
    // What has left the contract needs no cover.
    (contract.paid, contract.recycled, contract.slashed) = (1, 2, 3);
    assert_eq!(contract.solvent(), Ok(true));
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.paid, treasury.recycled, treasury.slashed), (1, 2, 3));
}

/// What losing costs at a tenth of the bounty.
const SLASH: u64 = BOUNTY / 10 - DUST;

/// All that ends an issue, with recycling refused from the start.
#[ink::test]
fn nothing_but_a_harvest_and_recycle_asks_the_chain_to_recycle() {
    let endings: [fn(&mut IssueBounties); 5] = [
        |contract| {
            decide(contract, 1, solved(6));
            at_block(500);
            contract.payout(1).expect("paid");
        },
        |contract| end(contract, 1, OutcomeChoice::Unsolved),
        |contract| end(contract, 1, OutcomeChoice::Cancelled { reason: CancelReason::Deleted }),
        |contract| {
            decide(contract, 1, solved(5));
            end(contract, 1, REVERTED);
        },
        |contract| {
            at_block(500);
            contract.expire(1).expect("expired");
            call_as(owner());
            contract.cancel_issue(1, CancelReason::Owner).expect("cancelled");
        },
    ];
    for (ending, waits) in endings.into_iter().zip([SLASH, 2 * SLASH, BOUNTY, BOUNTY, 0]) {
        let mut contract = with_open_issue();
        set(&mut contract, &[Setting::CollateralBps(1_000)]);
        for uid in [5, 6] {
            deposit(&mut contract, uid, BOUNTY / 10);
        }
        start(&mut contract, 1, 2);
        fail(16, 22);
        at_block(150);
        ending(&mut contract);
        assert_eq!((calls(16), pot(&contract), contract.solvent()), (0, (waits, 0), Ok(true)));
        mend(16);
        if waits > 0 {
            assert_eq!((contract.recycle(), pot(&contract), contract.solvent()), (Ok(()), (0, waits), Ok(true)));
        }
        // Everybody gets the rest, and nothing is left over.
        for uid in [5, 6] {
            let Competitor { hotkey, coldkey, .. } = miner(uid);
            let (deposited, locked) = collateral(&contract, uid);
            assert_eq!(locked, 0);
            call_as(coldkey);
            if deposited > 0 {
                assert_eq!(contract.withdraw_collateral(hotkey, deposited), Ok(()));
            }
        }
        let treasury = contract.treasury().expect("read");
        assert_eq!((treasury.collateral, held()), (0, treasury.allocated + treasury.unallocated));
    }
}
