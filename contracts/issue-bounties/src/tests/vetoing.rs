use super::chain::*;
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::Setting;

/// A contract whose change 5, another smallest bounty, waits.
fn announced() -> IssueBounties {
    let mut contract = delayed();
    contract.set_config(vec![Setting::MinBounty(200_000_000)]).expect("announced");
    contract
}

fn veto(contract: &mut IssueBounties, index: u8) {
    call_as(validator(index));
    assert_eq!(contract.veto(5), Ok(()));
}

fn voters(contract: &IssueBounties) -> Vec<ink::primitives::AccountId> {
    contract.announced().first().expect("a change that waits").vetoes.clone()
}

#[ink::test]
fn half_of_the_weight_vetoes_nothing_more_than_half_does() {
    let mut contract = announced();
    // Validator 0 has 50 of 100.
    veto(&mut contract, 0);
    veto(&mut contract, 0);
    assert_eq!(voters(&contract), [validator(0)]);
    veto(&mut contract, 2);
    assert_eq!(contract.announced(), []);
    assert_eq!(contract.veto(5), Err(Error::ChangeClosed));
    at_block(1 + DELAY);
    assert_eq!(contract.apply(5), Err(Error::ChangeClosed));
    assert_eq!(contract.config().min_bounty, config().min_bounty);
}

#[ink::test]
fn a_change_that_is_due_can_be_vetoed_until_it_is_applied() {
    let mut contract = announced();
    at_block(1 + 2 * DELAY);
    veto(&mut contract, 0);
    veto(&mut contract, 1);
    assert_eq!(contract.apply(5), Err(Error::ChangeClosed));

    let mut contract = announced();
    veto(&mut contract, 0);
    at_block(1 + DELAY);
    assert_eq!(contract.apply(5), Ok(()));
    call_as(validator(1));
    assert_eq!(contract.veto(5), Err(Error::ChangeClosed));
}

#[ink::test]
fn a_higher_quorum_does_not_make_a_veto_harder() {
    let mut contract = contract();
    set(&mut contract, &[Setting::QuorumBps(10_000), Setting::OwnerDelay(DELAY)]);
    contract.set_config(vec![Setting::MinBounty(200_000_000)]).expect("announced");
    veto(&mut contract, 0);
    veto(&mut contract, 2);
    assert_eq!(contract.announced(), []);
}

#[ink::test]
fn only_validators_veto_and_only_what_waits() {
    let mut contract = announced();
    for stranger in [owner(), account(99)] {
        call_as(stranger);
        assert_eq!(contract.veto(5), Err(Error::NotAValidator));
    }
    call_as(validator(0));
    for unknown in [0, 6, u32::MAX] {
        assert_eq!(contract.veto(unknown), Err(Error::UnknownChange));
    }
    // The validators came by changes 1 to 3, at once.
    assert_eq!(contract.veto(1), Err(Error::ChangeClosed));
    call_as(owner());
    contract.withdraw_change(5).expect("taken back");
    call_as(validator(0));
    assert_eq!(contract.veto(5), Err(Error::ChangeClosed));
}

#[ink::test]
fn a_veto_weighs_what_its_validator_has_when_it_is_tallied() {
    let mut contract = announced();
    veto(&mut contract, 0);
    set_stake(validator(0), coldkey_of_validator(0), 0);
    // 20 of 50, then 50 of 50.
    veto(&mut contract, 2);
    assert_eq!(voters(&contract), [validator(0), validator(2)]);
    veto(&mut contract, 1);
    assert_eq!(contract.announced(), []);
}

#[ink::test]
fn a_removed_validators_veto_counts_no_more() {
    let mut contract = delayed();
    contract.remove_validator(validator(0)).expect("announced");
    contract.set_config(vec![Setting::MinBounty(200_000_000)]).expect("announced");
    call_as(validator(0));
    contract.veto(6).expect("voted");
    at_block(1 + DELAY);
    contract.apply(5).expect("applied");
    assert_eq!(voters(&contract), []);
    // 20 of the remaining 50.
    call_as(validator(2));
    contract.veto(6).expect("voted");
    assert_eq!(voters(&contract), [validator(2)]);
    call_as(validator(0));
    assert_eq!(contract.veto(6), Err(Error::NotAValidator));
}

#[ink::test]
fn each_change_has_its_own_vetoes() {
    let mut contract = announced();
    contract.set_config(vec![Setting::HarvestStep(7)]).expect("announced");
    veto(&mut contract, 0);
    call_as(validator(1));
    contract.veto(6).expect("voted");
    let vetoes: Vec<_> = contract.announced().into_iter().map(|change| (change.change, change.vetoes)).collect();
    assert_eq!(vetoes, [(5, vec![validator(0)]), (6, vec![validator(1)])]);
    veto(&mut contract, 2);
    let waiting: Vec<u32> = contract.announced().iter().map(|change| change.change).collect();
    assert_eq!(waiting, [6]);
}

#[ink::test]
fn nobody_vetoes_while_nobody_has_stake() {
    let mut contract = announced();
    for index in 0..3 {
        set_stake(validator(index), coldkey_of_validator(index), 0);
        veto(&mut contract, index);
    }
    assert_eq!(voters(&contract).len(), 3);
}
