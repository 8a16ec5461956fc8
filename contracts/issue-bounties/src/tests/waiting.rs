//! What cannot be undone waits for the challenge period: the quorum can take it back, and until it takes effect everything is as it was.

use super::scenes::*;
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, Competition, CompetitionStatus, Issue, IssueStatus, OutcomeChoice, Setting, Waiting};
use OutcomeChoice::{Dissolved, TakenBack, Unsolved};

const NOT_PLANNED: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::NotPlanned };
const REVERTED: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::Reverted };
const IMPOSSIBLE: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::PaymentImpossible };
/// What miners 5 and 6 have deposited; less dust is locked.
const DEPOSITED: u64 = BOUNTY / 5;

fn competing() -> IssueBounties {
    competing_with(DEPOSITED)
}

fn won() -> IssueBounties {
    won_with(DEPOSITED)
}

/// Everything that a decision may touch, but for the decision itself.
fn all(contract: &IssueBounties) -> (Issue, Competition, [(u64, u64); 2], [u32; 2], [u64; 5]) {
    let treasury = contract.treasury().expect("read");
    let running = [5, 6].map(|uid| contract.running_counts.get(miner(uid).hotkey).unwrap_or(0));
    (
        Issue { waiting: None, ..contract.issue(1).expect("kept") },
        contract.competition(1).expect("kept"),
        [5, 6].map(|uid| collateral(contract, uid)),
        running,
        [treasury.allocated, treasury.unallocated, treasury.collateral, treasury.to_recycle, treasury.slashed],
    )
}

fn waiting(contract: &IssueBounties) -> Option<Waiting> {
    contract.issue(1).expect("kept").waiting
}

fn payable_at(contract: &IssueBounties) -> Option<u32> {
    contract.issue(1).expect("kept").payable_at
}

fn vote(contract: &mut IssueBounties, index: u8, choice: OutcomeChoice) -> Result<(), Error> {
    call_as(validator(index));
    contract.vote_outcome(1, choice)
}

#[ink::test]
fn nothing_changes_until_a_decision_is_carried_out() {
    let scenes: [(fn() -> IssueBounties, u32, OutcomeChoice); 4] =
        [(competing, 50, NOT_PLANNED), (competing, 146, Unsolved), (won, 99, REVERTED), (won, 100, IMPOSSIBLE)];
    for (scene, block, choice) in scenes {
        let mut contract = scene();
        let before = all(&contract);
        at_block(block);
        decide(&mut contract, 1, choice);
        let from = block + CHALLENGE;
        assert_eq!((waiting(&contract), all(&contract)), (Some(Waiting { choice, from }), before));
        emitted(0, (1u32, 1u32, choice, from));
        assert_eq!((contract.ballot_outcome(1), contract.outcome_ballots.get(1)), (vec![], None));
        call_as(account(99));
        at_block(from - 1);
        assert_eq!(contract.finish(1), Err(Error::TooEarly { from }));
        at_block(from);
        assert_eq!(contract.finish(1), Ok(()));
        assert_eq!((waiting(&contract), contract.finish(1)), (None, Err(Error::NothingWaits { issue: 1 })));
        let (issue, competition, [five, six], running, [allocated, unallocated, collateral, to_recycle, slashed]) = all(&contract);
        let slash = if choice == Unsolved { competition.slash } else { 0 };
        let bounty = if choice == Unsolved { BOUNTY } else { 0 };
        assert_eq!((five, six, running), ((DEPOSITED - slash, 0), (DEPOSITED - slash, 0), [0, 0]));
        assert_eq!((allocated, unallocated, collateral), (bounty, 0, 2 * (DEPOSITED - slash)));
        assert_eq!((to_recycle, slashed, held()), (BOUNTY - bounty + 2 * slash, 2 * slash, BOUNTY + 2 * DEPOSITED));
        match choice {
            OutcomeChoice::Cancelled { reason } => {
                assert_eq!(issue.status, IssueStatus::Cancelled(reason));
                assert_eq!(competition.status, CompetitionStatus::Void { reason, at: from });
            }
            _ => {
                assert_eq!((issue.status, issue.attempts), (IssueStatus::Open, 1));
                assert_eq!(competition.status, CompetitionStatus::Expired { at: from, unsolved: true });
            }
        }
    }
}

#[ink::test]
fn the_quorum_of_the_moment_takes_a_decision_back() {
    for (block, choice) in [(50, NOT_PLANNED), (146, Unsolved)] {
        let mut contract = competing();
        let before = all(&contract);
        at_block(block);
        // Stake that is there for one block.
        set_stake(validator(2), coldkey_of_validator(2), 1_000_000_000_000);
        assert_eq!(vote(&mut contract, 2, choice), Ok(()));
        assert!(waiting(&contract).is_some());
        set_stake(validator(2), coldkey_of_validator(2), 20_000_000_000);
        // Until it is carried out, also when it could be.
        at_block(block + CHALLENGE);
        assert_eq!(vote(&mut contract, 0, TakenBack), Ok(()));
        assert!(waiting(&contract).is_some(), "half of the weight takes nothing back");
        assert_eq!(vote(&mut contract, 1, TakenBack), Ok(()));
        emitted(0, (1u32, 1u32, choice, None::<u32>));
        assert_eq!((waiting(&contract), all(&contract), contract.outcome_ballots.get(1)), (None, before, None));
        assert_eq!(contract.finish(1), Err(Error::NothingWaits { issue: 1 }));
    }
}

#[ink::test]
fn only_what_waits_is_taken_back() {
    let mut contract = with_open_issue();
    let nothing = Err(Error::NothingWaits { issue: 1 });
    assert_eq!((vote(&mut contract, 0, TakenBack), contract.finish(1)), (nothing.clone(), nothing.clone()));
    start(&mut contract, 1, 2);
    assert_eq!((vote(&mut contract, 0, TakenBack), contract.finish(1)), (nothing.clone(), nothing.clone()));
    at_block(60);
    decide(&mut contract, 1, solved(6));
    assert_eq!((vote(&mut contract, 0, TakenBack), contract.finish(1)), (nothing.clone(), nothing.clone()));
    at_block(100);
    contract.payout(1).expect("paid");
    assert_eq!((vote(&mut contract, 0, TakenBack), contract.finish(1)), (Err(Error::IssueClosed { issue: 1 }), nothing));
    assert_eq!(contract.finish(2), Err(Error::UnknownIssue { issue: 2 }));
}

#[ink::test]
fn a_decision_that_waits_is_not_decided_again() {
    let mut contract = competing();
    at_block(50);
    decide(&mut contract, 1, NOT_PLANNED);
    at_block(160);
    let waits = Err(Error::OutcomeWaits { issue: 1, from: 90 });
    for choice in [NOT_PLANNED, OutcomeChoice::Cancelled { reason: CancelReason::Duplicate }, Unsolved] {
        assert_eq!(vote(&mut contract, 0, choice), waits);
    }
    assert_eq!(contract.ballot_outcome(1), []);
    let mut contract = won();
    at_block(100);
    decide(&mut contract, 1, IMPOSSIBLE);
    let pay_to = OutcomeChoice::PayTo { coldkey: account(90) };
    assert_eq!(vote(&mut contract, 0, pay_to), Err(Error::OutcomeWaits { issue: 1, from: 140 }));
}

#[ink::test]
fn a_solution_replaces_what_waits() {
    for (block, choice) in [(60, NOT_PLANNED), (146, Unsolved)] {
        let mut contract = competing();
        at_block(block);
        decide(&mut contract, 1, choice);
        assert_eq!(vote(&mut contract, 2, TakenBack), Ok(()));
        decide(&mut contract, 1, solved(6));
        let issue = contract.issue(1).expect("kept");
        assert_eq!((issue.status, issue.waiting), (IssueStatus::Solved, None));
        assert_eq!((issue.payable_at, contract.ballot_outcome(1)), (Some(block + CHALLENGE), vec![]));
        at_block(block + CHALLENGE);
        assert_eq!(contract.payout(1), Ok(()));
    }
}

#[ink::test]
fn a_competition_whose_end_waits_does_not_expire() {
    let mut contract = competing();
    at_block(175);
    decide(&mut contract, 1, Unsolved);
    at_block(500);
    assert_eq!(contract.expire(1), Err(Error::OutcomeWaits { issue: 1, from: 215 }));
    decide(&mut contract, 1, TakenBack);
    assert_eq!(contract.expire(1), Ok(()));
    assert_eq!([5, 6].map(|uid| collateral(&contract, uid)), [(DEPOSITED, 0); 2]);
}

/// So decisions can hold a competition's miners for one challenge period longer than no decision, and no more.
#[ink::test]
fn after_the_grace_no_end_of_a_competition_is_voted() {
    let mut contract = competing();
    at_block(175);
    assert_eq!(vote(&mut contract, 0, NOT_PLANNED), Ok(()));
    at_block(176);
    for choice in [NOT_PLANNED, Unsolved, solved(6)] {
        assert_eq!(vote(&mut contract, 0, choice), Err(Error::TooLate { until: 175 }));
    }
    assert_eq!(contract.expire(1), Ok(()));
}

#[ink::test]
fn a_bounty_is_not_paid_while_a_challenge_waits() {
    let mut contract = won();
    at_block(99);
    decide(&mut contract, 1, REVERTED);
    at_block(138);
    assert_eq!(contract.payout(1), Err(Error::OutcomeWaits { issue: 1, from: 139 }));
    at_block(500);
    assert_eq!(contract.payout(1), Err(Error::OutcomeWaits { issue: 1, from: 139 }));
    assert_eq!((contract.finish(1), transfers()), (Ok(()), vec![]));
}

#[ink::test]
fn what_is_decided_when_the_bounty_can_be_paid_does_not_stop_the_payment() {
    for choice in [REVERTED, IMPOSSIBLE] {
        let mut contract = won();
        at_block(100);
        decide(&mut contract, 1, choice);
        assert_eq!(contract.payout(1), Ok(()));
        let issue = contract.issue(1).expect("kept");
        assert_eq!((issue.status, issue.waiting, transfers()), (IssueStatus::Paid, None, vec![(miner(6).coldkey, BOUNTY)]));
        assert_eq!(contract.finish(1), Err(Error::NothingWaits { issue: 1 }));
    }
    // Nor does taking it back put the payment off.
    let mut contract = won();
    at_block(100);
    decide(&mut contract, 1, REVERTED);
    at_block(110);
    decide(&mut contract, 1, TakenBack);
    assert_eq!((payable_at(&contract), contract.payout(1)), (Some(100), Ok(())));
}

/// Otherwise stake that is there for one block could take a challenge back and pay in that block.
#[ink::test]
fn a_challenge_that_is_taken_back_begins_another_challenge_period() {
    let mut contract = won();
    at_block(70);
    decide(&mut contract, 1, REVERTED);
    at_block(105);
    decide(&mut contract, 1, TakenBack);
    emitted(0, (1u32, 1u32, REVERTED, Some(145u32)));
    assert_eq!((payable_at(&contract), contract.payout(1)), (Some(145), Err(Error::TooEarly { from: 145 })));
    decide(&mut contract, 1, REVERTED);
    at_block(145);
    assert_eq!((contract.finish(1), transfers()), (Ok(()), vec![]));
}

/// Three challenge periods after the solution is block 180.
#[ink::test]
fn challenges_put_the_payment_off_for_a_bounded_time() {
    let mut contract = won();
    for (decided, taken_back, payable) in [(99, 138, 178), (177, 179, 219), (180, 190, 220), (219, 258, 220)] {
        at_block(decided);
        decide(&mut contract, 1, REVERTED);
        at_block(taken_back);
        assert!(contract.payout(1).is_err());
        decide(&mut contract, 1, TakenBack);
        assert_eq!(payable_at(&contract), Some(payable));
    }
    decide(&mut contract, 1, REVERTED);
    assert_eq!(contract.payout(1), Ok(()), "too late to stop it");
}

#[ink::test]
fn a_pair_is_dissolved_without_cost_while_its_submission_window_runs() {
    let mut contract = competing();
    at_block(54);
    decide(&mut contract, 1, Dissolved);
    emitted(0, (1u32, 1u32, CancelReason::Dissolved));
    assert_eq!(contract.competition(1).expect("kept").status, CompetitionStatus::Void { reason: CancelReason::Dissolved, at: 54 });
    let (issue, _, both, running, [allocated, unallocated, deposited, to_recycle, slashed]) = all(&contract);
    assert_eq!((issue.status, issue.competition, issue.attempts), (IssueStatus::Open, None, 0));
    assert_eq!((both, running), ([(DEPOSITED, 0); 2], [0, 0]));
    assert_eq!((allocated, unallocated, deposited), (BOUNTY, 0, 2 * DEPOSITED));
    assert_eq!((to_recycle, slashed, contract.ballot_outcome(1)), (0, 0, vec![]));
    start(&mut contract, 1, 3);
    assert_eq!(contract.issue(1).expect("kept").competition, Some(2));
}

#[ink::test]
fn a_pair_is_dissolved_only_while_its_submission_window_runs() {
    let mut contract = with_open_issue();
    let not_running = Err(Error::NoRunningCompetition { issue: 1 });
    assert_eq!(vote(&mut contract, 0, Dissolved), not_running);
    start(&mut contract, 1, 2);
    at_block(55);
    assert_eq!(vote(&mut contract, 0, Dissolved), Err(Error::TooLate { until: 54 }));
    decide(&mut contract, 1, solved(6));
    at_block(50);
    assert_eq!(vote(&mut contract, 0, Dissolved), not_running);
}

#[ink::test]
fn a_pair_whose_end_waits_can_be_dissolved() {
    let mut contract = competing();
    at_block(50);
    decide(&mut contract, 1, NOT_PLANNED);
    decide(&mut contract, 1, Dissolved);
    assert_eq!((waiting(&contract), contract.issue(1).expect("kept").status), (None, IssueStatus::Open));
    at_block(90);
    assert_eq!(contract.finish(1), Err(Error::NothingWaits { issue: 1 }));
}

#[ink::test]
fn nobody_joins_another_pair_with_what_a_decision_still_binds() {
    let mut contract = competing();
    set(&mut contract, &[Setting::MaxCompetitionsPerMiner(2)]);
    call_as(owner());
    contract.register_issue("acme/widgets".into(), 43, BOUNTY).expect("registered");
    fund(&mut contract, BOUNTY);
    decide(&mut contract, 1, NOT_PLANNED);
    attest(&mut contract, 2, 4, &[5, 6]);
    call_as(validator(0));
    let required = DEPOSITED - DUST;
    let refused = Err(Error::TooLittleCollateral { uid: 5, free: DUST, required });
    assert_eq!(contract.vote_pair(2, 4, miner(5), miner(6)), refused);
    set(&mut contract, &[Setting::MaxCompetitionsPerMiner(1)]);
    call_as(validator(0));
    at_block(4 * ROUND + ATTEST);
    assert_eq!(contract.vote_pair(2, 4, miner(5), miner(6)), Err(Error::TooManyCompetitions { uid: 5 }));
    call_as(miner(5).coldkey);
    assert_eq!(contract.withdraw_collateral(miner(5).hotkey, DEPOSITED), Err(Error::CollateralLocked { free: DUST }));
}
