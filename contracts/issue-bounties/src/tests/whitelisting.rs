use super::scenes::*;
use crate::config::Weighting;
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::types::ValidatorInfo;

#[ink::test]
fn validators_weigh_the_live_stake_of_their_coldkeys() {
    let mut contract = in_setup();
    contract.add_validator(account(90), vec![account(91), account(92)]).expect("added");
    set_stake(account(90), account(91), 7);
    set_stake(account(90), account(92), 8);
    set_stake(account(90), account(93), 1_000);
    let weights: Vec<u64> = contract.validators().expect("read").iter().map(|info| info.weight).collect();
    assert_eq!(weights, [50_000_000_000, 30_000_000_000, 20_000_000_000, 15]);
    set_stake(account(90), account(91), 0);
    assert_eq!(
        contract.validators().expect("read").last(),
        Some(&ValidatorInfo { hotkey: account(90), coldkeys: vec![account(91), account(92)], weight: 8 })
    );
}

#[ink::test]
fn by_count_each_weighs_one() {
    let mut settings = config();
    settings.weighting = Weighting::ByCount;
    let mut contract = contract_with(settings);
    contract.add_validator(account(90), vec![]).expect("added");
    contract.add_validator(account(91), vec![account(92)]).expect("added");
    let weights: Vec<u64> = contract.validators().expect("read").iter().map(|info| info.weight).collect();
    assert_eq!(weights, [1, 1]);
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
    assert_eq!(contract.validators().expect("read").len(), 3);
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
    let contract = contract();
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
        assert_eq!(contract.treasury(), Err(Error::Subtensor(name)));
        assert_eq!(contract.solvent(), Err(Error::Subtensor(name)));
    }
}

#[ink::test]
fn a_weight_that_no_number_holds_is_refused() {
    let mut contract = in_setup();
    contract.add_validator(account(90), vec![account(91), account(92)]).expect("added");
    set_stake(account(90), account(91), u64::MAX);
    assert_eq!(contract.validators(), Err(Error::Overflow), "more than all others together leave room for");
    for index in 0..3 {
        set_stake(validator(index), coldkey_of_validator(index), 0);
    }
    assert_eq!(contract.validators().expect("read")[3].weight, u64::MAX);
    set_stake(account(90), account(92), 1);
    assert_eq!(contract.validators(), Err(Error::Overflow), "more than one of them holds");
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
    assert_eq!(contract.announced(), []);
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
        at_block(1 + DELAY);
        assert_eq!(contract.apply(order[0]), Ok(()));
        assert_eq!(contract.apply(order[1]), cannot);
    }
}
