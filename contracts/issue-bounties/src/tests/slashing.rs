use super::chain::*;
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, OutcomeChoice, Setting};

/// A fifth of the bounty.
const REQUIRED: u64 = BOUNTY / 5;
/// Half of what is required.
const SLASH: u64 = BOUNTY / 10;
/// What miners 5 and 6 have deposited.
const DEPOSITED: u64 = REQUIRED + 3;

const REVERTED: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::Reverted };
const NOT_PLANNED: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::NotPlanned };

/// A contract that asks for collateral, which miners 5 and 6 have, and whose issue 1 is Open.
fn open() -> IssueBounties {
    let mut contract = with_open_issue();
    set(&mut contract, &[Setting::CollateralBps(2_000), Setting::SlashBps(5_000)]);
    deposit(&mut contract, 5, DEPOSITED);
    deposit(&mut contract, 6, DEPOSITED);
    contract
}

/// Miners 5 and 6 compete since block 45.
fn competing() -> IssueBounties {
    let mut contract = open();
    start(&mut contract, 1, 2);
    contract
}

/// Miner 6 has won; payable at 100.
fn won() -> IssueBounties {
    let mut contract = competing();
    at_block(60);
    decide(&mut contract, 1, solved(6));
    contract
}

fn both(contract: &IssueBounties) -> [(u64, u64); 2] {
    [collateral(contract, 5), collateral(contract, 6)]
}

/// (held for miners, slashed and waiting, slashed and recycled)
fn sums(contract: &IssueBounties) -> (u64, u64, u64) {
    let treasury = contract.treasury().expect("read");
    assert_eq!(held(), treasury.allocated + treasury.unallocated);
    (treasury.collateral, treasury.slashed, treasury.slashed_recycled)
}

#[ink::test]
fn a_competitor_needs_the_share_of_the_bounty() {
    let mut contract = with_open_issue();
    set(&mut contract, &[Setting::CollateralBps(2_000)]);
    deposit(&mut contract, 5, REQUIRED);
    deposit(&mut contract, 6, REQUIRED - 1);
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    let too_little = Err(Error::TooLittleCollateral { uid: 6, required: REQUIRED });
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), too_little);
    deposit(&mut contract, 6, 1);
    call_as(validator(0));
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), Ok(()));
    // What was there at the first vote must be there at the last.
    call_as(miner(6).coldkey);
    contract.withdraw_collateral(miner(6).hotkey, REQUIRED).expect("withdrawn");
    call_as(validator(1));
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), too_little);
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
    let refused = Err(Error::TooLittleCollateral { uid: 5, required: REQUIRED });
    assert_eq!(contract.vote_pair(2, 3, miner(5), miner(6)), refused);
    for uid in [5, 6] {
        deposit(&mut contract, uid, REQUIRED);
    }
    start(&mut contract, 2, 4);
    assert_eq!(both(&contract), [(DEPOSITED + REQUIRED, 2 * REQUIRED); 2]);
    decide(&mut contract, 1, NOT_PLANNED);
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
    assert_eq!(sums(&contract), (DEPOSITED - SLASH, 0, SLASH));
    assert_eq!(stake(miner(5).hotkey, address()), DEPOSITED - SLASH);
    assert_eq!(transfers(), [(miner(6).coldkey, DEPOSITED), (miner(6).coldkey, BOUNTY)]);
    assert_eq!(contract.treasury().expect("read").recycled, 0, "bounties' money is another matter");
    call_as(miner(5).coldkey);
    assert_eq!(contract.withdraw_collateral(miner(5).hotkey, DEPOSITED - SLASH), Ok(()));
    assert_eq!(sums(&contract), (0, 0, SLASH));
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
    decide(&mut contract, 1, REVERTED);
    assert_eq!(both(&contract), [(DEPOSITED, 0); 2]);
    assert_eq!(sums(&contract), (2 * DEPOSITED, 0, 0));
    assert_eq!(contract.treasury().expect("read").recycled, BOUNTY);
}

#[ink::test]
fn a_void_competition_costs_nobody() {
    let mut contract = competing();
    decide(&mut contract, 1, NOT_PLANNED);
    assert_eq!(both(&contract), [(DEPOSITED, 0); 2]);
    assert_eq!(sums(&contract), (2 * DEPOSITED, 0, 0));
}

#[ink::test]
fn an_expiry_costs_both() {
    let mut contract = competing();
    at_block(176);
    call_as(account(99));
    contract.expire(1).expect("expired");
    assert_eq!(both(&contract), [(DEPOSITED - SLASH, 0); 2]);
    assert_eq!(sums(&contract), (2 * (DEPOSITED - SLASH), 0, 2 * SLASH));
    for uid in [5, 6] {
        assert_eq!(stake(miner(uid).hotkey, address()), DEPOSITED - SLASH);
    }
}

#[ink::test]
fn a_share_of_nothing_costs_nothing() {
    let mut contract = open();
    set(&mut contract, &[Setting::SlashBps(0)]);
    start(&mut contract, 1, 2);
    assert_eq!(both(&contract), [(DEPOSITED, REQUIRED); 2]);
    at_block(176);
    let events = ink::env::test::recorded_events().count();
    contract.expire(1).expect("expired");
    assert_eq!(ink::env::test::recorded_events().count(), events + 1, "the expiry and nothing else");
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
    at_block(176);
    contract.expire(1).expect("expired");
    assert_eq!((both(&contract), sums(&contract)), ([(0, 0); 2], (0, 0, 2 * BOUNTY)));
}

#[ink::test]
fn recycling_that_the_chain_refuses_keeps_nobody_from_being_paid() {
    let mut contract = won();
    at_block(100);
    fail(16, 22);
    assert_eq!(contract.payout(1), Ok(()));
    assert_eq!(transfers(), [(miner(6).coldkey, BOUNTY)]);
    assert_eq!(both(&contract), [(DEPOSITED - SLASH, 0), (DEPOSITED, 0)]);
    assert_eq!(sums(&contract), (2 * DEPOSITED - SLASH, SLASH, 0));
    let hotkey = miner(5).hotkey;
    assert_eq!(contract.recycle_slashed(hotkey), Err(Error::Subtensor(SubtensorError::SubtokenDisabled)));
    mend(16);
    call_as(account(99));
    assert_eq!(contract.recycle_slashed(miner(6).hotkey), Err(Error::NothingSlashed));
    assert_eq!(contract.recycle_slashed(hotkey), Ok(()));
    assert_eq!((sums(&contract), stake(hotkey, address())), ((2 * DEPOSITED - SLASH, 0, SLASH), DEPOSITED - SLASH));
    assert_eq!(contract.recycle_slashed(hotkey), Err(Error::NothingSlashed));
}

#[ink::test]
fn what_is_slashed_and_waits_cannot_be_withdrawn() {
    let mut contract = won();
    at_block(100);
    fail(16, 22);
    contract.payout(1).expect("paid");
    call_as(miner(5).coldkey);
    let deposited = DEPOSITED - SLASH;
    assert_eq!(contract.withdraw_collateral(miner(5).hotkey, deposited + 1), Err(Error::NotEnoughCollateral { deposited }));
    assert_eq!(contract.withdraw_collateral(miner(5).hotkey, deposited), Ok(()));
    mend(16);
    assert_eq!(contract.recycle_slashed(miner(5).hotkey), Ok(()));
    assert_eq!(stake(miner(5).hotkey, address()), 0);
}

#[ink::test]
fn an_expiry_goes_on_when_nothing_can_be_recycled_and_the_next_one_makes_up_for_it() {
    let mut contract = competing();
    at_block(176);
    recycle_at_most(0);
    contract.expire(1).expect("expired");
    assert_eq!(sums(&contract), (2 * (DEPOSITED - SLASH), 2 * SLASH, 0));
    assert_eq!(contract.recycle_slashed(miner(5).hotkey), Err(Error::NothingRecycled));
    recycle_at_most(4);
    assert_eq!(contract.recycle_slashed(miner(5).hotkey), Ok(()));
    assert_eq!(sums(&contract), (2 * (DEPOSITED - SLASH), 2 * SLASH - 4, 4));
    recycle_at_most(u64::MAX);
    for uid in [5, 6] {
        deposit(&mut contract, uid, SLASH);
    }
    start(&mut contract, 1, 9);
    at_block(9 * ROUND + ATTEST + 131);
    contract.expire(2).expect("expired");
    assert_eq!(sums(&contract), (2 * (DEPOSITED - SLASH), 0, 4 * SLASH));
}

#[ink::test]
fn slashing_behind_a_hotkey_leaves_its_other_coldkeys_alone() {
    let mut contract = competing();
    let (hotkey, other) = (miner(5).hotkey, account(95));
    set_stake(hotkey, other, 9);
    call_as(other);
    contract.deposit_collateral(hotkey, 9).expect("deposited");
    at_block(176);
    contract.expire(1).expect("expired");
    assert_eq!(contract.collateral(vec![(hotkey, other)])[0].deposited, 9);
    assert_eq!(stake(hotkey, address()), DEPOSITED - SLASH + 9);
    call_as(other);
    assert_eq!(contract.withdraw_collateral(hotkey, 9), Ok(()));
}
