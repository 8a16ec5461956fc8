//! What stake weighs: what was there at every look for a day, and still is.

use super::scenes::*;
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, Noted, ValidatorInfo};

fn noted(before: u64, day: u64, since: u64) -> Noted {
    Noted { before: before * ALPHA, day: day * ALPHA, since: since * ALPHA }
}

/// This was noted of the validators when the scenes begin.
fn set_notes(contract: &mut IssueBounties, entries: [Noted; 3]) {
    let mut whitelist = contract.whitelist();
    for (validator, noted) in whitelist.iter_mut().zip(entries) {
        validator.noted = noted;
    }
    contract.validators.set(&whitelist);
}

/// So many shares of stake weigh.
fn shares(contract: &IssueBounties) -> (Vec<u64>, u64) {
    let (each, total) = weights(contract);
    (each.into_iter().map(|weight| weight / ALPHA).collect(), total / ALPHA)
}

/// A validator more, with 10 shares of stake.
fn join(contract: &mut IssueBounties) {
    set_stake(account(90), account(91), 10 * ALPHA);
    call_as(owner());
    contract.add_validator(account(90), vec![account(91)]).expect("added");
}

#[ink::test]
fn a_contract_begins_with_its_first_day() {
    arrive();
    at_block(9);
    let contract = IssueBounties::new(config()).expect("created");
    assert_eq!(notes(&contract), (9, vec![]));
}

#[ink::test]
fn a_day_ends_with_the_first_look_after_its_last_block() {
    let mut contract = in_setup();
    at_block(START + DAY - 1);
    assert_eq!(contract.note_weights(), Err(Error::NothingToDo));
    at_block(START + DAY);
    call_as(account(99));
    assert_eq!(contract.note_weights(), Ok(()));
    let entries = vec![noted(50, 50, 50), noted(30, 30, 30), noted(20, 20, 20)];
    emitted(0, (START + DAY, entries.clone()));
    assert_eq!(notes(&contract), (START + DAY, entries));
    let before = events();
    assert_eq!((contract.note_weights(), events()), (Err(Error::NothingToDo), before));
}

#[ink::test]
fn a_look_lowers_what_was_seen_since_the_day_and_nothing_raises_it_before_the_next() {
    let mut contract = in_setup();
    at_block(START + 1);
    stake_validator(0, 40 * ALPHA);
    assert_eq!(contract.note_weights(), Ok(()));
    emitted(0, (START, vec![noted(0, 50, 40), noted(0, 30, 30), noted(0, 20, 20)]));
    stake_validator(0, 50 * ALPHA);
    assert_eq!(contract.note_weights(), Err(Error::NothingToDo));
    assert_eq!(shares(&contract), (vec![40, 30, 20], 100));
    for (less, answer) in [(999, Err(Error::NothingToDo)), (1_000, Ok(()))] {
        let mut contract = in_setup();
        stake_validator(0, 50 * ALPHA - less * 50 * ALPHA / 1_000_000);
        assert_eq!(contract.note_weights(), answer, "a thousandth less is worth a message");
    }
}

#[ink::test]
fn at_a_turn_each_day_takes_the_place_of_the_one_before() {
    let mut contract = in_setup();
    for (stake, expected) in [
        (45, noted(50, 45, 45)),
        (70, noted(45, 45, 70)),
        (60, noted(45, 60, 60)),
        (80, noted(60, 60, 80)),
        (80, noted(60, 80, 80)),
        (80, noted(80, 80, 80)),
    ] {
        stake_validator(0, stake * ALPHA);
        at_block(now() + DAY);
        assert_eq!(contract.note_weights(), Ok(()));
        assert_eq!(notes(&contract).1[0], expected);
    }
    assert_eq!(notes(&contract).1[1..], [noted(30, 30, 30), noted(20, 20, 20)]);
}

#[ink::test]
fn a_vote_weighs_the_least_of_the_day_of_what_was_seen_since_and_of_now() {
    for (day, since, now, weight) in [(5, 7, 9, 5), (7, 5, 9, 5), (9, 7, 5, 5), (5, 5, 5, 5), (0, 9, 9, 0), (9, 0, 9, 0), (9, 9, 0, 0)] {
        let mut contract = in_setup();
        set_notes(&mut contract, [noted(100, day, since); 3]);
        stake_validator(0, now * ALPHA);
        assert_eq!(shares(&contract).0[0], weight);
        // At a turn it is the day that begins to be the last one.
        at_block(START + DAY);
        assert_eq!(shares(&contract).0[0], since.min(now));
    }
}

#[ink::test]
fn the_total_is_the_greater_of_the_last_two_days_sums() {
    for (before, day, total) in [([10, 20, 30], [1, 2, 3], 60), ([1, 2, 3], [10, 20, 30], 60), ([50, 0, 0], [0, 0, 49], 50), ([0; 3], [0; 3], 0)] {
        let mut contract = in_setup();
        set_notes(&mut contract, [0, 1, 2].map(|place| noted(before[place], day[place], 1_000)));
        assert_eq!(shares(&contract).1, total);
    }
}

#[ink::test]
fn a_new_validator_weighs_nothing_for_one_to_two_days() {
    // Whether it joins after a day's first block or in its last.
    for joins in [1, DAY - 1] {
        let mut contract = in_setup();
        at_block(START + joins);
        join(&mut contract);
        assert_eq!(contract.note_weights(), Err(Error::NothingToDo), "more stake than none is no news");
        assert_eq!(notes(&contract).1[3], noted(0, 0, 0));
        for block in [START + DAY - 1, START + DAY, START + 2 * DAY - 1] {
            at_block(block);
            let _ = contract.note_weights();
            assert_eq!(shares(&contract), (vec![50, 30, 20, 0], 100));
        }
        at_block(START + 2 * DAY);
        assert_eq!(shares(&contract), (vec![50, 30, 20, 10], 110), "a look would see it");
        contract.note_weights().expect("noted");
        assert_eq!((notes(&contract).1[3], shares(&contract)), (noted(0, 10, 10), (vec![50, 30, 20, 10], 110)));
    }
}

#[ink::test]
fn who_joins_again_begins_anew() {
    let mut contract = in_setup();
    contract.remove_validator(validator(1)).expect("removed");
    contract.add_validator(validator(1), vec![coldkey_of_validator(1)]).expect("added");
    assert_eq!(notes(&contract).1, [noted(0, 50, 50), noted(0, 20, 20), noted(0, 0, 0)]);
    assert_eq!(shares(&contract), (vec![50, 20, 0], 70));
}

/// There are no slots that could be missed.
#[ink::test]
fn while_nobody_looks_the_day_is_longer() {
    let mut contract = in_setup();
    join(&mut contract);
    at_block(START + 10 * DAY + 3);
    contract.note_weights().expect("noted");
    assert_eq!(contract.turned_at, START + 10 * DAY + 3);
    assert_eq!(shares(&contract), (vec![50, 30, 20, 0], 100), "one look is no day");
    at_block(START + 11 * DAY + 2);
    assert_eq!(contract.note_weights(), Err(Error::NothingToDo));
    at_block(START + 11 * DAY + 3);
    contract.note_weights().expect("noted");
    assert_eq!(shares(&contract), (vec![50, 30, 20, 10], 110));
}

/// Whatever block it is lent in and whoever looks then, one look later the loan is forgotten.
#[ink::test]
fn a_loan_of_one_block_weighs_nothing_and_raises_no_total() {
    for lent in START..START + 3 * DAY {
        let mut contract = in_setup();
        for block in START..START + 5 * DAY {
            at_block(block);
            if block == lent {
                stake_validator(2, 1_000_000 * ALPHA);
                assert_eq!(shares(&contract), (vec![50, 30, 20], 100));
                let _ = contract.note_weights();
                assert_eq!(shares(&contract), (vec![50, 30, 20], 100));
                stake_validator(2, 20 * ALPHA);
            }
            let _ = contract.note_weights();
            assert_eq!(shares(&contract), (vec![50, 30, 20], 100));
        }
    }
}

#[ink::test]
fn a_loan_that_nobody_sees_returned_weighs_no_more_than_there_is() {
    let mut contract = in_setup();
    at_block(START + DAY);
    stake_validator(2, 1_000_000 * ALPHA);
    contract.note_weights().expect("noted");
    stake_validator(2, 20 * ALPHA);
    at_block(START + 2 * DAY);
    assert_eq!(shares(&contract), (vec![50, 30, 20], 100));
    contract.note_weights().expect("noted");
    assert_eq!(notes(&contract).1[2], noted(20, 20, 20));
}

#[ink::test]
fn who_moves_its_stake_away_weighs_less_at_once_and_lowers_the_bar_only_after_a_day() {
    let mut contract = in_setup();
    at_block(START + 1);
    stake_validator(0, 0);
    assert_eq!(shares(&contract), (vec![0, 30, 20], 100));
    contract.note_weights().expect("noted");
    assert_eq!(shares(&contract), (vec![0, 30, 20], 100));
    for (block, total) in [(DAY - 1, 100), (DAY, 100), (2 * DAY - 1, 100), (2 * DAY, 50)] {
        at_block(START + block);
        let _ = contract.note_weights();
        assert_eq!(shares(&contract), (vec![0, 30, 20], total), "{block}");
    }
}

#[ink::test]
fn removing_a_validator_leaves_the_others_notes_where_they_are() {
    for (removed, left, total) in [(0, [1, 2], 50), (1, [0, 2], 70), (2, [0, 1], 80)] {
        let mut contract = in_setup();
        at_block(START + DAY);
        contract.note_weights().expect("noted");
        let all = notes(&contract).1;
        contract.remove_validator(validator(removed)).expect("removed");
        assert_eq!(notes(&contract).1, left.map(|place| all[place]));
        assert_eq!(contract.validators().expect("read").total, total * ALPHA);
        assert_eq!(contract.note_weights(), Err(Error::NothingToDo));
    }
}

#[ink::test]
fn the_view_shows_what_is_noted_and_what_weighs_in_this_block() {
    let mut contract = in_setup();
    stake_validator(1, 12 * ALPHA);
    at_block(START + DAY);
    let electorate = contract.validators().expect("read");
    assert_eq!((electorate.turned_at, electorate.total), (START, 100 * ALPHA));
    let (hotkey, coldkeys) = (validator(1), vec![coldkey_of_validator(1)]);
    assert_eq!(electorate.validators[1], ValidatorInfo { hotkey, coldkeys, noted: noted(0, 30, 30), weight: 12 * ALPHA });
    assert_eq!(notes(&contract).1[1], noted(0, 30, 30), "a view notes nothing");
    contract.note_weights().expect("noted");
    let electorate = contract.validators().expect("read");
    assert_eq!((electorate.turned_at, electorate.validators[1].noted), (START + DAY, noted(30, 12, 12)));
}

#[ink::test]
fn nobody_notes_where_nobody_is_a_validator_but_the_days_go_on() {
    let mut contract = contract_with(config());
    assert_eq!(contract.note_weights(), Err(Error::NothingToDo));
    at_block(1 + DAY);
    assert_eq!(contract.note_weights(), Ok(()));
    emitted(0, (1 + DAY, Vec::<Noted>::new()));
    assert_eq!(weights(&contract), (vec![], 0));
}

/// A chain that lies makes no sum overflow.
#[ink::test]
fn sums_of_stakes_are_no_more_than_fits() {
    let mut contract = with_competition();
    let most = u64::MAX;
    for index in 0..3 {
        stake_validator(index, most);
    }
    weigh(&mut contract);
    assert_eq!(weights(&contract), (vec![most; 3], most));
    at_block(now() + DAY);
    agree(&mut contract, 1, cancelled(CancelReason::NotPlanned));
    at_block(now() + contract.config().wait(CHALLENGE));
    assert_eq!(contract.settle(1), Ok(()));
}
