//! What the contract stores and what its messages take and give.

use ink::prelude::vec::Vec;
use ink::primitives::{AccountId, Hash};

/// 256 bits, one for each UID of the subnet: UID `u` is bit `u % 8`, least significant first, of byte `u / 8`.
pub type Bitmap = [u8; 32];

/// `owner/name` on GitHub: text, of which the contract checks every byte.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode)]
pub struct Repository(pub Vec<u8>);

#[cfg(feature = "std")]
impl ink::scale_info::TypeInfo for Repository {
    type Identity = str;

    fn type_info() -> ink::scale_info::Type {
        str::type_info()
    }
}

#[cfg(feature = "std")]
impl ink::storage::traits::StorageLayout for Repository {
    fn layout(key: &ink::primitives::Key) -> ink::metadata::layout::Layout {
        <ink::prelude::string::String as ink::storage::traits::StorageLayout>::layout(key)
    }
}

#[cfg(feature = "std")]
impl From<&str> for Repository {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

/// Why an issue was cancelled, or a competition void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum CancelReason {
    /// The owner took it back before anybody competed for it.
    Owner,
    /// Closed on GitHub as not planned.
    NotPlanned,
    /// Closed on GitHub as a duplicate.
    Duplicate,
    /// Deleted on GitHub.
    Deleted,
    /// Moved to another repository.
    Transferred,
    /// Its repository was deleted or made private.
    RepositoryGone,
    /// Closed as completed, but by nobody of the competition.
    SolvedOutside,
    /// Closed by a competitor's pull request that was opened before submissions were allowed.
    SubmittedTooEarly { hotkey: AccountId },
    /// The project's maintainers do not want a bounty on it.
    Refused,
    /// The quorum dissolved the pair. Only the competition is void: its issue is open again.
    Dissolved,
}

/// What a validator may say about an issue's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum OutcomeChoice {
    /// The competitor with this hotkey solved it by this pull request of the issue's repository.
    Solved { hotkey: AccountId, pull_request: u32 },
    /// It went away without a solution of a competitor.
    Cancelled { reason: CancelReason },
    /// The deadline has passed, and GitHub shows no solution of a competitor. Says which competitors it costs collateral: one whose work waits for
    /// the maintainers loses nothing.
    Unsolved { slash_a: bool, slash_b: bool },
    /// The pair should not compete. It costs nobody anything.
    Dissolved,
}

/// Where an issue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum IssueStatus {
    /// Waits for its bounty to be filled.
    Funding,
    /// Fully funded, waits for a pair of miners.
    Open,
    /// Two miners compete.
    Competing,
    /// Won, for good; the bounty can be paid at any time.
    Solved,
    /// The winner has the bounty.
    Paid,
    /// Ended without a winner.
    Cancelled(CancelReason),
}

/// A GitHub issue registered for a bounty. Amounts are rao (10^-9 alpha), times are block numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Issue {
    /// Counts from 1, in order of registration.
    pub id: u32,
    /// `owner/name` on GitHub.
    pub repository: Repository,
    /// The issue's number in its repository.
    pub number: u32,
    /// What the winner gets.
    pub bounty: u64,
    /// How much of the bounty is there. After a cancellation 0, after the payment the amount paid.
    pub funded: u64,
    pub status: IssueStatus,
    pub registered_at: u32,
    /// How many competitions expired without a solution.
    pub attempts: u32,
    /// The running competition, or the one that ended the issue.
    pub competition: Option<u32>,
}

/// A miner as it stood on the subnet when the pair was voted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Competitor {
    pub uid: u16,
    pub hotkey: AccountId,
    /// Where the bounty goes if this miner wins and names nobody else.
    pub coldkey: AccountId,
}

/// Where a competition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum CompetitionStatus {
    Running,
    /// `winner` is 0 for competitor a and 1 for competitor b.
    Won { winner: u8, pull_request: u32, at: u32 },
    /// No verdict came in time.
    Expired { at: u32 },
    /// The quorum found it unsolved, at the cost of these competitors.
    Unsolved { at: u32, slash_a: bool, slash_b: bool },
    /// The issue was cancelled, or the pair dissolved.
    Void { reason: CancelReason, at: u32 },
}

/// Two miners on one issue. Its dates and amounts (rao) are fixed when it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Competition {
    /// Counts from 1, in order of starts.
    pub id: u32,
    pub issue: u32,
    /// The round in which the validators' votes started it.
    pub round: u32,
    /// The competitor whose hotkey's bytes sort first.
    pub a: Competitor,
    pub b: Competitor,
    /// UIDs that a majority of the validators' stake saw enrolled when the pair was drawn.
    pub enrolled: Bitmap,
    /// UIDs that a majority saw passing this time.
    pub skipped: Bitmap,
    pub started_at: u32,
    /// First block in which a pull request may be opened.
    pub submissions_from: u32,
    /// Last block in which a pull request may be merged.
    pub deadline: u32,
    /// Three waits after this block anyone may expire the competition, unless its end can be settled.
    pub outcome_until: u32,
    /// How many blocks votes on its end must have stood at least before they count.
    pub challenge_period: u32,
    /// What each competitor has locked: the share of the bounty that was asked for, less the most that a deposit of it may come out short.
    pub collateral: u64,
    /// How much of it losing costs, or not solving the issue.
    pub slash: u64,
    pub status: CompetitionStatus,
}

impl Competition {
    /// The winner and the loser.
    pub(crate) fn sides(&self, winner: u8) -> (&Competitor, &Competitor) {
        if winner == 0 {
            (&self.a, &self.b)
        } else {
            (&self.b, &self.a)
        }
    }

    /// The first block in which anyone may expire it: by then a validator that moved its stake weighs again, and its vote has stood for the wait.
    pub(crate) fn expires_from(&self, wait: u32) -> u32 {
        self.outcome_until.saturating_add(3 * wait).saturating_add(1)
    }

    /// 0 for competitor a, 1 for competitor b, none for anybody else.
    pub(crate) fn side_of(&self, hotkey: &AccountId) -> Option<u8> {
        if self.a.hotkey == *hotkey {
            Some(0)
        } else if self.b.hotkey == *hotkey {
            Some(1)
        } else {
            None
        }
    }
}

/// A validator on the whitelist: whose stake behind its hotkey weighs, and what was noted of that.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Validator {
    pub hotkey: AccountId,
    pub coldkeys: Vec<AccountId>,
    pub noted: Noted,
}

/// The least stake that was seen of a validator, in rao. All are 0 for one that just joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Noted {
    /// In the day before the last whole one. It only keeps the total up: a vote never weighs it.
    pub before: u64,
    /// In the last whole day.
    pub day: u64,
    /// Since that ended.
    pub since: u64,
}

/// A validator on the whitelist and what its vote weighs now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct ValidatorInfo {
    pub hotkey: AccountId,
    pub coldkeys: Vec<AccountId>,
    pub noted: Noted,
    /// What a vote weighs in this block: no more than was noted, and no more than there is; nothing while the validator may be removed.
    pub weight: u64,
}

/// The whitelist, and what a decision needs of its weight.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Electorate {
    pub validators: Vec<ValidatorInfo>,
    /// What shares of the weight are counted of: the greater of the last two days' sums.
    pub total: u64,
    /// The block in which the last whole day ended.
    pub turned_at: u32,
}

/// What a vote on an issue's end weighed when it was cast, in rao: no more later. It is about the vote that stands since this very block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Cast {
    pub validator: AccountId,
    pub since: u32,
    pub weight: u64,
}

impl Cast {
    /// Whether it is about this vote.
    pub(crate) fn is_of(&self, validator: &AccountId, since: u32) -> bool {
        self.since == since && self.validator == *validator
    }
}

/// In block `at` a validator said that its attestations still hold: those of block `from` and later, which had not lapsed until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Renewal {
    pub validator: AccountId,
    pub from: u32,
    pub at: u32,
}

/// What one validator saw, and in which block it said so. It stands until that validator says otherwise, for a day at most after it was last renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Attestation {
    pub validator: AccountId,
    pub at: u32,
    pub enrolled: Bitmap,
    pub skipped: Bitmap,
}

/// A round and its first block: when the length of rounds changes their numbers may come again, their first blocks do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Round {
    pub number: u32,
    pub from: u32,
}

/// The pair votes on one issue, all of one round.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct PairBallot {
    pub round: Round,
    pub votes: Vec<PairVote>,
}

/// Who is enrolled for an issue this round, by the majority of the validators' weight.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Enrolled {
    pub round: u32,
    pub enrolled: Bitmap,
    pub skipped: Bitmap,
    pub attestations: Vec<Attestation>,
}

/// A validator's vote for the pair of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct PairVote {
    pub validator: AccountId,
    pub round: u32,
    pub a: Competitor,
    pub b: Competitor,
}

/// A validator's vote on an issue's end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct OutcomeVote {
    pub validator: AccountId,
    pub choice: OutcomeChoice,
    /// The block since which it has stood unchanged.
    pub since: u32,
}

/// The money, in rao of alpha. `held` is at least the sum of `allocated`, `fresh`, `aged` and `collateral`; a harvest books what it holds beyond
/// them, but for a few rao that cover the chain's rounding.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Treasury {
    /// Earned by the treasury's neuron and not harvested yet.
    pub pending: u64,
    /// How much of the treasury coldkey's stake the chain lets go: what is not locked, or nothing while that is worth less than 0.002 TAO.
    pub pending_available: u64,
    /// The contract's own stake behind the treasury's hotkey, as the chain has it.
    pub held: u64,
    /// Booked for issues that are neither paid nor cancelled.
    pub allocated: u64,
    /// Free for issues since the last turn: what arrived, and what came free.
    pub fresh: u64,
    /// Free for issues since before it. The next turn recycles what is left, and what is fresh takes its place.
    pub aged: u64,
    /// The block of the last turn.
    pub aged_at: u32,
    /// Deposited by miners, and theirs.
    pub collateral: u64,
    /// Paid to winners since the start.
    pub paid: u64,
    /// Recycled since the start.
    pub recycled: u64,
    /// Collateral slashed since the start.
    pub slashed: u64,
}

/// What a miner has deposited, in rao.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Collateral {
    /// All of it.
    pub deposited: u64,
    /// The part that is bound to competitions whose outcome is not settled.
    pub locked: u64,
}

impl Collateral {
    pub(crate) fn free(&self) -> u64 {
        self.deposited - self.locked
    }
}

/// One setting and its new value. Amounts are rao, periods blocks, shares basis points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum Setting {
    MinBounty(u64),
    MaxBounty(u64),
    SubmissionWindow(u32),
    CompetitionLength(u32),
    OutcomeGrace(u32),
    ChallengePeriod(u32),
    RoundLength(u32),
    AttestBlocks(u32),
    QuorumBps(u16),
    MaxCompetitionsPerMiner(u32),
    CollateralBps(u16),
    SlashBps(u16),
    HarvestStep(u32),
    RecycleAfter(u32),
    /// Can only grow.
    OwnerDelay(u32),
    /// Another treasury: the old one's stake and the contract's own move behind the new hotkey.
    Treasury { hotkey: AccountId, coldkey: AccountId, birth: Birth },
    /// The hotkey that signs rosters from now on.
    RosterSigner(AccountId),
}

/// How a treasury's accounts came to be, so that anyone can check that nobody has a key to them. The first five say which pure proxy the coldkey is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Birth {
    /// Who created it.
    pub spawner: AccountId,
    /// The block with the transaction that created it.
    pub block: u32,
    /// The transaction's place in that block.
    pub extrinsic: u32,
    /// The runtime's number of the proxy type that the spawner had.
    pub proxy_type: u8,
    /// The index that the spawner chose.
    pub index: u16,
    /// What was hashed with the coldkey to get the hotkey. Nobody can know it before the hotkey is registered, nor take the hotkey first.
    pub salt: Hash,
}

/// The contract is offered to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Offer {
    pub owner: AccountId,
    /// Last block in which it can be accepted.
    pub until: u32,
}

/// What the owner announces and anyone applies once the owner's delay is over, unless the validators veto it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum Change {
    /// New values of settings, all of them or none.
    Config(Vec<Setting>),
    AddValidator { hotkey: AccountId, coldkeys: Vec<AccountId> },
    RemoveValidator { hotkey: AccountId },
    /// Ends an issue that nobody competes for. What was funded is free for the next ones.
    CancelIssue { issue: u32, reason: CancelReason },
    /// Gives an issue that nobody competes for another reference and another bounty. What was funded stays, as far as the bounty goes.
    EditIssue { issue: u32, repository: Repository, number: u32, bounty: u64 },
    /// Offers the contract to this account, which has to accept.
    Owner { owner: AccountId },
    /// Runs other code on the same state.
    Code { code_hash: Hash },
    /// After the subnet's end: what nobody can claim goes to this account.
    Rest { to: AccountId },
}

/// A change that waits, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct PendingChange {
    pub id: u32,
    pub what: Change,
    pub applies_from: u32,
    pub applies_until: u32,
}

/// Other code that waits, and who voted against it. No edition changes this layout, so that whichever runs knows what waits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct AnnouncedCode {
    pub change: PendingChange,
    pub announced_at: u32,
    pub vetoes: Vec<Dated>,
}

/// What a validator did in block `at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Dated {
    pub validator: AccountId,
    pub at: u32,
}

/// What became of a change that the owner asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Scheduled {
    /// Counts from 1.
    pub change: u32,
    /// First block in which anyone may apply it.
    pub applies_from: u32,
    /// Whether it applies already: the owner's delay is 0, or it is about an issue without money.
    pub applied: bool,
}

/// What somebody gets of the TAO that is left of an ended subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum Claim {
    /// A miner's coldkey gets its collateral's part, whether it was locked or not.
    Collateral { hotkey: AccountId, coldkey: AccountId },
    /// The winner of an issue, or whom its coldkey named, gets its bounty's part.
    Bounty { issue: u32 },
    /// The account that the owner named gets what is nobody's.
    Rest,
}
