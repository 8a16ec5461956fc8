use super::scenes::*;
use crate::errors::Error;
use crate::extension::SubtensorError;

#[ink::test]
fn validators_weigh_the_stake_of_their_coldkeys() {
    let mut contract = in_setup();
    contract.add_validator(account(90), vec![account(91), account(92)]).expect("added");
    set_stake(account(90), account(91), 7);
    set_stake(account(90), account(92), 8);
    set_stake(account(90), account(93), 1_000);
    weigh(&mut contract);
    assert_eq!(weights(&contract), (vec![50 * ALPHA, 30 * ALPHA, 20 * ALPHA, 15], 100 * ALPHA + 15));
    set_stake(account(90), account(91), 0);
    assert_eq!(weights(&contract).0[3], 8);
    let infos = contract.validators().expect("read").validators;
    let last = infos.last().map(|info| (info.hotkey, info.coldkeys.clone()));
    assert_eq!(last, Some((account(90), vec![account(91), account(92)])));
}

#[ink::test]
fn only_the_owner_changes_the_whitelist() {
    let mut contract = contract();
    call_as(validator(0));
    assert_eq!(contract.add_validator(account(90), vec![]), Err(Error::NotOwner));
    assert_eq!(contract.remove_validator(validator(1)), Err(Error::NotOwner));
}

#[ink::test]
fn refuses_what_would_break_the_whitelist() {
    let mut contract = in_setup();
    assert_eq!(contract.add_validator(validator(0), vec![]), Err(Error::DuplicateValidator { hotkey: validator(0) }));
    assert_eq!(contract.add_validator(account(90), (0..5).map(account).collect()), Err(Error::TooManyColdkeys));
    let twice = vec![account(91), account(92), account(91)];
    assert_eq!(contract.add_validator(account(90), twice), Err(Error::DuplicateColdkey { coldkey: account(91) }));
    contract.add_validator(account(89), (5..9).map(account).collect()).expect("added");
    for coldkey in [address(), config().treasury_coldkey] {
        assert_eq!(contract.add_validator(account(90), vec![account(91), coldkey]), Err(Error::TreasuryCannotVote));
    }
    assert_eq!(contract.remove_validator(account(90)), Err(Error::UnknownValidator { hotkey: account(90) }));
    contract.remove_validator(validator(0)).expect("removed");
    assert_eq!(contract.remove_validator(validator(0)), Err(Error::UnknownValidator { hotkey: validator(0) }));
    assert_eq!(contract.whitelist().len(), 3);
}

#[ink::test]
fn holds_sixty_four() {
    let mut contract = contract_with(config());
    for byte in 0..64 {
        contract.add_validator(account(byte), vec![]).expect("added");
    }
    assert_eq!(contract.add_validator(account(64), vec![]), Err(Error::ValidatorsFull));
}

#[ink::test]
fn every_code_of_the_extension_has_its_name() {
    use SubtensorError::*;
    let mut contract = contract();
    let names = [
        RuntimeError,
        NotEnoughBalanceToStake,
        NonAssociatedColdkey,
        BalanceWithdrawalError,
        NotRegistered,
        NotEnoughStakeToWithdraw,
        RateLimitExceeded,
        SlippageTooHigh,
        SubnetDoesNotExist,
        HotkeyNotRegisteredInSubnet,
        AutoStakeAlreadySet,
        InsufficientBalance,
        AmountTooLow,
        InsufficientLiquidity,
        SameNetuid,
        TooManyProxies,
        DuplicateProxy,
        NoSelfProxy,
        ProxyNotFound,
        SystemAccount,
        CannotRecycleOnRoot,
        SubtokenDisabled,
        UnknownCode(23),
    ];
    for (code, name) in (1..).zip(names) {
        fail(0, code);
        assert_eq!(contract.validators(), Err(Error::Subtensor(name)));
        assert_eq!(contract.note_weights(), Err(Error::Subtensor(name)));
        assert_eq!(contract.treasury(), Err(Error::Subtensor(name)));
    }
}

#[ink::test]
fn a_treasury_that_backs_a_validator_is_refused_both_ways_round() {
    let coldkey = keys_of(&birth(1)).1;
    let (voter, new_treasury) = (account(90), vec![treasury(1)]);
    let cannot = Err(Error::TreasuryCannotVote);
    // First the validator, then the treasury.
    let mut contract = contract();
    apply(&mut contract, |contract| contract.add_validator(voter, vec![account(91), coldkey])).expect("added");
    assert_eq!(contract.set_config(new_treasury.clone()).map(|_| ()), cannot);
    assert_eq!(waiting(&contract), []);
    apply(&mut contract, |contract| contract.remove_validator(voter)).expect("removed");
    assert!(contract.set_config(new_treasury.clone()).is_ok());

    // First the treasury, then the validator.
    let mut contract = super::scenes::contract();
    set(&mut contract, &new_treasury);
    assert_eq!(contract.add_validator(voter, vec![account(91), coldkey]).map(|_| ()), cannot);
    let former = config().treasury_coldkey;
    assert!(contract.add_validator(voter, vec![former]).is_ok(), "the one before is an account like others");

    // Both are announced: the second that is applied is refused.
    for order in [[5, 6], [6, 5]] {
        let mut contract = super::scenes::contract();
        contract.set_config(new_treasury.clone()).expect("announced");
        contract.add_validator(voter, vec![coldkey]).expect("announced");
        at_block(START + DELAY);
        assert_eq!(contract.apply(order[0]), Ok(true));
        assert_eq!(contract.apply(order[1]).map(|_| ()), cannot);
    }
}
