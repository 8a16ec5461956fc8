//! Voting power instead of stake, where the chain keeps it.

use super::scenes::*;
use crate::config::{Config, Weighting};
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::issue_bounties::IssueBounties;
use crate::types::{IssueStatus, Setting};

const BY_VOTING_POWER: Setting = Setting::Weighting(Weighting::ByVotingPower);

fn weights(contract: &IssueBounties) -> Vec<u64> {
    contract.validators().expect("read").iter().map(|info| info.weight).collect()
}

#[ink::test]
fn a_validators_average_weighs_whatever_stake_arrives() {
    let mut contract = contract();
    track_voting_power(true);
    set_voting_power(validator(0), 7);
    set_voting_power(validator(2), 8);
    // Of coldkeys it says nothing.
    set_voting_power(coldkey_of_validator(1), 1_000);
    set(&mut contract, &[BY_VOTING_POWER]);
    assert_eq!(weights(&contract), [7, 0, 8]);
    set_stake(validator(1), coldkey_of_validator(1), u64::MAX);
    assert_eq!(weights(&contract), [7, 0, 8]);
    set(&mut contract, &[Setting::Weighting(Weighting::ByCount)]);
    assert_eq!(weights(&contract), [1, 1, 1]);
}

#[ink::test]
fn the_average_decides() {
    let mut contract = with_competition();
    track_voting_power(true);
    for (index, power) in [(0, 10), (1, 20), (2, 71)] {
        set_voting_power(validator(index), power);
    }
    set(&mut contract, &[BY_VOTING_POWER]);
    at_block(60);
    decide(&mut contract, 1, solved(5));
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Competing, "30 of 101");
    call_as(validator(2));
    contract.vote_outcome(1, solved(5)).expect("voted");
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Solved);
}

#[ink::test]
fn it_is_chosen_only_where_the_chain_keeps_it() {
    let mut contract = contract();
    assert_eq!(contract.set_config(vec![BY_VOTING_POWER]), Err(Error::VotingPowerOff));
    fail(39, 9);
    let refused = Err(Error::Subtensor(SubtensorError::SubnetDoesNotExist));
    assert_eq!(contract.set_config(vec![BY_VOTING_POWER]), refused);
    mend(39);
    assert_eq!((contract.announced(), contract.config().weighting), (vec![], Weighting::ByStake));
    track_voting_power(true);
    assert!(contract.set_config(vec![BY_VOTING_POWER]).is_ok());
    // It is asked again when the change is applied.
    track_voting_power(false);
    at_block(1 + DELAY);
    let change = contract.change_count;
    assert_eq!(contract.apply(change), Err(Error::VotingPowerOff));
}

#[ink::test]
fn a_contract_can_be_created_with_it() {
    let settings = Config { weighting: Weighting::ByVotingPower, ..config() };
    arrive();
    assert_eq!(IssueBounties::new(settings.clone()).err(), Some(Error::VotingPowerOff));
    arrive();
    track_voting_power(true);
    let contract = IssueBounties::new(settings.clone()).expect("created");
    assert_eq!((contract.config(), calls(39)), (settings, 1));
    // Other weightings ask for nothing.
    for weighting in [Weighting::ByStake, Weighting::ByCount] {
        contract_with(Config { weighting, ..config() });
        assert_eq!(calls(39), 0);
    }
}

#[ink::test]
fn other_settings_change_while_it_is_off() {
    let mut contract = contract();
    track_voting_power(true);
    set(&mut contract, &[BY_VOTING_POWER]);
    track_voting_power(false);
    set(&mut contract, &[Setting::HarvestStep(7)]);
    set(&mut contract, &[BY_VOTING_POWER, Setting::HarvestStep(8)]);
    assert_eq!((contract.config().weighting, contract.config().harvest_step), (Weighting::ByVotingPower, 8));
    set(&mut contract, &[Setting::Weighting(Weighting::ByStake)]);
    assert_eq!(contract.set_config(vec![BY_VOTING_POWER]), Err(Error::VotingPowerOff));
    assert!(contract.set_config(vec![Setting::Weighting(Weighting::ByCount)]).is_ok());
}

#[ink::test]
fn a_refusal_of_the_chain_is_named() {
    let mut contract = contract();
    track_voting_power(true);
    set(&mut contract, &[BY_VOTING_POWER]);
    fail(37, 9);
    assert_eq!(contract.validators(), Err(Error::Subtensor(SubtensorError::SubnetDoesNotExist)));
    mend(37);
    for index in 0..2 {
        set_voting_power(validator(index), u64::MAX);
    }
    assert_eq!(contract.validators(), Err(Error::Overflow));
}
