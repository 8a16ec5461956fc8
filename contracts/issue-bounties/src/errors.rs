//! Every refusal by its name. New ones go to the end: their numbers are part of the interface. They stay within 16 bytes, which all of
//! the contract's code moves around: a competitor is named by its UID.

use crate::extension::SubtensorError;

/// Why a message was refused. Whatever it names, nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Error {
    /// Only the owner may do this.
    NotOwner,
    /// Only a whitelisted validator's hotkey may do this.
    NotAValidator,
    /// No issue has this id.
    UnknownIssue,
    /// No competition has this id.
    UnknownCompetition,
    /// This hotkey is not on the whitelist.
    UnknownValidator,
    /// The whitelist is full.
    ValidatorsFull,
    /// This hotkey is on the whitelist already.
    DuplicateValidator,
    /// More coldkeys than a validator may have.
    TooManyColdkeys,
    /// The same coldkey twice: its stake would count twice.
    DuplicateColdkey,
    /// A setting is out of its bounds.
    ConfigOutOfBounds(ConfigField),
    /// The bounty is under the minimum.
    BountyTooSmall { minimum: u64 },
    /// Not `owner/name` as GitHub writes it, or too long.
    MalformedRepository,
    /// GitHub's numbers of issues and pull requests start at 1.
    ZeroNumber,
    /// Registered already and not closed yet.
    DuplicateIssue { issue: u32 },
    /// The issue is not waiting for a pair of competitors.
    IssueNotOpen,
    /// The issue is paid or cancelled.
    IssueClosed,
    /// There is a competition or a verdict: only the validators can cancel now.
    CompetitionRunning,
    /// The issue has no running competition that could be won.
    NoRunningCompetition,
    /// The competition has ended.
    CompetitionOver,
    /// This reason does not fit who gives it or where the issue stands.
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
    NotACompetitor,
    /// Nothing to harvest, fill or recycle.
    NothingToDo,
    /// The issue has no winner to pay.
    NotSolved,
    /// The bounty has been paid.
    AlreadyPaid,
    /// The chain refused the proxy call. Is the contract the treasury coldkey's proxy?
    ProxyCallFailed,
    /// The proxy call went through, but no stake arrived from the treasury coldkey.
    TreasuryTransferFailed,
    /// The chain recycled nothing of what it was asked to.
    NothingRecycled,
    /// The contract's stake is smaller than the bounty; the next harvest makes up for it.
    NotEnoughHeld { held: u64 },
    /// A number grew too large.
    Overflow,
    /// The subnet pallet refused, for this reason.
    Subtensor(SubtensorError),
    /// The owner has paused new issues and competitions.
    Paused,
    /// New issues and competitions are not paused.
    NotPaused,
    /// Only the account that the owner proposed may accept.
    NotProposedOwner,
    /// No change has this number.
    UnknownChange,
    /// This change was applied, vetoed or withdrawn.
    ChangeClosed,
    /// As many changes wait as may: apply or withdraw one first.
    TooManyChanges,
    /// Not one setting was named.
    NothingToChange,
    /// The chain has no code with this hash: upload it first.
    UnknownCode,
    /// The amount is 0.
    ZeroAmount,
    /// This competitor has less collateral free than its competition would lock.
    TooLittleCollateral { uid: u16, required: u64 },
    /// Only this much is free: the rest is bound to competitions.
    CollateralLocked { free: u64 },
    /// Only this much was deposited.
    NotEnoughCollateral { deposited: u64 },
    /// Stake behind the treasury's hotkey cannot be collateral.
    CollateralBehindTreasury,
    /// No stake of the caller's arrived.
    CollateralNotReceived,
    /// The contract's stake did not arrive behind the new treasury's hotkey.
    TreasuryNotMoved,
    /// Nothing that was slashed behind this hotkey waits to be recycled.
    NothingSlashed,
    /// The bounties' money is nobody's stake: neither this contract nor the treasury's coldkey backs a validator.
    TreasuryCannotVote,
}

impl From<SubtensorError> for Error {
    fn from(error: SubtensorError) -> Self {
        Self::Subtensor(error)
    }
}

/// A field of the settings, to say which one is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum ConfigField {
    Netuid,
    TreasuryHotkey,
    TreasuryColdkey,
    MinBounty,
    SubmissionWindow,
    CompetitionLength,
    OutcomeGrace,
    ChallengePeriod,
    RoundLength,
    AttestBlocks,
    QuorumBps,
    Weighting,
    MaxCompetitionsPerMiner,
    CollateralBps,
    SlashBps,
    HarvestStep,
    OwnerDelay,
}
