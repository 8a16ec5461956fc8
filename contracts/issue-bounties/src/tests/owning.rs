use super::scenes::*;
use crate::errors::Error;
use crate::types::{IssueStatus, Offer};

/// How long an offer stands.
const STANDS: u32 = 14_400;

#[ink::test]
fn a_pause_stops_new_issues_and_competitions_and_nothing_else() {
    let mut contract = with_winner();
    register(&mut contract, BOUNTY);
    fund(&mut contract, BOUNTY);
    assert_eq!(contract.pause(), Ok(()));
    assert!(contract.paused);
    assert_eq!(contract.register_issue("acme/widgets".into(), 44, BOUNTY), Err(Error::Paused));
    attest(&mut contract, 2, 6, &[7, 8]);
    call_as(validator(0));
    assert_eq!(contract.vote_pair(2, 6, miner(7), miner(8)), Err(Error::Paused));
    assert_eq!(contract.payout(1), Ok(()));
    call_as(owner());
    assert_eq!(contract.unpause(), Ok(()));
    attest(&mut contract, 2, 7, &[7, 8]);
    call_as(validator(0));
    assert_eq!(contract.vote_pair(2, 7, miner(7), miner(8)), Ok(()));
}

#[ink::test]
fn only_the_owner_pauses_and_only_what_is_not() {
    let mut contract = contract();
    assert_eq!(contract.unpause(), Err(Error::NotPaused));
    call_as(validator(0));
    assert_eq!(contract.pause(), Err(Error::NotOwner));
    call_as(owner());
    contract.pause().expect("paused");
    assert_eq!(contract.pause(), Err(Error::Paused));
    call_as(validator(0));
    assert_eq!(contract.unpause(), Err(Error::NotOwner));
    assert!(contract.paused);
}

#[ink::test]
fn a_running_competition_is_won_during_a_pause() {
    let mut contract = with_competition();
    call_as(owner());
    contract.pause().expect("paused");
    at_block(60);
    end(&mut contract, 1, solved(5));
    assert_eq!(issue(&contract, 1).status, IssueStatus::Solved);
}

#[ink::test]
fn an_owner_is_followed_by_who_accepts() {
    let mut contract = in_setup();
    at_block(20);
    assert_eq!(contract.accept_ownership(), Err(Error::NotProposedOwner));
    for next in [80, 81] {
        contract.propose_owner(account(next)).expect("offered");
    }
    assert_eq!(contract.offer, Some(Offer { owner: account(81), until: 20 + STANDS }));
    assert_eq!(contract.owner, owner());
    call_as(account(80));
    assert_eq!(contract.accept_ownership(), Err(Error::NotProposedOwner));
    assert_eq!(contract.propose_owner(account(80)), Err(Error::NotOwner));
    call_as(account(81));
    assert_eq!(contract.accept_ownership(), Ok(()));
    assert_eq!((contract.owner, contract.offer), (account(81), None));
    assert_eq!(contract.accept_ownership(), Err(Error::NotProposedOwner));
    call_as(owner());
    assert_eq!(contract.pause(), Err(Error::NotOwner));
}

#[ink::test]
fn an_offer_is_accepted_in_its_last_block_and_lapses_after_it() {
    for (block, accepted) in [(20 + STANDS, true), (21 + STANDS, false), (20_000, false)] {
        let mut contract = in_setup();
        at_block(20);
        contract.propose_owner(account(80)).expect("offered");
        at_block(block);
        call_as(account(80));
        let until = 20 + STANDS;
        let (answer, after) = if accepted { (Ok(()), account(80)) } else { (Err(Error::OfferLapsed { until }), owner()) };
        assert_eq!((contract.accept_ownership(), contract.owner), (answer, after));
    }
}

#[ink::test]
fn an_offer_in_service_stands_from_when_it_applies() {
    let mut contract = contract();
    contract.propose_owner(account(80)).expect("announced");
    at_block(START + DELAY + 10);
    assert_eq!(contract.apply(5), Ok(true));
    assert_eq!(contract.offer, Some(Offer { owner: account(80), until: START + DELAY + 10 + STANDS }));
}

#[ink::test]
fn an_offer_is_withdrawn_at_once() {
    let mut contract = contract();
    assert_eq!(contract.withdraw_offer(), Err(Error::NoOffer));
    apply(&mut contract, |contract| contract.propose_owner(account(80))).expect("offered");
    for other in [account(80), validator(0)] {
        call_as(other);
        assert_eq!(contract.withdraw_offer(), Err(Error::NotOwner));
    }
    assert_eq!(contract.offer.expect("still there").owner, account(80));
    call_as(owner());
    assert_eq!(contract.withdraw_offer(), Ok(()));
    assert_eq!(contract.offer, None);
    emitted(0, account(80));
    assert_eq!(contract.withdraw_offer(), Err(Error::NoOffer));
    call_as(account(80));
    assert_eq!(contract.accept_ownership(), Err(Error::NotProposedOwner));
    assert_eq!(contract.owner, owner());
}

#[ink::test]
fn a_lapsed_offer_can_be_made_again() {
    let mut contract = in_setup();
    contract.propose_owner(account(80)).expect("offered");
    at_block(20_000);
    contract.propose_owner(account(80)).expect("offered");
    call_as(account(80));
    assert_eq!(contract.accept_ownership(), Ok(()));
    assert_eq!(contract.owner, account(80));
}
