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
    contract.issues(1, 100, None).iter().map(|issue| issue.funded).collect()
}

fn books_are_right(contract: &IssueBounties) -> Treasury {
    let treasury = contract.treasury().expect("read");
    let unpaid: u64 = contract
        .issues(1, 100, None)
        .iter()
        .filter(|issue| issue.status != IssueStatus::Paid)
        .map(|issue| issue.funded)
        .sum();
    assert_eq!(treasury.allocated, unpaid);
    assert_eq!(held(), treasury.allocated + treasury.unallocated + treasury.collateral + treasury.to_recycle);
    assert_eq!((treasury.held, contract.solvent()), (held() + COVER, Ok(true)));
    treasury
}

fn register(contract: &mut IssueBounties, bounties: &[u64]) {
    call_as(owner());
    for bounty in bounties {
        let number = contract.counts().issues + 1;
        contract.register_issue("acme/widgets".into(), number, *bounty).expect("registered");
    }
}

#[ink::test]
fn fills_first_come_first_served() {
    let mut contract = contract();
    register(&mut contract, &[BOUNTY, BOUNTY, BOUNTY]);
    fund(&mut contract, BOUNTY + 5);
    assert_eq!(funded(&contract), [BOUNTY, 5, 0]);
    assert_eq!(contract.issue(1).expect("kept").status, IssueStatus::Open);
    assert_eq!(contract.issue(2).expect("kept").status, IssueStatus::Funding);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    fund(&mut contract, 1);
    assert_eq!(funded(&contract), [BOUNTY, 6, 0]);
    fund(&mut contract, 2 * BOUNTY - 7);
    assert_eq!(funded(&contract), [BOUNTY, BOUNTY, BOUNTY - 1]);
    let treasury = books_are_right(&contract);
    assert_eq!((treasury.unallocated, treasury.to_recycle, treasury.recycled), (0, 0, 0));
}

#[ink::test]
fn recycles_what_no_issue_needs() {
    let mut contract = contract();
    register(&mut contract, &[BOUNTY]);
    fund(&mut contract, BOUNTY + 7);
    let treasury = books_are_right(&contract);
    assert_eq!((treasury.allocated, treasury.unallocated, treasury.to_recycle, treasury.recycled), (BOUNTY, 0, 0, 7));
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    fund(&mut contract, 3);
    assert_eq!(books_are_right(&contract).recycled, 10);
}

/// The last harvest: what was received, funded, released and recycled, and what is unallocated and to be recycled.
fn said(done: (u64, u64, u64, u64), left: (u64, u64)) {
    emitted(0, (done, left, (None::<Error>, None::<Error>)));
}

#[ink::test]
fn a_harvest_says_where_everything_went() {
    let mut contract = contract();
    register(&mut contract, &[BOUNTY; 4]);
    fund(&mut contract, 4 * BOUNTY + 70);
    said((4 * BOUNTY + 70, 3 * BOUNTY, 0, 0), (BOUNTY + 70, 0));
    recycle_at_most(50);
    contract.harvest().expect("harvested");
    said((0, BOUNTY, 70, 50), (0, 20));
    contract.harvest().expect("harvested");
    said((0, 0, 0, 20), (0, 0));
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

/// What was recycled in all, and what still waits, after a harvest of 70 that no issue needs.
fn recycling(gone: u64, missing: u64) -> (u64, u64) {
    let mut contract = contract();
    recycle_at_most(gone);
    fund(&mut contract, 70);
    if missing > 0 {
        set_stake(treasury_hotkey(), address(), stake(treasury_hotkey(), address()) - missing);
        recycle_at_most(u64::MAX);
        contract.harvest().expect("harvested");
    }
    let treasury = contract.treasury().expect("read");
    (treasury.recycled, treasury.to_recycle)
}

#[ink::test]
fn dust_of_what_is_recycled_is_forgiven() {
    assert_eq!(recycling(70 - DUST, 0), (70, 0), "the chain's rounding");
    assert_eq!(recycling(70 - DUST - 1, 0), (70 - DUST - 1, DUST + 1), "one rao more");
    assert_eq!(recycling(1, DUST), (70 - DUST, 0), "the pool lacks dust, and has recycled the rest");
    assert_eq!(recycling(1, DUST + 1), (70 - DUST - 1, DUST + 1), "it lacks one rao more");
}

#[ink::test]
fn looks_at_no_more_issues_than_a_step() {
    let mut contract = contract();
    register(&mut contract, &[BOUNTY; 7]);
    fund(&mut contract, 8 * BOUNTY);
    assert_eq!(funded(&contract), [BOUNTY, BOUNTY, BOUNTY, 0, 0, 0, 0]);
    assert_eq!(books_are_right(&contract).unallocated, 5 * BOUNTY);
    assert_eq!(contract.harvest(), Ok(()));
    assert_eq!(contract.harvest(), Ok(()));
    let treasury = books_are_right(&contract);
    assert_eq!((treasury.allocated, treasury.unallocated, treasury.to_recycle), (7 * BOUNTY, 0, 0));
    assert_eq!(treasury.recycled, BOUNTY);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

#[ink::test]
fn passes_over_cancelled_issues() {
    let mut contract = contract();
    register(&mut contract, &[BOUNTY, BOUNTY, BOUNTY, BOUNTY, BOUNTY]);
    for id in 1..=4 {
        contract.cancel_issue(id, CancelReason::Owner).expect("cancelled");
    }
    fund(&mut contract, BOUNTY);
    assert_eq!(books_are_right(&contract).unallocated, BOUNTY);
    assert_eq!(contract.harvest(), Ok(()));
    assert_eq!(funded(&contract), [0, 0, 0, 0, BOUNTY]);
}

#[ink::test]
fn a_half_filled_issue_that_is_cancelled_gives_its_part_to_the_next() {
    let mut contract = contract();
    register(&mut contract, &[BOUNTY, BOUNTY]);
    fund(&mut contract, 9);
    contract.cancel_issue(1, CancelReason::Duplicate).expect("cancelled");
    let treasury = books_are_right(&contract);
    assert_eq!((treasury.allocated, treasury.unallocated, treasury.to_recycle, treasury.recycled), (0, 9, 0, 0));
    contract.harvest().expect("harvested");
    assert_eq!(funded(&contract), [0, 9]);
    fund(&mut contract, 4);
    assert_eq!(funded(&contract), [0, 13]);
    books_are_right(&contract);
}

#[ink::test]
fn an_expired_issue_keeps_its_bounty_and_needs_no_more() {
    let mut contract = with_competition();
    at_block(176);
    contract.expire(1).expect("expired");
    fund(&mut contract, 11);
    assert_eq!(funded(&contract), [BOUNTY]);
    assert_eq!(books_are_right(&contract).recycled, 11);
}

#[ink::test]
fn makes_up_for_a_stake_that_was_rounded_down() {
    let mut contract = with_open_issue();
    register(&mut contract, &[BOUNTY]);
    set_stake(treasury_hotkey(), address(), BOUNTY - 1);
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
    let treasury = contract.treasury().expect("read");
    assert_eq!((treasury.held, treasury.allocated, contract.solvent()), (BOUNTY - 1, BOUNTY, Ok(false)));
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
        unallocated: 0,
        collateral: 0,
        to_recycle: 0,
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
    said((3, 0, 3, 3), (0, 0));
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
    register(&mut contract, &[BOUNTY; 4]);
    for id in 1..=4 {
        contract.cancel_issue(id, CancelReason::Owner).expect("cancelled");
    }
    for _ in 0..2 {
        assert_eq!(contract.harvest(), Ok(()));
        said((0, 0, 0, 0), (0, 0));
    }
    assert_eq!(contract.harvest(), Err(Error::NothingToDo));
}

#[ink::test]
fn a_harvest_that_only_gives_a_part_has_done_something() {
    let mut contract = with_open_issue();
    register(&mut contract, &[2 * BOUNTY]);
    contract.cancel_issue(1, CancelReason::Owner).expect("cancelled");
    assert_eq!(contract.harvest(), Ok(()));
    said((0, BOUNTY, 0, 0), (0, 0));
    assert_eq!((funded(&contract), contract.harvest()), (vec![0, BOUNTY], Err(Error::NothingToDo)));
}

#[ink::test]
fn a_harvest_that_only_releases_has_done_something() {
    let mut contract = with_open_issue();
    call_as(owner());
    contract.cancel_issue(1, CancelReason::Owner).expect("cancelled");
    fail(16, 22);
    assert_eq!(contract.harvest(), Ok(()));
    let refused = Some(Error::Subtensor(SubtensorError::SubtokenDisabled));
    emitted(0, ((0u64, 0u64, BOUNTY, 0u64), (0u64, BOUNTY), (None::<Error>, refused)));
    let treasury = books_are_right(&contract);
    assert_eq!((treasury.unallocated, treasury.to_recycle, treasury.recycled), (0, BOUNTY, 0));
    assert_eq!(contract.harvest(), Err(Error::Subtensor(SubtensorError::SubtokenDisabled)));
}

#[ink::test]
fn an_issue_that_comes_before_the_next_harvest_gets_what_was_returned() {
    let mut contract = with_open_issue();
    call_as(owner());
    contract.cancel_issue(1, CancelReason::Owner).expect("cancelled");
    assert_eq!(contract.recycle(), Err(Error::NothingToRecycle), "only a harvest says that no issue needs it");
    register(&mut contract, &[BOUNTY]);
    contract.harvest().expect("harvested");
    assert_eq!((funded(&contract), books_are_right(&contract).recycled), (vec![0, BOUNTY], 0));
}
