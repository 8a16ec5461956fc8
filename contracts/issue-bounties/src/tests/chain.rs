//! A chain for the tests: stakes, the extension's functions, accounts and a contract with an issue in any state.

use crate::config::{Config, Weighting};
use crate::extension::{StakeInfo, SubtensorEnvironment};
use crate::issue_bounties::IssueBounties;
use crate::types::{Bitmap, Collateral, Competitor, OutcomeChoice, Setting};
use ink::env::test;
use ink::primitives::AccountId;
use ink::scale::{Decode, Encode};
use std::cell::RefCell;
use std::collections::BTreeMap;

pub const NETUID: u16 = 74;
pub const BOUNTY: u64 = 100_000_000_000;
pub const ROUND: u32 = 20;
pub const ATTEST: u32 = 5;

pub fn account(byte: u8) -> AccountId {
    AccountId::from([byte; 32])
}

pub fn owner() -> AccountId {
    account(1)
}

/// The hotkey of validator 0, 1 or 2; its coldkey has 100 more.
pub fn validator(index: u8) -> AccountId {
    account(10 + index)
}

pub fn coldkey_of_validator(index: u8) -> AccountId {
    account(110 + index)
}

/// Miner `uid`, whose hotkey sorts like its UID.
pub fn miner(uid: u8) -> Competitor {
    Competitor { uid: u16::from(uid), hotkey: account(50 + uid), coldkey: account(150 + uid) }
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
    /// Recycling does this much at most.
    recycles_at_most: Option<u64>,
    /// Of a deposit this much is lost on its way.
    lost: u64,
    /// Deposits come from this coldkey, whoever sends them.
    giver: Option<AccountId>,
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

pub fn mend(function: u16) {
    with(|chain| chain.failing.remove(&function));
}

pub fn lose(amount: u64) {
    with(|chain| chain.lost = amount);
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
        if let Some(status) = with(|chain| chain.failing.get(&function).copied()) {
            return status;
        }
        match function {
            0 => {
                let (hotkey, coldkey, netuid) = <(AccountId, AccountId, u16)>::decode(&mut &raw[..]).expect("arguments");
                let stake = stake(hotkey, coldkey);
                Some(StakeInfo { hotkey, coldkey, netuid, stake }).encode_to(output);
            }
            5 => {
                let (from, to, origin, destination, amount) =
                    <(AccountId, AccountId, u16, u16, u64)>::decode(&mut &raw[..]).expect("arguments");
                assert_eq!((origin, destination), (NETUID, NETUID));
                assert!(from != to && amount > 0, "a move of something to somewhere else");
                let moved = amount.min(stake(from, contract));
                set_stake(from, contract, stake(from, contract) - moved);
                set_stake(to, contract, stake(to, contract) + moved);
            }
            6 => {
                let (destination, hotkey, from, to, amount) =
                    <(AccountId, AccountId, u16, u16, u64)>::decode(&mut &raw[..]).expect("arguments");
                assert_eq!((from, to), (NETUID, NETUID));
                let held = stake(hotkey, contract);
                set_stake(hotkey, contract, held - amount.min(held));
                set_stake(hotkey, destination, stake(hotkey, destination) + amount.min(held));
                with(|chain| chain.transfers.push((destination, amount)));
            }
            16 => {
                let (hotkey, netuid, amount) = <(AccountId, u16, u64)>::decode(&mut &raw[..]).expect("arguments");
                assert_eq!(netuid, NETUID);
                let held = stake(hotkey, contract);
                let recycled = amount.min(held).min(with(|chain| chain.recycles_at_most).unwrap_or(u64::MAX));
                set_stake(hotkey, contract, held - recycled);
                recycled.encode_to(output);
            }
            25 => {
                let (destination, hotkey, from, to, amount) =
                    <(AccountId, AccountId, u16, u16, u64)>::decode(&mut &raw[..]).expect("arguments");
                assert_eq!((from, to), (NETUID, NETUID));
                let (giver, lost) = with(|chain| (chain.giver.or(chain.caller).expect("a caller"), chain.lost));
                let moved = amount.min(stake(hotkey, giver));
                set_stake(hotkey, giver, stake(hotkey, giver) - moved);
                set_stake(hotkey, destination, stake(hotkey, destination) + moved.saturating_sub(lost));
            }
            _ => panic!("the contract calls function {function}"),
        }
        0
    }
}

pub fn config() -> Config {
    Config {
        netuid: NETUID,
        treasury_hotkey: account(2),
        treasury_coldkey: account(3),
        min_bounty: 10_000_000_000,
        submission_window: 10,
        competition_length: 100,
        outcome_grace: 30,
        challenge_period: 40,
        round_length: ROUND,
        attest_blocks: ATTEST,
        quorum_bps: 5_001,
        weighting: Weighting::ByStake,
        max_competitions_per_miner: 1,
        collateral_bps: 0,
        slash_bps: 10_000,
        harvest_step: 3,
        owner_delay: 0,
    }
}

pub fn call_as(caller: AccountId) {
    test::set_caller::<SubtensorEnvironment>(caller);
    with(|chain| chain.caller = Some(caller));
}

pub fn at_block(block: u32) {
    test::set_block_number::<SubtensorEnvironment>(block);
}

/// A new contract whose next caller is the owner, on a chain where nobody has stake.
pub fn contract_with(config: Config) -> IssueBounties {
    // The engine keeps storage by account: another contract of the same test must not find this one's.
    let number = with(|chain| chain.contracts) + 1;
    let mut bytes = [220; 32];
    bytes[31] = number;
    let contract = AccountId::from(bytes);
    test::set_callee::<SubtensorEnvironment>(contract);
    with(|chain| *chain = Chain { contract: Some(contract), contracts: number, ..Chain::default() });
    test::register_chain_extension(Extension);
    at_block(1);
    call_as(owner());
    IssueBounties::new(config).expect("settings within bounds")
}

/// A contract with validators 0, 1 and 2 of 50, 30 and 20 shares of stake.
pub fn contract() -> IssueBounties {
    let mut contract = contract_with(config());
    for (index, share) in [(0, 50), (1, 30), (2, 20)] {
        set_stake(validator(index), coldkey_of_validator(index), share * 1_000_000_000);
        contract.add_validator(validator(index), vec![coldkey_of_validator(index)]).expect("added");
    }
    contract
}

/// How long a contract of `delayed` waits until a change applies.
pub const DELAY: u32 = 50;

/// A contract whose owner's changes wait.
pub fn delayed() -> IssueBounties {
    let mut contract = contract();
    contract.set_config(vec![Setting::OwnerDelay(DELAY)]).expect("changed");
    contract
}

/// Changes settings of a contract whose owner need not wait.
pub fn set(contract: &mut IssueBounties, settings: &[Setting]) {
    call_as(owner());
    assert!(contract.set_config(settings.to_vec()).expect("changed").applied);
}

/// Miner `uid` gets this stake and deposits it as collateral.
pub fn deposit(contract: &mut IssueBounties, uid: u8, amount: u64) {
    let Competitor { hotkey, coldkey, .. } = miner(uid);
    set_stake(hotkey, coldkey, stake(hotkey, coldkey) + amount);
    call_as(coldkey);
    contract.deposit_collateral(hotkey, amount).expect("deposited");
}

/// What miner `uid` has deposited and how much of it is locked.
pub fn collateral(contract: &IssueBounties, uid: u8) -> (u64, u64) {
    let Competitor { hotkey, coldkey, .. } = miner(uid);
    let [Collateral { deposited, locked }] = contract.collateral(vec![(hotkey, coldkey)])[..] else {
        panic!("one miner asked, one answer");
    };
    (deposited, locked)
}

/// Gives stake to the contract and lets it be harvested.
pub fn fund(contract: &mut IssueBounties, amount: u64) {
    set_stake(treasury_hotkey(), address(), held() + amount);
    contract.harvest().expect("harvested");
}

/// The treasury's hotkey.
pub fn treasury_hotkey() -> AccountId {
    config().treasury_hotkey
}

/// What the contract's own stake is.
pub fn held() -> u64 {
    stake(treasury_hotkey(), address())
}

/// A contract whose issue 1 is Open.
pub fn with_open_issue() -> IssueBounties {
    let mut contract = contract();
    assert_eq!(contract.register_issue("acme/widgets".into(), 42, BOUNTY), Ok(1));
    fund(&mut contract, BOUNTY);
    contract
}

pub fn bits(uids: &[u16]) -> Bitmap {
    let mut bitmap = [0; 32];
    for uid in uids {
        bitmap[usize::from(uid / 8)] |= 1 << (uid % 8);
    }
    bitmap
}

/// All three validators attest these UIDs for issue 1 in a round, and the round goes on to its pair votes.
pub fn attest(contract: &mut IssueBounties, issue: u32, round: u32, uids: &[u16]) {
    at_block(round * ROUND);
    for index in 0..3 {
        call_as(validator(index));
        contract.attest_enrolled(issue, round, bits(uids), bits(&[9])).expect("attested");
    }
    at_block(round * ROUND + ATTEST);
}

/// Validators 0 and 1 start a competition of miners 5 and 6 on an open issue, in round 2 or the given one.
pub fn start(contract: &mut IssueBounties, issue: u32, round: u32) {
    attest(contract, issue, round, &[5, 6]);
    for index in 0..2 {
        call_as(validator(index));
        contract.vote_pair(issue, round, miner(5), miner(6)).expect("voted");
    }
}

/// A contract whose issue 1 is Competing since block 45.
pub fn with_competition() -> IssueBounties {
    let mut contract = with_open_issue();
    start(&mut contract, 1, 2);
    contract
}

pub fn solved(uid: u8) -> OutcomeChoice {
    OutcomeChoice::Solved { hotkey: miner(uid).hotkey, pull_request: 57 }
}

/// Validators 0 and 1 vote the same.
pub fn decide(contract: &mut IssueBounties, issue: u32, choice: OutcomeChoice) {
    for index in 0..2 {
        call_as(validator(index));
        contract.vote_outcome(issue, choice).expect("voted");
    }
}

/// A contract whose issue 1 was won by miner 6 at block 60; payable at 100.
pub fn with_winner() -> IssueBounties {
    let mut contract = with_competition();
    at_block(60);
    decide(&mut contract, 1, solved(6));
    contract
}
