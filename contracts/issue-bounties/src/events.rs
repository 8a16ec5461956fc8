//! Every change of state as an event. Amounts are rao, times are block numbers.

use crate::config::Config;
use crate::errors::Error;
use crate::types::{Bitmap, CancelReason, Change, Competitor, OutcomeChoice, Repository};
use ink::prelude::vec::Vec;
use ink::primitives::{AccountId, Hash};

/// The contract was created by its owner with these settings.
#[ink::event]
pub struct ContractCreated {
    #[ink(topic)]
    pub owner: AccountId,
    pub config: Config,
}

/// The owner offers the contract to another account, which has to accept.
#[ink::event]
pub struct OwnerProposed {
    #[ink(topic)]
    pub owner: AccountId,
}

/// The proposed owner has accepted.
#[ink::event]
pub struct OwnerChanged {
    pub previous: AccountId,
    #[ink(topic)]
    pub owner: AccountId,
}

/// No new issues and competitions; what runs goes on and is paid.
#[ink::event]
pub struct Paused {}

/// New issues and competitions are possible again.
#[ink::event]
pub struct Unpaused {}

/// A validator joined the whitelist.
#[ink::event]
pub struct ValidatorAdded {
    #[ink(topic)]
    pub hotkey: AccountId,
    pub coldkeys: Vec<AccountId>,
}

/// A validator left the whitelist.
#[ink::event]
pub struct ValidatorRemoved {
    #[ink(topic)]
    pub hotkey: AccountId,
}

/// An issue was registered and waits for its bounty.
#[ink::event]
pub struct IssueRegistered {
    #[ink(topic)]
    pub issue: u32,
    pub repository: Repository,
    pub number: u32,
    pub bounty: u64,
}

/// Stake of the treasury became part of an issue's bounty. The issue is open when `funded` equals `bounty`.
#[ink::event]
pub struct BountyFunded {
    #[ink(topic)]
    pub issue: u32,
    pub amount: u64,
    pub funded: u64,
    pub bounty: u64,
}

/// Stake was recycled: an issue's when it was cancelled, the treasury's when no issue needed it.
#[ink::event]
pub struct AlphaRecycled {
    #[ink(topic)]
    pub issue: Option<u32>,
    pub amount: u64,
}

/// A harvest ended: what arrived, and where everything at hand went. `refused` is why the treasury's stake could not be fetched.
#[ink::event]
pub struct Harvested {
    pub received: u64,
    pub funded: u64,
    pub recycled: u64,
    pub unallocated: u64,
    pub refused: Option<Error>,
}

/// A validator said whom it saw enrolled.
#[ink::event]
pub struct EnrolmentAttested {
    #[ink(topic)]
    pub issue: u32,
    #[ink(topic)]
    pub validator: AccountId,
    pub round: u32,
    pub enrolled: Bitmap,
    pub skipped: Bitmap,
}

/// A validator voted for a pair, which now has `weight` of `total_weight`.
#[ink::event]
pub struct PairVoted {
    #[ink(topic)]
    pub issue: u32,
    #[ink(topic)]
    pub validator: AccountId,
    pub round: u32,
    pub a: Competitor,
    pub b: Competitor,
    pub weight: u64,
    pub total_weight: u64,
}

/// Two miners are bound to an issue.
#[ink::event]
pub struct CompetitionStarted {
    #[ink(topic)]
    pub competition: u32,
    #[ink(topic)]
    pub issue: u32,
    pub round: u32,
    pub a: Competitor,
    pub b: Competitor,
    pub enrolled: Bitmap,
    pub skipped: Bitmap,
    pub submissions_from: u32,
    pub deadline: u32,
    pub outcome_until: u32,
    pub challenge_period: u32,
    pub collateral: u64,
    pub slash: u64,
}

/// A validator voted on an issue's end; its choice now has `weight` of `total_weight`.
#[ink::event]
pub struct OutcomeVoted {
    #[ink(topic)]
    pub issue: u32,
    #[ink(topic)]
    pub validator: AccountId,
    pub competition: Option<u32>,
    pub choice: OutcomeChoice,
    pub weight: u64,
    pub total_weight: u64,
}

/// A validator took its vote on an issue's end back.
#[ink::event]
pub struct OutcomeVoteWithdrawn {
    #[ink(topic)]
    pub issue: u32,
    #[ink(topic)]
    pub validator: AccountId,
}

/// A competitor solved the issue; it is paid from block `payable_at` on unless the validators cancel before.
#[ink::event]
pub struct CompetitionWon {
    #[ink(topic)]
    pub competition: u32,
    #[ink(topic)]
    pub issue: u32,
    #[ink(topic)]
    pub hotkey: AccountId,
    pub winner: u8,
    pub pull_request: u32,
    pub payable_at: u32,
}

/// An issue ended without a winner.
#[ink::event]
pub struct IssueCancelled {
    #[ink(topic)]
    pub issue: u32,
    pub reason: CancelReason,
    pub recycled: u64,
}

/// A competition ended because its issue was cancelled.
#[ink::event]
pub struct CompetitionVoided {
    #[ink(topic)]
    pub competition: u32,
    #[ink(topic)]
    pub issue: u32,
    pub reason: CancelReason,
}

/// Nobody solved the issue in time; it is open again with its bounty.
#[ink::event]
pub struct CompetitionExpired {
    #[ink(topic)]
    pub competition: u32,
    #[ink(topic)]
    pub issue: u32,
    pub attempts: u32,
}

/// The winner's coldkey has the bounty.
#[ink::event]
pub struct BountyPaid {
    #[ink(topic)]
    pub issue: u32,
    #[ink(topic)]
    pub competition: u32,
    #[ink(topic)]
    pub hotkey: AccountId,
    pub coldkey: AccountId,
    pub amount: u64,
}

/// The owner announced a change. Anyone may apply it between two blocks; until it is applied the validators can veto it.
#[ink::event]
pub struct ChangeAnnounced {
    #[ink(topic)]
    pub change: u32,
    pub what: Change,
    pub applies_from: u32,
    pub applies_until: u32,
}

/// An announced change applies now.
#[ink::event]
pub struct ChangeApplied {
    #[ink(topic)]
    pub change: u32,
}

/// A validator voted against a change; the votes against it now have `weight` of `total_weight`.
#[ink::event]
pub struct ChangeVetoVoted {
    #[ink(topic)]
    pub change: u32,
    #[ink(topic)]
    pub validator: AccountId,
    pub weight: u64,
    pub total_weight: u64,
}

/// The validators dropped a change.
#[ink::event]
pub struct ChangeVetoed {
    #[ink(topic)]
    pub change: u32,
}

/// The owner took a change back.
#[ink::event]
pub struct ChangeWithdrawn {
    #[ink(topic)]
    pub change: u32,
}

/// The settings are these now.
#[ink::event]
pub struct ConfigChanged {
    pub config: Config,
}

/// The contract runs this code now.
#[ink::event]
pub struct CodeChanged {
    pub code_hash: Hash,
}

/// Another treasury. `moved` is the contract's own stake, now behind the new hotkey; `left` is what could not be fetched from the old
/// treasury's coldkey.
#[ink::event]
pub struct TreasuryMoved {
    pub hotkey: AccountId,
    pub coldkey: AccountId,
    pub moved: u64,
    pub left: u64,
}

/// A miner's coldkey deposited collateral for a hotkey and has `deposited` there now.
#[ink::event]
pub struct CollateralDeposited {
    #[ink(topic)]
    pub hotkey: AccountId,
    #[ink(topic)]
    pub coldkey: AccountId,
    pub amount: u64,
    pub deposited: u64,
}

/// A miner's coldkey took collateral back and has `deposited` there now.
#[ink::event]
pub struct CollateralWithdrawn {
    #[ink(topic)]
    pub hotkey: AccountId,
    #[ink(topic)]
    pub coldkey: AccountId,
    pub amount: u64,
    pub deposited: u64,
}

/// A loss or an expiry cost a miner collateral.
#[ink::event]
pub struct CollateralSlashed {
    #[ink(topic)]
    pub competition: u32,
    #[ink(topic)]
    pub hotkey: AccountId,
    #[ink(topic)]
    pub coldkey: AccountId,
    pub amount: u64,
    pub deposited: u64,
}

/// Slashed collateral was recycled.
#[ink::event]
pub struct CollateralRecycled {
    #[ink(topic)]
    pub hotkey: AccountId,
    pub amount: u64,
}

/// The chain refused to recycle slashed collateral. It waits; anyone may try again.
#[ink::event]
pub struct CollateralRecyclingFailed {
    #[ink(topic)]
    pub hotkey: AccountId,
    pub amount: u64,
    pub error: Error,
}
