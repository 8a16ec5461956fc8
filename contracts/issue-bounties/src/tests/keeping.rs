use super::scenes::*;
use crate::errors::Error;
use crate::types::Setting;

/// All that a competition is started with, otherwise.
const OTHERWISE: [Setting; 9] = [
    Setting::MinBounty(2 * BOUNTY),
    Setting::MaxBounty(3 * BOUNTY),
    Setting::SubmissionWindow(1),
    Setting::CompetitionLength(50),
    Setting::OutcomeGrace(0),
    Setting::ChallengePeriod(6),
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
    let before = contract.competitions.get(1).expect("started");
    assert_eq!((before.collateral, before.slash, before.challenge_period), (BOUNTY / 10 - DUST, BOUNTY / 10 - DUST, 40));
    set(&mut contract, &OTHERWISE);
    assert_eq!(contract.competitions.get(1), Some(before));
    assert_eq!(contract.issues.get(1).expect("kept").bounty, BOUNTY);
    call_as(validator(0));
    at_block(54);
    assert_eq!(contract.vote_outcome(1, solved(5)), Err(Error::TooEarly { from: 55 }));
    at_block(295);
    assert_eq!(contract.expire(1), Err(Error::TooEarly { from: 296 }));
    agree(&mut contract, 1, solved(5));
    at_block(334);
    assert!(contract.settle(1).is_err());
    at_block(335);
    assert_eq!((contract.settle(1), contract.payout(1)), (Ok(()), Ok(())));
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
    let started = contract.competitions.get(1).expect("started");
    assert_eq!((started.submissions_from, started.deadline, started.outcome_until), (46, 95, 95));
    assert_eq!((started.challenge_period, started.collateral, started.slash), (DELAY + DAY / 2, BOUNTY - DUST, (BOUNTY - DUST) / 10_000));
    at_block(46);
    agree(&mut contract, 1, solved(5));
    at_block(46 + DELAY + DAY / 2);
    assert_eq!(contract.settle(1), Ok(()));
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
    assert_eq!(contract.ballot_pair(1), []);
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
    assert_eq!(contract.ballot_pair(1).len(), 1);
    assert_eq!(contract.competition_count, 0, "the vote of the other round 2 does not count");
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
