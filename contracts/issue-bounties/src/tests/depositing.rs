use super::scenes::*;
use crate::collateral::share;
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::types::{Collateral, Competitor};

const AMOUNT: u64 = 20_000_000_000;

/// What the contract has behind miner 5's hotkey, and what the miner has.
fn behind() -> (u64, u64) {
    let Competitor { hotkey, coldkey, .. } = miner(5);
    (stake(hotkey, address()), stake(hotkey, coldkey))
}

#[ink::test]
fn a_deposit_is_part_of_the_pool_behind_the_treasurys_hotkey() {
    let mut contract = contract();
    deposit(&mut contract, 5, AMOUNT);
    emitted(0, (miner(5).hotkey, miner(5).coldkey, AMOUNT, AMOUNT));
    deposit(&mut contract, 5, 3);
    emitted(0, (miner(5).hotkey, miner(5).coldkey, 3u64, AMOUNT + 3));
    deposit(&mut contract, 6, 7);
    assert_eq!((collateral(&contract, 5), collateral(&contract, 6), collateral(&contract, 7)), ((AMOUNT + 3, 0), (7, 0), (0, 0)));
    assert_eq!((behind(), held()), ((0, 0), AMOUNT + 10));
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.held, treasury.collateral, treasury.slashed), (AMOUNT + 10 + COVER, AMOUNT + 10, 0));
    assert_eq!((treasury.fresh, treasury.aged, solvent(&contract)), (0, 0, true));
    assert_eq!(contract.harvest(), Err(Error::NothingToDo), "it is nobody else's");
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
    assert_eq!((collateral(&contract, 5), held(), behind()), ((50, 0), 50, (1_000, 0)));
    assert_eq!(contract.deposit_collateral(hotkey, 30), Err(Error::CollateralNotReceived));
    set_stake(hotkey, coldkey, 40);
    lose(4);
    assert_eq!(contract.deposit_collateral(hotkey, 30), Ok(()));
    assert_eq!((collateral(&contract, 5), held(), behind()), ((76, 0), 76, (1_000, 10)));
    // What comes from another coldkey is not the caller's.
    lose(0);
    set_stake(hotkey, miner(6).coldkey, 40);
    take_deposits_from(miner(6).coldkey);
    assert_eq!(contract.deposit_collateral(hotkey, 40), Err(Error::CollateralNotReceived));
    assert_eq!((collateral(&contract, 5), contract.treasury().expect("read").collateral, held()), ((76, 0), 76, 76));
}

#[ink::test]
fn of_a_deposit_that_shrinks_on_its_way_into_the_pool_the_rest_is_booked() {
    let mut contract = contract();
    set_held(1_000);
    lose_of_moves(4);
    deposit(&mut contract, 5, 30);
    assert_eq!((collateral(&contract, 5), held(), contract.treasury().expect("read").collateral), ((26, 0), 1_026, 26));
    set_stake(miner(5).hotkey, miner(5).coldkey, 4);
    assert_eq!(contract.deposit_collateral(miner(5).hotkey, 4), Err(Error::CollateralNotReceived));
    assert_eq!((collateral(&contract, 5), held()), ((26, 0), 1_026));
}

#[ink::test]
fn a_deposit_that_does_not_get_into_the_pool_is_refused() {
    let Competitor { hotkey, coldkey, .. } = miner(5);
    // All of it, or a part, is lost or stays the miner's; or the chain says why it does not move it.
    let cases: [(fn(), Error); 6] = [
        (|| fail(25, 0), Error::CollateralNotReceived),
        (|| lose_of_moves(DUST + 1), Error::CollateralNotReceived),
        (|| lose(DUST + 1), Error::CollateralNotReceived),
        (|| lose(30), Error::CollateralNotReceived),
        (|| keep_of_moves(30), Error::CollateralNotReceived),
        (|| fail(25, 13), Error::Subtensor(SubtensorError::AmountTooLow)),
    ];
    for (fault, refusal) in cases {
        let mut contract = contract();
        set_stake(hotkey, coldkey, 30);
        set_stake(hotkey, address(), 5);
        fault();
        call_as(coldkey);
        assert_eq!(contract.deposit_collateral(hotkey, 30), Err(refusal));
        assert_eq!((collateral(&contract, 5), contract.treasury().expect("read").collateral), ((0, 0), 0));
    }
}

#[ink::test]
fn a_refused_deposit_says_why() {
    let mut contract = contract();
    call_as(miner(5).coldkey);
    let hotkey = treasury_hotkey();
    set_stake(miner(5).hotkey, miner(5).coldkey, AMOUNT);
    assert_eq!(contract.deposit_collateral(miner(5).hotkey, 0), Err(Error::ZeroAmount));
    set_stake(hotkey, miner(5).coldkey, AMOUNT);
    assert_eq!(contract.deposit_collateral(hotkey, AMOUNT), Err(Error::ReservedHotkey { hotkey }));
    for (code, refusal) in [(13, SubtensorError::AmountTooLow), (1, SubtensorError::RuntimeError)] {
        fail(24, code);
        assert_eq!(contract.deposit_collateral(miner(5).hotkey, 1), Err(Error::Subtensor(refusal)));
    }
    // A success that did nothing.
    fail(24, 0);
    assert_eq!(contract.deposit_collateral(miner(5).hotkey, 1), Err(Error::CollateralNotReceived));
    assert_eq!((collateral(&contract, 5), held(), calls(25)), ((0, 0), 0, 0));
}

#[ink::test]
fn a_deposit_leaves_alone_what_the_miner_has_behind_the_treasurys_hotkey() {
    let mut contract = contract();
    let Competitor { hotkey, coldkey, .. } = miner(5);
    set_stake(treasury_hotkey(), coldkey, 1_000);
    set_stake(hotkey, coldkey, 30);
    keep_of_moves(10);
    call_as(coldkey);
    assert_eq!(contract.deposit_collateral(hotkey, 40), Ok(()));
    // What the chain did not move stays the miner's, and is not booked.
    assert_eq!((collateral(&contract, 5), stake(treasury_hotkey(), coldkey), behind()), ((20, 0), 1_000, (0, 10)));
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
    emitted(0, (hotkey, coldkey, AMOUNT - 5, 0u64));
    // It comes back behind the treasury's hotkey.
    assert_eq!((collateral(&contract, 5), stake(treasury_hotkey(), coldkey), held(), behind()), ((0, 0), AMOUNT, 0, (0, 0)));
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
    let both = [other, miner(5).coldkey].map(|coldkey| contract.collateral_of(hotkey, coldkey));
    let free = |deposited| Collateral { deposited, locked: 0 };
    assert_eq!(both, [free(9), free(AMOUNT)]);
}

#[ink::test]
fn a_withdrawal_that_the_chain_refuses_or_would_cut_is_refused() {
    let mut contract = contract();
    deposit(&mut contract, 5, AMOUNT);
    let hotkey = miner(5).hotkey;
    fail(6, 22);
    let error = SubtensorError::SubtokenDisabled;
    // These tests do not revert what is refused: this one rao is off the books.
    assert_eq!(contract.withdraw_collateral(hotkey, 1), Err(Error::PaymentRefused { error }));
    mend(6);
    let (all, short) = (AMOUNT - 1, AMOUNT - DUST - 2);
    set_stake(treasury_hotkey(), address(), short);
    assert_eq!(contract.withdraw_collateral(hotkey, all), Err(Error::NotEnoughHeld { held: short, needed: all }));
    assert_eq!(transfers(), []);
    let mut contract = self::contract();
    deposit(&mut contract, 5, all);
    pay_at_most(short);
    assert_eq!(contract.withdraw_collateral(hotkey, all), Err(Error::PaymentIncomplete { moved: short }));
}

#[ink::test]
fn a_swap_of_a_miners_hotkey_touches_nobodys_collateral() {
    let mut contract = contract();
    deposit(&mut contract, 5, AMOUNT);
    let (hotkey, stranger) = (miner(5).hotkey, account(95));
    // The swap takes along what is behind the hotkey: nothing of the contract's. Then a stranger deposits behind it.
    assert_eq!(stake(hotkey, address()), 0);
    set_stake(hotkey, stranger, 9);
    call_as(stranger);
    contract.deposit_collateral(hotkey, 9).expect("deposited");
    assert_eq!((held(), solvent(&contract)), (AMOUNT + 9, true));
    call_as(miner(5).coldkey);
    assert_eq!(contract.withdraw_collateral(hotkey, AMOUNT), Ok(()));
    assert_eq!(stake(treasury_hotkey(), miner(5).coldkey), AMOUNT);
    call_as(stranger);
    assert_eq!(contract.withdraw_collateral(hotkey, 9), Ok(()));
    assert_eq!((stake(treasury_hotkey(), stranger), held()), (9, 0));
}

#[ink::test]
fn nothing_but_a_payment_leaves_the_pool_in_a_withdrawal() {
    let mut contract = with_open_issue();
    deposit(&mut contract, 5, AMOUNT);
    call_as(miner(5).coldkey);
    contract.withdraw_collateral(miner(5).hotkey, AMOUNT).expect("withdrawn");
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.held, treasury.allocated, treasury.collateral, treasury.paid), (BOUNTY + COVER, BOUNTY, 0, 0));
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
