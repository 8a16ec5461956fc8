use super::scenes::*;
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, CompetitionStatus, IssueStatus, OutcomeChoice, Setting};

/// A fifth of the bounty, but for dust.
const REQUIRED: u64 = BOUNTY / 5 - DUST;
/// Half of what is required.
const SLASH: u64 = REQUIRED / 2;
/// What miners 5 and 6 have deposited.
const DEPOSITED: u64 = REQUIRED + 3;

const REVERTED: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::Reverted };
const NOT_PLANNED: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::NotPlanned };

fn competing() -> IssueBounties {
    competing_with(DEPOSITED)
}

fn won() -> IssueBounties {
    won_with(DEPOSITED)
}

fn both(contract: &IssueBounties) -> [(u64, u64); 2] {
    [collateral(contract, 5), collateral(contract, 6)]
}

/// (held for miners, slashed since the start, waiting to be recycled)
fn sums(contract: &IssueBounties) -> (u64, u64, u64) {
    let treasury = contract.treasury().expect("read");
    assert_eq!(held(), treasury.allocated + treasury.unallocated + treasury.collateral + treasury.to_recycle);
    (treasury.collateral, treasury.slashed, treasury.to_recycle)
}

/// The quorum finds at block 146 that nobody solved it.
fn unsolved(contract: &mut IssueBounties) {
    at_block(146);
    end(contract, 1, OutcomeChoice::Unsolved);
}

#[ink::test]
fn a_competitor_needs_the_share_of_the_bounty() {
    let mut contract = with_open_issue();
    set(&mut contract, &[Setting::CollateralBps(2_000)]);
    deposit(&mut contract, 5, REQUIRED);
    deposit(&mut contract, 6, REQUIRED - 1);
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    let too_little = Err(Error::TooLittleCollateral { uid: 6, free: REQUIRED - 1, required: REQUIRED });
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), too_little);
    deposit(&mut contract, 6, 1);
    call_as(validator(0));
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), Ok(()));
    // What was there at the first vote must be there at the last.
    call_as(miner(6).coldkey);
    contract.withdraw_collateral(miner(6).hotkey, REQUIRED).expect("withdrawn");
    call_as(validator(1));
    let none = Err(Error::TooLittleCollateral { uid: 6, free: 0, required: REQUIRED });
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), none);
    assert_eq!(contract.counts().competitions, 0);
}

#[ink::test]
fn the_start_locks_it_for_both() {
    let mut contract = competing();
    let competition = contract.competition(1).expect("started");
    assert_eq!((competition.collateral, competition.slash), (REQUIRED, SLASH));
    assert_eq!(both(&contract), [(DEPOSITED, REQUIRED); 2]);
    call_as(miner(5).coldkey);
    assert_eq!(contract.withdraw_collateral(miner(5).hotkey, 4), Err(Error::CollateralLocked { free: 3 }));
    assert_eq!(contract.withdraw_collateral(miner(5).hotkey, 3), Ok(()));
    assert_eq!(contract.withdraw_collateral(miner(5).hotkey, 1), Err(Error::CollateralLocked { free: 0 }));
    assert_eq!(collateral(&contract, 5), (REQUIRED, REQUIRED));
}

#[ink::test]
fn a_second_competition_needs_as_much_again() {
    let mut contract = competing();
    set(&mut contract, &[Setting::MaxCompetitionsPerMiner(2)]);
    contract.register_issue("acme/widgets".into(), 43, BOUNTY).expect("registered");
    fund(&mut contract, BOUNTY);
    attest(&mut contract, 2, 3, &[5, 6]);
    call_as(validator(0));
    let refused = Err(Error::TooLittleCollateral { uid: 5, free: 3, required: REQUIRED });
    assert_eq!(contract.vote_pair(2, 3, miner(5), miner(6)), refused);
    for uid in [5, 6] {
        deposit(&mut contract, uid, REQUIRED);
    }
    start(&mut contract, 2, 4);
    assert_eq!(both(&contract), [(DEPOSITED + REQUIRED, 2 * REQUIRED); 2]);
    end(&mut contract, 1, NOT_PLANNED);
    assert_eq!(both(&contract), [(DEPOSITED + REQUIRED, REQUIRED); 2]);
}

#[ink::test]
fn the_verdict_frees_the_winner_and_the_payment_costs_the_loser() {
    let mut contract = won();
    assert_eq!(both(&contract), [(DEPOSITED, REQUIRED), (DEPOSITED, 0)]);
    assert_eq!(sums(&contract), (2 * DEPOSITED, 0, 0));
    call_as(miner(6).coldkey);
    contract.withdraw_collateral(miner(6).hotkey, DEPOSITED).expect("withdrawn");
    at_block(100);
    assert_eq!(contract.payout(1), Ok(()));
    assert_eq!(both(&contract), [(DEPOSITED - SLASH, 0), (0, 0)]);
    assert_eq!(sums(&contract), (DEPOSITED - SLASH, SLASH, SLASH));
    assert_eq!(held(), DEPOSITED);
    emitted(0, (1u32, miner(5).hotkey, miner(5).coldkey, SLASH, DEPOSITED - SLASH));
    emitted(1, (1u32, 1u32, miner(6).hotkey, miner(6).coldkey, BOUNTY));
    assert_eq!(transfers(), [(miner(6).coldkey, DEPOSITED), (miner(6).coldkey, BOUNTY)]);
    assert_eq!(contract.treasury().expect("read").recycled, 0, "that is for whoever asks for it");
    call_as(miner(5).coldkey);
    assert_eq!(contract.withdraw_collateral(miner(5).hotkey, DEPOSITED - SLASH), Ok(()));
    assert_eq!((sums(&contract), contract.recycle()), ((0, SLASH, SLASH), Ok(())));
    assert_eq!((sums(&contract), held()), ((0, SLASH, 0), 0));
}

#[ink::test]
fn the_other_side_can_win_as_well() {
    let mut contract = competing();
    at_block(60);
    decide(&mut contract, 1, solved(5));
    assert_eq!(both(&contract), [(DEPOSITED, 0), (DEPOSITED, REQUIRED)]);
    at_block(100);
    contract.payout(1).expect("paid");
    assert_eq!(both(&contract), [(DEPOSITED, 0), (DEPOSITED - SLASH, 0)]);
    assert_eq!(transfers(), [(miner(5).coldkey, BOUNTY)]);
}

#[ink::test]
fn a_reverted_verdict_costs_nobody() {
    let mut contract = won();
    at_block(99);
    end(&mut contract, 1, REVERTED);
    assert_eq!(both(&contract), [(DEPOSITED, 0); 2]);
    assert_eq!(sums(&contract), (2 * DEPOSITED, 0, BOUNTY));
}

#[ink::test]
fn a_void_competition_costs_nobody() {
    let mut contract = competing();
    end(&mut contract, 1, NOT_PLANNED);
    assert_eq!(both(&contract), [(DEPOSITED, 0); 2]);
    assert_eq!(sums(&contract), (2 * DEPOSITED, 0, BOUNTY));
}

#[ink::test]
fn an_expiry_costs_nobody() {
    let mut contract = competing();
    at_block(176);
    call_as(account(99));
    let before = events();
    contract.expire(1).expect("expired");
    assert_eq!(both(&contract), [(DEPOSITED, 0); 2]);
    assert_eq!(sums(&contract), (2 * DEPOSITED, 0, 0));
    assert_eq!(events(), before + 1);
    emitted(0, (1u32, 1u32, 1u32, false));
    assert_eq!(contract.competition(1).expect("kept").status, CompetitionStatus::Expired { at: 176, unsolved: false });
    for uid in [5, 6] {
        call_as(miner(uid).coldkey);
        assert_eq!(contract.withdraw_collateral(miner(uid).hotkey, DEPOSITED), Ok(()));
    }
}

#[ink::test]
fn an_issue_that_the_quorum_finds_unsolved_costs_both() {
    let mut contract = competing();
    unsolved(&mut contract);
    assert_eq!(both(&contract), [(DEPOSITED - SLASH, 0); 2]);
    assert_eq!(sums(&contract), (2 * (DEPOSITED - SLASH), 2 * SLASH, 2 * SLASH));
    assert_eq!(contract.competition(1).expect("kept").status, CompetitionStatus::Expired { at: 146 + CHALLENGE, unsolved: true });
    let issue = contract.issue(1).expect("kept");
    assert_eq!((issue.status, issue.funded, issue.attempts, issue.competition), (IssueStatus::Open, BOUNTY, 1, None));
    assert_eq!((contract.ballot_outcome(1), held()), (vec![], BOUNTY + 2 * DEPOSITED));
    let slashed = |uid| (1u32, miner(uid).hotkey, miner(uid).coldkey, SLASH, DEPOSITED - SLASH);
    emitted(1, slashed(5));
    emitted(0, slashed(6));
    emitted(2, (1u32, 1u32, 1u32, true));
    emitted(3, (1u32, 1u32, OutcomeChoice::Unsolved, 146 + CHALLENGE));
    emitted(4, (1u32, validator(1), Some(1u32), OutcomeChoice::Unsolved, 80_000_000_000u64, 100_000_000_000u64));
    // Both are free for another attempt.
    for uid in [5, 6] {
        deposit(&mut contract, uid, SLASH);
    }
    start(&mut contract, 1, 9);
    assert_eq!(contract.issue(1).expect("kept").competition, Some(2));
    assert_eq!(both(&contract), [(DEPOSITED, REQUIRED); 2]);
}

#[ink::test]
fn unsolved_is_voted_after_the_deadline_and_while_the_competition_runs() {
    let mut contract = with_open_issue();
    call_as(validator(0));
    let not_running = Err(Error::NoRunningCompetition { issue: 1 });
    assert_eq!(contract.vote_outcome(1, OutcomeChoice::Unsolved), not_running);
    start(&mut contract, 1, 2);
    call_as(validator(0));
    for block in [45, 145] {
        at_block(block);
        assert_eq!(contract.vote_outcome(1, OutcomeChoice::Unsolved), Err(Error::TooEarly { from: 146 }));
    }
    for block in [146, 175] {
        at_block(block);
        assert_eq!(contract.vote_outcome(1, OutcomeChoice::Unsolved), Ok(()));
    }
    at_block(176);
    assert_eq!(contract.vote_outcome(1, OutcomeChoice::Unsolved), Err(Error::TooLate { until: 175 }));
    assert_eq!(contract.ballot_outcome(1).len(), 1);
    contract.expire(1).expect("expired");
    assert_eq!(contract.ballot_outcome(1), []);
    assert_eq!(contract.vote_outcome(1, OutcomeChoice::Unsolved), not_running);
    let mut contract = won();
    at_block(146);
    assert_eq!(contract.vote_outcome(1, OutcomeChoice::Unsolved), not_running, "it is solved");
}

#[ink::test]
fn half_of_the_weight_finds_nothing_unsolved() {
    let mut contract = competing();
    at_block(146);
    call_as(validator(0));
    contract.vote_outcome(1, OutcomeChoice::Unsolved).expect("voted");
    assert_eq!((both(&contract), contract.issue(1).expect("kept").status), ([(DEPOSITED, REQUIRED); 2], IssueStatus::Competing));
    // Others see a solution that was merged in time.
    call_as(validator(1));
    contract.vote_outcome(1, solved(6)).expect("voted");
    call_as(validator(2));
    contract.vote_outcome(1, solved(6)).expect("voted");
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Competing);
    call_as(validator(0));
    contract.vote_outcome(1, solved(6)).expect("voted");
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Solved);
}

#[ink::test]
fn a_share_of_nothing_costs_nothing() {
    let mut contract = open_with(DEPOSITED);
    set(&mut contract, &[Setting::SlashBps(0)]);
    start(&mut contract, 1, 2);
    assert_eq!(both(&contract), [(DEPOSITED, REQUIRED); 2]);
    at_block(146);
    let before = events();
    unsolved(&mut contract);
    assert_eq!(events(), before + 4, "two votes, the decision, the expiry and nothing else");
    assert_eq!(both(&contract), [(DEPOSITED, 0); 2]);
    assert_eq!(sums(&contract), (2 * DEPOSITED, 0, 0));
}

#[ink::test]
fn all_of_it_can_be_lost() {
    let mut contract = with_open_issue();
    set(&mut contract, &[Setting::CollateralBps(10_000), Setting::SlashBps(10_000)]);
    for uid in [5, 6] {
        deposit(&mut contract, uid, BOUNTY);
    }
    start(&mut contract, 1, 2);
    unsolved(&mut contract);
    let lost = 2 * (BOUNTY - DUST);
    assert_eq!((both(&contract), sums(&contract)), ([(DUST, 0); 2], (2 * DUST, lost, lost)));
    assert_eq!((contract.recycle(), held()), (Ok(()), BOUNTY + 2 * DUST));
}

#[ink::test]
fn what_is_slashed_and_waits_cannot_be_withdrawn() {
    let mut contract = won();
    at_block(100);
    contract.payout(1).expect("paid");
    call_as(miner(5).coldkey);
    let deposited = DEPOSITED - SLASH;
    assert_eq!(contract.withdraw_collateral(miner(5).hotkey, deposited + 1), Err(Error::NotEnoughCollateral { deposited }));
    assert_eq!(contract.withdraw_collateral(miner(5).hotkey, deposited), Ok(()));
    assert_eq!(held(), DEPOSITED + SLASH);
}

#[ink::test]
fn slashing_a_miner_leaves_its_hotkeys_other_coldkeys_alone() {
    let mut contract = competing();
    let (hotkey, other) = (miner(5).hotkey, account(95));
    set_stake(hotkey, other, 9);
    call_as(other);
    contract.deposit_collateral(hotkey, 9).expect("deposited");
    unsolved(&mut contract);
    assert_eq!(contract.collateral(vec![(hotkey, other)])[0].deposited, 9);
    assert_eq!(sums(&contract), (2 * (DEPOSITED - SLASH) + 9, 2 * SLASH, 2 * SLASH));
    call_as(other);
    assert_eq!(contract.withdraw_collateral(hotkey, 9), Ok(()));
}
