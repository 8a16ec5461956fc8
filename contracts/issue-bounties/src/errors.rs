//! Every refusal by its name, with what it is about. The order is part of the interface: new errors go to the end.

use crate::extension::SubtensorError;
#[cfg(not(test))]
use ink::prelude::boxed::Box;
use ink::primitives::AccountId;

/// Why a message was refused. Whatever it names, nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Error {
    /// Only the owner may do this.
    NotOwner,
    /// Only a whitelisted validator's hotkey may do this.
    NotAValidator,
    /// No issue has this id.
    UnknownIssue { issue: u32 },
    /// No competition has this id.
    UnknownCompetition { competition: u32 },
    /// This hotkey is not on the whitelist.
    UnknownValidator { hotkey: AccountId },
    /// The whitelist is full.
    ValidatorsFull,
    /// This hotkey is already on the whitelist.
    DuplicateValidator { hotkey: AccountId },
    /// More coldkeys than a validator may have.
    TooManyColdkeys,
    /// The same coldkey twice: its stake would count twice.
    DuplicateColdkey { coldkey: AccountId },
    /// A setting is out of its bounds.
    ConfigOutOfBounds(ConfigField),
    /// The treasury's coldkey is not the pure proxy that was created as stated: that one has this address. Somebody may hold its key.
    TreasuryNotKeyless { derived: AccountId },
    /// The treasury's hotkey is not the hash of its coldkey and the salt: that is this account. Somebody may hold its key.
    TreasuryHotkeyNotDerived { derived: AccountId },
    /// The bounty is under the minimum.
    BountyTooSmall { minimum: u64 },
    /// The bounty is over the maximum.
    BountyTooLarge { maximum: u64 },
    /// Not `owner/name` as GitHub writes it, or too long.
    MalformedRepository,
    /// GitHub's numbers of issues and pull requests start at 1.
    ZeroNumber,
    /// Registered as this issue, which is not closed yet.
    DuplicateIssue { issue: u32 },
    /// The issue is not waiting for a pair of competitors.
    IssueNotOpen { issue: u32 },
    /// The issue is solved, paid or cancelled.
    IssueClosed { issue: u32 },
    /// Two miners compete for the issue: only the validators decide on it now.
    CompetitionRunning { issue: u32 },
    /// The issue has no running competition.
    NoRunningCompetition { issue: u32 },
    /// The competition has ended.
    CompetitionOver { competition: u32 },
    /// This reason does not fit who gives it or the issue's status.
    ReasonNotAllowed,
    /// Not the round that runs now.
    WrongRound { current: u32 },
    /// Not before this block.
    TooEarly { from: u32 },
    /// This block was the last.
    TooLate { until: u32 },
    /// UIDs are 0 to 255.
    UidOutOfRange { uid: u16 },
    /// No majority of the validators' weight attested this UID in this round.
    NotAttested { uid: u16 },
    /// Both competitors have this UID.
    SameUid,
    /// Both competitors have this hotkey.
    SameHotkey,
    /// Both competitors have this coldkey.
    SameColdkey,
    /// This miner is in as many competitions as it may be.
    TooManyCompetitions { uid: u16 },
    /// This hotkey is not in the issue's competition.
    NotACompetitor { hotkey: AccountId },
    /// Nothing to harvest, fill, recycle, note, withdraw, wind up or collect.
    NothingToDo,
    /// The issue has no winner to pay.
    NotSolved { issue: u32 },
    /// The bounty has been paid.
    AlreadyPaid { issue: u32 },
    /// The chain refused the proxy call. Is the contract the treasury coldkey's proxy?
    ProxyCallFailed,
    /// The proxy call went through, but no stake arrived from the treasury's coldkey.
    TreasuryTransferFailed,
    /// The chain recycled nothing of what it was asked to.
    NothingRecycled,
    /// The contract's stake is smaller than what is needed. The next harvest makes up for it.
    NotEnoughHeld { held: u64, needed: u64 },
    /// The subnet pallet refused, for this reason.
    Subtensor(SubtensorError),
    /// The owner has paused new issues and competitions.
    Paused,
    /// New issues and competitions are not paused.
    NotPaused,
    /// The contract is not offered to this account.
    NotProposedOwner,
    /// No change has this number.
    UnknownChange { change: u32 },
    /// This change was applied, vetoed or withdrawn.
    ChangeClosed { change: u32 },
    /// The limit of waiting changes is reached: apply or withdraw one first.
    TooManyChanges,
    /// Not one setting was named.
    NothingToChange,
    /// The chain has no code with this hash: upload it first.
    UnknownCode,
    /// The amount is 0.
    ZeroAmount,
    /// This competitor has less collateral free than its competition would lock.
    TooLittleCollateral { uid: u16, free: u64, required: u64 },
    /// Only this much is free: the rest is bound to competitions.
    CollateralLocked { free: u64 },
    /// Only this much was deposited.
    NotEnoughCollateral { deposited: u64 },
    /// The deposit did not arrive in full, but for the chain's rounding.
    CollateralNotReceived,
    /// The contract's stake did not arrive behind the new treasury's hotkey.
    TreasuryNotMoved,
    /// The bounties' money is nobody's stake: neither this contract nor the treasury's coldkey backs a validator.
    TreasuryCannotVote,
    /// While the owner's delay is 0 the contract is being set up: no bounty is filled, no competition starts and no collateral is taken.
    InSetup,
    /// The change removes this validator, which therefore has no say in it.
    OwnRemoval,
    /// Code is announced already, by this change.
    AlreadyAnnounced { change: u32 },
    /// The offer of ownership could be accepted up to this block.
    OfferLapsed { until: u32 },
    /// The contract is offered to nobody.
    NoOffer,
    /// This hotkey is the treasury's.
    ReservedHotkey { hotkey: AccountId },
    /// This coldkey is the contract or the treasury's.
    ReservedColdkey { coldkey: AccountId },
    /// The chain refuses this payment for now. Nothing is lost: try again, or let the winner's coldkey name another payee.
    PaymentRefused { error: SubtensorError },
    /// The chain would pay only this much.
    PaymentIncomplete { moved: u64 },
    /// Only a competitor's own coldkey names who is paid instead of it.
    NotACompetitorsColdkey,
    /// No choice on the issue's end has the quorum: of the votes that have stood for the whole wait, those for one choice weigh this much at most.
    NothingToSettle { issue: u32, weight: u64, total_weight: u64 },
    /// The quorum has decided on the issue's end: settle it.
    OutcomeStands { issue: u32 },
    /// The contract's subnet was dissolved, and its number may be another's now. Nothing goes on; what is left is claimed in TAO.
    SubnetEnded,
    /// The subnet has not ended: there is nothing to wind up.
    SubnetGoesOn,
    /// There is nothing for this claim, or it has all of its share.
    NothingToClaim,
    /// The owner has not said to whom what nobody can claim goes.
    RestUnassigned,
    /// The chain refused to transfer so much TAO. Nothing is lost: try again.
    TransferRefused { amount: u64 },
    /// Those who voted against the change have this much stake now, more than what the others' votes weigh. The change still waits.
    Vetoed { against: u64, others: u64 },
    /// The votes against the change weigh this much of all: to drop it takes more than half.
    NotOutvoted { weight: u64, total_weight: u64 },
    /// An edition that knows more wrote the storage at this key: nobody may take it for empty.
    UnreadableCell { cell: u32 },
    /// An earlier edition announced this code, or it was announced before the subnet's end was written: withdraw it, and announce it anew.
    AnnouncedBefore { change: u32 },
    /// The subnet's end is not written yet. `wind_up` writes it, in two calls a day apart.
    EndNotWritten,
}

impl From<SubtensorError> for Error {
    fn from(error: SubtensorError) -> Self {
        Self::Subtensor(error)
    }
}

/// An error on the heap, which takes much less code to hand on; for everybody else it is the error itself. The unit tests' is.
#[cfg(not(test))]
#[derive(Debug)]
#[ink::scale_derive(Encode, Decode)]
pub struct Refusal(Box<Error>);
#[cfg(test)]
pub type Refusal = Error;

pub type Checked<T> = Result<T, Refusal>;

#[cfg(not(test))]
impl From<Error> for Refusal {
    #[inline(never)]
    fn from(error: Error) -> Self {
        Self(Box::new(error))
    }
}

#[cfg(not(test))]
impl From<SubtensorError> for Refusal {
    fn from(error: SubtensorError) -> Self {
        Error::Subtensor(error).into()
    }
}

#[cfg(not(test))]
impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        *refusal.0
    }
}

#[cfg(all(feature = "std", not(test)))]
impl ink::scale_info::TypeInfo for Refusal {
    type Identity = Error;

    fn type_info() -> ink::scale_info::Type {
        Error::type_info()
    }
}

pub(crate) fn refuse<T>(error: Error) -> Checked<T> {
    Err(error.into())
}

/// A field of the settings, to say which one is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum ConfigField {
    Netuid,
    MinBounty,
    MaxBounty,
    SubmissionWindow,
    CompetitionLength,
    OutcomeGrace,
    ChallengePeriod,
    RoundLength,
    AttestBlocks,
    QuorumBps,
    MaxCompetitionsPerMiner,
    CollateralBps,
    SlashBps,
    HarvestStep,
    OwnerDelay,
    Day,
    RecycleAfter,
}
