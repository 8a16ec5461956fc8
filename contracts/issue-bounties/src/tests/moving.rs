use super::chain::*;
use crate::errors::{ConfigField, Error};
use crate::extension::SubtensorError;
use crate::issue_bounties::IssueBounties;
use crate::types::Setting;
use ink::primitives::AccountId;

fn to(hotkey: AccountId) -> Vec<Setting> {
    vec![Setting::Treasury { hotkey, coldkey: account(5) }]
}

fn moved(contract: &mut IssueBounties, hotkey: AccountId) {
    set(contract, &to(hotkey));
    assert_eq!((contract.config().treasury_hotkey, contract.config().treasury_coldkey), (hotkey, account(5)));
}

/// What the contract has behind the old treasury's hotkey and behind account 4.
fn stakes() -> (u64, u64) {
    (held(), stake(account(4), address()))
}

#[ink::test]
fn another_treasury_gets_all_that_the_old_one_held() {
    let mut contract = with_winner();
    set_stake(treasury_hotkey(), address(), BOUNTY + 9);
    moved(&mut contract, account(4));
    assert_eq!(stakes(), (0, BOUNTY + 9));
    // What is over the books is harvested there, and the winner is paid from there.
    contract.harvest().expect("harvested");
    assert_eq!(contract.treasury().expect("read").recycled, 9);
    at_block(100);
    assert_eq!(contract.payout(1), Ok(()));
    assert_eq!((stake(account(4), miner(6).coldkey), stakes()), (BOUNTY, (0, 0)));
}

#[ink::test]
fn money_that_does_not_arrive_keeps_the_treasury_where_it_is() {
    let mut contract = with_open_issue();
    fail(5, 13);
    assert_eq!(contract.set_config(to(account(4))), Err(Error::Subtensor(SubtensorError::AmountTooLow)));
    let mut contract = with_open_issue();
    // A success that did nothing.
    fail(5, 0);
    assert_eq!(contract.set_config(to(account(4))), Err(Error::TreasuryNotMoved));
    assert_eq!(stakes(), (BOUNTY, 0));
}

#[ink::test]
fn a_treasury_has_two_keys() {
    let mut contract = contract();
    let same = vec![Setting::Treasury { hotkey: account(5), coldkey: account(5) }];
    let refused = Err(Error::ConfigOutOfBounds(ConfigField::TreasuryColdkey));
    assert_eq!(contract.set_config(same), refused);
    // The contract is the treasury's proxy, never the treasury itself.
    let own = vec![Setting::Treasury { hotkey: account(4), coldkey: address() }];
    assert_eq!(contract.set_config(own), refused);
}

#[ink::test]
fn another_coldkey_alone_moves_nothing() {
    let mut contract = with_open_issue();
    moved(&mut contract, treasury_hotkey());
    assert_eq!(held(), BOUNTY);
}

#[ink::test]
fn the_same_treasury_is_no_change() {
    let mut contract = with_open_issue();
    fail(5, 1);
    let (hotkey, coldkey) = (config().treasury_hotkey, config().treasury_coldkey);
    set(&mut contract, &[Setting::Treasury { hotkey, coldkey }, Setting::HarvestStep(7)]);
    assert_eq!((contract.config().treasury_coldkey, contract.config().harvest_step), (coldkey, 7));
}

#[ink::test]
fn an_empty_treasury_has_nothing_to_move() {
    let mut contract = contract();
    moved(&mut contract, account(4));
    assert_eq!(stakes(), (0, 0));
}

#[ink::test]
fn a_stake_that_was_rounded_down_moves_as_it_is() {
    let mut contract = with_open_issue();
    set_stake(treasury_hotkey(), address(), BOUNTY - 2);
    moved(&mut contract, account(4));
    assert_eq!(stakes(), (0, BOUNTY - 2));
}

#[ink::test]
fn stake_that_a_swap_of_the_hotkey_took_along_is_found_there() {
    let mut contract = with_open_issue();
    set_stake(treasury_hotkey(), address(), 0);
    set_stake(account(4), address(), BOUNTY);
    fail(5, 1);
    moved(&mut contract, account(4));
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

#[ink::test]
fn dust_may_stay_behind_when_the_books_are_covered() {
    let mut contract = with_open_issue();
    set_stake(treasury_hotkey(), address(), 5);
    fail(5, 13);
    set_stake(account(4), address(), BOUNTY - 1);
    assert_eq!(contract.set_config(to(account(4))), Err(Error::Subtensor(SubtensorError::AmountTooLow)));

    let mut contract = with_open_issue();
    set_stake(treasury_hotkey(), address(), 5);
    fail(5, 13);
    set_stake(account(4), address(), BOUNTY);
    moved(&mut contract, account(4));
    assert_eq!(stakes(), (5, BOUNTY));
}

#[ink::test]
fn money_that_no_issue_has_yet_must_arrive_too() {
    let mut contract = contract();
    for number in 1..=4 {
        contract.register_issue("acme/widgets".into(), number, BOUNTY).expect("registered");
    }
    // One harvest fills three of them.
    fund(&mut contract, 4 * BOUNTY);
    assert_eq!(contract.treasury().expect("read").unallocated, BOUNTY);
    set_stake(treasury_hotkey(), address(), 5);
    set_stake(account(4), address(), 4 * BOUNTY - 1);
    fail(5, 13);
    assert_eq!(contract.set_config(to(account(4))), Err(Error::Subtensor(SubtensorError::AmountTooLow)));
}

#[ink::test]
fn collateral_behind_the_new_hotkey_stays_collateral() {
    let mut contract = with_open_issue();
    let hotkey = miner(5).hotkey;
    deposit(&mut contract, 5, 30);
    moved(&mut contract, hotkey);
    assert_eq!(stake(hotkey, address()), BOUNTY + 30);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    set_stake(hotkey, address(), BOUNTY + 37);
    contract.harvest().expect("harvested");
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.allocated, treasury.recycled, treasury.collateral), (BOUNTY, 7, 30));
    call_as(miner(5).coldkey);
    assert_eq!(contract.deposit_collateral(hotkey, 1), Err(Error::CollateralBehindTreasury));
    assert_eq!(contract.withdraw_collateral(hotkey, 30), Ok(()));
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

#[ink::test]
fn collateral_behind_the_new_hotkey_does_not_pay_for_bounties() {
    let mut contract = with_open_issue();
    deposit(&mut contract, 5, BOUNTY);
    fail(5, 0);
    call_as(owner());
    assert_eq!(contract.set_config(to(miner(5).hotkey)), Err(Error::TreasuryNotMoved));
}

#[ink::test]
fn slashed_collateral_behind_the_new_hotkey_is_not_harvested() {
    let mut contract = with_open_issue();
    set(&mut contract, &[Setting::CollateralBps(1_000)]);
    for uid in [5, 6] {
        deposit(&mut contract, uid, BOUNTY / 10);
    }
    start(&mut contract, 1, 2);
    at_block(176);
    fail(16, 22);
    contract.expire(1).expect("expired");
    mend(16);
    moved(&mut contract, miner(5).hotkey);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    assert_eq!(contract.recycle_slashed(miner(5).hotkey), Ok(()));
    assert_eq!(stake(miner(5).hotkey, address()), BOUNTY);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

#[ink::test]
fn a_move_waits_like_every_change() {
    let mut contract = with_open_issue();
    set(&mut contract, &[Setting::OwnerDelay(DELAY)]);
    let change = contract.set_config(to(account(4))).expect("announced").change;
    assert_eq!((stakes(), contract.config().treasury_hotkey), ((BOUNTY, 0), treasury_hotkey()));
    at_block(1 + DELAY);
    assert_eq!(contract.apply(change), Ok(()));
    assert_eq!((stakes(), contract.config().treasury_hotkey), ((0, BOUNTY), account(4)));
}

#[ink::test]
#[should_panic(expected = "call_runtime")]
fn what_the_old_treasury_earned_is_fetched_first() {
    let mut contract = contract();
    set_stake(treasury_hotkey(), config().treasury_coldkey, 7);
    let _ = contract.set_config(to(account(4)));
}

#[ink::test]
fn what_was_withdrawn_behind_the_new_hotkey_before_is_no_longer_kept_apart() {
    let mut contract = contract();
    let hotkey = miner(5).hotkey;
    deposit(&mut contract, 5, 10 * BOUNTY);
    call_as(miner(5).coldkey);
    contract.withdraw_collateral(hotkey, 4 * BOUNTY).expect("withdrawn");
    call_as(owner());
    moved(&mut contract, hotkey);
    set_stake(hotkey, address(), 6 * BOUNTY + 9);
    contract.harvest().expect("harvested");
    assert_eq!(contract.treasury().expect("read").recycled, 9);
}
