//! What the events say. Those of payments, recycling, slashing and vetoes are checked where these are.

use super::scenes::*;
use crate::config::Config;
use crate::errors::Error;
use crate::types::{CancelReason, Change, Setting};
use ink::primitives::AccountId;

#[ink::test]
fn a_contract_and_its_validators() {
    let mut contract = contract_with(config());
    emitted(0, (owner(), config()));
    contract.add_validator(account(90), vec![account(91), account(92)]).expect("added");
    let (hotkey, coldkeys) = (account(90), vec![account(91), account(92)]);
    let what = Change::AddValidator { hotkey, coldkeys: coldkeys.clone() };
    // The announcement, what became of it, and its end.
    emitted(2, (1u32, what, 1u32, 50_401u32));
    emitted(1, (hotkey, coldkeys));
    emitted(0, 1u32);
    contract.remove_validator(account(90)).expect("removed");
    emitted(2, (2u32, Change::RemoveValidator { hotkey }, 1u32, 50_401u32));
    emitted(1, hotkey);
    emitted(0, 2u32);
}

#[ink::test]
fn a_change_of_settings() {
    let mut contract = contract();
    at_block(20);
    let settings = vec![Setting::HarvestStep(7)];
    contract.set_config(settings.clone()).expect("announced");
    emitted(0, (5u32, Change::Config(settings), 20 + DELAY, 20 + DELAY + 50_400));
    at_block(20 + DELAY);
    contract.apply(5).expect("applied");
    emitted(1, Config { harvest_step: 7, owner_delay: DELAY, ..config() });
    emitted(0, 5u32);
    contract.set_config(vec![Setting::HarvestStep(8)]).expect("announced");
    contract.withdraw_change(6).expect("taken back");
    emitted(0, 6u32);
}

#[ink::test]
fn a_new_owner() {
    let mut contract = contract();
    apply(&mut contract, |contract| contract.propose_owner(account(80))).expect("offered");
    emitted(1, (account(80), START + DELAY + 14_400));
    emitted(0, 5u32);
    for step in [7, 8] {
        contract.set_config(vec![Setting::HarvestStep(step)]).expect("announced");
    }
    contract.vetoes.insert(6, &vec![validator(0)]);
    call_as(account(80));
    contract.accept_ownership().expect("accepted");
    emitted(2, 6u32);
    emitted(1, 7u32);
    emitted(0, (owner(), account(80)));
    assert_eq!(contract.vetoes.get(6), None);
    let before = events();
    contract.pause().expect("paused");
    contract.unpause().expect("running");
    emitted(1, ());
    emitted(0, ());
    assert_eq!(events(), before + 2);
}

#[ink::test]
fn an_issue_from_its_registration_to_its_verdict() {
    let mut contract = contract();
    contract.register_issue("acme/widgets".into(), 42, BOUNTY).expect("registered");
    emitted(0, (1u32, "acme/widgets".to_string(), 42u32, BOUNTY));
    fund(&mut contract, 9);
    emitted(1, (1u32, 9u64, 9u64, BOUNTY));
    fund(&mut contract, BOUNTY - 9);
    emitted(1, (1u32, BOUNTY - 9, BOUNTY, BOUNTY));
    attest(&mut contract, 1, 2, &[5, 6]);
    emitted(0, (1u32, validator(2), 2u32, bits(&[5, 6]), bits(&[9])));
    call_as(validator(0));
    contract.vote_pair(1, 2, miner(6), miner(5)).expect("voted");
    let whole = 100 * ALPHA;
    emitted(0, (1u32, validator(0), 2u32, (miner(5), miner(6)), 50 * ALPHA, whole));
    call_as(validator(1));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    emitted(2, (1u32, validator(1), 2u32, (miner(5), miner(6)), 80 * ALPHA, whole));
    let dates = (55u32, 145u32, 175u32, 40u32);
    emitted(0, ((1u32, 1u32, 2u32), (miner(5), miner(6)), (bits(&[5, 6]), bits(&[9])), dates, (0u64, 0u64)));
    at_block(60);
    call_as(validator(2));
    contract.vote_outcome(1, solved(6)).expect("voted");
    emitted(0, (1u32, validator(2), Some(1u32), solved(6), 60u32));
    contract.withdraw_outcome_vote(1).expect("taken back");
    emitted(0, (1u32, validator(2)));
    end(&mut contract, 1, solved(6));
    emitted(0, (1u32, 1u32, miner(6).hotkey, 1u8, 57u32));
}

#[ink::test]
fn the_end_of_an_issue_that_nobody_competed_for() {
    let mut contract = contract();
    contract.register_issue("acme/widgets".into(), 42, BOUNTY).expect("registered");
    fund(&mut contract, 9);
    let reason = CancelReason::RepositoryGone;
    vote(&mut contract, 0, cancelled(reason)).expect("voted");
    emitted(0, (1u32, validator(0), None::<u32>, cancelled(reason), START));
    end(&mut contract, 1, cancelled(reason));
    emitted(0, (1u32, reason, 9u64));
}

#[ink::test]
fn a_treasury_that_moves() {
    let mut contract = with_open_issue();
    set(&mut contract, &[treasury(1)]);
    let (hotkey, coldkey): (AccountId, AccountId) = keys_of(&birth(1));
    emitted(2, (hotkey, coldkey, BOUNTY + COVER, 0u64));
    emitted(1, with_treasury(1, Config { owner_delay: DELAY, ..config() }));
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}
