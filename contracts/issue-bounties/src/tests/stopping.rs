//! A subnet that has ended: nothing goes on but verdicts on who solved an issue, and who gets the rest.

use super::scenes::*;
use super::winding_up::{assign, collateral_of, heir, owing, BOUNTY_OF_ONE};
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, Change, Competition, IssueStatus, Noted, OutcomeChoice, Scheduled, Setting};
use ink::primitives::Hash;

#[ink::test]
fn everything_stops_when_the_subnet_is_gone_and_when_its_number_is_another_subnets() {
    let messages: [fn(&mut IssueBounties) -> Result<(), Error>; 9] = [
        |contract| contract.register_issue("acme/widgets".into(), 44, BOUNTY).map(|_| ()),
        |contract| contract.attest_enrolled(2, 0, bits(&[5]), bits(&[])),
        |contract| contract.vote_pair(2, 0, miner(5), miner(6)),
        IssueBounties::note_weights,
        IssueBounties::harvest,
        |contract| contract.expire(1),
        |contract| contract.payout(1),
        |contract| contract.deposit_collateral(miner(7).hotkey, BOUNTY),
        |contract| contract.withdraw_collateral(miner(7).hotkey, BOUNTY),
    ];
    for told in [false, true] {
        let mut contract = owing();
        dissolve(BOUNTY);
        for again in [false, true] {
            if again {
                give_number_again();
                set_stake(miner(7).hotkey, miner(7).coldkey, BOUNTY);
                set_stake(treasury_hotkey(), address(), BOUNTY);
            } else if told {
                contract.wind_up().expect("shown");
                at_block(now() + DAY);
                contract.wind_up().expect("written");
            }
            let before = (events(), calls(0), transfers());
            at_block(200);
            for (index, message) in messages.into_iter().enumerate() {
                for caller in [owner(), validator(0), miner(7).coldkey] {
                    call_as(caller);
                    assert_eq!(message(&mut contract), Err(Error::SubnetEnded), "message {index}");
                }
            }
            assert_eq!((events(), calls(0), transfers()), before);
        }
    }
}

/// No settings and no validators, and code only when everybody can have claimed: so nobody's claim needs a veto.
#[ink::test]
fn nothing_can_be_changed_any_more_but_who_gets_the_rest_and_much_later_the_code() {
    let changes: [fn(&mut IssueBounties) -> Result<Scheduled, Error>; 8] = [
        |contract| contract.set_config(vec![treasury(1)]),
        |contract| contract.set_config(vec![Setting::HarvestStep(2)]),
        |contract| contract.set_code(Hash::from([7; 32])),
        |contract| contract.add_validator(account(90), vec![]),
        |contract| contract.remove_validator(validator(0)),
        |contract| contract.propose_owner(account(80)),
        |contract| contract.cancel_issue(2, CancelReason::Owner),
        |contract| contract.edit_issue(2, "acme/gadgets".into(), 7, BOUNTY),
    ];
    let mut contract = owing();
    call_as(owner());
    for (index, change) in changes.into_iter().enumerate() {
        // The tests' environment cannot lock code.
        if index != 2 {
            change(&mut contract).expect("announced");
        }
    }
    let code = announce_code(&mut contract, Hash::from([7; 32]));
    dissolve(300);
    for change in changes {
        call_as(owner());
        assert_eq!(change(&mut contract), Err(Error::SubnetEnded));
    }
    at_block(now() + DELAY);
    assert_eq!(contract.apply(code), Err(Error::SubnetEnded));
    for change in waiting(&contract) {
        assert_eq!(contract.apply(change.id), Err(Error::SubnetEnded), "{:?}", change.what);
    }
    call_as(owner());
    assert_eq!(contract.assign_rest(heir()), Err(Error::EndNotWritten));
    contract.wind_up().expect("shown");
    assert_eq!(contract.apply(code), Err(Error::SubnetEnded));
    at_block(now() + DAY);
    contract.wind_up().expect("written");
    let ended_at = now();
    // Announced before, or in this block: anew.
    for announced_at in [0, ended_at] {
        let mut announced = contract.code.get().flatten().expect("announced");
        announced.announced_at = announced_at;
        contract.code.set(&Some(announced));
        assert_eq!(contract.apply(code), Err(Error::AnnouncedBefore { change: code }));
    }
    contract.config.set(&crate::config::Config { challenge_period: 3 * CHALLENGE, ..contract.config() });
    for (announced_at, from) in [(ended_at + 3, ended_at + 6 * CHALLENGE + 14 * DAY), (ended_at + 900, ended_at + 900 + 30 * DAY)] {
        assert_eq!(contract.late_code(ended_at, announced_at), (from, from + 7 * DAY));
    }
    at_block(ended_at + 6 * CHALLENGE + 1);
    call_as(owner());
    assert!(contract.assign_rest(heir()).is_ok());
}

#[ink::test]
#[should_panic(expected = "delegate dependencies")]
fn code_that_is_due_after_the_end_is_applied_without_a_question() {
    let mut contract = owing();
    wound_up(&mut contract, 300);
    at_block(now() + 1);
    let code = announce_code(&mut contract, Hash::from([7; 32]));
    for function in [0, 34] {
        fail(function, 1);
    }
    at_block(now() + DELAY);
    let _ = contract.apply(code);
}

/// What was noted of validators when the subnet ended, while their stake is gone or another subnet's.
#[ink::test]
fn what_was_noted_weighs_and_nothing_is_noted() {
    let mut contract = owing();
    let mut whitelist = contract.whitelist();
    for (validator, (day, since)) in whitelist.iter_mut().zip([(50, 1), (30, 0), (20, 99)]) {
        validator.noted = Noted { before: 1_000, day, since };
    }
    contract.validators.set(&whitelist);
    let before_the_end = notes(&contract);
    dissolve(300);
    contract.wind_up().expect("shown");
    // From the first answer on.
    assert_eq!(weights(&contract), (vec![1, 0, 20], 21));
    at_block(now() + DAY);
    contract.wind_up().expect("written");
    at_block(rest_from(&contract));
    for again in [false, true] {
        if again {
            give_number_again();
            stake_validator(0, 1_000_000);
        }
        let before = calls(0);
        assert_eq!(weights(&contract), (vec![1, 0, 20], 21));
        call_as(owner());
        let change = contract.assign_rest(heir()).expect("announced").change;
        call_as(validator(0));
        let events_before = events();
        contract.veto(change).expect("voted");
        emitted(0, (change, validator(0), 1u64, 21u64));
        assert_eq!((events() - events_before, calls(0) - before), (1, 0));
        assert_eq!(notes(&contract), before_the_end);
    }
}

#[ink::test]
fn more_than_half_of_what_was_noted_decides_where_the_rest_does_not_go() {
    let mut contract = owing();
    wound_up(&mut contract, 300);
    at_block(rest_from(&contract));
    for (voters, dropped) in [(vec![1, 2], false), (vec![0], false), (vec![0, 2], true), (vec![1, 0], true)] {
        call_as(owner());
        let change = contract.assign_rest(heir()).expect("announced").change;
        emitted(0, (change, Change::Rest { to: heir() }, now() + DELAY, now() + DELAY + 50_400));
        for index in voters {
            call_as(validator(index));
            contract.veto(change).expect("voted");
        }
        at_block(now() + DELAY);
        if dropped {
            assert!(matches!(contract.apply(change), Err(Error::Vetoed { .. })));
            assert_eq!((contract.drop(change), contract.apply(change)), (Ok(()), Err(Error::ChangeClosed { change })));
        } else {
            assert_eq!(contract.apply(change), Ok(true));
        }
    }
    assert_eq!(contract.rest_to.get(), Some(heir()));
}

/// Nobody is slashed then: what a loser has is its claim.
#[ink::test]
fn a_solution_may_be_voted_for_one_wait_after_the_end_and_settled_for_two() {
    for voted_before in [false, true] {
        let mut contract = competing_with(BOUNTY);
        at_block(60);
        if voted_before {
            agree(&mut contract, 1, solved(6));
        }
        wound_up(&mut contract, 300);
        let from = if voted_before { 60 } else { now() + CHALLENGE };
        if !voted_before {
            at_block(from);
            agree(&mut contract, 1, solved(6));
        }
        assert_eq!(contract.claim(BOUNTY_OF_ONE), Err(Error::NotSolved { issue: 1 }));
        at_block(from + CHALLENGE - 1);
        let total_weight = 100 * ALPHA;
        assert_eq!(contract.settle(1), Err(Error::NothingToSettle { issue: 1, weight: 0, total_weight }));
        at_block(from + CHALLENGE);
        assert_eq!(contract.settle(1), Ok(()));
        assert_eq!((issue(&contract, 1).status, contract.won, books(&contract).slashed), (IssueStatus::Solved, BOUNTY, 0));
        assert_eq!([5, 6].map(|uid| collateral(&contract, uid)), [(BOUNTY, 0); 2]);
        for (claim, coldkey) in [(BOUNTY_OF_ONE, miner(6).coldkey), (collateral_of(5), miner(5).coldkey)] {
            let before = tao(coldkey);
            assert_eq!((contract.claim(claim), tao(coldkey) - before), (Ok(()), 100));
        }
    }
    let mut contract = competing_with(BOUNTY);
    at_block(60);
    agree(&mut contract, 1, solved(6));
    wound_up(&mut contract, 300);
    let ended_at = now();
    at_block(ended_at + CHALLENGE + 1);
    assert_eq!(vote(&mut contract, 2, solved(6)), Err(Error::TooLate { until: ended_at + CHALLENGE }));
    at_block(ended_at + 2 * CHALLENGE + 1);
    assert_eq!(contract.settle(1), Err(Error::TooLate { until: ended_at + 2 * CHALLENGE }));
    assign(&mut contract);
    assert_eq!(contract.settle(1), Err(Error::SubnetEnded));
}

/// A match may have started with a longer wait than today's.
#[ink::test]
fn the_rest_is_nobodys_while_a_solution_stands_its_matchs_own_wait() {
    let mut contract = competing_with(BOUNTY);
    let competition = contract.competitions.get(1).expect("runs");
    contract.competitions.insert(1, &Competition { challenge_period: LONGEST, ..competition });
    wound_up(&mut contract, 300);
    let until = rest_from(&contract) - 1;
    at_block(until - LONGEST);
    agree(&mut contract, 1, solved(6));
    at_block(until);
    call_as(owner());
    assert_eq!(contract.assign_rest(heir()), Err(Error::TooEarly { from: until + 1 }));
    assert_eq!(contract.settle(1), Ok(()));
}

/// One wrong answer of the chain settles nothing.
#[ink::test]
fn nothing_is_settled_while_the_end_is_shown_and_not_written() {
    let mut contract = competing_with(BOUNTY);
    at_block(60);
    agree(&mut contract, 1, solved(6));
    at_block(60 + CHALLENGE);
    dissolve(300);
    assert_eq!(contract.settle(1), Err(Error::SubnetEnded));
    contract.wind_up().expect("shown");
    assert_eq!(contract.settle(1), Err(Error::SubnetEnded));
    at_block(now() + DAY);
    contract.wind_up().expect("written");
    assert_eq!(contract.settle(1), Ok(()));
}

#[ink::test]
fn less_than_a_third_of_what_there_was_settles_nothing() {
    for (since, settles) in [(33, false), (34, true)] {
        let mut contract = competing_with(BOUNTY);
        at_block(60);
        agree(&mut contract, 1, solved(6));
        let mut whitelist = contract.whitelist();
        for (validator, day) in whitelist.iter_mut().zip([100, 0, 0]) {
            validator.noted = Noted { before: 0, day, since };
        }
        whitelist[1].noted.before = 102;
        contract.validators.set(&whitelist);
        wound_up(&mut contract, 300);
        at_block(60 + CHALLENGE);
        assert_eq!(contract.settle(1).is_ok(), settles);
    }
}

#[ink::test]
fn nothing_but_a_solution_is_decided_after_the_end() {
    for choice in [cancelled(CancelReason::Deleted), unsolved(true, true), OutcomeChoice::Dissolved] {
        let mut contract = competing_with(BOUNTY);
        at_block(150);
        agree(&mut contract, 1, choice);
        dissolve(300);
        // A vote asks the chain nothing, so it may be told only when the end was written.
        assert_eq!(vote(&mut contract, 2, choice), Ok(()));
        at_block(150 + CHALLENGE);
        assert_eq!(contract.settle(1), Err(Error::SubnetEnded));
        contract.wind_up().expect("shown");
        at_block(now() + DAY);
        contract.wind_up().expect("written");
        assert_eq!(vote(&mut contract, 2, choice), Err(Error::SubnetEnded));
        assert_eq!(issue(&contract, 1).status, IssueStatus::Competing);
        // Who voted so may take it back, and vote for a solution.
        call_as(validator(0));
        assert_eq!(contract.withdraw_outcome_vote(1), Ok(()));
        assert_eq!(contract.vote_outcome(1, solved(6)), Ok(()));
    }
}

/// The contract cannot know then whose stake is whose.
#[ink::test]
fn a_chain_that_does_not_tell_stops_everything_but_votes_a_pause_and_what_is_owed() {
    let mut contract = owing();
    fail(34, 1);
    let refused = Error::Subtensor(SubtensorError::RuntimeError);
    assert_eq!(contract.claim(BOUNTY_OF_ONE), Err(refused.clone()));
    assert_eq!((contract.settle(2), contract.note_weights()), (Err(refused.clone()), Err(refused.clone())));
    call_as(validator(0));
    assert_eq!(contract.vote_outcome(2, cancelled(CancelReason::Deleted)), Ok(()));
    call_as(miner(7).coldkey);
    assert_eq!((contract.payout(1), contract.withdraw_collateral(miner(7).hotkey, BOUNTY)), (Ok(()), Ok(())));
    call_as(owner());
    assert_eq!(contract.remove_validator(validator(2)), Err(refused));
    assert_eq!(contract.pause(), Ok(()));
}

/// What was shown counts where nothing else is answered.
#[ink::test]
fn what_is_owed_is_not_paid_without_an_answer_once_the_end_was_shown() {
    let mut contract = owing();
    give_number_again();
    contract.wind_up().expect("shown");
    take_number_back();
    fail(34, 1);
    let shown_at = now();
    for (block, code_goes_on) in [(shown_at, false), (shown_at + 30 * DAY - 1, false), (shown_at + 30 * DAY, true)] {
        at_block(block);
        assert_eq!(contract.payout(1), Err(Error::SubnetEnded));
        assert_eq!(contract.ensure_goes_on(30 * DAY).is_ok(), code_goes_on);
    }
    mend(34);
    assert_eq!(contract.payout(1), Ok(()));
}

/// Another subnet's alpha is worth nothing: an answer counts.
#[ink::test]
fn what_is_owed_is_not_paid_where_the_chain_says_that_the_subnet_ended() {
    let mut contract = owing();
    dissolve(0);
    call_as(miner(7).coldkey);
    assert_eq!(contract.payout(1), Err(Error::SubnetEnded));
    assert_eq!(contract.withdraw_collateral(miner(7).hotkey, BOUNTY), Err(Error::SubnetEnded));
    call_as(owner());
    assert_eq!(contract.set_code([7; 32].into()), Err(Error::SubnetEnded));
}
