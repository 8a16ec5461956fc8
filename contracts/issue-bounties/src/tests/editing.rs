//! The owner cancels and edits issues that nobody competes for: with delay and veto once there is money.

use super::scenes::*;
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{CancelReason, Change, IssueStatus, OutcomeChoice, Scheduled};

/// What the owner's message of a change answers when it applies at once, or only after the delay.
fn scheduled(change: u32, applied: bool) -> Result<Scheduled, Error> {
    Ok(Scheduled { change, applies_from: now() + if applied { 0 } else { DELAY }, applied })
}

fn cancel(contract: &mut IssueBounties, id: u32) -> Result<Scheduled, Error> {
    call_as(owner());
    contract.cancel_issue(id, CancelReason::Owner)
}

/// Gives issue 1 this bounty and this number in another repository.
fn edit(contract: &mut IssueBounties, number: u32, bounty: u64) -> Result<Scheduled, Error> {
    call_as(owner());
    contract.edit_issue(1, "acme/gadgets".into(), number, bounty)
}

/// A contract whose issue 1 has so much of its bounty.
fn funded(amount: u64) -> IssueBounties {
    let mut contract = contract();
    register(&mut contract, BOUNTY);
    if amount > 0 {
        fund(&mut contract, amount);
    }
    contract
}

#[ink::test]
fn without_money_the_owner_cancels_and_edits_at_once() {
    let mut contract = funded(0);
    assert_eq!(edit(&mut contract, 7, 2 * BOUNTY), scheduled(5, true));
    assert_eq!(cancel(&mut contract, 1), scheduled(6, true));
    assert_eq!((issue(&contract, 1).status, waiting(&contract)), (IssueStatus::Cancelled(CancelReason::Owner), vec![]));
}

#[ink::test]
fn with_the_first_rao_a_cancellation_waits_for_the_delay() {
    for amount in [1, BOUNTY] {
        let mut contract = funded(amount);
        let status = issue(&contract, 1).status;
        assert_eq!(cancel(&mut contract, 1), scheduled(5, false));
        emitted(0, (5u32, Change::CancelIssue { issue: 1, reason: CancelReason::Owner }, START + DELAY, START + DELAY + 50_400));
        assert_eq!((issue(&contract, 1).status, issue(&contract, 1).funded), (status, amount));
        at_block(START + DELAY);
        call_as(account(99));
        assert_eq!(contract.apply(5), Ok(true));
        emitted(1, (1u32, CancelReason::Owner, amount));
        let cancelled = issue(&contract, 1);
        assert_eq!((cancelled.status, cancelled.funded), (IssueStatus::Cancelled(CancelReason::Owner), 0));
        let treasury = books(&contract);
        assert_eq!((treasury.allocated, treasury.fresh, treasury.aged, treasury.recycled), (0, amount, 0, 0));
        assert_eq!((contract.issue_by_reference("acme/widgets".into(), 42), held()), (None, amount));
        assert_eq!(cancel(&mut contract, 1), Err(Error::IssueClosed { issue: 1 }));
    }
}

#[ink::test]
fn in_setup_everything_is_at_once() {
    let mut contract = in_setup();
    register(&mut contract, BOUNTY);
    assert_eq!(edit(&mut contract, 7, 2 * BOUNTY), scheduled(4, true));
    assert_eq!(cancel(&mut contract, 1), scheduled(5, true));
}

#[ink::test]
fn validators_veto_a_cancellation_and_an_edit() {
    for change in [cancel as fn(&mut IssueBounties, u32) -> _, |contract, _| edit(contract, 7, BOUNTY / 2)] {
        let mut contract = funded(BOUNTY);
        let before = issue(&contract, 1);
        change(&mut contract, 1).expect("announced");
        for index in 0..2 {
            call_as(validator(index));
            contract.veto(5).expect("voted");
        }
        at_block(START + DELAY);
        let (against, others) = (80 * ALPHA, 20 * ALPHA);
        assert_eq!((contract.apply(5), issue(&contract, 1)), (Err(Error::Vetoed { against, others }), before));
    }
}

#[ink::test]
fn what_is_competed_for_or_closed_is_neither_cancelled_nor_edited() {
    let mut contract = with_competition();
    let running = Err(Error::CompetitionRunning { issue: 1 });
    assert_eq!((cancel(&mut contract, 1), edit(&mut contract, 7, BOUNTY)), (running.clone(), running));
    let mut contract = with_winner();
    let closed = Err(Error::IssueClosed { issue: 1 });
    assert_eq!((cancel(&mut contract, 1), edit(&mut contract, 7, BOUNTY)), (closed.clone(), closed.clone()));
    contract.payout(1).expect("paid");
    assert_eq!((cancel(&mut contract, 1), edit(&mut contract, 7, BOUNTY)), (closed.clone(), closed.clone()));
    let mut contract = funded(0);
    cancel(&mut contract, 1).expect("cancelled");
    assert_eq!((cancel(&mut contract, 1), edit(&mut contract, 7, BOUNTY)), (closed.clone(), closed));
    let unknown = Err(Error::UnknownIssue { issue: 2 });
    assert_eq!(cancel(&mut contract, 2), unknown);
    assert_eq!(contract.edit_issue(2, "acme/gadgets".into(), 7, BOUNTY), unknown);
    assert_eq!(waiting(&contract), []);
}

#[ink::test]
fn a_match_that_began_in_the_meantime_goes_on() {
    for change in [cancel as fn(&mut IssueBounties, u32) -> _, |contract, _| edit(contract, 7, BOUNTY / 2)] {
        let mut contract = funded(BOUNTY);
        change(&mut contract, 1).expect("announced");
        start(&mut contract, 1, 2);
        at_block(START + DELAY);
        assert_eq!(contract.apply(5), Err(Error::CompetitionRunning { issue: 1 }));
        assert_eq!((issue(&contract, 1).status, issue(&contract, 1).funded), (IssueStatus::Competing, BOUNTY));
    }
}

#[ink::test]
fn only_the_owner_cancels_and_edits() {
    let mut contract = funded(0);
    for stranger in [validator(0), account(99)] {
        call_as(stranger);
        assert_eq!(contract.cancel_issue(1, CancelReason::Owner), Err(Error::NotOwner));
        assert_eq!(contract.edit_issue(1, "acme/gadgets".into(), 7, BOUNTY), Err(Error::NotOwner));
    }
}

#[ink::test]
fn the_owner_gives_no_reason_of_a_match() {
    let mut contract = funded(0);
    for reason in [CancelReason::Dissolved, CancelReason::SubmittedTooEarly { hotkey: miner(5).hotkey }] {
        assert_eq!(contract.cancel_issue(1, reason), Err(Error::ReasonNotAllowed));
    }
    let mut contract = funded(BOUNTY);
    assert_eq!(contract.cancel_issue(1, CancelReason::Dissolved), Err(Error::ReasonNotAllowed));
    assert!(contract.cancel_issue(1, CancelReason::Refused).is_ok());
}

#[ink::test]
fn an_edit_is_checked_like_a_registration_when_it_is_announced_and_when_it_applies() {
    for amount in [0, BOUNTY] {
        let mut contract = funded(amount);
        let (minimum, maximum) = (config().min_bounty, config().max_bounty);
        assert_eq!(edit(&mut contract, 7, minimum - 1), Err(Error::BountyTooSmall { minimum }));
        assert_eq!(edit(&mut contract, 7, maximum + 1), Err(Error::BountyTooLarge { maximum }));
        assert_eq!(edit(&mut contract, 0, BOUNTY), Err(Error::ZeroNumber));
        assert_eq!(contract.edit_issue(1, "acme".into(), 7, BOUNTY), Err(Error::MalformedRepository));
        register(&mut contract, BOUNTY);
        let duplicate = Err(Error::DuplicateIssue { issue: 2 });
        assert_eq!(contract.edit_issue(1, "ACME/widgets".into(), 43, BOUNTY), duplicate);
        assert_eq!(waiting(&contract), []);
    }
    // The reference is taken in the meantime.
    let mut contract = funded(BOUNTY);
    edit(&mut contract, 7, BOUNTY).expect("announced");
    contract.register_issue("acme/gadgets".into(), 7, BOUNTY).expect("registered");
    at_block(START + DELAY);
    assert_eq!(contract.apply(5), Err(Error::DuplicateIssue { issue: 2 }));
}

#[ink::test]
fn an_edit_moves_the_reference() {
    let mut contract = funded(0);
    edit(&mut contract, 7, BOUNTY).expect("edited");
    let edited = issue(&contract, 1);
    assert_eq!((edited.repository.clone(), edited.number, edited.registered_at), ("acme/gadgets".into(), 7, START));
    let find = |contract: &IssueBounties, repository: &str, number| contract.issue_by_reference(repository.into(), number);
    assert_eq!((find(&contract, "acme/widgets", 42), find(&contract, "acme/gadgets", 7)), (None, Some(1)));
    assert_eq!(contract.register_issue("acme/gadgets".into(), 7, BOUNTY), Err(Error::DuplicateIssue { issue: 1 }));
    assert_eq!(contract.register_issue("acme/widgets".into(), 42, BOUNTY), Ok(2));
    // Only the bounty, or only the spelling: the reference stays its own.
    edit(&mut contract, 7, 2 * BOUNTY).expect("edited");
    contract.edit_issue(1, "Acme/Gadgets".into(), 7, BOUNTY).expect("edited");
    assert_eq!((find(&contract, "acme/gadgets", 7), contract.issue_count), (Some(1), 2));
    cancel(&mut contract, 1).expect("cancelled");
    assert_eq!(find(&contract, "acme/gadgets", 7), None);
}

#[ink::test]
fn an_edit_keeps_the_money_as_far_as_the_bounty_goes() {
    let half = BOUNTY / 2;
    for (had, bounty, keeps, status) in [
        (BOUNTY, BOUNTY, BOUNTY, IssueStatus::Open),
        (BOUNTY, half, half, IssueStatus::Open),
        (BOUNTY, BOUNTY + 1, BOUNTY, IssueStatus::Funding),
        (half + 1, half, half, IssueStatus::Open),
        (half, half, half, IssueStatus::Open),
        (half - 1, half, half - 1, IssueStatus::Funding),
        (1, 2 * BOUNTY, 1, IssueStatus::Funding),
    ] {
        let mut contract = funded(had);
        apply(&mut contract, |contract| contract.edit_issue(1, "acme/gadgets".into(), 7, bounty)).expect("edited");
        emitted(1, (1u32, "acme/gadgets".to_string(), 7u32, bounty, keeps, had - keeps));
        let edited = issue(&contract, 1);
        assert_eq!((edited.status, edited.bounty, edited.funded), (status, bounty, keeps));
        let treasury = books(&contract);
        assert_eq!((treasury.allocated, treasury.fresh, treasury.aged, held()), (keeps, had - keeps, 0, had));
    }
}

#[ink::test]
fn a_raised_bounty_is_filled_before_those_of_later_issues() {
    let mut contract = funded(BOUNTY);
    for _ in 2..=3 {
        register(&mut contract, BOUNTY);
    }
    fund(&mut contract, BOUNTY + 5);
    apply(&mut contract, |contract| contract.edit_issue(1, "acme/widgets".into(), 42, BOUNTY + 30)).expect("edited");
    assert_eq!(contract.next_to_fund, 1);
    fund(&mut contract, 40);
    assert_eq!([1, 2, 3].map(|id| issue(&contract, id).funded), [BOUNTY + 30, BOUNTY, 15]);
    assert_eq!([1, 3].map(|id| issue(&contract, id).status), [IssueStatus::Open, IssueStatus::Funding]);
    // Who still waits keeps its place, and so does who comes before it.
    apply(&mut contract, |contract| contract.edit_issue(3, "acme/widgets".into(), 44, 2 * BOUNTY)).expect("edited");
    assert_eq!(contract.next_to_fund, 3);
    apply(&mut contract, |contract| contract.edit_issue(1, "acme/widgets".into(), 42, BOUNTY)).expect("edited");
    assert_eq!((contract.next_to_fund, books(&contract).fresh), (3, 30));
    register(&mut contract, BOUNTY);
    contract.edit_issue(4, "acme/widgets".into(), 45, 2 * BOUNTY).expect("edited");
    assert_eq!(contract.next_to_fund, 3);
    contract.harvest().expect("harvested");
    assert_eq!([1, 3].map(|id| issue(&contract, id).funded), [BOUNTY, 45]);
}

/// What was said of it as it was is over.
#[ink::test]
fn an_edit_ends_all_ballots_of_the_issue() {
    let mut contract = funded(BOUNTY);
    edit(&mut contract, 7, BOUNTY).expect("announced");
    let choice = cancelled(CancelReason::Deleted);
    agree(&mut contract, 1, choice);
    attest(&mut contract, 1, 2, &[5, 6]);
    call_as(validator(0));
    contract.vote_pair(1, 2, miner(5), miner(6)).expect("voted");
    at_block(START + DELAY);
    contract.apply(5).expect("applied");
    assert_eq!((contract.outcome_ballots.get(1), contract.attestations.get(1), contract.pair_ballots.get(1)), (None, None, None));
    let nothing = Error::NothingToSettle { issue: 1, weight: 0, total_weight: 100 * ALPHA };
    assert_eq!((contract.settle(1), issue(&contract, 1).status), (Err(nothing), IssueStatus::Open));
    start(&mut contract, 1, 4);
    assert_eq!(issue(&contract, 1).competition, Some(1));
}

#[ink::test]
fn an_edit_after_a_match_keeps_how_often_it_was_tried() {
    let mut contract = with_competition();
    at_block(150);
    end(&mut contract, 1, unsolved(true, true));
    apply(&mut contract, |contract| contract.edit_issue(1, "acme/gadgets".into(), 7, BOUNTY)).expect("edited");
    let edited = issue(&contract, 1);
    assert_eq!((edited.attempts, edited.status, edited.id), (1, IssueStatus::Open, 1));
    end(&mut contract, 1, OutcomeChoice::Cancelled { reason: CancelReason::Transferred });
    assert_eq!(contract.issue_by_reference("acme/gadgets".into(), 7), None);
}
