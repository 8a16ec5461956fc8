use super::scenes::*;
use crate::errors::Error;
use crate::types::{CancelReason, CompetitionStatus, IssueStatus, OutcomeChoice};

fn cancelled(reason: CancelReason) -> OutcomeChoice {
    OutcomeChoice::Cancelled { reason }
}

#[ink::test]
fn the_quorum_makes_a_winner_who_is_paid_after_the_challenge() {
    let mut contract = with_winner();
    let competition = contract.competition(1).expect("kept");
    assert_eq!(competition.status, CompetitionStatus::Won { winner: 1, pull_request: 57, at: 60 });
    let issue = contract.issue(1).expect("kept");
    assert_eq!((issue.status, issue.payable_at), (IssueStatus::Solved, Some(100)));
    call_as(account(99));
    at_block(99);
    assert_eq!(contract.payout(1), Err(Error::TooEarly { from: 100 }));
    at_block(100);
    assert_eq!(contract.payout(1), Ok(()));
    assert_eq!(transfers(), [(miner(6).coldkey, BOUNTY)]);
    let issue = contract.issue(1).expect("kept");
    assert_eq!((issue.status, issue.funded), (IssueStatus::Paid, BOUNTY));
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.allocated, treasury.to_recycle, treasury.paid, held()), (0, 0, BOUNTY, 0));
    assert_eq!(contract.payout(1), Err(Error::AlreadyPaid { issue: 1 }));
    assert_eq!(transfers().len(), 1);
    assert_eq!(contract.issue_by_reference("acme/widgets".into(), 42), None);
}

#[ink::test]
fn only_a_solved_issue_is_paid() {
    let mut contract = with_open_issue();
    assert_eq!(contract.payout(2), Err(Error::UnknownIssue { issue: 2 }));
    assert_eq!(contract.payout(1), Err(Error::NotSolved { issue: 1 }));
    start(&mut contract, 1, 2);
    assert_eq!(contract.payout(1), Err(Error::NotSolved { issue: 1 }));
    end(&mut contract, 1, cancelled(CancelReason::NotPlanned));
    assert_eq!(contract.payout(1), Err(Error::NotSolved { issue: 1 }));
}

#[ink::test]
fn a_solution_is_voted_between_the_window_and_the_grace() {
    let mut contract = with_competition();
    call_as(validator(0));
    at_block(54);
    assert_eq!(contract.vote_outcome(1, solved(5)), Err(Error::TooEarly { from: 55 }));
    at_block(55);
    assert_eq!(contract.vote_outcome(1, solved(5)), Ok(()));
    at_block(175);
    assert_eq!(contract.vote_outcome(1, solved(5)), Ok(()));
    at_block(176);
    assert_eq!(contract.vote_outcome(1, solved(5)), Err(Error::TooLate { until: 175 }));
}

#[ink::test]
fn only_a_competitor_and_only_of_a_running_competition_solves() {
    let mut contract = with_open_issue();
    call_as(validator(0));
    assert_eq!(contract.vote_outcome(1, solved(5)), Err(Error::NoRunningCompetition { issue: 1 }));
    start(&mut contract, 1, 2);
    at_block(60);
    assert_eq!(contract.vote_outcome(1, solved(7)), Err(Error::NotACompetitor { hotkey: miner(7).hotkey }));
    let without_number = OutcomeChoice::Solved { hotkey: miner(5).hotkey, pull_request: 0 };
    assert_eq!(contract.vote_outcome(1, without_number), Err(Error::ZeroNumber));
    assert_eq!(contract.vote_outcome(2, solved(5)), Err(Error::UnknownIssue { issue: 2 }));
    call_as(owner());
    assert_eq!(contract.vote_outcome(1, solved(5)), Err(Error::NotAValidator));
    decide(&mut contract, 1, solved(5));
    call_as(validator(2));
    assert_eq!(contract.vote_outcome(1, solved(6)), Err(Error::NoRunningCompetition { issue: 1 }), "the verdict is in");
}

#[ink::test]
fn different_pull_requests_are_different_choices() {
    let mut contract = with_competition();
    at_block(60);
    for (index, pull_request) in [(0, 57), (1, 58)] {
        call_as(validator(index));
        let choice = OutcomeChoice::Solved { hotkey: miner(5).hotkey, pull_request };
        contract.vote_outcome(1, choice).expect("voted");
    }
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Competing);
    assert_eq!(contract.ballot_outcome(1).len(), 2);
    call_as(validator(2));
    contract.vote_outcome(1, OutcomeChoice::Solved { hotkey: miner(5).hotkey, pull_request: 57 }).expect("voted");
    assert_eq!(contract.competition(1).expect("kept").status, CompetitionStatus::Won { winner: 0, pull_request: 57, at: 60 });
}

#[ink::test]
fn the_quorum_cancels_a_running_competition_and_its_bounty_waits_to_be_recycled() {
    let mut contract = with_competition();
    let early = CancelReason::SubmittedTooEarly { hotkey: miner(6).hotkey };
    end(&mut contract, 1, cancelled(early));
    let ended = CompetitionStatus::Void { reason: early, at: 45 + CHALLENGE };
    assert_eq!(contract.competition(1).expect("kept").status, ended);
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Cancelled(early));
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.allocated, treasury.unallocated, treasury.to_recycle), (0, 0, BOUNTY));
    assert_eq!((treasury.recycled, held()), (0, BOUNTY), "a verdict asks the chain for nothing but weights");
    assert_eq!(contract.issue(1).expect("kept").funded, 0);
    call_as(validator(2));
    assert_eq!(contract.vote_outcome(1, cancelled(early)), Err(Error::IssueClosed { issue: 1 }));
    assert_eq!(contract.expire(1), Err(Error::CompetitionOver { competition: 1 }));
}

#[ink::test]
fn a_vote_that_was_taken_back_counts_no_more() {
    let mut contract = with_competition();
    let choice = cancelled(CancelReason::NotPlanned);
    call_as(validator(0));
    assert_eq!(contract.vote_outcome(1, choice), Ok(()));
    assert_eq!(contract.withdraw_outcome_vote(1), Ok(()));
    assert_eq!(contract.ballot_outcome(1), []);
    call_as(validator(1));
    assert_eq!(contract.vote_outcome(1, choice), Ok(()));
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Competing);
    assert_eq!(contract.withdraw_outcome_vote(2), Err(Error::UnknownIssue { issue: 2 }));
    call_as(validator(0));
    assert_eq!(contract.withdraw_outcome_vote(1), Ok(()), "there is none");
    assert_eq!(contract.ballot_outcome(1).len(), 1, "the other's stays");
    call_as(owner());
    assert_eq!(contract.withdraw_outcome_vote(1), Err(Error::NotAValidator));
    call_as(validator(0));
    assert_eq!(contract.vote_outcome(1, choice), Ok(()));
    at_block(45 + CHALLENGE);
    contract.finish(1).expect("carried out");
    assert_eq!(contract.withdraw_outcome_vote(1), Err(Error::IssueClosed { issue: 1 }));
    assert_eq!(contract.ballot_outcome(1), [], "what is closed has no ballot");
}

#[ink::test]
fn a_vote_lapses_when_the_issue_stands_differently() {
    let mut contract = with_open_issue();
    let choice = cancelled(CancelReason::NotPlanned);
    call_as(validator(2));
    assert_eq!(contract.vote_outcome(1, choice), Ok(()));
    start(&mut contract, 1, 2);
    assert_eq!(contract.ballot_outcome(1), [], "a competition has started");
    at_block(60);
    call_as(validator(2));
    assert_eq!(contract.vote_outcome(1, choice), Ok(()));
    decide(&mut contract, 1, solved(5));
    assert_eq!(contract.ballot_outcome(1), [], "it is won");
    call_as(validator(1));
    assert_eq!(contract.vote_outcome(1, choice), Ok(()));
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Solved, "the outvoted one does not add to it");
}

#[ink::test]
fn the_quorum_cancels_an_issue_that_nobody_competes_for() {
    let mut contract = contract();
    contract.register_issue("acme/widgets".into(), 42, BOUNTY).expect("registered");
    decide(&mut contract, 1, cancelled(CancelReason::Transferred));
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Cancelled(CancelReason::Transferred));
    let mut contract = with_open_issue();
    decide(&mut contract, 1, cancelled(CancelReason::Deleted));
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Cancelled(CancelReason::Deleted));
    let treasury = contract.treasury().expect("read");
    let (unallocated, to_recycle) = (treasury.unallocated, treasury.to_recycle);
    assert_eq!((treasury.allocated, unallocated, to_recycle, held()), (0, BOUNTY, 0, BOUNTY), "the next issue gets it");
}

#[ink::test]
fn nothing_is_decided_while_nobody_has_stake() {
    let mut contract = with_competition();
    at_block(60);
    for index in 0..3 {
        set_stake(validator(index), coldkey_of_validator(index), 0);
    }
    decide(&mut contract, 1, solved(5));
    decide(&mut contract, 1, cancelled(CancelReason::NotPlanned));
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Competing);
}

#[ink::test]
fn different_reasons_are_different_choices() {
    let mut contract = with_competition();
    for (index, reason) in [(0, CancelReason::NotPlanned), (1, CancelReason::Duplicate)] {
        call_as(validator(index));
        contract.vote_outcome(1, cancelled(reason)).expect("voted");
    }
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Competing);
}

#[ink::test]
fn a_verdict_can_be_cancelled_until_it_is_paid() {
    for block in [99, 100, 20_000] {
        let mut contract = with_winner();
        at_block(block);
        end(&mut contract, 1, cancelled(CancelReason::Reverted));
        assert_eq!(
            contract.competition(1).expect("kept").status,
            CompetitionStatus::Void { reason: CancelReason::Reverted, at: block + CHALLENGE }
        );
        let issue = contract.issue(1).expect("kept");
        assert_eq!((issue.status, issue.funded), (IssueStatus::Cancelled(CancelReason::Reverted), 0));
        assert_eq!((issue.payable_at, issue.competition), (None, Some(1)));
        let treasury = contract.treasury().expect("read");
        assert_eq!((treasury.allocated, treasury.unallocated, treasury.to_recycle, held()), (0, 0, BOUNTY, BOUNTY));
        at_block(20_001);
        assert_eq!(contract.payout(1), Err(Error::NotSolved { issue: 1 }));
        assert_eq!((transfers(), contract.ballot_outcome(1)), (vec![], vec![]));
    }

    let mut contract = with_winner();
    at_block(100);
    contract.payout(1).expect("paid");
    call_as(validator(0));
    assert_eq!(contract.vote_outcome(1, cancelled(CancelReason::Reverted)), Err(Error::IssueClosed { issue: 1 }));
}

#[ink::test]
fn a_void_verdict_does_not_free_the_miners_twice() {
    let mut contract = with_winner();
    call_as(owner());
    contract.register_issue("acme/widgets".into(), 43, BOUNTY).expect("registered");
    fund(&mut contract, BOUNTY);
    start(&mut contract, 2, 3);
    end(&mut contract, 1, cancelled(CancelReason::Reverted));
    call_as(owner());
    contract.register_issue("acme/widgets".into(), 44, BOUNTY).expect("registered");
    fund(&mut contract, BOUNTY);
    attest(&mut contract, 3, 4, &[5, 6]);
    call_as(validator(0));
    assert!(matches!(contract.vote_pair(3, 4, miner(5), miner(6)), Err(Error::TooManyCompetitions { .. })));
}

#[ink::test]
fn reasons_must_fit_the_state() {
    let mut contract = with_open_issue();
    call_as(validator(0));
    assert_eq!(contract.vote_outcome(1, cancelled(CancelReason::Owner)), Err(Error::ReasonNotAllowed));
    assert_eq!(contract.vote_outcome(1, cancelled(CancelReason::Dissolved)), Err(Error::ReasonNotAllowed));
    assert_eq!(contract.vote_outcome(1, cancelled(CancelReason::Reverted)), Err(Error::ReasonNotAllowed));
    let early = CancelReason::SubmittedTooEarly { hotkey: miner(5).hotkey };
    assert_eq!(contract.vote_outcome(1, cancelled(early)), Err(Error::NotACompetitor { hotkey: miner(5).hotkey }));
    start(&mut contract, 1, 2);
    assert_eq!(contract.vote_outcome(1, cancelled(CancelReason::Reverted)), Err(Error::ReasonNotAllowed));
    let stranger = CancelReason::SubmittedTooEarly { hotkey: miner(7).hotkey };
    assert_eq!(contract.vote_outcome(1, cancelled(stranger)), Err(Error::NotACompetitor { hotkey: miner(7).hotkey }));
    assert_eq!(contract.vote_outcome(1, cancelled(early)), Ok(()));
}

#[ink::test]
fn without_a_verdict_anyone_ends_the_competition() {
    let mut contract = with_competition();
    at_block(175);
    assert_eq!(contract.expire(1), Err(Error::TooEarly { from: 176 }));
    assert_eq!(contract.expire(2), Err(Error::UnknownCompetition { competition: 2 }));
    at_block(176);
    assert_eq!(contract.expire(1), Ok(()));
    assert_eq!(contract.competition(1).expect("kept").status, CompetitionStatus::Expired { at: 176, unsolved: false });
    let issue = contract.issue(1).expect("kept");
    assert_eq!((issue.status, issue.funded, issue.attempts, issue.competition), (IssueStatus::Open, BOUNTY, 1, None));
    assert_eq!(contract.expire(1), Err(Error::CompetitionOver { competition: 1 }));
    start(&mut contract, 1, 9);
    assert_eq!(contract.issue(1).expect("kept").competition, Some(2));
    assert_eq!(contract.competitions_of(miner(5).hotkey, 0, 100).len(), 2);
}

#[ink::test]
fn votes_of_an_expired_attempt_do_not_count() {
    let mut contract = with_competition();
    at_block(60);
    call_as(validator(0));
    contract.vote_outcome(1, solved(5)).expect("voted");
    at_block(176);
    contract.expire(1).expect("expired");
    assert_eq!(contract.ballot_outcome(1), []);
    start(&mut contract, 1, 9);
    at_block(9 * ROUND + ATTEST + 10);
    call_as(validator(1));
    contract.vote_outcome(1, solved(5)).expect("voted");
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Competing);
}

#[ink::test]
fn a_changed_outcome_vote_counts_once_and_a_removed_validators_not_at_all() {
    let mut contract = with_competition();
    at_block(60);
    call_as(validator(0));
    contract.vote_outcome(1, solved(5)).expect("voted");
    contract.vote_outcome(1, solved(6)).expect("voted");
    assert_eq!(contract.ballot_outcome(1).len(), 1);
    call_as(validator(1));
    contract.vote_outcome(1, solved(5)).expect("voted");
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Competing);
    remove(&mut contract, 0);
    assert_eq!(contract.ballot_outcome(1).len(), 1);
    // 30 of the remaining 50: the vote cast again is tallied anew.
    call_as(validator(1));
    contract.vote_outcome(1, solved(5)).expect("voted");
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Solved);
    assert_eq!(contract.ballot_outcome(9), []);
}

#[ink::test]
fn an_issue_that_the_owner_cancels_has_no_ballot() {
    let mut contract = with_open_issue();
    call_as(validator(0));
    contract.vote_outcome(1, cancelled(CancelReason::NotPlanned)).expect("voted");
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    assert_eq!(contract.ballot_pair(1).expect("read").len(), 1);
    call_as(owner());
    contract.cancel_issue(1, CancelReason::Owner).expect("cancelled");
    assert_eq!(contract.ballot_outcome(1), []);
    assert_eq!(contract.outcome_ballots.get(1), None);
    assert_eq!((contract.attestations.get(1), contract.pair_ballots.get(1)), (None, None));
}

#[ink::test]
fn nothing_of_a_vote_is_left_when_a_competition_starts_or_an_issue_is_paid() {
    let mut contract = with_competition();
    assert_eq!((contract.attestations.get(1), contract.pair_ballots.get(1)), (None, None));
    assert_eq!(contract.outcome_ballots.get(1), None);
    at_block(60);
    decide(&mut contract, 1, solved(6));
    assert_eq!(contract.outcome_ballots.get(1), None);
    call_as(validator(2));
    contract.vote_outcome(1, cancelled(CancelReason::Reverted)).expect("voted");
    assert_eq!(contract.ballot_outcome(1).len(), 1);
    at_block(100);
    contract.payout(1).expect("paid");
    assert_eq!((contract.outcome_ballots.get(1), contract.ballot_outcome(1)), (None, vec![]));
}

#[ink::test]
fn with_reverted_a_verdict_is_taken_back_and_nothing_else() {
    let mut contract = with_competition();
    at_block(500);
    call_as(validator(0));
    assert_eq!(contract.vote_outcome(1, cancelled(CancelReason::Reverted)), Err(Error::ReasonNotAllowed));
    for reason in [CancelReason::NotPlanned, CancelReason::SubmittedTooEarly { hotkey: miner(6).hotkey }] {
        let mut contract = with_winner();
        end(&mut contract, 1, cancelled(reason));
        assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Cancelled(reason), "other reasons end it as well");
    }
}
