use super::chain::*;
use crate::collateral::share;
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::types::Collateral;

const AMOUNT: u64 = 20_000_000_000;

#[ink::test]
fn a_deposit_stands_behind_the_miners_own_hotkey() {
    let mut contract = contract();
    deposit(&mut contract, 5, AMOUNT);
    deposit(&mut contract, 5, 3);
    deposit(&mut contract, 6, 7);
    assert_eq!((collateral(&contract, 5), collateral(&contract, 6), collateral(&contract, 7)), ((AMOUNT + 3, 0), (7, 0), (0, 0)));
    assert_eq!((stake(miner(5).hotkey, address()), stake(miner(5).hotkey, miner(5).coldkey)), (AMOUNT + 3, 0));
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.collateral, treasury.slashed, treasury.slashed_recycled), (AMOUNT + 10, 0, 0));
    assert_eq!((treasury.unallocated, held()), (0, 0));
}

#[ink::test]
fn a_deposit_is_what_the_caller_gave_and_what_arrived() {
    let mut contract = contract();
    let (hotkey, coldkey) = (miner(5).hotkey, miner(5).coldkey);
    set_stake(hotkey, coldkey, 50);
    // Somebody else's gift to the contract is nobody's deposit.
    set_stake(hotkey, address(), 1_000);
    call_as(coldkey);
    assert_eq!(contract.deposit_collateral(hotkey, 30), Ok(()));
    assert_eq!(contract.deposit_collateral(hotkey, 30), Ok(()));
    assert_eq!(collateral(&contract, 5), (50, 0));
    assert_eq!(contract.deposit_collateral(hotkey, 30), Err(Error::CollateralNotReceived));
    set_stake(hotkey, coldkey, 40);
    lose(4);
    assert_eq!(contract.deposit_collateral(hotkey, 30), Ok(()));
    assert_eq!(collateral(&contract, 5), (76, 0));
    // What comes from another coldkey is not the caller's.
    lose(0);
    set_stake(hotkey, miner(6).coldkey, 40);
    take_deposits_from(miner(6).coldkey);
    assert_eq!(contract.deposit_collateral(hotkey, 40), Err(Error::CollateralNotReceived));
    assert_eq!((collateral(&contract, 5), contract.treasury().expect("read").collateral), ((76, 0), 76));
}

#[ink::test]
fn a_refused_deposit_says_why() {
    let mut contract = contract();
    call_as(miner(5).coldkey);
    set_stake(miner(5).hotkey, miner(5).coldkey, AMOUNT);
    assert_eq!(contract.deposit_collateral(miner(5).hotkey, 0), Err(Error::ZeroAmount));
    set_stake(treasury_hotkey(), miner(5).coldkey, AMOUNT);
    assert_eq!(contract.deposit_collateral(treasury_hotkey(), AMOUNT), Err(Error::CollateralBehindTreasury));
    fail(25, 13);
    assert_eq!(contract.deposit_collateral(miner(5).hotkey, 1), Err(Error::Subtensor(SubtensorError::AmountTooLow)));
    // A success that did nothing.
    fail(25, 0);
    assert_eq!(contract.deposit_collateral(miner(5).hotkey, 1), Err(Error::CollateralNotReceived));
    assert_eq!(collateral(&contract, 5), (0, 0));
}

#[ink::test]
fn what_is_free_can_be_withdrawn() {
    let mut contract = contract();
    deposit(&mut contract, 5, AMOUNT);
    let (hotkey, coldkey) = (miner(5).hotkey, miner(5).coldkey);
    assert_eq!(contract.withdraw_collateral(hotkey, 0), Err(Error::ZeroAmount));
    assert_eq!(contract.withdraw_collateral(hotkey, AMOUNT + 1), Err(Error::NotEnoughCollateral { deposited: AMOUNT }));
    assert_eq!(contract.withdraw_collateral(hotkey, 5), Ok(()));
    assert_eq!((collateral(&contract, 5), transfers()), ((AMOUNT - 5, 0), vec![(coldkey, 5)]));
    assert_eq!(contract.withdraw_collateral(hotkey, AMOUNT - 5), Ok(()));
    assert_eq!((collateral(&contract, 5), stake(hotkey, coldkey), stake(hotkey, address())), ((0, 0), AMOUNT, 0));
    assert_eq!(contract.treasury().expect("read").collateral, 0);
    assert_eq!(contract.withdraw_collateral(hotkey, 1), Err(Error::NotEnoughCollateral { deposited: 0 }));
}

#[ink::test]
fn nobody_withdraws_what_another_coldkey_deposited() {
    let mut contract = contract();
    deposit(&mut contract, 5, AMOUNT);
    let (hotkey, other) = (miner(5).hotkey, account(95));
    set_stake(hotkey, other, 9);
    call_as(other);
    assert_eq!(contract.withdraw_collateral(hotkey, 1), Err(Error::NotEnoughCollateral { deposited: 0 }));
    contract.deposit_collateral(hotkey, 9).expect("deposited");
    assert_eq!(contract.withdraw_collateral(hotkey, 10), Err(Error::NotEnoughCollateral { deposited: 9 }));
    let both = contract.collateral(vec![(hotkey, other), (hotkey, miner(5).coldkey)]);
    let free = |deposited| Collateral { deposited, locked: 0 };
    assert_eq!(both, [free(9), free(AMOUNT)]);
}

#[ink::test]
fn a_withdrawal_that_the_chain_refuses_or_would_cut_is_refused() {
    let mut contract = contract();
    deposit(&mut contract, 5, AMOUNT);
    let hotkey = miner(5).hotkey;
    fail(6, 22);
    assert_eq!(contract.withdraw_collateral(hotkey, 1), Err(Error::Subtensor(SubtensorError::SubtokenDisabled)));
    mend(6);
    // The miner's owner has swapped the hotkey: the stake went with it.
    set_stake(hotkey, address(), 4);
    assert_eq!(contract.withdraw_collateral(hotkey, 5), Err(Error::NotEnoughHeld { held: 4 }));
    assert_eq!(transfers(), []);
}

#[ink::test]
fn a_view_answers_for_a_whole_subnet_and_no_more() {
    let mut contract = contract();
    deposit(&mut contract, 5, AMOUNT);
    let mut miners = vec![(miner(6).hotkey, miner(6).coldkey); 300];
    miners[255] = (miner(5).hotkey, miner(5).coldkey);
    let answer = contract.collateral(miners);
    assert_eq!(answer.len(), 256);
    assert_eq!((answer[255].deposited, answer[254].deposited), (AMOUNT, 0));
    assert_eq!(contract.collateral(vec![]), []);
}

#[ink::test]
fn shares_are_rounded_down() {
    assert_eq!(share(10_000, 1), 1);
    assert_eq!(share(9_999, 1), 0);
    assert_eq!(share(100, 3_333), 33);
    assert_eq!(share(u64::MAX, 10_000), u64::MAX);
    assert_eq!(share(u64::MAX, 5_000), u64::MAX / 2);
    assert_eq!(share(0, 10_000), 0);
}
