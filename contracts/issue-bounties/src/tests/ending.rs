//! Which ends may be voted when, and what becomes of an issue, its money and its ballot.

use super::scenes::*;
use crate::errors::Error;
use crate::types::{CancelReason, CompetitionStatus, IssueStatus, OutcomeChoice};

#[ink::test]
fn the_quorum_makes_a_winner_who_can_be_paid_at_once() {
    let mut contract = with_winner();
    let competition = contract.competitions.get(1).expect("kept");
    assert_eq!(competition.status, CompetitionStatus::Won { winner: 1, pull_request: 57, at: 100 });
    assert_eq!((issue(&contract, 1).status, contract.won), (IssueStatus::Solved, BOUNTY));
    call_as(account(99));
    assert_eq!(contract.payout(1), Ok(()));
    assert_eq!(transfers(), [(miner(6).coldkey, BOUNTY)]);
    let paid = issue(&contract, 1);
    assert_eq!((paid.status, paid.funded, paid.competition), (IssueStatus::Paid, BOUNTY, Some(1)));
    let treasury = books(&contract);
    assert_eq!((treasury.allocated, treasury.fresh, treasury.paid, contract.won, held()), (0, 0, BOUNTY, 0, 0));
    assert_eq!(contract.payout(1), Err(Error::AlreadyPaid { issue: 1 }));
    assert_eq!(transfers().len(), 1);
    assert_eq!(contract.issue_by_reference("acme/widgets".into(), 42), None);
}

#[ink::test]
fn a_solution_is_paid_however_late() {
    let mut contract = with_winner();
    at_block(5_000_000);
    assert_eq!((contract.payout(1), transfers()), (Ok(()), vec![(miner(6).coldkey, BOUNTY)]));
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
fn a_solution_is_voted_from_the_first_pull_requests_until_it_is_settled() {
    let mut contract = with_competition();
    at_block(54);
    assert_eq!(vote(&mut contract, 0, solved(5)), Err(Error::TooEarly { from: 55 }));
    for block in [55, 146, 176, 5_000] {
        at_block(block);
        assert_eq!(vote(&mut contract, 0, solved(5)), Ok(()));
    }
    agree(&mut contract, 1, solved(5));
    at_block(5_000 + CHALLENGE);
    contract.settle(1).expect("settled");
    for choice in [solved(5), solved(6), cancelled(CancelReason::NotPlanned), OutcomeChoice::Dissolved, unsolved(true, true)] {
        assert_eq!(vote(&mut contract, 2, choice), Err(Error::IssueClosed { issue: 1 }));
    }
    call_as(validator(0));
    assert_eq!(contract.withdraw_outcome_vote(1), Err(Error::IssueClosed { issue: 1 }));
}

#[ink::test]
fn only_a_competitor_and_only_of_a_running_competition_solves() {
    let mut contract = with_open_issue();
    assert_eq!(vote(&mut contract, 0, solved(5)), Err(Error::NoRunningCompetition { issue: 1 }));
    start(&mut contract, 1, 2);
    at_block(60);
    assert_eq!(vote(&mut contract, 0, solved(7)), Err(Error::NotACompetitor { hotkey: miner(7).hotkey }));
    let without_number = OutcomeChoice::Solved { hotkey: miner(5).hotkey, pull_request: 0 };
    assert_eq!(vote(&mut contract, 0, without_number), Err(Error::ZeroNumber));
    assert_eq!(contract.vote_outcome(2, solved(5)), Err(Error::UnknownIssue { issue: 2 }));
    call_as(owner());
    assert_eq!(contract.vote_outcome(1, solved(5)), Err(Error::NotAValidator));
    assert_eq!(contract.withdraw_outcome_vote(1), Err(Error::NotAValidator));
}

#[ink::test]
fn that_nobody_solved_it_is_voted_after_the_deadline_of_a_running_competition() {
    let mut contract = with_open_issue();
    let not_running = Err(Error::NoRunningCompetition { issue: 1 });
    assert_eq!(vote(&mut contract, 0, unsolved(true, true)), not_running);
    start(&mut contract, 1, 2);
    for block in [45, 145] {
        at_block(block);
        assert_eq!(vote(&mut contract, 0, unsolved(false, true)), Err(Error::TooEarly { from: 146 }));
    }
    for block in [146, 176, 5_000] {
        at_block(block);
        assert_eq!(vote(&mut contract, 0, unsolved(false, true)), Ok(()));
    }
    contract.expire(1).expect("expired");
    assert_eq!(vote(&mut contract, 0, unsolved(true, true)), not_running);
}

#[ink::test]
fn that_a_pair_is_dissolved_is_voted_as_long_as_it_runs() {
    let mut contract = with_open_issue();
    assert_eq!(vote(&mut contract, 0, OutcomeChoice::Dissolved), Err(Error::NoRunningCompetition { issue: 1 }));
    start(&mut contract, 1, 2);
    for block in [45, 146, 5_000] {
        at_block(block);
        assert_eq!(vote(&mut contract, 0, OutcomeChoice::Dissolved), Ok(()));
    }
}

#[ink::test]
fn reasons_must_fit_the_state() {
    let mut contract = with_open_issue();
    let early = |uid| CancelReason::SubmittedTooEarly { hotkey: miner(uid).hotkey };
    let not_running = Err(Error::NoRunningCompetition { issue: 1 });
    assert_eq!(vote(&mut contract, 0, cancelled(early(5))), not_running, "nobody competes");
    start(&mut contract, 1, 2);
    for reason in [CancelReason::Owner, CancelReason::Dissolved] {
        assert_eq!(vote(&mut contract, 0, cancelled(reason)), Err(Error::ReasonNotAllowed));
    }
    let stranger = Err(Error::NotACompetitor { hotkey: miner(7).hotkey });
    assert_eq!(vote(&mut contract, 0, cancelled(early(7))), stranger);
    for reason in [early(5), early(6), CancelReason::Refused, CancelReason::Deleted] {
        assert_eq!(vote(&mut contract, 0, cancelled(reason)), Ok(()));
    }
}

#[ink::test]
fn a_cancelled_competition_costs_nobody_and_its_bounty_is_there_for_others() {
    let mut contract = with_competition();
    let early = CancelReason::SubmittedTooEarly { hotkey: miner(6).hotkey };
    end(&mut contract, 1, cancelled(early));
    let status = CompetitionStatus::Void { reason: early, at: 45 + CHALLENGE };
    assert_eq!(contract.competitions.get(1).expect("kept").status, status);
    let issue = issue(&contract, 1);
    assert_eq!((issue.status, issue.funded, issue.competition), (IssueStatus::Cancelled(early), 0, Some(1)));
    let treasury = books(&contract);
    assert_eq!((treasury.allocated, treasury.fresh, treasury.aged, treasury.recycled), (0, BOUNTY, 0, 0));
    assert_eq!((held(), contract.won), (BOUNTY, 0));
    emitted(0, (1u32, early, BOUNTY));
    emitted(1, (1u32, 1u32, early));
    assert_eq!(contract.expire(1), Err(Error::CompetitionOver { competition: 1 }));
}

#[ink::test]
fn the_quorum_cancels_an_issue_that_nobody_competes_for() {
    for funded in [0, 9, BOUNTY] {
        let mut contract = contract();
        register(&mut contract, BOUNTY);
        if funded > 0 {
            fund(&mut contract, funded);
        }
        end(&mut contract, 1, cancelled(CancelReason::Transferred));
        assert_eq!(issue(&contract, 1).status, IssueStatus::Cancelled(CancelReason::Transferred));
        emitted(0, (1u32, CancelReason::Transferred, funded));
        let treasury = books(&contract);
        assert_eq!((treasury.allocated, treasury.fresh, held()), (0, funded, funded));
    }
}

#[ink::test]
fn a_pair_is_dissolved_at_no_cost_and_its_issue_is_open_again() {
    let mut contract = competing_with(BOUNTY);
    at_block(200);
    end(&mut contract, 1, OutcomeChoice::Dissolved);
    emitted(0, (1u32, 1u32, CancelReason::Dissolved));
    let status = CompetitionStatus::Void { reason: CancelReason::Dissolved, at: 200 + CHALLENGE };
    assert_eq!(contract.competitions.get(1).expect("kept").status, status);
    let open = issue(&contract, 1);
    assert_eq!((open.status, open.competition, open.attempts, open.funded), (IssueStatus::Open, None, 0, BOUNTY));
    assert_eq!([5, 6].map(|uid| collateral(&contract, uid)), [(BOUNTY, 0); 2]);
    assert_eq!((books(&contract).slashed, books(&contract).fresh), (0, 0));
    start(&mut contract, 1, 13);
    assert_eq!(issue(&contract, 1).competition, Some(2));
}

#[ink::test]
fn a_vote_that_was_withdrawn_counts_no_more() {
    let mut contract = with_competition();
    let choice = cancelled(CancelReason::NotPlanned);
    agree(&mut contract, 1, choice);
    call_as(validator(0));
    assert_eq!(contract.withdraw_outcome_vote(1), Ok(()));
    emitted(0, (1u32, validator(0)));
    assert_eq!(contract.ballot_outcome(1).len(), 1, "the other's stays");
    assert_eq!(contract.withdraw_outcome_vote(1), Err(Error::NothingToDo), "there is none");
    assert_eq!(contract.withdraw_outcome_vote(2), Err(Error::UnknownIssue { issue: 2 }));
    at_block(45 + CHALLENGE);
    let (weight, total_weight) = (30 * ALPHA, 100 * ALPHA);
    assert_eq!(contract.settle(1), Err(Error::NothingToSettle { issue: 1, weight, total_weight }));
}

/// Each phase of an issue begins with an empty ballot.
#[ink::test]
fn votes_end_with_the_issues_phase() {
    let choice = cancelled(CancelReason::NotPlanned);
    let mut contract = with_open_issue();
    vote(&mut contract, 2, choice).expect("voted");
    start(&mut contract, 1, 2);
    assert_eq!((contract.ballot_outcome(1), contract.outcome_ballots.get(1)), (vec![], None), "a competition has started");
    vote(&mut contract, 2, choice).expect("voted");
    at_block(296);
    contract.expire(1).expect("expired");
    assert_eq!((contract.ballot_outcome(1), contract.outcome_ballots.get(1)), (vec![], None), "it has expired");
    start(&mut contract, 1, 15);
    at_block(500);
    vote(&mut contract, 2, choice).expect("voted");
    end(&mut contract, 1, unsolved(true, true));
    assert_eq!((contract.ballot_outcome(1), contract.outcome_ballots.get(1)), (vec![], None), "nobody has solved it");
    start(&mut contract, 1, 30);
    at_block(620);
    vote(&mut contract, 2, choice).expect("voted");
    end(&mut contract, 1, OutcomeChoice::Dissolved);
    assert_eq!((contract.ballot_outcome(1), contract.outcome_ballots.get(1)), (vec![], None), "the pair is dissolved");
    start(&mut contract, 1, 35);
    at_block(720);
    vote(&mut contract, 2, choice).expect("voted");
    end(&mut contract, 1, solved(5));
    assert_eq!((contract.ballot_outcome(1), contract.outcome_ballots.get(1)), (vec![], None), "it is solved");

    let mut contract = with_competition();
    vote(&mut contract, 2, cancelled(CancelReason::Duplicate)).expect("voted");
    end(&mut contract, 1, choice);
    assert_eq!((contract.ballot_outcome(1), contract.outcome_ballots.get(1)), (vec![], None), "it is cancelled");
}

#[ink::test]
fn votes_stay_while_an_issue_only_gets_its_money() {
    let mut contract = contract();
    register(&mut contract, BOUNTY);
    agree(&mut contract, 1, cancelled(CancelReason::Deleted));
    fund(&mut contract, BOUNTY);
    assert_eq!((issue(&contract, 1).status, contract.ballot_outcome(1).len()), (IssueStatus::Open, 2));
    at_block(START + CHALLENGE);
    assert_eq!(contract.settle(1), Ok(()));
}

#[ink::test]
fn votes_of_an_expired_attempt_do_not_count_in_the_next() {
    let mut contract = with_competition();
    at_block(290);
    vote(&mut contract, 0, solved(5)).expect("voted");
    at_block(296);
    contract.expire(1).expect("expired");
    start(&mut contract, 1, 15);
    at_block(400);
    vote(&mut contract, 1, solved(5)).expect("voted");
    at_block(500);
    let (weight, total_weight) = (30 * ALPHA, 100 * ALPHA);
    assert_eq!(contract.settle(1), Err(Error::NothingToSettle { issue: 1, weight, total_weight }));
}

#[ink::test]
fn nothing_of_a_round_is_left_when_a_competition_starts_or_an_issue_ends() {
    let mut contract = with_open_issue();
    start(&mut contract, 1, 2);
    assert_eq!((contract.attestations.get(1), contract.pair_ballots.get(1)), (None, None));
    let mut contract = with_open_issue();
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    assert_eq!(contract.ballot_pair(1).len(), 1);
    end(&mut contract, 1, cancelled(CancelReason::NotPlanned));
    assert_eq!((contract.attestations.get(1), contract.pair_ballots.get(1)), (None, None));
}
