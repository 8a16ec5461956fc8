//! A chain for the tests: stakes, the extension's functions and their faults, callers and blocks.

use crate::extension::{StakeAvailability, StakeInfo, SubnetState, SubtensorEnvironment};
use ink::env::{test, DefaultEnvironment};
use ink::primitives::AccountId;
use ink::scale::{Decode, Encode};
use std::cell::RefCell;
use std::collections::BTreeMap;

pub const NETUID: u16 = 74;

pub fn account(byte: u8) -> AccountId {
    AccountId::from([byte; 32])
}

pub fn owner() -> AccountId {
    account(1)
}

type Key = ([u8; 32], [u8; 32]);

#[derive(Default)]
struct Chain {
    contract: Option<AccountId>,
    /// Who sends the next message: the engine cannot be asked while it is calling the extension.
    caller: Option<AccountId>,
    /// How many contracts this test has had.
    contracts: u8,
    stakes: BTreeMap<Key, u64>,
    transfers: Vec<(AccountId, u64)>,
    /// The status that a function answers instead of doing its work.
    failing: BTreeMap<u16, u32>,
    /// The same, for its next call only.
    failing_once: BTreeMap<u16, u32>,
    /// Recycling says that it was this much, whatever it was.
    claims: Option<u64>,
    /// Recycling takes this much more than it was asked for.
    overdoes: u64,
    /// Recycling does this much at most.
    recycles_at_most: Option<u64>,
    /// Of a deposit this much is lost on its way to the contract.
    lost: u64,
    /// Of a move from one hotkey to another this much stays where it is.
    stays: u64,
    /// Of a move from one hotkey to another this much is lost.
    lost_in_moves: u64,
    /// A payment moves this much at most.
    pays_at_most: Option<u64>,
    /// Deposits come from this coldkey, whoever sends them.
    giver: Option<AccountId>,
    /// How much of a coldkey's stake cannot be moved.
    locked: BTreeMap<[u8; 32], u64>,
    /// What one alpha is worth, in rao of TAO; none for as much.
    price: Option<u64>,
    /// The state of the random numbers by which movements are rounded; none where they are exact.
    rounding: Option<u64>,
    /// The subnet was dissolved, and its number is nobody's.
    dissolved: bool,
    /// How often the subnet's number was given again.
    given_again: u64,
    /// How often each function was called.
    calls: BTreeMap<u16, u32>,
}

thread_local! {
    static CHAIN: RefCell<Chain> = RefCell::default();
}

fn with<A>(change: impl FnOnce(&mut Chain) -> A) -> A {
    CHAIN.with(|chain| change(&mut chain.borrow_mut()))
}

fn key(hotkey: AccountId, coldkey: AccountId) -> Key {
    (*hotkey.as_ref(), *coldkey.as_ref())
}

pub fn set_stake(hotkey: AccountId, coldkey: AccountId, stake: u64) {
    with(|chain| chain.stakes.insert(key(hotkey, coldkey), stake));
}

pub fn stake(hotkey: AccountId, coldkey: AccountId) -> u64 {
    with(|chain| chain.stakes.get(&key(hotkey, coldkey)).copied().unwrap_or(0))
}

pub fn fail(function: u16, status: u32) {
    with(|chain| chain.failing.insert(function, status));
}

pub fn fail_once(function: u16, status: u32) {
    with(|chain| chain.failing_once.insert(function, status));
}

pub fn claim(amount: u64) {
    with(|chain| chain.claims = Some(amount));
}

pub fn overdo(amount: u64) {
    with(|chain| chain.overdoes = amount);
}

pub fn mend(function: u16) {
    with(|chain| chain.failing.remove(&function));
}

pub fn lose(amount: u64) {
    with(|chain| chain.lost = amount);
}

pub fn keep_of_moves(amount: u64) {
    with(|chain| chain.stays = amount);
}

pub fn lose_of_moves(amount: u64) {
    with(|chain| chain.lost_in_moves = amount);
}

pub fn pay_at_most(amount: u64) {
    with(|chain| chain.pays_at_most = Some(amount));
}

/// So much of a coldkey's stake cannot be moved.
pub fn lock(coldkey: AccountId, amount: u64) {
    with(|chain| chain.locked.insert(*coldkey.as_ref(), amount));
}

pub fn set_price(rao: u64) {
    with(|chain| chain.price = Some(rao));
}

/// From now on every movement of stake seems to lose a rao at either end, or not, as these random numbers say.
pub fn round(seed: u64) {
    with(|chain| chain.rounding = Some(seed));
}

/// 0 or 1, and 0 where movements are exact.
fn rao() -> u64 {
    with(|chain| {
        let Some(state) = &mut chain.rounding else { return 0 };
        *state = next(*state);
        *state >> 63
    })
}

/// The random number after this one (Knuth's MMIX).
pub fn next(state: u64) -> u64 {
    state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407)
}

/// Moves stake from one account and hotkey to another, as far as there is any, with the chain's rounding. Answers how much left the first.
fn carry(from: (AccountId, AccountId), to: (AccountId, AccountId), amount: u64) -> u64 {
    let held = stake(from.0, from.1);
    let moved = amount.min(held);
    // What is left may read a rao less or, where all went, a rao more.
    let left = if moved < held { (held - moved).saturating_sub(rao()) } else { rao() };
    set_stake(from.0, from.1, left);
    set_stake(to.0, to.1, stake(to.0, to.1) + moved.saturating_sub(rao()));
    held.saturating_sub(left)
}

/// An account gets TAO, from another: the engine sets no small balances.
pub fn give_tao(to: AccountId, amount: u64) {
    let rich = account(255);
    test::set_account_balance::<DefaultEnvironment>(rich, u128::MAX / 2);
    test::set_callee::<SubtensorEnvironment>(rich);
    ink::env::transfer::<DefaultEnvironment>(to, amount.into()).expect("given");
    test::set_callee::<SubtensorEnvironment>(address());
}

pub fn tao(of: AccountId) -> u64 {
    let balance = test::get_account_balance::<DefaultEnvironment>(of).unwrap_or(0);
    u64::try_from(balance).expect("no more than there is")
}

/// The subnet is dissolved, and the contract gets so much TAO for its stake.
pub fn dissolve(amount: u64) {
    with(|chain| {
        chain.dissolved = true;
        chain.stakes.clear();
    });
    give_tao(address(), amount);
}

/// A subnet begins that gets the number.
pub fn give_number_again() {
    with(|chain| {
        chain.dissolved = false;
        chain.given_again += 1;
    });
}

/// What the chain said was wrong: the number is the contract's subnet's.
pub fn take_number_back() {
    with(|chain| chain.given_again -= 1);
}

/// Whose stake a deposit is.
fn giver() -> AccountId {
    with(|chain| chain.giver.or(chain.caller)).expect("a caller")
}

/// How often the contract has called a function of the extension.
pub fn calls(function: u16) -> u32 {
    with(|chain| chain.calls.get(&function).copied().unwrap_or(0))
}

pub fn take_deposits_from(coldkey: AccountId) {
    with(|chain| chain.giver = Some(coldkey));
}

pub fn recycle_at_most(amount: u64) {
    with(|chain| chain.recycles_at_most = Some(amount));
}

pub fn transfers() -> Vec<(AccountId, u64)> {
    with(|chain| chain.transfers.clone())
}

/// The contract's account. The engine cannot be asked while it is calling the extension.
pub fn address() -> AccountId {
    with(|chain| chain.contract).expect("a contract")
}

struct Extension;

impl test::ChainExtension for Extension {
    fn ext_id(&self) -> u16 {
        0x1000
    }

    /// The engine hands the arguments over as an encoded `Vec<u8>`; `output` is the value of a success only.
    fn call(&mut self, function: u16, input: &[u8], output: &mut Vec<u8>) -> u32 {
        let raw = Vec::<u8>::decode(&mut &input[..]).expect("arguments");
        let contract = address();
        with(|chain| *chain.calls.entry(function).or_default() += 1);
        if let Some(status) = with(|chain| chain.failing.get(&function).copied()) {
            return status;
        }
        if let Some(status) = with(|chain| chain.failing_once.remove(&function)) {
            return status;
        }
        match function {
            0 => {
                let (hotkey, coldkey, netuid) = <(AccountId, AccountId, u16)>::decode(&mut &raw[..]).expect("arguments");
                let stake = stake(hotkey, coldkey);
                Some(StakeInfo { hotkey, coldkey, netuid, stake }).encode_to(output);
            }
            5 | 24 => {
                let (from, to, origin, destination, amount) =
                    <(AccountId, AccountId, u16, u16, u64)>::decode(&mut &raw[..]).expect("arguments");
                assert_eq!((origin, destination), (NETUID, NETUID));
                assert!(from != to && amount > 0, "a move of something to somewhere else");
                let (stays, lost) = with(|chain| (chain.stays, chain.lost_in_moves));
                let mover = if function == 5 { contract } else { giver() };
                carry((from, mover), (to, mover), amount.min(stake(from, mover)).saturating_sub(stays));
                set_stake(to, mover, stake(to, mover).saturating_sub(lost));
            }
            6 => {
                let (destination, hotkey, from, to, amount) =
                    <(AccountId, AccountId, u16, u16, u64)>::decode(&mut &raw[..]).expect("arguments");
                assert_eq!((from, to), (NETUID, NETUID));
                let most = with(|chain| chain.pays_at_most).unwrap_or(u64::MAX);
                let moved = carry((hotkey, contract), (hotkey, destination), amount.min(most));
                with(|chain| chain.transfers.push((destination, moved)));
            }
            15 => {
                assert_eq!(u16::decode(&mut &raw[..]), Ok(NETUID));
                with(|chain| chain.price).unwrap_or(1_000_000_000).encode_to(output);
            }
            16 => {
                let (hotkey, netuid, amount) = <(AccountId, u16, u64)>::decode(&mut &raw[..]).expect("arguments");
                assert_eq!(netuid, NETUID);
                let held = stake(hotkey, contract);
                let recycled = amount.min(held).min(with(|chain| chain.recycles_at_most).unwrap_or(u64::MAX));
                let (claims, overdoes) = with(|chain| (chain.claims, chain.overdoes));
                set_stake(hotkey, contract, (held - recycled - overdoes).saturating_sub(rao()));
                claims.unwrap_or(recycled).encode_to(output);
            }
            25 => {
                let (destination, hotkey, from, to, amount) =
                    <(AccountId, AccountId, u16, u16, u64)>::decode(&mut &raw[..]).expect("arguments");
                assert_eq!((from, to), (NETUID, NETUID));
                let lost = with(|chain| chain.lost);
                carry((hotkey, giver()), (hotkey, destination), amount);
                set_stake(hotkey, destination, stake(hotkey, destination).saturating_sub(lost));
            }
            34 => {
                let netuid = u16::decode(&mut &raw[..]).expect("arguments");
                let (exists, registrations) = with(|chain| (!chain.dissolved, 3 + chain.given_again));
                SubnetState { netuid, exists, registrations }.encode_to(output);
            }
            36 => {
                let (coldkey, netuid) = <(AccountId, u16)>::decode(&mut &raw[..]).expect("arguments");
                assert_eq!(netuid, NETUID);
                let of = |(key, stake): (&Key, &u64)| if AccountId::from(key.1) == coldkey { *stake } else { 0 };
                let total = with(|chain| chain.stakes.iter().map(of).sum());
                let locked = with(|chain| chain.locked.get::<[u8; 32]>(coldkey.as_ref()).copied().unwrap_or(0)).min(total);
                StakeAvailability { netuid, total, locked, available: total - locked }.encode_to(output);
            }
            _ => panic!("the contract calls function {function}"),
        }
        0
    }
}

pub fn call_as(caller: AccountId) {
    test::set_caller::<SubtensorEnvironment>(caller);
    with(|chain| chain.caller = Some(caller));
}

pub fn at_block(block: u32) {
    test::set_block_number::<SubtensorEnvironment>(block);
}

pub fn now() -> u32 {
    ink::env::block_number::<SubtensorEnvironment>()
}

/// A chain where nobody has stake, on which the owner creates another contract next.
pub fn arrive() {
    // The engine keeps storage by account: another contract of the same test must not find this one's.
    let number = with(|chain| chain.contracts) + 1;
    let mut bytes = [220; 32];
    bytes[31] = number;
    let contract = AccountId::from(bytes);
    test::set_callee::<SubtensorEnvironment>(contract);
    with(|chain| *chain = Chain { contract: Some(contract), contracts: number, ..Chain::default() });
    test::register_chain_extension(Extension);
    test::set_account_balance::<DefaultEnvironment>(contract, 0);
    at_block(1);
    call_as(owner());
}

/// The event before the last `skip` ones has these fields.
pub fn emitted<Fields: Decode + PartialEq + core::fmt::Debug>(skip: usize, fields: Fields) {
    let events: Vec<_> = test::recorded_events().collect();
    let data = &mut &events[events.len() - 1 - skip].data[..];
    assert_eq!((Fields::decode(data), data.len()), (Ok(fields), 0));
}

/// How many events there have been.
pub fn events() -> usize {
    test::recorded_events().count()
}
