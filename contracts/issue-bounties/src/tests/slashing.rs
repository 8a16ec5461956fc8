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

/// (held for miners, slashed since the start, free for issues)
fn sums(contract: &IssueBounties) -> (u64, u64, u64) {
    let treasury = books(contract);
    assert_eq!(held(), treasury.allocated + treasury.fresh + treasury.aged + treasury.collateral);
    (treasury.collateral, treasury.slashed, treasury.fresh)
}

/// The quorum finds after the deadline that nobody solved it, which costs these.
fn find_unsolved(contract: &mut IssueBounties, slash_a: bool, slash_b: bool) {
    at_block(146);
    end(contract, 1, unsolved(slash_a, slash_b));
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
    assert_eq!(contract.competition_count, 0);
}

#[ink::test]
fn the_start_locks_it_for_both() {
    let mut contract = competing();
    let competition = contract.competitions.get(1).expect("started");
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
    register(&mut contract, BOUNTY);
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
fn a_verdict_costs_the_loser_at_once_and_frees_the_winner() {
    let mut contract = won();
    assert_eq!(both(&contract), [(DEPOSITED - SLASH, 0), (DEPOSITED, 0)]);
    assert_eq!(sums(&contract), (2 * DEPOSITED - SLASH, SLASH, SLASH));
    emitted(0, (1u32, miner(5).hotkey, miner(5).coldkey, SLASH, DEPOSITED - SLASH));
    emitted(1, (1u32, 1u32, miner(6).hotkey, 1u8, 57u32));
    for (uid, all) in [(5, DEPOSITED - SLASH), (6, DEPOSITED)] {
        call_as(miner(uid).coldkey);
        let refused = Err(Error::NotEnoughCollateral { deposited: all });
        assert_eq!(contract.withdraw_collateral(miner(uid).hotkey, all + 1), refused);
        assert_eq!(contract.withdraw_collateral(miner(uid).hotkey, all), Ok(()));
    }
    assert_eq!(contract.payout(1), Ok(()));
    emitted(0, (1u32, 1u32, miner(6).hotkey, miner(6).coldkey, BOUNTY));
    assert_eq!((both(&contract), sums(&contract), held()), ([(0, 0); 2], (0, SLASH, SLASH), SLASH));
}

#[ink::test]
fn the_other_side_can_win_as_well() {
    let mut contract = competing();
    at_block(60);
    end(&mut contract, 1, solved(5));
    assert_eq!(both(&contract), [(DEPOSITED, 0), (DEPOSITED - SLASH, 0)]);
    contract.payout(1).expect("paid");
    assert_eq!(transfers(), [(miner(5).coldkey, BOUNTY)]);
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
    at_block(296);
    contract.expire(1).expect("expired");
    assert_eq!((both(&contract), sums(&contract)), ([(DEPOSITED, 0); 2], (2 * DEPOSITED, 0, 0)));
    emitted(0, (1u32, 1u32, 1u32));
    for uid in [5, 6] {
        call_as(miner(uid).coldkey);
        assert_eq!(contract.withdraw_collateral(miner(uid).hotkey, DEPOSITED), Ok(()));
    }
}

#[ink::test]
fn an_issue_that_the_quorum_finds_unsolved_costs_whom_it_says() {
    for (slash_a, slash_b) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut contract = competing();
        find_unsolved(&mut contract, slash_a, slash_b);
        let left = |slashed| (DEPOSITED - if slashed { SLASH } else { 0 }, 0);
        assert_eq!(both(&contract), [left(slash_a), left(slash_b)]);
        let slashed = SLASH * (u64::from(slash_a) + u64::from(slash_b));
        assert_eq!(sums(&contract), (2 * DEPOSITED - slashed, slashed, slashed));
        let status = CompetitionStatus::Unsolved { at: 146 + CHALLENGE, slash_a, slash_b };
        assert_eq!(contract.competitions.get(1).expect("kept").status, status);
        let issue = issue(&contract, 1);
        assert_eq!((issue.status, issue.funded, issue.attempts, issue.competition), (IssueStatus::Open, BOUNTY, 1, None));
        assert_eq!((contract.ballot_outcome(1), held()), (vec![], BOUNTY + 2 * DEPOSITED));
        let costs: Vec<u8> = [(slash_a, 5), (slash_b, 6)].into_iter().filter(|(slash, _)| *slash).map(|(_, uid)| uid).collect();
        for (place, uid) in costs.iter().rev().enumerate() {
            emitted(place, (1u32, miner(*uid).hotkey, miner(*uid).coldkey, SLASH, DEPOSITED - SLASH));
        }
        emitted(costs.len(), (1u32, 1u32, 1u32, slash_a, slash_b));
        // Both are free for another attempt.
        for uid in [5, 6] {
            deposit(&mut contract, uid, SLASH);
        }
        start(&mut contract, 1, 10);
        assert_eq!(contract.competitions.get(2).expect("started").status, CompetitionStatus::Running);
    }
}

#[ink::test]
fn a_share_of_nothing_costs_nothing() {
    let mut contract = open_with(DEPOSITED);
    set(&mut contract, &[Setting::SlashBps(0)]);
    start(&mut contract, 1, 2);
    let before = events();
    find_unsolved(&mut contract, true, true);
    assert_eq!(events(), before + 4, "two votes, the note, the end and nothing else");
    assert_eq!((both(&contract), sums(&contract)), ([(DEPOSITED, 0); 2], (2 * DEPOSITED, 0, 0)));
}

#[ink::test]
fn all_of_it_can_be_lost() {
    let mut contract = with_open_issue();
    set(&mut contract, &[Setting::CollateralBps(10_000), Setting::SlashBps(10_000)]);
    for uid in [5, 6] {
        deposit(&mut contract, uid, BOUNTY);
    }
    start(&mut contract, 1, 2);
    find_unsolved(&mut contract, true, true);
    let lost = 2 * (BOUNTY - DUST);
    assert_eq!((both(&contract), sums(&contract)), ([(DUST, 0); 2], (2 * DUST, lost, lost)));
}

#[ink::test]
fn what_is_slashed_fills_bounties() {
    let mut contract = won();
    register(&mut contract, BOUNTY);
    contract.harvest().expect("harvested");
    assert_eq!((issue(&contract, 2).funded, sums(&contract)), (SLASH, (2 * DEPOSITED - SLASH, SLASH, 0)));
}

#[ink::test]
fn slashing_a_miner_leaves_its_hotkeys_other_coldkeys_alone() {
    let mut contract = competing();
    let (hotkey, other) = (miner(5).hotkey, account(95));
    set_stake(hotkey, other, 9);
    call_as(other);
    contract.deposit_collateral(hotkey, 9).expect("deposited");
    find_unsolved(&mut contract, true, true);
    assert_eq!(contract.collateral_of(hotkey, other).deposited, 9);
    assert_eq!(sums(&contract), (2 * (DEPOSITED - SLASH) + 9, 2 * SLASH, 2 * SLASH));
    call_as(other);
    assert_eq!(contract.withdraw_collateral(hotkey, 9), Ok(()));
}
