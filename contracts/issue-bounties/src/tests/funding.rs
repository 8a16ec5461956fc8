use super::scenes::*;
use crate::errors::Error;
use crate::extension::SubtensorError;
use crate::issue_bounties::IssueBounties;
use crate::runtime_calls::RuntimeCall;
use crate::types::{CancelReason, IssueStatus, Treasury};
use ink::scale::Encode;

/// A price at which the chain moves a single rao.
const DEAR: u64 = 2_000_000_000_000_000;

fn funded(contract: &IssueBounties) -> Vec<u64> {
    contract.all_issues().iter().map(|issue| issue.funded).collect()
}

fn books_are_right(contract: &IssueBounties) -> Treasury {
    let treasury = books(contract);
    let unpaid: u64 = contract.all_issues()
        .iter()
        .filter(|issue| issue.status != IssueStatus::Paid)
        .map(|issue| issue.funded)
        .sum();
    assert_eq!(treasury.allocated, unpaid);
    assert_eq!(held(), treasury.allocated + treasury.fresh + treasury.aged + treasury.collateral);
    assert_eq!((treasury.held, solvent(&contract)), (held() + COVER, true));
    treasury
}

fn register_all(contract: &mut IssueBounties, bounties: &[u64]) {
    for bounty in bounties {
        register(contract, *bounty);
    }
}

/// An issue without money goes at once.
fn cancel(contract: &mut IssueBounties, id: u32) {
    apply(contract, |contract| contract.cancel_issue(id, CancelReason::Owner)).expect("cancelled");
}

#[ink::test]
fn fills_first_come_first_served() {
    let mut contract = contract();
    register_all(&mut contract, &[BOUNTY, BOUNTY, BOUNTY]);
    fund(&mut contract, BOUNTY + 5);
    assert_eq!(funded(&contract), [BOUNTY, 5, 0]);
    assert_eq!([1, 2].map(|id| issue(&contract, id).status), [IssueStatus::Open, IssueStatus::Funding]);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    fund(&mut contract, 1);
    assert_eq!(funded(&contract), [BOUNTY, 6, 0]);
    fund(&mut contract, 2 * BOUNTY - 7);
    assert_eq!(funded(&contract), [BOUNTY, BOUNTY, BOUNTY - 1]);
    let treasury = books_are_right(&contract);
    assert_eq!((treasury.fresh, treasury.aged, treasury.recycled), (0, 0, 0));
}

#[ink::test]
fn what_no_issue_needs_is_kept_for_the_next_ones() {
    let mut contract = contract();
    register(&mut contract, BOUNTY);
    fund(&mut contract, BOUNTY + 7);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    fund(&mut contract, 3);
    let treasury = books_are_right(&contract);
    assert_eq!((treasury.allocated, treasury.fresh, treasury.aged, treasury.recycled), (BOUNTY, 10, 0, 0));
    register(&mut contract, BOUNTY);
    contract.harvest().expect("harvested");
    assert_eq!(funded(&contract), [BOUNTY, 10]);
}

/// What has waited longest goes first.
#[ink::test]
fn bounties_take_from_what_is_aged_first() {
    for (bounty, left) in [(BOUNTY, (0, BOUNTY)), (BOUNTY - 1, (1, BOUNTY)), (BOUNTY + 1, (0, BOUNTY - 1)), (2 * BOUNTY, (0, 0)), (3 * BOUNTY, (0, 0))] {
        let mut contract = contract();
        (contract.aged, contract.fresh) = (BOUNTY, BOUNTY);
        set_held(2 * BOUNTY);
        register(&mut contract, bounty);
        contract.harvest().expect("harvested");
        let treasury = books_are_right(&contract);
        assert_eq!((treasury.aged, treasury.fresh), left);
        assert_eq!(funded(&contract), [bounty.min(2 * BOUNTY)]);
    }
}

/// The last harvest: what was received, funded and recycled, and what is fresh and aged.
fn said(done: (u64, u64, u64), left: (u64, u64)) {
    emitted(0, (done, left, (None::<Error>, None::<Error>)));
}

#[ink::test]
fn a_harvest_says_where_everything_went() {
    let mut contract = contract();
    register_all(&mut contract, &[BOUNTY; 4]);
    fund(&mut contract, 4 * BOUNTY + 70);
    said((4 * BOUNTY + 70, 3 * BOUNTY, 0), (BOUNTY + 70, 0));
    contract.harvest().expect("harvested");
    said((0, BOUNTY, 0), (70, 0));
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

#[ink::test]
fn looks_at_no_more_issues_than_a_step() {
    let mut contract = contract();
    register_all(&mut contract, &[BOUNTY; 7]);
    fund(&mut contract, 8 * BOUNTY);
    assert_eq!(funded(&contract), [BOUNTY, BOUNTY, BOUNTY, 0, 0, 0, 0]);
    assert_eq!(books_are_right(&contract).fresh, 5 * BOUNTY);
    assert_eq!(contract.harvest(), Ok(()));
    assert_eq!(contract.harvest(), Ok(()));
    let treasury = books_are_right(&contract);
    assert_eq!((treasury.allocated, treasury.fresh, treasury.recycled), (7 * BOUNTY, BOUNTY, 0));
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

#[ink::test]
fn passes_over_cancelled_issues() {
    let mut contract = contract();
    register_all(&mut contract, &[BOUNTY; 5]);
    for id in 1..=4 {
        cancel(&mut contract, id);
    }
    fund(&mut contract, BOUNTY);
    assert_eq!(books_are_right(&contract).fresh, BOUNTY);
    assert_eq!(contract.harvest(), Ok(()));
    assert_eq!(funded(&contract), [0, 0, 0, 0, BOUNTY]);
}

#[ink::test]
fn a_half_filled_issue_that_is_cancelled_gives_its_part_to_the_next() {
    let mut contract = contract();
    register_all(&mut contract, &[BOUNTY, BOUNTY]);
    fund(&mut contract, 9);
    cancel(&mut contract, 1);
    let treasury = books_are_right(&contract);
    assert_eq!((treasury.allocated, treasury.fresh, treasury.aged, treasury.recycled), (0, 9, 0, 0));
    contract.harvest().expect("harvested");
    assert_eq!(funded(&contract), [0, 9]);
    fund(&mut contract, 4);
    assert_eq!(funded(&contract), [0, 13]);
    books_are_right(&contract);
}

#[ink::test]
fn an_expired_issue_keeps_its_bounty_and_needs_no_more() {
    let mut contract = with_competition();
    at_block(296);
    contract.expire(1).expect("expired");
    fund(&mut contract, 11);
    assert_eq!(funded(&contract), [BOUNTY]);
    assert_eq!(books_are_right(&contract).fresh, 11);
}

#[ink::test]
fn makes_up_for_a_stake_that_was_rounded_down() {
    let mut contract = with_open_issue();
    register(&mut contract, BOUNTY);
    set_stake(treasury_hotkey(), address(), BOUNTY - 1);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.held, treasury.allocated, solvent(&contract)), (BOUNTY - 1, BOUNTY, false));
    fund(&mut contract, 10);
    assert_eq!(funded(&contract), [BOUNTY, 9 - COVER], "first comes the cover");
    books_are_right(&contract);
}

#[ink::test]
fn shows_what_is_still_with_the_treasury() {
    let contract = with_open_issue();
    set_price(DEAR);
    let coldkey = config().treasury_coldkey;
    set_stake(treasury_hotkey(), coldkey, 12);
    // The subnet's owner has stake there too, which is none of the neuron's.
    set_stake(account(99), coldkey, 5);
    let treasury = Treasury {
        pending: 12,
        pending_available: 12,
        held: BOUNTY + COVER,
        allocated: BOUNTY,
        fresh: 0,
        aged: 0,
        aged_at: 0,
        collateral: 0,
        paid: 0,
        recycled: 0,
        slashed: 0,
    };
    assert_eq!(contract.treasury(), Ok(treasury.clone()));
    for (locked, pending_available) in [(5, 12), (6, 11), (17, 0)] {
        lock(coldkey, locked);
        assert_eq!(contract.treasury(), Ok(Treasury { pending_available, ..treasury.clone() }));
    }
    // A chain that cannot say how much is free may still move everything.
    fail(36, 9);
    assert_eq!(contract.treasury(), Ok(treasury));
}

#[ink::test]
fn what_the_chain_lets_go_is_fetched() {
    let contract = with_open_issue();
    set_price(DEAR);
    let coldkey = config().treasury_coldkey;
    assert_eq!(contract.fetchable(&config()), Ok(0));
    set_stake(treasury_hotkey(), coldkey, 12);
    set_stake(account(99), coldkey, 5);
    for (locked, fetchable) in [(0, 12), (5, 12), (6, 11), (16, 1), (17, 0)] {
        lock(coldkey, locked);
        assert_eq!(contract.fetchable(&config()), Ok(fetchable));
    }
    // A chain that cannot say it may still move everything.
    fail(36, 1);
    assert_eq!(contract.fetchable(&config()), Ok(12));
    fail(0, 9);
    assert_eq!(contract.fetchable(&config()), Err(Error::Subtensor(SubtensorError::SubnetDoesNotExist)));
}

#[ink::test]
#[should_panic(expected = "call_runtime")]
fn asks_the_treasury_for_what_it_earned() {
    let mut contract = with_open_issue();
    set_stake(treasury_hotkey(), config().treasury_coldkey, 2_000_001);
    lock(config().treasury_coldkey, 1);
    let _ = contract.harvest();
}

#[ink::test]
fn too_little_for_the_chain_to_move_is_left_where_it_is() {
    let mut contract = with_open_issue();
    let least = [(1_000_000_000, 2_000_000), (30_000_000, 66_666_667), (29_999_999, 66_666_669), (2_000_000_000, 1_000_000), (1, 2_000_000_000_000_000)];
    for (price, least) in least {
        set_price(price);
        set_stake(treasury_hotkey(), config().treasury_coldkey, least - 1);
        assert_eq!(contract.fetchable(&config()), Ok(0));
        set_stake(treasury_hotkey(), config().treasury_coldkey, least);
        assert_eq!(contract.fetchable(&config()), Ok(least));
        let answers = [0, 1, least - 1, least, u64::MAX].map(|amount| contract.is_movable(&config(), amount));
        assert_eq!(answers, [false, false, false, true, true]);
    }
    // A rao that rounding left is nothing to do.
    set_price(30_000_000);
    set_stake(treasury_hotkey(), config().treasury_coldkey, 66_666_666);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    // A subnet without a market has no price.
    set_price(0);
    assert!(!contract.is_movable(&config(), u64::MAX));
    // A chain that cannot say the price may still move everything, but nothing.
    fail(15, 9);
    assert!(contract.is_movable(&config(), 1));
}

#[ink::test]
fn a_fetch_after_which_no_more_is_there_has_failed() {
    let contract = with_open_issue();
    let failed = Err(Error::TreasuryTransferFailed);
    for (before, answer) in [(BOUNTY - 1, Ok(())), (0, Ok(())), (BOUNTY, failed.clone()), (BOUNTY + 1, failed)] {
        assert_eq!(contract.ensure_more_held(&config(), before + COVER), answer);
    }
}

#[ink::test]
fn asks_for_nothing_while_all_of_it_is_locked() {
    let mut contract = with_open_issue();
    set_stake(treasury_hotkey(), config().treasury_coldkey, 12);
    lock(config().treasury_coldkey, 12);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    fund(&mut contract, 3);
    said((3, 0, 0), (3, 0));
}

#[ink::test]
fn the_treasurys_stake_is_moved_by_a_proxy_call() {
    let (coldkey, hotkey, contract) = (account(0xc0), account(0xb0), account(0xd0));
    let call = RuntimeCall::transfer_of_treasury(coldkey, hotkey, contract, 0x0a0b, 0x0102_0304_0506_0708).encode();
    // Proxy.proxy(Id(coldkey), no type, SubtensorModule.transfer_stake(contract, hotkey, netuid, netuid, amount)).
    let head = [&[16, 0, 0][..], &[0xc0; 32], &[0, 7, 86], &[0xd0; 32], &[0xb0; 32]].concat();
    assert_eq!(call, [&head[..], &[0x0b, 0x0a, 0x0b, 0x0a], &[8, 7, 6, 5, 4, 3, 2, 1]].concat());
}

#[ink::test]
fn a_harvest_that_only_passes_over_cancelled_issues_has_done_something() {
    let mut contract = contract();
    register_all(&mut contract, &[BOUNTY; 4]);
    for id in 1..=4 {
        cancel(&mut contract, id);
    }
    for _ in 0..2 {
        assert_eq!(contract.harvest(), Ok(()));
        said((0, 0, 0), (0, 0));
    }
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

#[ink::test]
fn a_harvest_that_only_gives_a_part_has_done_something() {
    let mut contract = with_open_issue();
    register(&mut contract, 2 * BOUNTY);
    cancel(&mut contract, 1);
    assert_eq!(contract.harvest(), Ok(()));
    said((0, BOUNTY, 0), (0, 0));
    assert_eq!((funded(&contract), contract.harvest()), (vec![0, BOUNTY], Err(Error::NothingToDo)));
}
