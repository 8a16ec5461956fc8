//! Votes against a change: they only store. What they weigh is asked when somebody applies the change, or drops it.

use super::scenes::*;
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::Setting;

/// A contract whose change 5, another smallest bounty, waits.
fn announced() -> IssueBounties {
    let mut contract = contract();
    contract.set_config(vec![Setting::MinBounty(200_000_000)]).expect("announced");
    contract
}

fn veto(contract: &mut IssueBounties, index: u8) {
    call_as(validator(index));
    assert_eq!(contract.veto(5), Ok(()));
}

fn voters(contract: &IssueBounties) -> Vec<ink::primitives::AccountId> {
    contract.vetoes.get(5).unwrap_or_default()
}

/// Applies change 5 when it is due.
fn apply_due(contract: &mut IssueBounties) -> Result<bool, Error> {
    at_block(now().max(START + DELAY));
    contract.apply(5)
}

#[ink::test]
fn a_veto_stores_and_reads_no_stake() {
    let mut contract = announced();
    let before = calls(0);
    veto(&mut contract, 0);
    emitted(0, (5u32, validator(0), 50 * ALPHA, 100 * ALPHA));
    veto(&mut contract, 0);
    veto(&mut contract, 1);
    emitted(0, (5u32, validator(1), 80 * ALPHA, 100 * ALPHA));
    assert_eq!((voters(&contract), calls(0)), (vec![validator(0), validator(1)], before));
    assert_eq!(contract.withdraw_veto(5), Ok(()));
    emitted(0, (5u32, validator(1)));
    assert_eq!((voters(&contract), contract.withdraw_veto(5)), (vec![validator(0)], Err(Error::NothingToDo)));
}

#[ink::test]
fn a_change_is_refused_while_those_against_it_have_more_than_the_others_weigh() {
    for (stake, applies) in [(49, true), (50, true), (51, false)] {
        let mut contract = announced();
        veto(&mut contract, 0);
        stake_validator(0, stake * ALPHA);
        let (against, others) = (stake * ALPHA, 50 * ALPHA);
        assert_eq!(apply_due(&mut contract), if applies { Ok(true) } else { Err(Error::Vetoed { against, others }) });
        assert_eq!(waiting(&contract).len(), usize::from(!applies), "it still waits");
    }
}

/// Both sides count in the way that is harder for them.
#[ink::test]
fn a_loan_never_applies_a_change_and_refuses_it_only_while_it_is_there() {
    // Those for it borrow.
    let mut contract = announced();
    veto(&mut contract, 0);
    stake_validator(0, 51 * ALPHA);
    stake_validator(2, 1_000_000 * ALPHA);
    assert_eq!(apply_due(&mut contract), Err(Error::Vetoed { against: 51 * ALPHA, others: 50 * ALPHA }));
    // Those against it do.
    let mut contract = announced();
    veto(&mut contract, 2);
    stake_validator(2, 1_000_000 * ALPHA);
    assert_eq!(apply_due(&mut contract), Err(Error::Vetoed { against: 1_000_000 * ALPHA, others: 80 * ALPHA }));
    assert_eq!(contract.drop(5), Err(Error::NotOutvoted { weight: 20 * ALPHA, total_weight: 100 * ALPHA }));
    stake_validator(2, 20 * ALPHA);
    assert_eq!(apply_due(&mut contract), Ok(true));
}

/// Who swapped its hotkey, or dipped for a moment, protects with what it has now.
#[ink::test]
fn stake_that_is_not_noted_yet_protects() {
    let mut contract = announced();
    stake_validator(0, 0);
    contract.note_weights().expect("noted");
    stake_validator(0, 60 * ALPHA);
    veto(&mut contract, 0);
    assert_eq!(apply_due(&mut contract), Err(Error::Vetoed { against: 60 * ALPHA, others: 50 * ALPHA }));
}

#[ink::test]
fn who_sold_protects_and_decides_nothing() {
    let mut contract = announced();
    veto(&mut contract, 2);
    stake_validator(0, 10 * ALPHA);
    stake_validator(1, 9 * ALPHA);
    assert_eq!(apply_due(&mut contract), Err(Error::Vetoed { against: 20 * ALPHA, others: 19 * ALPHA }));
}

#[ink::test]
fn more_than_half_drops_a_change_for_good_and_half_does_not() {
    let mut contract = announced();
    veto(&mut contract, 0);
    call_as(account(99));
    assert_eq!(contract.drop(5), Err(Error::NotOutvoted { weight: 50 * ALPHA, total_weight: 100 * ALPHA }));
    // A look comes first.
    stake_validator(1, 30 * ALPHA - 1);
    assert_eq!(contract.drop(5), Ok(()));
    emitted(0, 5u32);
    assert_eq!(notes(&contract).1[1].since, 30 * ALPHA - 1);
    assert_eq!((waiting(&contract), contract.vetoes.get(5)), (vec![], None));
    for answer in [contract.drop(5), contract.veto(5).and(Err(Error::NotAValidator)), contract.apply(5).map(|_| ())] {
        assert!(matches!(answer, Err(Error::ChangeClosed { change: 5 } | Error::NotAValidator)));
    }
}

#[ink::test]
fn only_validators_veto_and_only_what_waits() {
    let mut contract = announced();
    for stranger in [owner(), account(99)] {
        call_as(stranger);
        assert_eq!((contract.veto(5), contract.withdraw_veto(5)), (Err(Error::NotAValidator), Err(Error::NotAValidator)));
    }
    call_as(validator(0));
    for unknown in [0, 6, u32::MAX] {
        assert_eq!(contract.veto(unknown), Err(Error::UnknownChange { change: unknown }));
        assert_eq!(contract.drop(unknown), Err(Error::UnknownChange { change: unknown }));
    }
    // The validators came by changes 1 to 3, at once.
    assert_eq!(contract.veto(1), Err(Error::ChangeClosed { change: 1 }));
    call_as(owner());
    contract.withdraw_change(5).expect("taken back");
    call_as(validator(0));
    assert_eq!(contract.veto(5), Err(Error::ChangeClosed { change: 5 }));
}

#[ink::test]
fn each_change_has_its_own_vetoes() {
    let mut contract = announced();
    contract.set_config(vec![Setting::HarvestStep(7)]).expect("announced");
    veto(&mut contract, 0);
    call_as(validator(1));
    contract.veto(6).expect("voted");
    assert_eq!([5, 6].map(|change| contract.vetoes.get(change)), [Some(vec![validator(0)]), Some(vec![validator(1)])]);
}

/// Removes validator 0, which has half of the weight: change 5.
fn removal() -> IssueBounties {
    let mut contract = contract();
    contract.remove_validator(validator(0)).expect("announced");
    contract
}

#[ink::test]
fn nobody_has_a_say_in_its_own_removal_nor_counts_on_either_side() {
    let mut contract = removal();
    call_as(validator(0));
    assert_eq!((contract.veto(5), contract.withdraw_veto(5)), (Err(Error::OwnRemoval), Err(Error::OwnRemoval)));
    stake_validator(0, u64::MAX / 2);
    weigh(&mut contract);
    // 30 of the others' 50.
    veto(&mut contract, 1);
    emitted(0, (5u32, validator(1), 30 * ALPHA, 50 * ALPHA));
    assert_eq!(apply_due(&mut contract), Err(Error::Vetoed { against: 30 * ALPHA, others: 20 * ALPHA }));
    assert_eq!((contract.drop(5), contract.whitelist().len()), (Ok(()), 3));
    let mut contract = removal();
    veto(&mut contract, 2);
    assert_eq!(contract.drop(5), Err(Error::NotOutvoted { weight: 20 * ALPHA, total_weight: 50 * ALPHA }));
    assert_eq!(apply_due(&mut contract), Ok(true));
}

/// It does not matter who delays `apply`.
#[ink::test]
fn who_may_be_removed_decides_nothing_from_the_first_block_in_which_that_may_be() {
    let mut contract = with_competition();
    at_block(60);
    agree(&mut contract, 1, solved(6));
    call_as(owner());
    contract.remove_validator(validator(0)).expect("announced");
    let due = now() + DELAY;
    at_block(due - 1);
    let settle = |contract: &mut IssueBounties| match contract.settle(1) {
        Err(Error::NothingToSettle { weight, total_weight, .. }) => (weight / ALPHA, total_weight / ALPHA),
        other => panic!("{other:?}"),
    };
    at_block(60 + CHALLENGE);
    assert_eq!(settle(&mut contract), (30, 100), "its stake stays in the total");
    assert_eq!(contract.enrolled(1).expect("read").attestations, vec![]);
    assert_eq!(weights(&contract), (vec![0, 30 * ALPHA, 20 * ALPHA], 100 * ALPHA));
    // Its vetoes count until it is removed.
    call_as(owner());
    contract.set_config(vec![Setting::MinBounty(200_000_000)]).expect("announced");
    call_as(validator(0));
    contract.veto(6).expect("voted");
    call_as(validator(2));
    contract.veto(6).expect("voted");
    call_as(owner());
    contract.withdraw_change(5).expect("taken back");
    assert_eq!(contract.settle(1), Ok(()));
    assert_eq!(contract.drop(6), Ok(()));
}

#[ink::test]
fn who_joins_again_has_voted_against_nothing() {
    let mut contract = announced();
    veto(&mut contract, 0);
    veto(&mut contract, 1);
    remove(&mut contract, 0);
    apply(&mut contract, |contract| contract.add_validator(validator(0), vec![coldkey_of_validator(0)])).expect("added");
    assert_eq!(voters(&contract), [validator(1)]);
}

#[ink::test]
fn what_a_validator_did_before_it_was_listed_again_is_nobodys() {
    let mut contract = with_competition();
    at_block(60);
    agree(&mut contract, 1, solved(6));
    remove(&mut contract, 0);
    apply(&mut contract, |contract| contract.add_validator(validator(0), vec![coldkey_of_validator(0)])).expect("added");
    weigh(&mut contract);
    let wait = contract.config().wait(CHALLENGE);
    at_block(now() + wait);
    let weighs = |weight| Err(Error::NothingToSettle { issue: 1, weight: weight * ALPHA, total_weight: 100 * ALPHA });
    assert_eq!(contract.settle(1), weighs(30));
    call_as(validator(0));
    assert_eq!(contract.withdraw_outcome_vote(1), Err(Error::NothingToDo));
    // The same choice is another vote.
    vote(&mut contract, 0, solved(6)).expect("voted");
    let since = now();
    at_block(since + wait - 1);
    assert_eq!(contract.settle(1), weighs(30));
    at_block(since + wait);
    assert_eq!(contract.settle(1), Ok(()));
}

/// 224 votes of removed validators must not fill a cell.
#[ink::test]
fn ballots_and_vetoes_are_pruned_to_the_whitelist() {
    let mut contract = with_competition();
    at_block(60);
    for index in 0..3 {
        vote(&mut contract, index, solved(6)).expect("voted");
    }
    remove(&mut contract, 0);
    vote(&mut contract, 1, solved(5)).expect("voted");
    assert_eq!(contract.outcome_ballots.get(1).expect("votes").len(), 2);
    contract.vetoes.insert(6, &vec![validator(0), account(99), validator(2)]);
    call_as(owner());
    contract.set_config(vec![Setting::MinBounty(200_000_000)]).expect("announced");
    let change = waiting(&contract)[0].id;
    contract.vetoes.insert(change, &vec![validator(0), account(99), validator(2)]);
    call_as(validator(1));
    contract.veto(change).expect("voted");
    assert_eq!(contract.vetoes.get(change), Some(vec![validator(2), validator(1)]));
}

#[ink::test]
fn weights_are_read_only_for_votes() {
    let mut contract = announced();
    let before = calls(0);
    assert_eq!((apply_due(&mut contract), calls(0)), (Ok(true), before));
}

/// What was noted weighs then, on both sides, and an event says so.
#[ink::test]
fn a_chain_that_does_not_tell_stakes_keeps_no_change_waiting_against_a_minority() {
    for (voters, answer) in [(vec![2], Ok(true)), (vec![0, 1], Err(Error::Vetoed { against: 80 * ALPHA, others: 20 * ALPHA }))] {
        let mut contract = announced();
        for index in voters {
            veto(&mut contract, index);
        }
        at_block(START + DELAY);
        stake_validator(1, 0);
        fail(0, 9);
        assert_eq!(contract.apply(5), answer);
    }
}

#[ink::test]
fn what_is_too_early_or_too_late_is_said_before_the_votes_are_counted() {
    let due = START + DELAY;
    for (block, answer) in [(due - 1, Error::TooEarly { from: due }), (due + 50_401, Error::TooLate { until: due + 50_400 })] {
        let mut contract = announced();
        veto(&mut contract, 0);
        stake_validator(1, 0);
        weigh(&mut contract);
        at_block(block);
        assert_eq!(contract.apply(5), Err(answer));
    }
}

#[ink::test]
fn a_change_that_was_withdrawn_or_applied_leaves_no_votes() {
    let mut contract = announced();
    veto(&mut contract, 0);
    call_as(owner());
    contract.withdraw_change(5).expect("taken back");
    assert_eq!(contract.vetoes.get(5), None);
    contract.set_config(vec![Setting::HarvestStep(7)]).expect("announced");
    call_as(validator(2));
    contract.veto(6).expect("voted");
    at_block(START + DELAY);
    contract.apply(6).expect("applied");
    assert_eq!(contract.vetoes.get(6), None);
}
