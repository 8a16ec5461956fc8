//! Contracts with an issue in any state, and what the owner, miners and validators do with them.

pub use super::chain::*;
use crate::config::{pure_proxy, treasury_hotkey as hotkey_of, Config};
pub(super) use crate::dust::{COVER, DUST, ROUNDING};
use crate::errors::Error;
use crate::issue_bounties::IssueBounties;
use crate::types::{
    AnnouncedCode, Birth, Bitmap, CancelReason, Change, Collateral, Competitor, Issue, Noted, OutcomeChoice, PendingChange, Scheduled, Setting,
    Treasury,
};
use ink::primitives::{AccountId, Hash};

/// One alpha in rao.
pub const ALPHA: u64 = 1_000_000_000;
pub const BOUNTY: u64 = 100 * ALPHA;
pub const ROUND: u32 = 20;
pub const ATTEST: u32 = 5;
/// How long stake must have been there to weigh.
pub const DAY: u32 = 5;
/// The block in which the scenes begin: the validators joined two days before.
pub const START: u32 = 1 + 2 * DAY;
/// How long votes on an issue's end must have stood.
pub const CHALLENGE: u32 = 40;
/// The longest wait that a match may have.
pub const LONGEST: u32 = 14 * DAY;
/// How long free money waits for an issue, at least.
pub const RECYCLE: u32 = 1_000;

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

/// How a treasury was created; another number is another treasury.
pub fn birth(number: u16) -> Birth {
    Birth { spawner: account(3), block: 1_000, extrinsic: 2, proxy_type: 0, index: number, salt: Hash::from([7; 32]) }
}

/// The hotkey and the coldkey of a treasury.
pub fn keys_of(birth: &Birth) -> (AccountId, AccountId) {
    let coldkey = pure_proxy(birth);
    (hotkey_of(&coldkey, &birth.salt), coldkey)
}

/// The change to the treasury with this number.
pub fn treasury(number: u16) -> Setting {
    let birth = birth(number);
    let (hotkey, coldkey) = keys_of(&birth);
    Setting::Treasury { hotkey, coldkey, birth }
}

/// The settings with another treasury.
pub fn with_treasury(number: u16, config: Config) -> Config {
    let treasury_birth = birth(number);
    let (treasury_hotkey, treasury_coldkey) = keys_of(&treasury_birth);
    Config { treasury_hotkey, treasury_coldkey, treasury_birth, ..config }
}

pub fn config() -> Config {
    let treasury_birth = birth(0);
    let (treasury_hotkey, treasury_coldkey) = keys_of(&treasury_birth);
    Config {
        netuid: NETUID,
        dev_chain: true,
        day: DAY,
        treasury_hotkey,
        treasury_coldkey,
        treasury_birth,
        min_bounty: 10_000_000_000,
        max_bounty: 10_000_000_000_000,
        submission_window: 10,
        competition_length: 100,
        outcome_grace: 30,
        challenge_period: CHALLENGE,
        round_length: ROUND,
        attest_blocks: ATTEST,
        quorum_bps: 5_001,
        max_competitions_per_miner: 1,
        collateral_bps: 0,
        slash_bps: 10_000,
        harvest_step: 3,
        recycle_after: RECYCLE,
        owner_delay: 0,
        roster_signer: account(4),
        roster_signer_since: 1,
    }
}

/// A new contract whose next caller is the owner, on a chain where nobody has stake but the contract its cover.
pub fn contract_with(config: Config) -> IssueBounties {
    arrive();
    set_held(0);
    IssueBounties::new(config).expect("settings within bounds")
}

/// The stake of now weighs two days later.
pub fn weigh(contract: &mut IssueBounties) {
    for _ in 0..2 {
        at_block(now() + DAY);
        contract.note_weights().expect("noted");
    }
}

/// A validator has this stake from now on.
pub fn stake_validator(index: u8, amount: u64) {
    set_stake(validator(index), coldkey_of_validator(index), amount);
}

/// When the last whole day ended, and what was noted of the validators.
pub fn notes(contract: &IssueBounties) -> (u32, Vec<Noted>) {
    (contract.turned_at, contract.whitelist().iter().map(|validator| validator.noted).collect())
}

/// What the validators' votes weigh now, and the total.
pub fn weights(contract: &IssueBounties) -> (Vec<u64>, u64) {
    let electorate = contract.validators().expect("read");
    (electorate.validators.iter().map(|validator| validator.weight).collect(), electorate.total)
}

/// A contract that is still being set up, with validators 0, 1 and 2 of 50, 30 and 20 shares of stake: changes 1 to 3.
pub fn in_setup() -> IssueBounties {
    let mut contract = contract_with(config());
    for (index, share) in [(0, 50), (1, 30), (2, 20)] {
        stake_validator(index, share * ALPHA);
        contract.add_validator(validator(index), vec![coldkey_of_validator(index)]).expect("added");
    }
    weigh(&mut contract);
    contract
}

/// How long a contract in service waits until a change applies.
pub const DELAY: u32 = 37;

/// A contract in service with these validators: its delay was change 4.
pub fn contract() -> IssueBounties {
    let mut contract = in_setup();
    contract.set_config(vec![Setting::OwnerDelay(DELAY)]).expect("changed");
    contract
}

/// What the owner announces is applied, as if no time had passed. The owner is the next caller.
pub fn apply(
    contract: &mut IssueBounties,
    announce: impl FnOnce(&mut IssueBounties) -> Result<Scheduled, Error>,
) -> Result<(), Error> {
    call_as(owner());
    let Scheduled { change, applies_from, applied } = announce(contract)?;
    if applied {
        return Ok(());
    }
    let before = now();
    at_block(applies_from);
    let answer = contract.apply(change);
    at_block(before);
    answer.map(|applied| assert!(applied, "nobody vetoed it"))
}

/// Changes settings.
pub fn set(contract: &mut IssueBounties, settings: &[Setting]) {
    apply(contract, |contract| contract.set_config(settings.to_vec())).expect("changed");
}

/// A validator leaves the whitelist.
pub fn remove(contract: &mut IssueBounties, index: u8) {
    apply(contract, |contract| contract.remove_validator(validator(index))).expect("removed");
}

/// Code is announced, as the tests' environment cannot: it knows no code to lock.
pub fn announce_code(contract: &mut IssueBounties, code_hash: Hash) -> u32 {
    contract.change_count += 1;
    let (id, applies_from) = (contract.change_count, now() + DELAY);
    let change = PendingChange { id, what: Change::Code { code_hash }, applies_from, applies_until: u32::MAX };
    contract.code.set(&Some(AnnouncedCode { change, announced_at: now(), vetoes: vec![] }));
    id
}

/// The changes that wait, but for code.
pub fn waiting(contract: &IssueBounties) -> Vec<PendingChange> {
    contract.waiting().expect("changes of this edition")
}

/// The subnet is dissolved, and its end is written a day later.
pub fn wound_up(contract: &mut IssueBounties, amount: u64) {
    dissolve(amount);
    contract.wind_up().expect("shown");
    at_block(now() + DAY);
    contract.wind_up().expect("written");
}

/// The first block in which the rest can be assigned.
pub fn rest_from(contract: &IssueBounties) -> u32 {
    contract.wound_up_at.expect("written") + 2 * LONGEST + 1
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
    let Collateral { deposited, locked } = contract.collateral_of(hotkey, coldkey);
    (deposited, locked)
}

/// The owner registers another issue of acme/widgets with this bounty.
pub fn register(contract: &mut IssueBounties, bounty: u64) -> u32 {
    call_as(owner());
    let number = 42 + contract.issue_count;
    contract.register_issue("acme/widgets".into(), number, bounty).expect("registered")
}

pub fn issue(contract: &IssueBounties, id: u32) -> Issue {
    contract.issues.get(id).expect("kept")
}

pub fn books(contract: &IssueBounties) -> Treasury {
    contract.treasury().expect("read")
}

/// Whether the contract holds at least what it has booked.
pub fn solvent(contract: &IssueBounties) -> bool {
    books(contract).held >= contract.booked()
}

/// Gives stake to the contract and lets it be harvested.
pub fn fund(contract: &mut IssueBounties, amount: u64) {
    set_held(held() + amount);
    contract.harvest().expect("harvested");
}

/// The treasury's hotkey.
pub fn treasury_hotkey() -> AccountId {
    config().treasury_hotkey
}

/// The contract's own stake behind a hotkey, but for the cover.
pub fn held_behind(hotkey: AccountId) -> u64 {
    stake(hotkey, address()).saturating_sub(COVER)
}

/// The contract's own stake behind the treasury's hotkey, but for the cover.
pub fn held() -> u64 {
    held_behind(treasury_hotkey())
}

pub fn set_held(amount: u64) {
    set_stake(treasury_hotkey(), address(), amount + COVER);
}

/// A contract whose issue 1 is Open.
pub fn with_open_issue() -> IssueBounties {
    let mut contract = contract();
    assert_eq!(register(&mut contract, BOUNTY), 1);
    fund(&mut contract, BOUNTY);
    contract
}

/// A contract that asks for a fifth of the bounty as collateral and slashes half of it. Issue 1 is Open; miners 5 and 6 have deposited so much.
pub fn open_with(deposited: u64) -> IssueBounties {
    let mut contract = with_open_issue();
    set(&mut contract, &[Setting::CollateralBps(2_000), Setting::SlashBps(5_000)]);
    for uid in [5, 6] {
        deposit(&mut contract, uid, deposited);
    }
    contract
}

/// Miners 5 and 6 compete since block 45: pull requests count from 55, the deadline is 145, the grace period ends with 175, it expires from 296.
pub fn competing_with(deposited: u64) -> IssueBounties {
    let mut contract = open_with(deposited);
    start(&mut contract, 1, 2);
    contract
}

/// Miner 6 has won at block 100.
pub fn won_with(deposited: u64) -> IssueBounties {
    let mut contract = competing_with(deposited);
    at_block(60);
    end(&mut contract, 1, solved(6));
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

pub fn cancelled(reason: CancelReason) -> OutcomeChoice {
    OutcomeChoice::Cancelled { reason }
}

pub fn unsolved(slash_a: bool, slash_b: bool) -> OutcomeChoice {
    OutcomeChoice::Unsolved { slash_a, slash_b }
}

/// A validator votes on issue 1.
pub fn vote(contract: &mut IssueBounties, index: u8, choice: OutcomeChoice) -> Result<(), Error> {
    call_as(validator(index));
    contract.vote_outcome(1, choice)
}

/// Validators 0 and 1, who have 80 of 100, vote the same.
pub fn agree(contract: &mut IssueBounties, issue: u32, choice: OutcomeChoice) {
    for index in 0..2 {
        call_as(validator(index));
        contract.vote_outcome(issue, choice).expect("voted");
    }
}

/// They do, and after the wait a stranger settles it.
pub fn end(contract: &mut IssueBounties, issue: u32, choice: OutcomeChoice) {
    agree(contract, issue, choice);
    at_block(now() + CHALLENGE);
    call_as(account(99));
    contract.settle(issue).expect("settled");
}

/// A contract whose issue 1 was won by miner 6 at block 100.
pub fn with_winner() -> IssueBounties {
    let mut contract = with_competition();
    at_block(60);
    end(&mut contract, 1, solved(6));
    contract
}
