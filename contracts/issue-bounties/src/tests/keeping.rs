use super::scenes::*;
use crate::errors::Error;
use crate::types::{CompetitionStatus, IssueStatus, Setting};

/// All that a competition is started with, otherwise.
const OTHERWISE: [Setting; 9] = [
    Setting::MinBounty(2 * BOUNTY),
    Setting::MaxBounty(3 * BOUNTY),
    Setting::SubmissionWindow(1),
    Setting::CompetitionLength(50),
    Setting::OutcomeGrace(0),
    Setting::ChallengePeriod(3),
    Setting::CollateralBps(10_000),
    Setting::SlashBps(1),
    Setting::MaxCompetitionsPerMiner(7),
];

#[ink::test]
fn a_running_competition_keeps_its_dates_and_amounts() {
    let mut contract = with_open_issue();
    set(&mut contract, &[Setting::CollateralBps(1_000)]);
    for uid in [5, 6] {
        deposit(&mut contract, uid, BOUNTY);
    }
    start(&mut contract, 1, 2);
    let before = contract.competition(1).expect("started");
    assert_eq!((before.collateral, before.slash, before.challenge_period), (BOUNTY / 10 - DUST, BOUNTY / 10 - DUST, 40));
    set(&mut contract, &OTHERWISE);
    assert_eq!(contract.competition(1), Some(before));
    assert_eq!(contract.issue(1).expect("kept").bounty, BOUNTY);
    call_as(validator(0));
    at_block(54);
    assert_eq!(contract.vote_outcome(1, solved(5)), Err(Error::TooEarly { from: 55 }));
    at_block(175);
    assert_eq!(contract.expire(1), Err(Error::TooEarly { from: 176 }));
    decide(&mut contract, 1, solved(5));
    assert_eq!(contract.issue(1).expect("kept").payable_at, Some(215));
    at_block(214);
    assert_eq!(contract.payout(1), Err(Error::TooEarly { from: 215 }));
    at_block(215);
    assert_eq!(contract.payout(1), Ok(()));
    assert_eq!(collateral(&contract, 6), (BOUNTY - BOUNTY / 10 + DUST, 0));
}

#[ink::test]
fn the_next_competition_has_the_new_dates_and_amounts() {
    let mut contract = with_open_issue();
    set(&mut contract, &OTHERWISE);
    for uid in [5, 6] {
        deposit(&mut contract, uid, BOUNTY);
    }
    start(&mut contract, 1, 2);
    let started = contract.competition(1).expect("started");
    assert_eq!((started.submissions_from, started.deadline, started.outcome_until), (46, 95, 95));
    assert_eq!((started.challenge_period, started.collateral, started.slash), (3, BOUNTY - DUST, (BOUNTY - DUST) / 10_000));
    at_block(46);
    decide(&mut contract, 1, solved(5));
    assert_eq!(contract.issue(1).expect("kept").payable_at, Some(49));
}

#[ink::test]
fn a_quorum_that_is_raised_counts_for_what_is_decided_afterwards() {
    let mut contract = with_competition();
    at_block(60);
    call_as(validator(0));
    contract.vote_outcome(1, solved(5)).expect("voted");
    set(&mut contract, &[Setting::QuorumBps(9_000)]);
    decide(&mut contract, 1, solved(5));
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Competing);
    call_as(validator(2));
    contract.vote_outcome(1, solved(5)).expect("voted");
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Solved);
}

#[ink::test]
fn one_vote_each_when_the_weighting_changes() {
    let mut contract = with_competition();
    at_block(60);
    set(&mut contract, &[Setting::Weighting(crate::config::Weighting::ByCount)]);
    for (index, status) in [(0, None), (2, Some(0))] {
        call_as(validator(index));
        contract.vote_outcome(1, solved(5)).expect("voted");
        let won = match contract.competition(1).expect("kept").status {
            CompetitionStatus::Won { winner, .. } => Some(winner),
            _ => None,
        };
        assert_eq!(won, status, "one of three, then two of three");
    }
}

#[ink::test]
fn a_round_whose_number_comes_again_is_another_round() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    set(&mut contract, &[Setting::RoundLength(2 * ROUND)]);
    // Round 2 was blocks 40 to 59 and is blocks 80 to 119 now.
    at_block(2 * 2 * ROUND);
    let enrolled = contract.enrolled(1).expect("read");
    assert_eq!((enrolled.round, enrolled.enrolled, enrolled.attestations.len()), (2, bits(&[]), 0));
    assert_eq!(contract.ballot_pair(1), Ok(vec![]));
    call_as(validator(1));
    contract.attest_enrolled(1, 2, bits(&[5, 6]), bits(&[])).expect("attested");
    assert_eq!(contract.enrolled(1).expect("read").attestations.len(), 1);
    at_block(2 * 2 * ROUND + ATTEST);
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), Err(Error::NotAttested { uid: 5 }));
    at_block(2 * 2 * ROUND + ATTEST - 1);
    call_as(validator(0));
    contract.attest_enrolled(1, 2, bits(&[5, 6]), bits(&[])).expect("attested");
    at_block(2 * 2 * ROUND + ATTEST);
    call_as(validator(1));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    assert_eq!(contract.ballot_pair(1).expect("read").len(), 1);
    assert_eq!(contract.counts().competitions, 0, "the vote of the other round 2 does not count");
}

#[ink::test]
fn a_round_that_is_cut_short_begins_anew() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    set(&mut contract, &[Setting::RoundLength(9), Setting::AttestBlocks(4)]);
    // Block 45 is the first of the new round 5.
    assert_eq!(contract.enrolled(1).expect("read").round, 5);
    call_as(validator(0));
    assert_eq!(contract.vote_pair(1, 5, miner(5), miner(6)), Err(Error::TooEarly { from: 49 }));
    assert_eq!(contract.attest_enrolled(1, 2, bits(&[5]), bits(&[])), Err(Error::WrongRound { current: 5 }));
    at_block(49);
    assert_eq!(contract.attest_enrolled(1, 5, bits(&[5]), bits(&[])), Err(Error::TooLate { until: 48 }));
    assert_eq!(contract.vote_pair(1, 5, miner(5), miner(6)), Err(Error::NotAttested { uid: 5 }));
}
