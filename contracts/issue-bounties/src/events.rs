//! Every change of state as an event. Amounts are rao, times are block numbers.

use crate::config::Config;
use crate::errors::Error;
use crate::types::{Bitmap, CancelReason, Change, Claim, Competitor, Noted, OutcomeChoice, Repository};
use crate::extension::SubtensorEnvironment;
use ink::env::event::{state::HasRemainingTopics, TopicsBuilder, TopicsBuilderBackend};
use ink::env::{Environment, Event};
use ink::prelude::vec::Vec;
use ink::primitives::{AccountId, Hash};
use ink::scale::{Encode, Output};

/// Any event, so that one place of the code sends them all: ink! makes one for each, of 120 bytes.
macro_rules! told {
    ($($event:ident)*) => {
        pub enum Told {
            $($event($event),)*
        }

        $(impl From<$event> for Told {
            fn from(event: $event) -> Self {
                Self::$event(event)
            }
        })*

        impl Encode for Told {
            fn encode_to<Out: Output + ?Sized>(&self, out: &mut Out) {
                match self {
                    $(Self::$event(event) => event.encode_to(out),)*
                }
            }
        }

        impl Told {
            fn signature(&self) -> Option<[u8; 32]> {
                match self {
                    $(Self::$event(_) => $event::SIGNATURE_TOPIC,)*
                }
            }
        }
    };
}

told! {
    ContractCreated
    OwnerProposed
    OfferWithdrawn
    OwnerChanged
    Paused
    Unpaused
    ValidatorAdded
    ValidatorRemoved
    IssueRegistered
    BountyFunded
    WeightsNoted
    IssueEdited
    Harvested
    EndShown
    EndForgotten
    EnrolmentAttested
    EnrolmentsRenewed
    PairVoted
    CompetitionStarted
    OutcomeVoted
    OutcomeVoteWithdrawn
    CompetitionWon
    IssueCancelled
    CompetitionVoided
    CompetitionExpired
    CompetitionUnsolved
    PayeeNamed
    BountyPaid
    ChangeAnnounced
    ChangeApplied
    ChangeVetoVoted
    StakesUnknown
    VetoWithdrawn
    ChangeVetoed
    ChangeWithdrawn
    ConfigChanged
    CodeChanged
    TreasuryMoved
    CollateralDeposited
    CollateralWithdrawn
    CollateralSlashed
    WoundUp
    TaoCollected
    ClaimPaid
    RestAssigned
}

impl Event for Told {
    type RemainingTopics = [HasRemainingTopics; 1];
    /// It depends on which event it is.
    const SIGNATURE_TOPIC: Option<[u8; 32]> = None;

    fn topics<E: Environment, B: TopicsBuilderBackend<E>>(
        &self,
        builder: TopicsBuilder<ink::env::event::state::Uninit, E, B>,
    ) -> B::Output {
        builder.build::<Self>().push_topic(self.signature().as_ref()).finish()
    }
}

#[inline(never)]
fn send(told: Told) {
    ink::env::emit_event::<SubtensorEnvironment, Told>(told);
}

pub fn tell(event: impl Into<Told>) {
    send(event.into());
}

/// The contract was created by its owner with these settings.
#[ink::event]
pub struct ContractCreated {
    pub owner: AccountId,
    pub config: Config,
}

/// The owner offers the contract to another account, which has to accept by block `until`.
#[ink::event]
pub struct OwnerProposed {
    pub owner: AccountId,
    pub until: u32,
}

/// The owner took the offer to this account back.
#[ink::event]
pub struct OfferWithdrawn {
    pub owner: AccountId,
}

/// The proposed owner has accepted.
#[ink::event]
pub struct OwnerChanged {
    pub previous: AccountId,
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
    pub hotkey: AccountId,
    pub coldkeys: Vec<AccountId>,
}

/// A validator left the whitelist.
#[ink::event]
pub struct ValidatorRemoved {
    pub hotkey: AccountId,
}

/// An issue was registered and waits for its bounty.
#[ink::event]
pub struct IssueRegistered {
    pub issue: u32,
    pub repository: Repository,
    pub number: u32,
    pub bounty: u64,
}

/// Stake of the treasury became part of an issue's bounty. The issue is open when `funded` equals `bounty`.
#[ink::event]
pub struct BountyFunded {
    pub issue: u32,
    pub amount: u64,
    pub funded: u64,
    pub bounty: u64,
}

/// What was noted of the validators' stake, in the whitelist's order; the last whole day ended in block `turned_at`.
#[ink::event]
pub struct WeightsNoted {
    pub turned_at: u32,
    pub entries: Vec<Noted>,
}

/// An issue has another reference or another bounty. `freed` of its money is there for other issues.
#[ink::event]
pub struct IssueEdited {
    pub issue: u32,
    pub repository: Repository,
    pub number: u32,
    pub bounty: u64,
    pub funded: u64,
    pub freed: u64,
}

/// A harvest ended. `received` arrived, `funded` went to bounties, `recycled` had waited long enough without an issue that needs it; `fresh` and
/// `aged` are what is left. The last two say what the chain refused.
#[ink::event]
pub struct Harvested {
    pub received: u64,
    pub funded: u64,
    pub recycled: u64,
    pub fresh: u64,
    pub aged: u64,
    pub fetch_refused: Option<Error>,
    pub recycling_refused: Option<Error>,
}

/// A validator said whom it saw enrolled.
#[ink::event]
pub struct EnrolmentAttested {
    pub issue: u32,
    pub validator: AccountId,
    pub round: u32,
    pub enrolled: Bitmap,
    pub skipped: Bitmap,
}

/// A validator said that all its attestations since block `from` still hold.
#[ink::event]
pub struct EnrolmentsRenewed {
    pub validator: AccountId,
    pub from: u32,
}

/// A validator voted for a pair, which now has `weight` of `total_weight`.
#[ink::event]
pub struct PairVoted {
    pub issue: u32,
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
    pub competition: u32,
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

/// A validator votes so on an issue's end, unchanged since block `since`.
#[ink::event]
pub struct OutcomeVoted {
    pub issue: u32,
    pub validator: AccountId,
    pub competition: Option<u32>,
    pub choice: OutcomeChoice,
    pub since: u32,
}

/// A validator took its vote on an issue's end back.
#[ink::event]
pub struct OutcomeVoteWithdrawn {
    pub issue: u32,
    pub validator: AccountId,
}

/// A competitor solved the issue, for good. Anyone may have the bounty paid.
#[ink::event]
pub struct CompetitionWon {
    pub competition: u32,
    pub issue: u32,
    pub hotkey: AccountId,
    pub winner: u8,
    pub pull_request: u32,
}

/// An issue ended without a winner. `freed` of its bounty is there for other issues.
#[ink::event]
pub struct IssueCancelled {
    pub issue: u32,
    pub reason: CancelReason,
    pub freed: u64,
}

/// A competition ended because its issue was cancelled, or because the quorum dissolved the pair: then its issue is open again with its bounty.
#[ink::event]
pub struct CompetitionVoided {
    pub competition: u32,
    pub issue: u32,
    pub reason: CancelReason,
}

/// No verdict on a competition came in time; its issue is open again with its bounty.
#[ink::event]
pub struct CompetitionExpired {
    pub competition: u32,
    pub issue: u32,
    pub attempts: u32,
}

/// The quorum found an issue unsolved, which costs these competitors; it is open again with its bounty.
#[ink::event]
pub struct CompetitionUnsolved {
    pub competition: u32,
    pub issue: u32,
    pub attempts: u32,
    pub slash_a: bool,
    pub slash_b: bool,
}

/// A competitor's coldkey named the coldkey that is paid instead of it if this competitor wins.
#[ink::event]
pub struct PayeeNamed {
    pub competition: u32,
    pub issue: u32,
    pub hotkey: AccountId,
    pub coldkey: AccountId,
}

/// The winner has the bounty, on this coldkey.
#[ink::event]
pub struct BountyPaid {
    pub issue: u32,
    pub competition: u32,
    pub hotkey: AccountId,
    pub coldkey: AccountId,
    pub amount: u64,
}

/// The owner announced a change. Anyone may apply it between two blocks; until it is applied the validators can veto it.
#[ink::event]
pub struct ChangeAnnounced {
    pub change: u32,
    pub what: Change,
    pub applies_from: u32,
    pub applies_until: u32,
}

/// An announced change applies now.
#[ink::event]
pub struct ChangeApplied {
    pub change: u32,
}

/// A validator voted against a change; by the notes the votes against it now have `weight` of `total_weight`.
#[ink::event]
pub struct ChangeVetoVoted {
    pub change: u32,
    pub validator: AccountId,
    pub weight: u64,
    pub total_weight: u64,
}

/// A change with votes against it applies now, and the chain did not say what stakes there are: all weighed what was noted.
#[ink::event]
pub struct StakesUnknown {
    pub change: u32,
}

/// A validator took its vote against a change back.
#[ink::event]
pub struct VetoWithdrawn {
    pub change: u32,
    pub validator: AccountId,
}

/// The validators dropped a change for good.
#[ink::event]
pub struct ChangeVetoed {
    pub change: u32,
}

/// The owner took a change back.
#[ink::event]
pub struct ChangeWithdrawn {
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
    pub hotkey: AccountId,
    pub coldkey: AccountId,
    pub amount: u64,
    pub deposited: u64,
}

/// A miner's coldkey took collateral back and has `deposited` there now.
#[ink::event]
pub struct CollateralWithdrawn {
    pub hotkey: AccountId,
    pub coldkey: AccountId,
    pub amount: u64,
    pub deposited: u64,
}

/// A loss, or an issue that the quorum found unsolved, cost a miner collateral. The amount is there for issues.
#[ink::event]
pub struct CollateralSlashed {
    pub competition: u32,
    pub hotkey: AccountId,
    pub coldkey: AccountId,
    pub amount: u64,
    pub deposited: u64,
}

/// The chain says that the subnet has ended. If it says so again from block `from` on, and nothing else before, that is written.
#[ink::event]
pub struct EndShown {
    pub from: u32,
}

/// The chain says that the subnet goes on.
#[ink::event]
pub struct EndForgotten {}

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
    pub to: AccountId,
    pub amount: u64,
}

/// What nobody can claim goes to this account.
#[ink::event]
pub struct RestAssigned {
    pub to: AccountId,
}
