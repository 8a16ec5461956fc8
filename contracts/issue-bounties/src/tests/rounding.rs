//! The chain rounds what it moves. That costs each movement a few rao at most, refuses none of them and never uncovers the books.

use super::scenes::*;
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{Competitor, Setting};

const AMOUNT: u64 = 1_000_000_000;

/// What the contract holds beyond its books.
fn cover(contract: &IssueBounties) -> i128 {
    let treasury = contract.treasury().expect("read");
    let booked = treasury.allocated + treasury.fresh + treasury.aged + treasury.collateral;
    i128::from(treasury.held) - i128::from(booked)
}

/// The contract has this much more than its books, which may be nothing.
fn set_cover(contract: &IssueBounties, rao: u64) {
    let booked = i128::from(stake(contract.config().treasury_hotkey, address())) - cover(contract);
    set_stake(contract.config().treasury_hotkey, address(), u64::try_from(booked).expect("no debts") + rao);
}

fn deposited(contract: &IssueBounties) -> u64 {
    collateral(contract, 5).0
}

#[ink::test]
fn what_the_pool_lacks_of_its_cover_comes_from_what_moves() {
    for lacks in 0..=COVER {
        let mut contract = contract();
        set_cover(&contract, COVER - lacks);
        deposit(&mut contract, 5, AMOUNT);
        assert_eq!((deposited(&contract), cover(&contract)), (AMOUNT - lacks, i128::from(COVER)));
        set_cover(&contract, COVER - lacks);
        let all = deposited(&contract);
        assert_eq!(contract.withdraw_collateral(miner(5).hotkey, all), Ok(()));
        assert_eq!((transfers(), cover(&contract)), (vec![(miner(5).coldkey, all - lacks)], i128::from(COVER)));

        let mut contract = with_winner();
        set_cover(&contract, COVER - lacks);
        assert_eq!(contract.payout(1), Ok(()));
        assert_eq!((transfers(), cover(&contract)), (vec![(miner(6).coldkey, BOUNTY - lacks)], i128::from(COVER)));
        assert_eq!(contract.treasury().expect("read").paid, BOUNTY);

        let mut contract = self::contract();
        contract.aged = BOUNTY;
        at_block(RECYCLE);
        set_cover(&contract, COVER - lacks);
        assert_eq!((contract.harvest(), cover(&contract)), (Ok(()), i128::from(COVER)));
        assert_eq!((books(&contract).aged, books(&contract).recycled), (0, BOUNTY - lacks));
    }
}

#[ink::test]
fn a_harvest_leaves_the_cover_where_it_is() {
    let mut contract = contract();
    for rao in 0..=COVER {
        set_cover(&contract, rao);
        assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    }
    set_cover(&contract, COVER + 1);
    assert_eq!((contract.harvest(), cover(&contract)), (Ok(()), i128::from(COVER)));
}

#[ink::test]
fn a_pool_that_lacks_more_than_dust_takes_no_deposit_and_still_pays() {
    for (missing, answer) in [(0, true), (ROUNDING, true), (ROUNDING + 1, false), (BOUNTY, false)] {
        let mut contract = with_open_issue();
        set_stake(treasury_hotkey(), address(), BOUNTY - missing);
        let Competitor { hotkey, coldkey, .. } = miner(5);
        set_stake(hotkey, coldkey, AMOUNT);
        call_as(coldkey);
        let refused = Error::NotEnoughHeld { held: BOUNTY - missing, needed: BOUNTY };
        assert_eq!(contract.deposit_collateral(hotkey, AMOUNT), if answer { Ok(()) } else { Err(refused) });
    }
    for missing in [1, BOUNTY / 2] {
        let mut contract = with_winner();
        deposit(&mut contract, 5, BOUNTY);
        set_stake(treasury_hotkey(), address(), 2 * BOUNTY - missing);
        assert_eq!((contract.payout(1), transfers()), (Ok(()), vec![(miner(6).coldkey, BOUNTY - COVER.saturating_add(missing).min(DUST))]));
    }
}

#[ink::test]
fn a_new_treasury_gets_all_but_dust() {
    for (lost, answer) in [(DUST, Ok(())), (DUST + 1, Err(Error::TreasuryNotMoved))] {
        for fault in [lose_of_moves, keep_of_moves] {
            let mut contract = with_open_issue();
            set_cover(&contract, 0);
            fault(lost);
            assert_eq!(apply(&mut contract, |contract| contract.set_config(vec![treasury(1)])), answer);
        }
    }
}

/// The share of the bounty is enough, whatever the pool lacks and the chain rounds.
#[ink::test]
fn exactly_what_is_asked_is_enough() {
    for seed in 0..40 {
        let mut contract = with_open_issue();
        set(&mut contract, &[Setting::CollateralBps(1_000)]);
        round(seed);
        set_cover(&contract, seed % (COVER + 1));
        for uid in [5, 6] {
            deposit(&mut contract, uid, BOUNTY / 10);
        }
        start(&mut contract, 1, 2);
        assert_eq!(contract.competition_count, 1);
    }
}

/// Deposits, withdrawals, payments, recycling, harvests and treasuries in any order, each movement rounded as badly as the chain rounds.
#[ink::test]
fn no_movement_is_refused_for_rounding_and_the_books_stay_covered() {
    for seed in 0..200u64 {
        let mut contract = contract();
        round(seed);
        let mut state = next(seed);
        let mut random = |below: u64| {
            state = next(state);
            (state >> 33) % below
        };
        let (mut gave, mut got, mut movements) = (0, 0, 0);
        let mut replaced = 0;
        for step in 0..60 {
            let Competitor { hotkey, coldkey, .. } = miner(5 + (step % 3) as u8);
            let treasury_hotkey = contract.config().treasury_hotkey;
            call_as(coldkey);
            let free = collateral(&contract, 5 + (step % 3) as u8).0;
            match random(8) {
                0..=2 => {
                    let amount = AMOUNT + random(1_000);
                    set_stake(hotkey, coldkey, amount);
                    assert_eq!(contract.deposit_collateral(hotkey, amount), Ok(()));
                    let booked = collateral(&contract, 5 + (step % 3) as u8).0 - free;
                    assert!(booked <= amount && booked + DUST >= amount, "{booked} of {amount}");
                    (gave, movements, replaced) = (gave + amount, movements + 1, 0);
                }
                3 | 4 if free > 0 => {
                    let amount = if random(2) == 0 { free } else { (AMOUNT / 2).min(free) };
                    let before = stake(treasury_hotkey, coldkey);
                    assert_eq!(contract.withdraw_collateral(hotkey, amount), Ok(()));
                    got += stake(treasury_hotkey, coldkey) - before;
                    (movements, replaced) = (movements + 1, 1);
                }
                5 => {
                    at_block(now() + RECYCLE);
                    set_stake(treasury_hotkey, address(), stake(treasury_hotkey, address()) + AMOUNT);
                    assert_eq!(contract.harvest(), Ok(()));
                    replaced = 1;
                }
                // Payments and recycling take a rao of the cover, and so does each treasury that is replaced without any other movement.
                6 if replaced < COVER => {
                    replaced += 1;
                    let number = contract.config().treasury_birth.index + 1;
                    assert_eq!(apply(&mut contract, |contract| contract.set_config(vec![treasury(number)])), Ok(()));
                }
                _ => {}
            }
            assert!(cover(&contract) >= 0, "{} in step {step} of {seed}", cover(&contract));
        }
        // What rounding cost them all together.
        let still: u64 = (5..8).map(|uid| collateral(&contract, uid).0).sum();
        assert!(got + still <= gave && gave <= got + still + movements * (DUST + 1), "{gave} became {got} and {still}");
    }
}
