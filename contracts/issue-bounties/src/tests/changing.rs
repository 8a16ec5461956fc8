use super::scenes::*;
use super::winding_up::owing;
use crate::errors::{ConfigField, Error};
use crate::issue_bounties::IssueBounties;
use crate::types::{Change, Dated, PendingChange, Scheduled, Setting};
use ink::primitives::Hash;

const CHEAP: Setting = Setting::MinBounty(200_000_000);
/// A week of blocks: how long a change that is due may be applied.
const WEEK: u32 = 50_400;

#[ink::test]
fn without_a_delay_a_change_applies_at_once() {
    let mut contract = in_setup();
    at_block(20);
    // The three validators were changes 1 to 3.
    let scheduled = |change| Ok(Scheduled { change, applies_from: 20, applied: true });
    assert_eq!(contract.set_config(vec![CHEAP, Setting::HarvestStep(7)]), scheduled(4));
    assert_eq!((contract.config().min_bounty, contract.config().harvest_step), (200_000_000, 7));
    assert_eq!(contract.remove_validator(validator(2)), scheduled(5));
    assert_eq!(contract.add_validator(account(90), vec![]), scheduled(6));
    assert_eq!(contract.propose_owner(account(80)), scheduled(7));
    let hotkeys: Vec<_> = contract.validators().expect("read").validators.iter().map(|info| info.hotkey).collect();
    assert_eq!(hotkeys, [validator(0), validator(1), account(90)]);
    assert_eq!(contract.offer.map(|offer| offer.owner), Some(account(80)));
    assert_eq!(waiting(&contract), []);
    for change in 1..=7 {
        assert_eq!(contract.apply(change), Err(Error::ChangeClosed { change }));
    }
}

#[ink::test]
fn with_a_delay_a_change_waits_for_anyone_to_apply_it() {
    let mut contract = contract();
    at_block(20);
    let announced = contract.set_config(vec![CHEAP]);
    assert_eq!(announced, Ok(Scheduled { change: 5, applies_from: 20 + DELAY, applied: false }));
    assert_eq!(contract.config().min_bounty, config().min_bounty);
    let what = Change::Config(vec![CHEAP]);
    let (applies_from, applies_until) = (20 + DELAY, 20 + DELAY + WEEK);
    assert_eq!(waiting(&contract), [PendingChange { id: 5, what, applies_from, applies_until }]);
    call_as(account(99));
    at_block(20 + DELAY);
    assert_eq!(contract.apply(5), Ok(true));
    assert_eq!(contract.config().min_bounty, 200_000_000);
    assert_eq!(waiting(&contract), []);
    assert_eq!(contract.apply(5), Err(Error::ChangeClosed { change: 5 }));
}

#[ink::test]
fn a_change_is_not_applied_before_its_time() {
    for block in [START, START + DELAY - 1] {
        let mut contract = contract();
        contract.set_config(vec![CHEAP]).expect("announced");
        at_block(block);
        assert_eq!(contract.apply(5), Err(Error::TooEarly { from: START + DELAY }));
        assert_eq!(contract.config().min_bounty, config().min_bounty);
    }
}

#[ink::test]
fn every_kind_of_change_waits() {
    let mut contract = contract();
    let code_hash = Hash::from([7; 32]);
    let (hotkey, coldkeys) = (account(90), vec![account(91)]);
    contract.add_validator(hotkey, coldkeys.clone()).expect("announced");
    contract.remove_validator(validator(0)).expect("announced");
    contract.propose_owner(account(80)).expect("announced");
    assert_eq!(announce_code(&mut contract, code_hash), 8);
    let waiting: Vec<_> = waiting(&contract).into_iter().map(|announced| announced.what).collect();
    let code = contract.code.get_or_default().expect("code").change.what;
    let offer = Change::Owner { owner: account(80) };
    let removal = Change::RemoveValidator { hotkey: validator(0) };
    assert_eq!((waiting, code), (vec![Change::AddValidator { hotkey, coldkeys }, removal, offer], Change::Code { code_hash }));
    assert_eq!((contract.whitelist().len(), contract.offer), (3, None));
    at_block(START + DELAY);
    for change in 5..=7 {
        assert_eq!(contract.apply(change), Ok(true));
    }
    let hotkeys: Vec<_> = contract.validators().expect("read").validators.iter().map(|info| info.hotkey).collect();
    assert_eq!(hotkeys, [validator(1), validator(2), hotkey]);
    assert_eq!(contract.offer.map(|offer| offer.owner), Some(account(80)));
}

#[ink::test]
#[should_panic(expected = "set_code_hash")]
fn other_code_is_asked_of_the_chain() {
    let _ = in_setup().set_code(Hash::from([7; 32]));
}

#[ink::test]
#[should_panic(expected = "delegate dependencies")]
fn code_that_is_announced_is_kept_on_the_chain() {
    let _ = contract().set_code(Hash::from([7; 32]));
}

#[ink::test]
fn one_code_is_announced_at_a_time() {
    let mut contract = contract();
    announce_code(&mut contract, Hash::from([7; 32]));
    for byte in [7, 8] {
        assert_eq!(contract.set_code(Hash::from([byte; 32])), Err(Error::AlreadyAnnounced { change: 5 }));
    }
}

/// As the third edition stored it, among all other changes.
fn announced_before(contract: &mut IssueBounties) -> u32 {
    contract.change_count += 1;
    let id = contract.change_count;
    let what = Change::Code { code_hash: Hash::from([7; 32]) };
    contract.changes.set(&vec![PendingChange { id, what, applies_from: now(), applies_until: u32::MAX }]);
    id
}

#[ink::test]
fn code_of_an_earlier_edition_never_applies() {
    let mut contract = contract();
    let change = announced_before(&mut contract);
    assert_eq!(contract.apply(change), Err(Error::AnnouncedBefore { change }));
}

#[ink::test]
#[should_panic(expected = "delegate dependencies")]
fn code_of_an_earlier_edition_can_be_withdrawn() {
    let mut contract = contract();
    let change = announced_before(&mut contract);
    let _ = contract.withdraw_change(change);
}

/// What another edition stored, with a kind of change that this one lacks.
fn unreadable(contract: &mut IssueBounties) {
    let what = Change::Owner { owner: account(80) };
    contract.changes.set(&vec![PendingChange { id: 9, what, applies_from: 1, applies_until: 2 }]);
    let mut bytes = ink::env::get_contract_storage::<u32, [u8; 46]>(&0x0c).expect("read").expect("changes");
    bytes[5] = 99;
    ink::env::set_contract_storage(&0x0cu32, &bytes);
}

#[ink::test]
fn changes_that_cannot_be_read_are_an_error_and_stop_neither_payment_nor_a_vote_on_code() {
    let mut contract = owing();
    let code = announce_code(&mut contract, Hash::from([7; 32]));
    unreadable(&mut contract);
    call_as(owner());
    let refused = Error::UnreadableCell { cell: 0x0c };
    assert_eq!(contract.set_config(vec![CHEAP]), Err(refused.clone()));
    assert_eq!(contract.apply(9), Err(Error::UnknownChange { change: 9 }));
    assert_eq!(contract.withdraw_change(1), Err(refused));
    assert_eq!(contract.payout(1), Ok(()));
    call_as(validator(1));
    assert_eq!(contract.veto(code), Ok(()));
    let stored = contract.code.get_or_default().expect("code");
    assert_eq!(stored.vetoes, [Dated { validator: validator(1), at: now() }]);
    assert_eq!(contract.withdraw_veto(code), Ok(()));
    assert_eq!(contract.code.get_or_default().expect("code").vetoes, []);
    let (weight, total_weight) = (0, 100 * ALPHA);
    assert_eq!(contract.drop(code), Err(Error::NotOutvoted { weight, total_weight }));
}

#[ink::test]
#[should_panic(expected = "delegate dependencies")]
fn code_is_applied_beside_changes_that_cannot_be_read() {
    let mut contract = contract();
    let code = announce_code(&mut contract, Hash::from([7; 32]));
    unreadable(&mut contract);
    at_block(now() + DELAY);
    let _ = contract.apply(code);
}

#[ink::test]
#[should_panic(expected = "delegate dependencies")]
fn code_that_is_withdrawn_is_kept_no_more() {
    let mut contract = contract();
    let change = announce_code(&mut contract, Hash::from([7; 32]));
    call_as(owner());
    let _ = contract.withdraw_change(change);
}

#[ink::test]
#[should_panic(expected = "delegate dependencies")]
fn code_that_is_vetoed_is_kept_no_more() {
    let mut contract = contract();
    let change = announce_code(&mut contract, Hash::from([7; 32]));
    call_as(validator(0));
    contract.veto(change).expect("voted");
    call_as(validator(1));
    contract.veto(change).expect("voted");
    let _ = contract.drop(change);
}

#[ink::test]
#[should_panic(expected = "delegate dependencies")]
fn a_new_owner_keeps_none_of_the_announced_code() {
    let mut contract = contract();
    apply(&mut contract, |contract| contract.propose_owner(account(80))).expect("offered");
    announce_code(&mut contract, Hash::from([7; 32]));
    call_as(account(80));
    let _ = contract.accept_ownership();
}

#[ink::test]
fn a_change_that_nobody_applied_within_a_week_lapses() {
    let mut contract = contract();
    contract.set_config(vec![CHEAP]).expect("announced");
    contract.set_config(vec![Setting::HarvestStep(7)]).expect("announced");
    let until = START + DELAY + WEEK;
    at_block(until);
    assert_eq!(contract.apply(5), Ok(true));
    at_block(until + 1);
    assert_eq!(contract.apply(6), Err(Error::TooLate { until }));
}

#[ink::test]
fn only_the_owner_announces_and_takes_back() {
    let mut contract = contract();
    contract.set_config(vec![CHEAP]).expect("announced");
    call_as(validator(0));
    assert_eq!(contract.set_config(vec![CHEAP]), Err(Error::NotOwner));
    assert_eq!(contract.set_code(Hash::from([7; 32])), Err(Error::NotOwner));
    assert_eq!(contract.propose_owner(validator(0)), Err(Error::NotOwner));
    assert_eq!(contract.add_validator(account(90), vec![]), Err(Error::NotOwner));
    assert_eq!(contract.remove_validator(validator(1)), Err(Error::NotOwner));
    assert_eq!(contract.withdraw_change(5), Err(Error::NotOwner));
    assert_eq!(waiting(&contract).len(), 1);
}

#[ink::test]
fn the_owner_takes_one_change_back() {
    let mut contract = contract();
    for step in 4..=6 {
        contract.set_config(vec![Setting::HarvestStep(step)]).expect("announced");
    }
    assert_eq!(contract.withdraw_change(6), Ok(()));
    let waiting: Vec<u32> = waiting(&contract).iter().map(|announced| announced.id).collect();
    assert_eq!(waiting, [5, 7]);
    at_block(START + DELAY);
    assert_eq!(contract.apply(6), Err(Error::ChangeClosed { change: 6 }));
    assert_eq!(contract.withdraw_change(6), Err(Error::ChangeClosed { change: 6 }));
    for unknown in [0, 8, u32::MAX] {
        assert_eq!(contract.withdraw_change(unknown), Err(Error::UnknownChange { change: unknown }));
        assert_eq!(contract.apply(unknown), Err(Error::UnknownChange { change: unknown }));
    }
    assert_eq!(contract.apply(7), Ok(true));
    assert_eq!(contract.config().harvest_step, 6);
}

#[ink::test]
fn sixteen_changes_wait_at_most() {
    let mut contract = contract();
    for _ in 0..16 {
        contract.set_config(vec![CHEAP]).expect("announced");
    }
    assert_eq!(waiting(&contract).len(), 16);
    assert_eq!(contract.set_config(vec![CHEAP]), Err(Error::TooManyChanges));
    assert_eq!(contract.withdraw_change(5), Ok(()));
    assert!(contract.set_config(vec![CHEAP]).is_ok());
}

#[ink::test]
fn a_change_names_seventeen_settings_at_most_and_one_at_least() {
    let mut contract = in_setup();
    assert_eq!(contract.set_config(vec![]), Err(Error::NothingToChange));
    assert_eq!(contract.set_config(vec![CHEAP; 18]), Err(Error::TooManyChanges));
    assert!(contract.set_config(vec![CHEAP; 17]).is_ok());
}

#[ink::test]
fn what_cannot_be_carried_out_is_not_announced() {
    let mut contract = contract();
    assert_eq!(contract.add_validator(validator(0), vec![]), Err(Error::DuplicateValidator { hotkey: validator(0) }));
    assert_eq!(contract.add_validator(account(90), vec![account(91); 5]), Err(Error::TooManyColdkeys));
    assert_eq!(contract.add_validator(account(90), vec![account(91); 2]), Err(Error::DuplicateColdkey { coldkey: account(91) }));
    assert_eq!(contract.remove_validator(account(90)), Err(Error::UnknownValidator { hotkey: account(90) }));
    let refused = Err(Error::ConfigOutOfBounds(ConfigField::HarvestStep));
    assert_eq!(contract.set_config(vec![CHEAP, Setting::HarvestStep(0)]), refused);
    assert_eq!(waiting(&contract), []);
}

#[ink::test]
fn a_change_is_checked_again_when_it_is_applied() {
    let mut contract = contract();
    let twice = |contract: &mut crate::issue_bounties::IssueBounties, ids: [u32; 2], refused| {
        at_block(START + DELAY);
        assert_eq!(contract.apply(ids[0]), Ok(true));
        assert_eq!(contract.apply(ids[1]), Err(refused));
        at_block(START);
    };
    for _ in 0..2 {
        contract.add_validator(account(90), vec![]).expect("announced");
    }
    twice(&mut contract, [5, 6], Error::DuplicateValidator { hotkey: account(90) });
    for _ in 0..2 {
        contract.remove_validator(validator(2)).expect("announced");
    }
    twice(&mut contract, [7, 8], Error::UnknownValidator { hotkey: validator(2) });
    for setting in [Setting::RoundLength(10), Setting::AttestBlocks(10)] {
        contract.set_config(vec![setting]).expect("announced");
    }
    twice(&mut contract, [9, 10], Error::ConfigOutOfBounds(ConfigField::AttestBlocks));
    for delay in [DELAY + 2, DELAY + 1] {
        contract.set_config(vec![Setting::OwnerDelay(delay)]).expect("announced");
    }
    twice(&mut contract, [11, 12], Error::ConfigOutOfBounds(ConfigField::OwnerDelay));
    assert_eq!(contract.config().owner_delay, DELAY + 2);
}

#[ink::test]
fn a_full_whitelist_is_found_when_a_change_is_applied() {
    let mut contract = in_setup();
    for byte in 100..160 {
        contract.add_validator(account(byte), vec![]).expect("added");
    }
    contract.set_config(vec![Setting::OwnerDelay(DELAY)]).expect("changed");
    for byte in [160, 161] {
        contract.add_validator(account(byte), vec![]).expect("announced");
    }
    at_block(START + DELAY);
    assert_eq!(contract.apply(65), Ok(true));
    assert_eq!(contract.apply(66), Err(Error::ValidatorsFull));
}

#[ink::test]
fn a_delay_is_never_lowered() {
    let mut contract = in_setup();
    let refused = Err(Error::ConfigOutOfBounds(ConfigField::OwnerDelay));
    contract.set_config(vec![Setting::OwnerDelay(DELAY)]).expect("changed");
    for delay in [0, DELAY - 1] {
        assert_eq!(contract.set_config(vec![Setting::OwnerDelay(delay)]), refused);
    }
    contract.set_config(vec![Setting::OwnerDelay(DELAY), CHEAP]).expect("announced");
    contract.set_config(vec![Setting::OwnerDelay(50_400)]).expect("announced");
    assert_eq!(contract.set_config(vec![Setting::OwnerDelay(50_401)]), refused);
    assert_eq!(contract.config().owner_delay, DELAY);
}

#[ink::test]
fn a_pause_does_not_wait() {
    let mut contract = contract();
    assert_eq!(contract.pause(), Ok(()));
    assert!(contract.paused);
    assert_eq!(contract.unpause(), Ok(()));
    assert!(!contract.paused);
}

#[ink::test]
fn an_offer_waits_and_a_new_owner_finds_nothing_announced() {
    let mut contract = contract();
    contract.propose_owner(account(80)).expect("announced");
    contract.set_config(vec![CHEAP]).expect("announced");
    contract.set_config(vec![Setting::HarvestStep(7)]).expect("announced");
    call_as(account(80));
    assert_eq!(contract.accept_ownership(), Err(Error::NotProposedOwner));
    at_block(START + DELAY);
    assert_eq!(contract.apply(5), Ok(true));
    assert_eq!(waiting(&contract).len(), 2);
    assert_eq!(contract.accept_ownership(), Ok(()));
    assert_eq!((contract.owner, waiting(&contract)), (account(80), vec![]));
    for change in [6, 7] {
        assert_eq!(contract.apply(change), Err(Error::ChangeClosed { change }));
    }
}
