//! What votes of a quorum have agreed on for the whole wait is carried out, for good, and nothing else is.

use super::scenes::*;
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, CompetitionStatus, IssueStatus, Noted, OutcomeChoice, OutcomeVote, Setting};

const NOT_PLANNED: OutcomeChoice = OutcomeChoice::Cancelled { reason: CancelReason::NotPlanned };

/// So many shares of stake agree at most.
fn too_little(weight: u64) -> Result<(), Error> {
    Err(Error::NothingToSettle { issue: 1, weight: weight * ALPHA, total_weight: 100 * ALPHA })
}

#[ink::test]
fn votes_count_once_they_have_stood_for_the_whole_wait() {
    for choice in [NOT_PLANNED, solved(6), unsolved(true, false), OutcomeChoice::Dissolved] {
        let mut contract = with_competition();
        at_block(150);
        assert_eq!(contract.settle(1), too_little(0));
        agree(&mut contract, 1, choice);
        call_as(account(99));
        at_block(150 + CHALLENGE - 1);
        assert_eq!(contract.settle(1), too_little(0));
        assert_eq!(issue(&contract, 1).status, IssueStatus::Competing);
        at_block(150 + CHALLENGE);
        assert_eq!(contract.settle(1), Ok(()));
        assert_ne!(issue(&contract, 1).status, IssueStatus::Competing);
    }
}

#[ink::test]
fn only_issues_whose_end_is_open_are_settled() {
    let mut contract = with_winner();
    assert_eq!(contract.settle(2), Err(Error::UnknownIssue { issue: 2 }));
    assert_eq!(contract.settle(1), Err(Error::IssueClosed { issue: 1 }));
    contract.payout(1).expect("paid");
    assert_eq!(contract.settle(1), Err(Error::IssueClosed { issue: 1 }));
    let mut contract = with_open_issue();
    end(&mut contract, 1, NOT_PLANNED);
    assert_eq!(contract.settle(1), Err(Error::IssueClosed { issue: 1 }));
}

#[ink::test]
fn each_vote_has_its_own_age() {
    let mut contract = with_competition();
    at_block(60);
    vote(&mut contract, 0, solved(6)).expect("voted");
    at_block(70);
    vote(&mut contract, 1, solved(6)).expect("voted");
    at_block(60 + CHALLENGE);
    assert_eq!(contract.settle(1), too_little(50));
    at_block(70 + CHALLENGE);
    assert_eq!(contract.settle(1), Ok(()));
}

#[ink::test]
fn the_same_choice_again_keeps_its_age_and_another_one_begins_anew() {
    let mut contract = with_competition();
    let since = |contract: &IssueBounties| contract.ballot_outcome(1)[0].since;
    at_block(60);
    vote(&mut contract, 0, solved(6)).expect("voted");
    emitted(0, (1u32, validator(0), Some(1u32), solved(6), 60u32));
    at_block(70);
    vote(&mut contract, 0, solved(6)).expect("voted");
    emitted(0, (1u32, validator(0), Some(1u32), solved(6), 60u32));
    assert_eq!(contract.ballot_outcome(1), [OutcomeVote { validator: validator(0), choice: solved(6), since: 60 }]);
    let other = OutcomeChoice::Solved { hotkey: miner(6).hotkey, pull_request: 58 };
    for (block, choice) in [(80, other), (90, solved(6))] {
        at_block(block);
        vote(&mut contract, 0, choice).expect("voted");
        assert_eq!((since(&contract), contract.ballot_outcome(1).len()), (block, 1));
    }
    at_block(95);
    contract.withdraw_outcome_vote(1).expect("withdrawn");
    vote(&mut contract, 0, solved(6)).expect("voted");
    assert_eq!(since(&contract), 95);
    // Another validator's vote for the same has an age of its own.
    at_block(97);
    vote(&mut contract, 1, solved(6)).expect("voted");
    let ages: Vec<u32> = contract.ballot_outcome(1).iter().map(|vote| vote.since).collect();
    assert_eq!(ages, [95, 97]);
}

#[ink::test]
fn a_wrong_choice_is_mended_by_voting_otherwise_while_it_waits() {
    let mut contract = with_competition();
    at_block(60);
    agree(&mut contract, 1, solved(5));
    at_block(99);
    vote(&mut contract, 0, solved(6)).expect("voted");
    at_block(100);
    assert_eq!(contract.settle(1), too_little(30));
    vote(&mut contract, 1, solved(6)).expect("voted");
    at_block(139);
    assert_eq!(contract.settle(1), too_little(50));
    at_block(140);
    assert_eq!(contract.settle(1), Ok(()));
    assert_eq!(contract.competitions.get(1).expect("kept").status, CompetitionStatus::Won { winner: 1, pull_request: 57, at: 140 });
}

#[ink::test]
fn a_quorum_is_met_exactly_and_not_below() {
    for (stakes, settled) in [([5_000, 5_000, 0], false), ([5_001, 4_999, 0], true), ([50_009, 49_991, 0], false), ([1, 0, 0], true)] {
        let mut contract = with_competition();
        for (index, stake) in (0..).zip(stakes) {
            stake_validator(index, stake);
        }
        vote(&mut contract, 0, NOT_PLANNED).expect("voted");
        weigh(&mut contract);
        at_block(100);
        assert_eq!(contract.settle(1).is_ok(), settled, "{stakes:?}");
    }
}

#[ink::test]
fn a_quorum_that_is_raised_counts_for_what_is_settled_afterwards() {
    let mut contract = with_competition();
    set(&mut contract, &[Setting::QuorumBps(9_000)]);
    at_block(60);
    agree(&mut contract, 1, solved(5));
    at_block(100);
    assert_eq!(contract.settle(1), too_little(80));
    vote(&mut contract, 2, solved(5)).expect("voted");
    at_block(140);
    assert_eq!(contract.settle(1), Ok(()));
}

#[ink::test]
fn different_details_are_different_choices() {
    let early = |uid| cancelled(CancelReason::SubmittedTooEarly { hotkey: miner(uid).hotkey });
    let pull_request = |pull_request| OutcomeChoice::Solved { hotkey: miner(5).hotkey, pull_request };
    let pairs = [
        (pull_request(57), pull_request(58)),
        (solved(5), solved(6)),
        (NOT_PLANNED, cancelled(CancelReason::Duplicate)),
        (early(5), early(6)),
        (unsolved(true, true), unsolved(true, false)),
        (unsolved(false, true), unsolved(true, false)),
        (OutcomeChoice::Dissolved, NOT_PLANNED),
    ];
    for (first, second) in pairs {
        for (choices, most) in [([first, second, second], 50), ([second, first, second], 70), ([second, second, first], 80)] {
            let mut contract = with_competition();
            set(&mut contract, &[Setting::QuorumBps(9_000)]);
            at_block(150);
            for (index, choice) in (0..).zip(choices) {
                vote(&mut contract, index, choice).expect("voted");
            }
            at_block(150 + CHALLENGE);
            assert_eq!(contract.settle(1), too_little(most));
        }
    }
}

#[ink::test]
fn the_choice_of_the_quorum_is_carried_out_whatever_others_vote() {
    for (others, chosen) in [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])] {
        let mut contract = with_competition();
        stake_validator(0, 40 * ALPHA);
        weigh(&mut contract);
        at_block(60);
        vote(&mut contract, others, solved(5)).expect("voted");
        for index in chosen {
            vote(&mut contract, index, solved(6)).expect("voted");
        }
        at_block(100);
        assert_eq!(contract.settle(1), Ok(()));
        let status = CompetitionStatus::Won { winner: 1, pull_request: 57, at: 100 };
        assert_eq!(contract.competitions.get(1).expect("kept").status, status);
    }
}

/// What is lent for the block of the settling weighs nothing, and what was moved away weighs nothing at once.
#[ink::test]
fn only_stake_of_a_day_that_is_still_there_settles() {
    let mut contract = with_competition();
    at_block(60);
    vote(&mut contract, 0, solved(6)).expect("voted");
    vote(&mut contract, 1, solved(5)).expect("voted");
    at_block(100);
    stake_validator(1, 1_000_000 * ALPHA);
    assert_eq!(contract.settle(1), too_little(50));
    stake_validator(1, 30 * ALPHA);
    vote(&mut contract, 1, solved(6)).expect("voted");
    at_block(140);
    stake_validator(0, ALPHA);
    assert_eq!(contract.settle(1), too_little(31));
    // These tests revert nothing: the look is stored, and the stake that comes back weighs what was seen until two days later.
    stake_validator(0, 50 * ALPHA);
    assert_eq!(contract.settle(1), too_little(31));
    weigh(&mut contract);
    assert_eq!(contract.settle(1), Ok(()));
}

/// Validator 2 votes with 20 of 100 shares, and has 200 of 280 two days later.
fn with_a_vote_older_than_its_stake() -> IssueBounties {
    let mut contract = with_competition();
    at_block(60);
    vote(&mut contract, 2, solved(6)).expect("voted");
    stake_validator(2, 200 * ALPHA);
    weigh(&mut contract);
    contract
}

#[ink::test]
fn a_vote_lends_its_age_to_no_stake_that_came_later() {
    let light = |weight| Err(Error::NothingToSettle { issue: 1, weight: weight * ALPHA, total_weight: 280 * ALPHA });
    let mut contract = with_a_vote_older_than_its_stake();
    vote(&mut contract, 2, solved(6)).expect("the same again");
    at_block(200);
    assert_eq!(contract.settle(1), light(20));
    vote(&mut contract, 0, solved(5)).expect("voted");
    call_as(validator(2));
    contract.withdraw_outcome_vote(1).expect("withdrawn");
    vote(&mut contract, 2, solved(6)).expect("voted anew");
    assert_eq!(contract.casts.get(1).expect("kept").len(), 2, "one for each vote that stands");
    at_block(200 + CHALLENGE - 1);
    assert_eq!(contract.settle(1), light(0));
    at_block(200 + CHALLENGE);
    assert_eq!(contract.settle(1), Ok(()));
    assert_eq!(contract.casts.get(1), None);
}

#[ink::test]
fn another_choice_weighs_what_its_validator_does_when_it_is_cast() {
    let mut contract = with_a_vote_older_than_its_stake();
    vote(&mut contract, 2, solved(5)).expect("changed");
    at_block(200);
    assert_eq!(contract.settle(1), Ok(()));
}

#[ink::test]
fn a_vote_without_its_weight_of_the_third_edition_counts_fully() {
    let mut contract = with_a_vote_older_than_its_stake();
    contract.casts.remove(1);
    vote(&mut contract, 2, solved(6)).expect("the same again");
    at_block(200);
    assert_eq!(contract.settle(1), Ok(()));
}

#[ink::test]
fn what_settles_is_noted() {
    let mut contract = with_competition();
    at_block(60);
    agree(&mut contract, 1, solved(6));
    at_block(100);
    stake_validator(2, 7 * ALPHA);
    let before = events();
    contract.settle(1).expect("settled");
    let noted = |before, day, since| Noted { before, day, since };
    let entries = [
        noted(50 * ALPHA, 50 * ALPHA, 50 * ALPHA),
        noted(30 * ALPHA, 30 * ALPHA, 30 * ALPHA),
        noted(20 * ALPHA, 7 * ALPHA, 7 * ALPHA),
    ];
    emitted(1, (100u32, entries.to_vec()));
    emitted(0, (1u32, 1u32, miner(6).hotkey, 1u8, 57u32));
    assert_eq!(events() - before, 2);
    assert_eq!(notes(&contract), (100, entries.to_vec()));
}

#[ink::test]
fn a_removed_validators_vote_weighs_nothing() {
    let mut contract = with_competition();
    at_block(60);
    agree(&mut contract, 1, solved(5));
    remove(&mut contract, 0);
    assert_eq!(contract.ballot_outcome(1).len(), 2, "it is kept");
    at_block(100);
    assert_eq!(contract.settle(1), Ok(()), "30 of the remaining 50");
    let mut contract = with_competition();
    at_block(60);
    vote(&mut contract, 0, solved(5)).expect("voted");
    vote(&mut contract, 2, solved(5)).expect("voted");
    remove(&mut contract, 0);
    at_block(100);
    let (weight, total_weight) = (20 * ALPHA, 50 * ALPHA);
    assert_eq!(contract.settle(1), Err(Error::NothingToSettle { issue: 1, weight, total_weight }));
}

#[ink::test]
fn nothing_is_settled_while_nobody_has_stake() {
    let mut contract = with_competition();
    at_block(60);
    for index in 0..3 {
        stake_validator(index, 0);
    }
    agree(&mut contract, 1, solved(5));
    weigh(&mut contract);
    at_block(100);
    assert_eq!(contract.settle(1), Err(Error::NothingToSettle { issue: 1, weight: 0, total_weight: 0 }));
}

/// So nobody is removed for what it did between two votes.
#[ink::test]
fn votes_wait_for_the_longest_of_the_matchs_wait_the_settings_and_a_change_and_half_a_day() {
    for (settings, wait) in [
        (vec![], CHALLENGE),
        (vec![Setting::ChallengePeriod(60)], 60),
        (vec![Setting::ChallengePeriod(5)], CHALLENGE),
        (vec![Setting::OwnerDelay(70)], 72),
        (vec![Setting::OwnerDelay(50_400), Setting::ChallengePeriod(100_800)], 100_800),
    ] {
        let mut contract = with_competition();
        if !settings.is_empty() {
            set(&mut contract, &settings);
        }
        at_block(100);
        agree(&mut contract, 1, NOT_PLANNED);
        at_block(100 + wait - 1);
        assert_eq!(contract.settle(1), too_little(0));
        at_block(100 + wait);
        assert_eq!(contract.settle(1), Ok(()));
    }
    let mut contract = with_open_issue();
    agree(&mut contract, 1, NOT_PLANNED);
    set(&mut contract, &[Setting::OwnerDelay(70), Setting::ChallengePeriod(5)]);
    at_block(START + 71);
    assert_eq!(contract.settle(1), too_little(0));
    at_block(START + 72);
    assert_eq!(contract.settle(1), Ok(()));
}

/// What an earlier edition stored.
#[ink::test]
fn a_delay_of_more_than_a_week_counts_as_one_and_a_wait_of_more_than_two_as_two() {
    let mut contract = with_open_issue();
    contract.config.set(&crate::config::Config { owner_delay: 2_628_000, challenge_period: 2_628_000, ..contract.config() });
    assert_eq!((contract.config().owner_delay, contract.config().challenge_period), (50_400, 100_800));
    call_as(owner());
    let announced = contract.set_config(vec![Setting::HarvestStep(7)]).expect("announced");
    assert_eq!(announced.applies_from, now() + 50_400);
    agree(&mut contract, 1, NOT_PLANNED);
    at_block(now() + 100_800);
    assert_eq!((contract.settle(1), contract.apply(announced.change)), (Ok(()), Ok(true)));
}

/// Three waits after the grace, so that a validator that moved its stake weighs again and its vote has stood.
#[ink::test]
fn a_match_on_which_nothing_can_be_settled_expires_three_waits_after_its_grace() {
    let mut contract = with_competition();
    assert_eq!(contract.expire(2), Err(Error::UnknownCompetition { competition: 2 }));
    call_as(account(99));
    at_block(295);
    assert_eq!(contract.expire(1), Err(Error::TooEarly { from: 296 }));
    at_block(296);
    assert_eq!(contract.expire(1), Ok(()));
    emitted(0, (1u32, 1u32, 1u32));
    assert_eq!(contract.competitions.get(1).expect("kept").status, CompetitionStatus::Expired { at: 296 });
    let open = issue(&contract, 1);
    assert_eq!((open.status, open.funded, open.attempts, open.competition), (IssueStatus::Open, BOUNTY, 1, None));
    assert_eq!(contract.expire(1), Err(Error::CompetitionOver { competition: 1 }));
    start(&mut contract, 1, 15);
    assert_eq!(issue(&contract, 1).competition, Some(2));
    assert_eq!(contract.competition_counts.get(miner(5).hotkey), Some(2));
    at_block(305 + 100 + 30 + 121);
    contract.expire(2).expect("expired");
    assert_eq!(issue(&contract, 1).attempts, 2);
}

#[ink::test]
fn a_match_whose_end_can_be_settled_does_not_expire() {
    for choice in [solved(5), NOT_PLANNED, OutcomeChoice::Dissolved, unsolved(false, false)] {
        let mut contract = with_competition();
        at_block(256);
        agree(&mut contract, 1, choice);
        at_block(296);
        assert_eq!(contract.expire(1), Err(Error::OutcomeStands { issue: 1 }));
        at_block(5_000);
        assert_eq!(contract.expire(1), Err(Error::OutcomeStands { issue: 1 }));
        assert_eq!(contract.settle(1), Ok(()));
        assert_eq!(contract.expire(1), Err(Error::CompetitionOver { competition: 1 }));
    }
}

#[ink::test]
fn votes_that_are_too_young_or_too_few_hold_no_match() {
    let mut contract = with_competition();
    at_block(257);
    agree(&mut contract, 1, solved(5));
    at_block(296);
    assert_eq!(contract.expire(1), Ok(()));
    let mut contract = with_competition();
    at_block(60);
    vote(&mut contract, 0, solved(5)).expect("voted");
    at_block(296);
    assert_eq!(contract.expire(1), Ok(()));
}
