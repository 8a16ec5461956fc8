//! Every change of state as an event. Amounts are rao, times are block numbers.

use crate::config::Config;
use crate::errors::Error;
use crate::types::{Bitmap, CancelReason, Change, Claim, Competitor, OutcomeChoice, Repository};
use ink::prelude::vec::Vec;
use ink::primitives::{AccountId, Hash};

/// The contract was created by its owner with these settings.
#[ink::event]
pub struct ContractCreated {
    #[ink(topic)]
    pub owner: AccountId,
    pub config: Config,
}

/// The owner offers the contract to another account, which has to accept by block `until`.
#[ink::event]
pub struct OwnerProposed {
    #[ink(topic)]
    pub owner: AccountId,
    pub until: u32,
}

/// The owner took the offer to this account back.
#[ink::event]
pub struct OfferWithdrawn {
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

/// Stake was recycled; `to_recycle` still waits.
#[ink::event]
pub struct AlphaRecycled {
    pub amount: u64,
    pub to_recycle: u64,
}

/// A harvest ended. `received` arrived, `funded` went to bounties, `released` was needed by no issue and waits to be recycled, `recycled` was
/// recycled; `unallocated` and `to_recycle` are what is left. The last two say what the chain refused.
#[ink::event]
pub struct Harvested {
    pub received: u64,
    pub funded: u64,
    pub released: u64,
    pub recycled: u64,
    pub unallocated: u64,
    pub to_recycle: u64,
    pub fetch_refused: Option<Error>,
    pub recycling_refused: Option<Error>,
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

/// A competitor solved the issue. The bounty can be paid from block `payable_at`, unless the validators cancel the issue before that.
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

/// The quorum decided how an issue ends. From block `from` on anyone may carry it out, unless the quorum takes it back before.
#[ink::event]
pub struct OutcomeDecided {
    #[ink(topic)]
    pub issue: u32,
    #[ink(topic)]
    pub competition: u32,
    pub choice: OutcomeChoice,
    pub from: u32,
}

/// The quorum took back what it had decided: everything stays as it was. `payable_at` is when a solved issue's bounty can be paid.
#[ink::event]
pub struct OutcomeTakenBack {
    #[ink(topic)]
    pub issue: u32,
    #[ink(topic)]
    pub competition: u32,
    pub choice: OutcomeChoice,
    pub payable_at: Option<u32>,
}

/// An issue ended without a winner. Of its bounty, `returned` is there for other issues and `to_recycle` waits to be recycled.
#[ink::event]
pub struct IssueCancelled {
    #[ink(topic)]
    pub issue: u32,
    pub reason: CancelReason,
    pub returned: u64,
    pub to_recycle: u64,
}

/// A competition ended because its issue was cancelled, or because the quorum dissolved the pair: then its issue is open again with its bounty.
#[ink::event]
pub struct CompetitionVoided {
    #[ink(topic)]
    pub competition: u32,
    #[ink(topic)]
    pub issue: u32,
    pub reason: CancelReason,
}

/// A competition ended without a solution; its issue is open again with its bounty. `unsolved` if the quorum said so: then both miners are
/// slashed.
#[ink::event]
pub struct CompetitionExpired {
    #[ink(topic)]
    pub competition: u32,
    #[ink(topic)]
    pub issue: u32,
    pub attempts: u32,
    pub unsolved: bool,
}

/// The chain refused to pay the winner's coldkey. From block `payable_at` the bounty can be paid to this one instead.
#[ink::event]
pub struct PayeeNamed {
    #[ink(topic)]
    pub issue: u32,
    #[ink(topic)]
    pub competition: u32,
    #[ink(topic)]
    pub coldkey: AccountId,
    pub payable_at: u32,
}

/// The winner has the bounty, on this coldkey.
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

/// A loss, or an issue that the quorum found unsolved, cost a miner collateral. The amount waits to be recycled.
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

/// The subnet has ended, and nothing goes on. `tao` is what there is for the `booked` alpha, of which miners can claim the part of `claims`.
#[ink::event]
pub struct WoundUp {
    pub tao: u64,
    pub booked: u64,
    pub claims: u64,
}

/// The TAO that the treasury's coldkey got for its stake arrived. It is part of what nobody can claim.
#[ink::event]
pub struct TaoCollected {
    pub amount: u64,
}

/// A claim was paid, in TAO.
#[ink::event]
pub struct ClaimPaid {
    pub claim: Claim,
    #[ink(topic)]
    pub to: AccountId,
    pub amount: u64,
}

/// What nobody can claim goes to this account.
#[ink::event]
pub struct RestAssigned {
    #[ink(topic)]
    pub to: AccountId,
}
