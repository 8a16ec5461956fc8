use super::scenes::*;
use crate::errors::Error;
use crate::extension::SubtensorError;
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
    contract.announced().first().expect("a change that waits").vetoes.clone()
}

#[ink::test]
fn half_of_the_weight_vetoes_nothing_more_than_half_does() {
    let mut contract = announced();
    // Validator 0 has 50 of 100.
    veto(&mut contract, 0);
    veto(&mut contract, 0);
    assert_eq!(voters(&contract), [validator(0)]);
    veto(&mut contract, 2);
    assert_eq!(contract.announced(), []);
    assert_eq!(contract.veto(5), Err(Error::ChangeClosed { change: 5 }));
    at_block(START + DELAY);
    assert_eq!(contract.apply(5), Err(Error::ChangeClosed { change: 5 }));
    assert_eq!(contract.config().min_bounty, config().min_bounty);
}

#[ink::test]
fn a_change_that_is_due_can_be_vetoed_until_it_is_applied() {
    let mut contract = announced();
    at_block(START + 2 * DELAY);
    veto(&mut contract, 0);
    veto(&mut contract, 1);
    assert_eq!(contract.apply(5), Err(Error::ChangeClosed { change: 5 }));

    let mut contract = announced();
    veto(&mut contract, 0);
    at_block(START + DELAY);
    assert_eq!(contract.apply(5), Ok(true));
    call_as(validator(1));
    assert_eq!(contract.veto(5), Err(Error::ChangeClosed { change: 5 }));
}

#[ink::test]
fn a_higher_quorum_does_not_make_a_veto_harder() {
    let mut contract = in_setup();
    set(&mut contract, &[Setting::QuorumBps(10_000), Setting::OwnerDelay(DELAY)]);
    contract.set_config(vec![Setting::MinBounty(200_000_000)]).expect("announced");
    veto(&mut contract, 0);
    veto(&mut contract, 2);
    assert_eq!(contract.announced(), []);
}

#[ink::test]
fn only_validators_veto_and_only_what_waits() {
    let mut contract = announced();
    for stranger in [owner(), account(99)] {
        call_as(stranger);
        assert_eq!(contract.veto(5), Err(Error::NotAValidator));
    }
    call_as(validator(0));
    for unknown in [0, 6, u32::MAX] {
        assert_eq!(contract.veto(unknown), Err(Error::UnknownChange { change: unknown }));
    }
    // The validators came by changes 1 to 3, at once.
    assert_eq!(contract.veto(1), Err(Error::ChangeClosed { change: 1 }));
    call_as(owner());
    contract.withdraw_change(5).expect("taken back");
    call_as(validator(0));
    assert_eq!(contract.veto(5), Err(Error::ChangeClosed { change: 5 }));
}

#[ink::test]
fn a_veto_weighs_noted_stake_that_is_still_there() {
    let mut contract = announced();
    veto(&mut contract, 0);
    // What is lent in this block weighs nothing, what was moved away neither.
    stake_validator(2, 1_000 * ALPHA);
    stake_validator(0, 30 * ALPHA);
    veto(&mut contract, 2);
    emitted(0, (5u32, validator(2), 50 * ALPHA, 100 * ALPHA));
    assert_eq!(voters(&contract), [validator(0), validator(2)]);
    veto(&mut contract, 1);
    emitted(1, (5u32, validator(1), 80 * ALPHA, 100 * ALPHA));
    assert_eq!(contract.announced(), []);
}

#[ink::test]
fn every_veto_notes_what_it_saw() {
    let mut contract = announced();
    stake_validator(0, 30 * ALPHA);
    veto(&mut contract, 0);
    let (turned_at, entries) = notes(&contract);
    assert_eq!((turned_at, entries[0].since), (START, 30 * ALPHA));
    emitted(1, (turned_at, entries));
    at_block(START + DELAY);
    assert_eq!(contract.apply(5), Ok(true));
    assert_eq!(contract.turned_at, START + DELAY);
}

#[ink::test]
fn a_removed_validators_veto_counts_no_more() {
    let mut contract = contract();
    contract.remove_validator(validator(0)).expect("announced");
    contract.set_config(vec![Setting::MinBounty(200_000_000)]).expect("announced");
    call_as(validator(0));
    contract.veto(6).expect("voted");
    at_block(START + DELAY);
    contract.apply(5).expect("applied");
    assert_eq!(voters(&contract), []);
    // 20 of the remaining 50.
    call_as(validator(2));
    contract.veto(6).expect("voted");
    assert_eq!(voters(&contract), [validator(2)]);
    call_as(validator(0));
    assert_eq!(contract.veto(6), Err(Error::NotAValidator));
}

#[ink::test]
fn each_change_has_its_own_vetoes() {
    let mut contract = announced();
    contract.set_config(vec![Setting::HarvestStep(7)]).expect("announced");
    veto(&mut contract, 0);
    call_as(validator(1));
    contract.veto(6).expect("voted");
    let vetoes: Vec<_> = contract.announced().into_iter().map(|change| (change.change, change.vetoes)).collect();
    assert_eq!(vetoes, [(5, vec![validator(0)]), (6, vec![validator(1)])]);
    veto(&mut contract, 2);
    let waiting: Vec<u32> = contract.announced().iter().map(|change| change.change).collect();
    assert_eq!(waiting, [6]);
}

#[ink::test]
fn nobody_vetoes_while_nobody_has_stake() {
    let mut contract = announced();
    for index in 0..3 {
        stake_validator(index, 0);
    }
    weigh(&mut contract);
    for index in 0..3 {
        veto(&mut contract, index);
    }
    assert_eq!(voters(&contract).len(), 3);
}

/// Removes validator 0, which has half of the weight: change 5.
fn removal() -> IssueBounties {
    let mut contract = contract();
    contract.remove_validator(validator(0)).expect("announced");
    contract
}

#[ink::test]
fn nobody_vetoes_its_own_removal() {
    let mut contract = removal();
    call_as(validator(0));
    assert_eq!(contract.veto(5), Err(Error::OwnRemoval));
    assert_eq!(voters(&contract), []);
    // 20 of the others' 50, whatever the removed one has.
    stake_validator(0, u64::MAX / 2);
    weigh(&mut contract);
    veto(&mut contract, 2);
    emitted(0, (5u32, validator(2), 20 * ALPHA, 50 * ALPHA));
    assert_eq!(voters(&contract), [validator(2)]);
    at_block(START + DELAY);
    assert_eq!(contract.apply(5), Ok(true));
}

#[ink::test]
fn the_others_majority_keeps_a_validator() {
    let mut contract = removal();
    // 30 of 50: of the whole whitelist's 100 it were not enough.
    veto(&mut contract, 1);
    assert_eq!(contract.announced(), []);
    emitted(0, 5u32);
    emitted(1, (5u32, validator(1), 30 * ALPHA, 50 * ALPHA));
    assert_eq!(contract.whitelist().len(), 3);
}

#[ink::test]
fn half_of_the_others_is_not_enough_to_keep_a_validator() {
    let mut contract = removal();
    stake_validator(1, 20 * ALPHA);
    weigh(&mut contract);
    veto(&mut contract, 1);
    assert_eq!(voters(&contract), [validator(1)]);
    at_block(START + DELAY);
    assert_eq!(contract.apply(5), Ok(true));
}

#[ink::test]
fn everybody_votes_on_what_removes_somebody_else() {
    let mut contract = contract();
    contract.remove_validator(validator(2)).expect("announced");
    contract.add_validator(account(90), vec![]).expect("announced");
    call_as(validator(2));
    assert_eq!(contract.veto(6), Ok(()));
    emitted(0, (6u32, validator(2), 20 * ALPHA, 100 * ALPHA));
    // 50 of the others' 80.
    call_as(validator(0));
    assert_eq!(contract.veto(5), Ok(()));
    emitted(1, (5u32, validator(0), 50 * ALPHA, 80 * ALPHA));
    let left: Vec<_> = contract.announced().into_iter().map(|change| (change.change, change.vetoes)).collect();
    assert_eq!(left, [(6, vec![validator(2)])]);
}

/// Who is not there any more when it is applied counts no more for the total either, but only after its days.
#[ink::test]
fn a_majority_that_came_about_later_drops_a_change_for_good() {
    let mut contract = announced();
    veto(&mut contract, 0);
    stake_validator(1, 29 * ALPHA);
    weigh(&mut contract);
    at_block(START + DELAY);
    call_as(account(99));
    assert_eq!(contract.apply(5), Ok(false));
    emitted(0, 5u32);
    assert_eq!((contract.announced(), contract.vetoes.get(5)), (vec![], None));
    assert_eq!(contract.config().min_bounty, config().min_bounty);
    // Whatever stake comes afterwards.
    stake_validator(1, 30 * ALPHA);
    weigh(&mut contract);
    assert_eq!(contract.apply(5), Err(Error::ChangeClosed { change: 5 }));
}

#[ink::test]
fn less_than_a_majority_stops_nothing() {
    // 5,001 of 10,000 is the least.
    for (stake, applies) in [(50 * ALPHA, true), (49_980_004_000, true), (49_980_003_999, false)] {
        let mut contract = announced();
        veto(&mut contract, 0);
        stake_validator(1, stake - 20 * ALPHA);
        weigh(&mut contract);
        at_block(START + DELAY);
        assert_eq!(contract.apply(5), Ok(applies), "{stake}");
    }
}

#[ink::test]
fn stake_that_is_lent_or_moved_when_a_change_is_applied_decides_nothing() {
    let mut contract = announced();
    veto(&mut contract, 0);
    at_block(START + DELAY);
    stake_validator(0, 1_000 * ALPHA);
    stake_validator(1, 0);
    assert_eq!(contract.apply(5), Ok(true));
}

#[ink::test]
fn two_changes_at_once_do_not_outrun_a_majority() {
    let mut contract = contract();
    contract.remove_validator(validator(1)).expect("announced");
    contract.set_config(vec![Setting::MinBounty(200_000_000)]).expect("announced");
    // Validators 0 and 1 against 6: 80 of 100 drops it at once.
    call_as(validator(0));
    contract.veto(6).expect("voted");
    at_block(START + DELAY);
    // Validator 0 alone has 50 of 100; with validator 1 removed in the same transaction it has 50 of 70.
    assert_eq!((contract.apply(5), contract.apply(6)), (Ok(true), Ok(false)));
    assert_eq!(contract.config().min_bounty, config().min_bounty);
}

#[ink::test]
fn its_own_removal_is_weighed_without_a_validator_when_it_is_applied_too() {
    let mut contract = removal();
    // 20 of the others' 50, which are 20 of 30 two days later: validator 1 has left.
    veto(&mut contract, 2);
    stake_validator(1, 10 * ALPHA);
    weigh(&mut contract);
    at_block(START + DELAY);
    assert_eq!(contract.apply(5), Ok(false));
    assert_eq!(contract.whitelist().len(), 3);
}

#[ink::test]
fn votes_of_who_was_removed_stop_nothing() {
    let mut contract = contract();
    contract.remove_validator(validator(0)).expect("announced");
    contract.set_config(vec![Setting::MinBounty(200_000_000)]).expect("announced");
    call_as(validator(0));
    contract.veto(6).expect("voted");
    at_block(START + DELAY);
    assert_eq!((contract.apply(5), contract.apply(6)), (Ok(true), Ok(true)));
    assert_eq!(contract.config().min_bounty, 200_000_000);
}

#[ink::test]
fn weights_are_read_again_only_for_votes() {
    let mut contract = announced();
    at_block(START + DELAY);
    let before = calls(0);
    assert_eq!((contract.apply(5), calls(0)), (Ok(true), before));
    let mut contract = announced();
    veto(&mut contract, 2);
    at_block(START + DELAY);
    fail(0, 9);
    assert_eq!(contract.apply(5), Err(Error::Subtensor(SubtensorError::SubnetDoesNotExist)));
}

#[ink::test]
fn what_is_too_early_or_too_late_is_said_before_the_votes_are_counted() {
    for (block, answer) in [(60, Error::TooEarly { from: 61 }), (50_462, Error::TooLate { until: 50_461 })] {
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
    call_as(validator(0));
    contract.veto(6).expect("voted");
    at_block(START + DELAY);
    contract.apply(6).expect("applied");
    assert_eq!(contract.vetoes.get(6), None);
    call_as(owner());
    contract.set_config(vec![Setting::HarvestStep(8)]).expect("announced");
    for index in 0..2 {
        call_as(validator(index));
        contract.veto(7).expect("voted");
    }
    assert_eq!(contract.vetoes.get(7), None);
}

#[ink::test]
fn the_view_leaves_out_votes_that_do_not_count() {
    let mut contract = removal();
    contract.vetoes.insert(5, &vec![validator(0), validator(1), account(99)]);
    assert_eq!(voters(&contract), [validator(1)]);
}
