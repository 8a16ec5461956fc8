use super::scenes::*;
use crate::errors::Error;
use crate::types::{CancelReason, Competition, CompetitionStatus, Competitor, IssueStatus, Setting};

#[ink::test]
fn the_quorum_starts_the_competition() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    // 50 of 100 is not a quorum of 50.01 percent.
    contract.vote_pair(1, 2, miner(6), miner(5)).expect("voted");
    assert_eq!(contract.competition_count, 0);
    let ballot = contract.ballot_pair(1);
    assert_eq!((ballot[0].validator, ballot[0].a, ballot[0].b), (validator(0), miner(5), miner(6)));
    call_as(validator(2));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    assert_eq!(
        contract.competitions.get(1),
        Some(Competition {
            id: 1,
            issue: 1,
            round: 2,
            a: miner(5),
            b: miner(6),
            enrolled: bits(&[5, 6]),
            skipped: bits(&[9]),
            started_at: 45,
            submissions_from: 55,
            deadline: 145,
            outcome_until: 175,
            challenge_period: 40,
            collateral: 0,
            slash: 0,
            status: CompetitionStatus::Running,
        })
    );
    let issue = contract.issues.get(1).expect("kept");
    assert_eq!((issue.status, issue.competition, issue.funded), (IssueStatus::Competing, Some(1), BOUNTY));
    assert_eq!(contract.ballot_pair(1), []);
    assert_eq!(contract.competitions_by_miner.get((miner(6).hotkey, 0)), Some(1));
    assert_eq!([6, 7].map(|uid| contract.competition_counts.get(miner(uid).hotkey)), [Some(1), None]);
    call_as(validator(1));
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), Err(Error::IssueNotOpen { issue: 1 }));
}

#[ink::test]
fn a_quorum_is_met_exactly_and_not_below() {
    for (stakes, starts) in [([5_000, 5_000, 0], false), ([5_001, 4_999, 0], true), ([50_009, 49_991, 0], false), ([1, 0, 0], true)] {
        let mut contract = with_open_issue();
        for (index, stake) in (0..).zip(stakes) {
            stake_validator(index, stake);
        }
        weigh(&mut contract);
        attest(&mut contract, 1, 2, &[5, 6]);
        call_as(validator(0));
        contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
        assert_eq!(contract.competition_count, u32::from(starts), "{stakes:?}");
    }
}

#[ink::test]
fn stakes_at_the_limit_do_not_overflow() {
    let mut contract = with_open_issue();
    for index in 0..3 {
        stake_validator(index, u64::MAX / 3);
    }
    weigh(&mut contract);
    start(&mut contract, 1, 2);
    assert_eq!(contract.competition_count, 1);
}

#[ink::test]
fn a_changed_vote_counts_once_and_only_for_its_last_choice() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6, 7]);
    for pair in [(miner(5), miner(6)), (miner(5), miner(6)), (miner(6), miner(7))] {
        call_as(validator(0));
        contract.vote_pair(1, 2, pair.0, pair.1).expect("voted");
    }
    assert_eq!(contract.ballot_pair(1).len(), 1);
    call_as(validator(1));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    call_as(validator(2));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    assert_eq!(contract.competition_count, 0);
    call_as(validator(2));
    contract.vote_pair(1, 2, miner(7), miner(6)).expect("voted");
    assert_eq!((contract.competitions.get(1).expect("started").a, contract.competitions.get(1).expect("started").b), (miner(6), miner(7)));
}

#[ink::test]
fn the_same_uid_with_another_coldkey_is_another_choice() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    call_as(validator(1));
    contract.vote_pair(1, 2, miner(5), Competitor { coldkey: account(200), ..miner(6) }).expect("voted");
    assert_eq!(contract.competition_count, 0);
}

#[ink::test]
fn votes_of_an_earlier_round_do_not_count() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    attest(&mut contract, 1, 3, &[5, 6]);
    assert_eq!(contract.ballot_pair(1), []);
    call_as(validator(1));
    contract.vote_pair(1, 3, miner(5), miner(6)).expect("voted");
    assert_eq!(contract.competition_count, 0);
    assert_eq!(contract.ballot_pair(1).len(), 1);
}

#[ink::test]
fn weight_is_counted_when_the_vote_is_tallied() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    stake_validator(0, 30 * ALPHA);
    stake_validator(2, 1_000 * ALPHA);
    call_as(validator(2));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    emitted(0, (1u32, validator(2), 2u32, (miner(5), miner(6)), 50 * ALPHA, 100 * ALPHA));
    assert_eq!(contract.competition_count, 0);
    stake_validator(0, 31 * ALPHA);
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    assert_eq!(contract.competition_count, 1, "what decides nothing has noted nothing");
}

#[ink::test]
fn the_vote_that_starts_a_match_notes_what_it_saw() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    stake_validator(2, 7 * ALPHA);
    let before = notes(&contract);
    for (index, is_noted) in [(0, false), (1, true)] {
        call_as(validator(index));
        contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
        assert_eq!(notes(&contract) != before, is_noted);
    }
    let (turned_at, entries) = notes(&contract);
    assert_eq!((turned_at, entries[2].since), (45, 7 * ALPHA));
    emitted(1, (turned_at, entries));
}

#[ink::test]
fn a_removed_validators_vote_counts_no_more() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(1));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    remove(&mut contract, 1);
    call_as(validator(2));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    assert_eq!(contract.competition_count, 0);
    // So a ballot has no more votes than there are validators.
    assert_eq!(contract.ballot_pair(1).iter().map(|vote| vote.validator).collect::<Vec<_>>(), [validator(2)]);
    call_as(validator(1));
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), Err(Error::NotAValidator));
}

#[ink::test]
fn refuses_what_is_no_pair() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    let (a, b) = (miner(5), miner(6));
    let mut vote = |a, b| contract.vote_pair(1, 2, a, b);
    assert_eq!(vote(a, Competitor { hotkey: a.hotkey, ..b }), Err(Error::SameHotkey));
    assert_eq!(vote(a, Competitor { coldkey: a.coldkey, ..b }), Err(Error::SameColdkey));
    assert_eq!(vote(a, Competitor { uid: a.uid, ..b }), Err(Error::SameUid));
    assert_eq!(vote(a, Competitor { uid: 256, ..b }), Err(Error::UidOutOfRange { uid: 256 }));
    assert_eq!(vote(Competitor { uid: u16::MAX, ..a }, b), Err(Error::UidOutOfRange { uid: u16::MAX }));
    assert_eq!(vote(a, miner(7)), Err(Error::NotAttested { uid: 7 }));
    assert_eq!(vote(miner(9), b), Err(Error::NotAttested { uid: 9 }));
}

#[ink::test]
fn refuses_strangers_other_issues_other_rounds_and_early_ones() {
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(owner());
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), Err(Error::NotAValidator));
    call_as(validator(0));
    assert_eq!(contract.vote_pair(2, 2, miner(5), miner(6)), Err(Error::UnknownIssue { issue: 2 }));
    assert_eq!(contract.vote_pair(1, 3, miner(5), miner(6)), Err(Error::WrongRound { current: 2 }));
    at_block(2 * ROUND + ATTEST - 1);
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), Err(Error::TooEarly { from: 2 * ROUND + ATTEST }));
    at_block(3 * ROUND);
    assert_eq!(contract.vote_pair(1, 2, miner(5), miner(6)), Err(Error::WrongRound { current: 3 }));
}

#[ink::test]
fn a_miner_is_in_no_more_competitions_than_allowed() {
    let mut contract = with_competition();
    register(&mut contract, BOUNTY);
    fund(&mut contract, BOUNTY);
    attest(&mut contract, 2, 3, &[5, 7, 8]);
    call_as(validator(0));
    let busy = Err(Error::TooManyCompetitions { uid: 5 });
    assert_eq!(contract.vote_pair(2, 3, miner(5), miner(7)), busy);
    assert_eq!(contract.vote_pair(2, 3, miner(8), miner(7)), Ok(()));
    end(&mut contract, 1, solved(5));
    attest(&mut contract, 2, 6, &[5, 7]);
    call_as(validator(0));
    assert_eq!(contract.vote_pair(2, 6, miner(5), miner(7)), Ok(()), "a competition that is won binds no more");
}

#[ink::test]
fn who_may_be_in_two_competitions_is_in_one_when_the_other_ends() {
    let mut contract = with_open_issue();
    set(&mut contract, &[Setting::MaxCompetitionsPerMiner(2)]);
    for _ in 2..=4 {
        register(&mut contract, BOUNTY);
    }
    fund(&mut contract, 3 * BOUNTY);
    start(&mut contract, 1, 2);
    start(&mut contract, 2, 3);
    end(&mut contract, 2, cancelled(CancelReason::NotPlanned));
    start(&mut contract, 3, 6);
    attest(&mut contract, 4, 7, &[5, 6]);
    call_as(validator(0));
    assert_eq!(contract.vote_pair(4, 7, miner(5), miner(6)), Err(Error::TooManyCompetitions { uid: 5 }));
}
