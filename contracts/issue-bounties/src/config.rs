//! The contract's settings and the bounds they must keep.

use crate::errors::{Checked, ConfigField, Error, refuse};
use crate::types::{Birth, Round, Setting};
use ink::env::hash::{Blake2x256, CryptoHash};
use ink::primitives::{AccountId, Hash};
use ink::scale::Encode;

/// One is 10,000 basis points.
pub(crate) const BASIS_POINTS: u16 = 10_000;
/// No quorum under this: half of the weight must never be enough.
const LEAST_QUORUM_BPS: u16 = 5_001;
/// All the alpha that a subnet will ever have, in rao.
const ALL_ALPHA: u64 = 21_000_000_000_000_000;
/// A day of blocks of 12 seconds. Nobody borrows stake for so long without its price, and everybody, noticing.
const LEAST_DAY: u32 = 7_200;
/// Money that is free waits at least so many days for an issue before it is recycled.
const LEAST_DAYS_FREE: u32 = 7;
/// What pallet-proxy hashes before the circumstances of a pure proxy's creation.
const PURE_PROXY_PREFIX: &[u8; 16] = b"modlpy/proxy____";
/// What is hashed before the treasury's coldkey and a salt to get its hotkey.
const HOTKEY_LABEL: &[u8] = b"gittensor/treasury-hotkey/v2";
/// A year of blocks of 12 seconds; no period may be longer.
const LONGEST_PERIOD: u32 = 2_628_000;
/// No change waits longer than a week of blocks of 12 seconds, and no vote on an issue's end longer than two: what is stored above that counts as that.
const LONGEST_DELAY: u32 = 50_400;
const LONGEST_WAIT: u32 = 2 * LONGEST_DELAY;
/// How many issues one harvest may look at, whatever the settings say.
const LARGEST_HARVEST_STEP: u32 = 100;
/// How many competitions a miner may be allowed at once.
const MOST_COMPETITIONS: u32 = 256;

fn blake2_256(bytes: &[u8]) -> AccountId {
    let mut hash = [0; 32];
    <Blake2x256 as CryptoHash>::hash(bytes, &mut hash);
    AccountId::from(hash)
}

/// The account of the pure proxy that was created like this, as pallet-proxy derives it. It is a hash: nobody has a key to it.
pub(crate) fn pure_proxy(birth: &Birth) -> AccountId {
    let Birth { spawner, block, extrinsic, proxy_type, index, .. } = birth;
    blake2_256(&(PURE_PROXY_PREFIX, spawner, block, extrinsic, proxy_type, index).encode())
}

/// The hotkey that belongs to a treasury's coldkey and a salt. It is a hash: nobody has a key to it.
pub(crate) fn treasury_hotkey(coldkey: &AccountId, salt: &Hash) -> AccountId {
    blake2_256(&[HOTKEY_LABEL, coldkey.as_ref(), salt.as_ref()].concat())
}

/// The contract's settings. Amounts are rao (10^-9 alpha), periods are blocks, shares are basis points.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Config {
    /// The subnet.
    pub netuid: u16,
    /// Whether this is a chain for development, on which a day may be short. Never changes.
    pub dev_chain: bool,
    /// How long stake must have been there to weigh: a day of this many blocks. Never changes.
    pub day: u32,
    /// The hotkey of the treasury's neuron; all of the contract's own stake is behind it too.
    pub treasury_hotkey: AccountId,
    /// The pure proxy that owns the treasury's neuron. This contract must be its proxy.
    pub treasury_coldkey: AccountId,
    /// How the treasury's accounts came to be, which proves that nobody has a key to them.
    pub treasury_birth: Birth,
    /// The smallest bounty an issue may have.
    pub min_bounty: u64,
    /// The largest bounty an issue may have.
    pub max_bounty: u64,
    /// From a competition's start until pull requests may be opened.
    pub submission_window: u32,
    /// From a competition's start until its deadline.
    pub competition_length: u32,
    /// After the deadline: how long validators have to agree on what GitHub shows.
    pub outcome_grace: u32,
    /// How long votes on an issue's end must have stood before they count; a day at least.
    pub challenge_period: u32,
    /// Round n is the blocks n * round_length up to (n + 1) * round_length - 1.
    pub round_length: u32,
    /// Blocks at a round's start in which enrolments are attested; the rest is for pair votes.
    pub attest_blocks: u32,
    /// The share of the whitelist's weight that decides a ballot.
    pub quorum_bps: u16,
    /// Running competitions a miner may be in at once.
    pub max_competitions_per_miner: u32,
    /// Share of the bounty that each competitor must have deposited.
    pub collateral_bps: u16,
    /// Share of that collateral that it costs to lose, or not to solve the issue at all.
    pub slash_bps: u16,
    /// Issues one harvest fills at most.
    pub harvest_step: u32,
    /// How long money that is free waits for an issue before it is recycled: once to twice as long; seven days at least.
    pub recycle_after: u32,
    /// Blocks between the announcement of a change and the first block in which it may be applied. While it is 0 the contract is being set
    /// up: changes apply at once, no bounty is filled and no competition starts.
    pub owner_delay: u32,
    /// The hotkey that signs rosters, and commits to them on the subnet. The subnet's owner may change without anybody's consent.
    pub roster_signer: AccountId,
    /// The block in which it began to; the contract sets it.
    pub roster_signer_since: u32,
}

impl Config {
    /// Refuses settings out of bounds, naming the first of them.
    pub(crate) fn check(&self) -> Checked<()> {
        let out = |field| refuse(Error::ConfigOutOfBounds(field));
        if self.netuid == 0 {
            return out(ConfigField::Netuid);
        }
        let derived = pure_proxy(&self.treasury_birth);
        if self.treasury_coldkey != derived {
            return refuse(Error::TreasuryNotKeyless { derived });
        }
        let derived = treasury_hotkey(&self.treasury_coldkey, &self.treasury_birth.salt);
        if self.treasury_hotkey != derived {
            return refuse(Error::TreasuryHotkeyNotDerived { derived });
        }
        if self.min_bounty == 0 {
            return out(ConfigField::MinBounty);
        }
        if self.max_bounty < self.min_bounty || self.max_bounty > ALL_ALPHA {
            return out(ConfigField::MaxBounty);
        }
        if self.competition_length == 0 || self.competition_length > LONGEST_PERIOD {
            return out(ConfigField::CompetitionLength);
        }
        if self.submission_window >= self.competition_length {
            return out(ConfigField::SubmissionWindow);
        }
        if self.outcome_grace > LONGEST_PERIOD {
            return out(ConfigField::OutcomeGrace);
        }
        if self.day < if self.dev_chain { 1 } else { LEAST_DAY } || self.day > LONGEST_DELAY {
            return out(ConfigField::Day);
        }
        if self.challenge_period < self.day || self.challenge_period > LONGEST_WAIT {
            return out(ConfigField::ChallengePeriod);
        }
        if self.round_length < 2 || self.round_length > LONGEST_PERIOD {
            return out(ConfigField::RoundLength);
        }
        if self.attest_blocks == 0 || self.attest_blocks >= self.round_length {
            return out(ConfigField::AttestBlocks);
        }
        if self.quorum_bps < LEAST_QUORUM_BPS || self.quorum_bps > BASIS_POINTS {
            return out(ConfigField::QuorumBps);
        }
        if self.max_competitions_per_miner == 0 || self.max_competitions_per_miner > MOST_COMPETITIONS {
            return out(ConfigField::MaxCompetitionsPerMiner);
        }
        if self.collateral_bps > BASIS_POINTS {
            return out(ConfigField::CollateralBps);
        }
        if self.slash_bps > BASIS_POINTS {
            return out(ConfigField::SlashBps);
        }
        if self.harvest_step == 0 || self.harvest_step > LARGEST_HARVEST_STEP {
            return out(ConfigField::HarvestStep);
        }
        if self.recycle_after < self.day * LEAST_DAYS_FREE || self.recycle_after > LONGEST_PERIOD {
            return out(ConfigField::RecycleAfter);
        }
        if self.owner_delay > LONGEST_DELAY || !self.in_setup() && self.owner_delay < self.day {
            return out(ConfigField::OwnerDelay);
        }
        Ok(())
    }

    /// What may not change though it is within its bounds.
    pub(crate) fn check_after(&self, before: &Self) -> Checked<()> {
        if self.owner_delay < before.owner_delay {
            return refuse(Error::ConfigOutOfBounds(ConfigField::OwnerDelay));
        }
        Ok(())
    }

    /// Changes a setting in block `now`.
    pub(crate) fn set(&mut self, setting: &Setting, now: u32) {
        match *setting {
            Setting::MinBounty(value) => self.min_bounty = value,
            Setting::MaxBounty(value) => self.max_bounty = value,
            Setting::SubmissionWindow(value) => self.submission_window = value,
            Setting::CompetitionLength(value) => self.competition_length = value,
            Setting::OutcomeGrace(value) => self.outcome_grace = value,
            Setting::ChallengePeriod(value) => self.challenge_period = value,
            Setting::RoundLength(value) => self.round_length = value,
            Setting::AttestBlocks(value) => self.attest_blocks = value,
            Setting::QuorumBps(value) => self.quorum_bps = value,
            Setting::MaxCompetitionsPerMiner(value) => self.max_competitions_per_miner = value,
            Setting::CollateralBps(value) => self.collateral_bps = value,
            Setting::SlashBps(value) => self.slash_bps = value,
            Setting::HarvestStep(value) => self.harvest_step = value,
            Setting::RecycleAfter(value) => self.recycle_after = value,
            Setting::OwnerDelay(value) => self.owner_delay = value,
            Setting::RosterSigner(hotkey) => {
                self.roster_signer = hotkey;
                self.roster_signer_since = now;
            }
            Setting::Treasury { hotkey, coldkey, birth } => {
                self.treasury_hotkey = hotkey;
                self.treasury_coldkey = coldkey;
                self.treasury_birth = birth;
            }
        }
    }

    /// Settings as they count.
    pub(crate) fn bounded(mut self) -> Self {
        self.challenge_period = self.challenge_period.min(LONGEST_WAIT);
        self.owner_delay = self.owner_delay.min(LONGEST_DELAY);
        self
    }

    /// How long votes on the end of an issue, or of a competition that started with a wait, must have stood: at least half a day longer than a change
    /// waits, so that a dishonest quorum can be removed before what it says is carried out.
    pub(crate) fn wait(&self, started_with: u32) -> u32 {
        started_with.max(self.challenge_period).max(self.owner_delay + self.day / 2).min(LONGEST_WAIT)
    }

    /// The longest that votes on the end of any competition must stand. On a chain whose days are real ones none can have started with a longer wait.
    pub(crate) fn longest_wait(&self) -> u32 {
        self.wait(14 * self.day)
    }

    /// Whether the contract is still being set up. The delay never becomes 0 again.
    pub(crate) fn in_setup(&self) -> bool {
        self.owner_delay == 0
    }

    /// The round that a block is in, and how many blocks of it have passed.
    pub(crate) fn round_at(&self, block: u32) -> (Round, u32) {
        let passed = block % self.round_length;
        (Round { number: block / self.round_length, from: block - passed }, passed)
    }

    /// The first block of a round that is no longer for attesting but for pair votes.
    pub(crate) fn pair_votes_from(&self, round: Round) -> u32 {
        round.from.saturating_add(self.attest_blocks)
    }
}
