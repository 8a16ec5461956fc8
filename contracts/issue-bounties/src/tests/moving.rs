use super::scenes::*;
use crate::config::Config;
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::issue_bounties::IssueBounties;
use crate::types::Setting;
use ink::primitives::AccountId;

/// The hotkey of the other treasury.
fn other() -> AccountId {
    keys_of(&birth(1)).0
}

/// Announces the other treasury and applies it.
fn try_to_move(contract: &mut IssueBounties) -> Result<(), Error> {
    apply(contract, |contract| contract.set_config(vec![treasury(1)]))
}

fn move_to_other(contract: &mut IssueBounties) {
    assert_eq!(try_to_move(contract), Ok(()));
    let Config { treasury_hotkey, treasury_coldkey, treasury_birth, .. } = contract.config();
    assert_eq!(treasury(1), Setting::Treasury { hotkey: treasury_hotkey, coldkey: treasury_coldkey, birth: treasury_birth });
}

/// What the contract has behind the old treasury's hotkey and behind the other's.
fn stakes() -> (u64, u64) {
    (held(), held_behind(other()))
}

#[ink::test]
fn another_treasury_gets_all_that_the_old_one_held() {
    let mut contract = with_winner();
    set_held(BOUNTY + 9);
    move_to_other(&mut contract);
    assert_eq!(stakes(), (0, BOUNTY + 9));
    // What is over the books is harvested there, and the winner is paid from there.
    contract.harvest().expect("harvested");
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.held, treasury.fresh), (BOUNTY + 9 + COVER, 9));
    assert_eq!(contract.payout(1), Ok(()));
    assert_eq!((stake(other(), miner(6).coldkey), stakes()), (BOUNTY, (0, 9)));
}

#[ink::test]
fn money_that_does_not_arrive_keeps_the_treasury_where_it_is() {
    let mut contract = with_open_issue();
    fail(5, 13);
    assert_eq!(try_to_move(&mut contract), Err(Error::Subtensor(SubtensorError::AmountTooLow)));
    let mut contract = with_open_issue();
    // A success that did nothing.
    fail(5, 0);
    assert_eq!(try_to_move(&mut contract), Err(Error::TreasuryNotMoved));
    assert_eq!(stakes(), (BOUNTY, 0));
}

#[ink::test]
fn the_same_treasury_is_no_change() {
    let mut contract = with_open_issue();
    fail(5, 1);
    set(&mut contract, &[treasury(0), Setting::HarvestStep(7)]);
    assert_eq!((contract.config(), stakes()), (Config { harvest_step: 7, owner_delay: DELAY, ..config() }, (BOUNTY, 0)));
    assert_eq!(calls(5), 0);
}

#[ink::test]
fn an_empty_treasury_has_nothing_to_move() {
    let mut contract = contract();
    move_to_other(&mut contract);
    assert_eq!(stakes(), (0, 0));
}

#[ink::test]
fn a_stake_that_was_rounded_down_moves_as_it_is() {
    let mut contract = with_open_issue();
    set_held(BOUNTY - 2);
    move_to_other(&mut contract);
    assert_eq!(stakes(), (0, BOUNTY - 2));
}

#[ink::test]
fn stake_that_a_swap_of_the_hotkey_took_along_is_found_there() {
    let mut contract = with_open_issue();
    set_stake(treasury_hotkey(), address(), 0);
    set_stake(other(), address(), BOUNTY);
    fail(5, 1);
    move_to_other(&mut contract);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

#[ink::test]
fn a_gift_may_stay_behind_and_nothing_else() {
    for (stays, answer) in [(20 + COVER, Ok(())), (21 + COVER, Err(Error::TreasuryNotMoved))] {
        let mut contract = with_open_issue();
        set_held(BOUNTY + 20);
        keep_of_moves(stays);
        assert_eq!(try_to_move(&mut contract), answer);
        assert_eq!((stake(treasury_hotkey(), address()), stake(other(), address())), (stays, BOUNTY + 20 + COVER - stays));
    }
    // Somebody gave so little that the chain does not move it: that bars nobody's way.
    let mut contract = contract();
    set_held(5);
    fail(5, 13);
    move_to_other(&mut contract);
    let (hotkey, coldkey) = keys_of(&birth(1));
    emitted(2, (hotkey, coldkey, 0u64, 0u64));
    assert_eq!(stakes(), (5, 0));
}

#[ink::test]
fn what_is_there_already_does_not_make_up_for_what_stays() {
    for held_before in [BOUNTY, BOUNTY - 2, 10] {
        let mut contract = with_open_issue();
        set_held(held_before);
        set_stake(other(), address(), 2 * BOUNTY);
        keep_of_moves(DUST + 1);
        assert_eq!(try_to_move(&mut contract), Err(Error::TreasuryNotMoved));
    }
}

#[ink::test]
fn money_that_no_issue_has_yet_must_arrive_too() {
    let mut contract = contract();
    for number in 1..=4 {
        contract.register_issue("acme/widgets".into(), number, BOUNTY).expect("registered");
    }
    // One harvest fills three of them.
    fund(&mut contract, 4 * BOUNTY);
    assert_eq!(books(&contract).fresh, BOUNTY);
    set_held(2_000_000);
    set_stake(other(), address(), 4 * BOUNTY - 1);
    fail(5, 13);
    assert_eq!(try_to_move(&mut contract), Err(Error::Subtensor(SubtensorError::AmountTooLow)));
}

/// What the chain moves not, because it is worth too little, bars nobody's way. What is free pays for it.
#[ink::test]
fn what_is_worth_too_little_stays_and_is_free_no_more() {
    for (free, moved_anyway, answer) in [(1_999_000, false, Ok(())), (1_999_000, true, Err(Error::TreasuryNotMoved)), (2_000_000, false, Err(Error::Subtensor(SubtensorError::AmountTooLow)))] {
        let mut contract = contract();
        set_held(free);
        contract.harvest().expect("harvested");
        if moved_anyway {
            keep_of_moves(1_000);
        } else {
            fail(5, 13);
        }
        assert_eq!(try_to_move(&mut contract), answer);
        if answer == Ok(()) {
            let treasury = books(&contract);
            assert_eq!((treasury.held, treasury.fresh + treasury.aged, stake(treasury_hotkey(), address())), (0, 0, free + COVER));
        }
    }
}

#[ink::test]
fn the_whole_pool_moves() {
    let mut contract = with_open_issue();
    set(&mut contract, &[Setting::CollateralBps(1_000), Setting::SlashBps(5_000)]);
    for uid in [5, 6] {
        deposit(&mut contract, uid, BOUNTY / 10);
    }
    start(&mut contract, 1, 2);
    at_block(146);
    end(&mut contract, 1, unsolved(true, true));
    contract.aged = 7;
    set_held(held() + 7);
    let before = contract.treasury().expect("read");
    let all = BOUNTY + BOUNTY / 5 + 7;
    let slashed = (BOUNTY / 10 - DUST) / 2 * 2;
    assert_eq!((before.held, before.allocated), (all + COVER, BOUNTY));
    assert_eq!((before.aged, before.collateral, before.fresh), (7, BOUNTY / 5 - slashed, slashed));
    move_to_other(&mut contract);
    assert_eq!((stakes(), solvent(&contract)), ((0, all), true));
    assert_eq!(contract.treasury(), Ok(before));
    // The chain takes deposits, pays and recycles there.
    deposit(&mut contract, 5, 9);
    assert_eq!(stakes(), (0, all + 9));
    assert_eq!(contract.withdraw_collateral(miner(5).hotkey, 9), Ok(()));
    at_block(RECYCLE);
    assert_eq!((stake(other(), miner(5).coldkey), contract.harvest()), (9, Ok(())));
    assert_eq!(stakes(), (0, all - 7));
    let hotkey = other();
    assert_eq!(contract.deposit_collateral(hotkey, 1), Err(Error::ReservedHotkey { hotkey }));
}

#[ink::test]
fn every_part_of_the_pool_must_arrive() {
    for part in 0..4 {
        for (stays, answer) in [(10, Ok(())), (11, Err(Error::TreasuryNotMoved))] {
            let mut contract = contract();
            let books = [&mut contract.allocated, &mut contract.fresh, &mut contract.collateral, &mut contract.aged];
            *books.into_iter().nth(part).expect("one of four") = 100;
            set_held(110 - COVER);
            keep_of_moves(stays);
            assert_eq!(try_to_move(&mut contract), answer);
        }
    }
}

#[ink::test]
fn a_move_says_what_moved_and_what_was_left() {
    let mut contract = with_open_issue();
    let old = config().treasury_coldkey;
    set_stake(treasury_hotkey(), old, 12);
    lock(old, 12);
    set_stake(other(), address(), 100);
    move_to_other(&mut contract);
    let (hotkey, coldkey) = keys_of(&birth(1));
    // After it come the settings and the change's end.
    emitted(2, (hotkey, coldkey, BOUNTY + COVER, 12u64));
    assert_eq!(stakes(), (0, BOUNTY + 100));
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.pending, treasury.pending_available, treasury.held), (0, 0, BOUNTY + COVER + 100));
}

#[ink::test]
fn nothing_moves_when_the_contract_holds_nothing() {
    let mut contract = contract();
    set_stake(treasury_hotkey(), address(), 0);
    move_to_other(&mut contract);
    let (hotkey, coldkey) = keys_of(&birth(1));
    emitted(2, (hotkey, coldkey, 0u64, 0u64));
    assert_eq!(calls(5), 0);
}

#[ink::test]
fn a_move_waits_like_every_change() {
    let mut contract = with_open_issue();
    let change = contract.set_config(vec![treasury(1)]).expect("announced").change;
    assert_eq!((stakes(), contract.config().treasury_hotkey), ((BOUNTY, 0), treasury_hotkey()));
    at_block(START + DELAY);
    assert_eq!(contract.apply(change), Ok(true));
    assert_eq!((stakes(), contract.config().treasury_hotkey), ((0, BOUNTY), other()));
}

#[ink::test]
#[should_panic(expected = "call_runtime")]
fn what_the_old_treasury_earned_is_fetched_first() {
    let mut contract = contract();
    set_stake(treasury_hotkey(), config().treasury_coldkey, 2_000_000);
    let _ = try_to_move(&mut contract);
}
