//! The contract's settings and the bounds they must keep.

use crate::errors::{ConfigField, Error};
use crate::types::{Round, Setting};
use ink::primitives::AccountId;

/// One is 10,000 basis points.
pub(crate) const BASIS_POINTS: u16 = 10_000;
/// No quorum under this: half of the weight must never be enough.
pub(crate) const LEAST_QUORUM_BPS: u16 = 5_001;
/// The chain moves no less stake than a fraction of this: a bounty under it could be won and never paid.
const LEAST_BOUNTY: u64 = 100_000_000;
/// A year of blocks of 12 seconds; no period may be longer.
const LONGEST_PERIOD: u32 = 2_628_000;
/// How many issues one harvest may look at, whatever the settings say.
const LARGEST_HARVEST_STEP: u32 = 100;
/// How many competitions a miner may be allowed at once.
const MOST_COMPETITIONS: u32 = 256;

/// What a validator's vote weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum Weighting {
    /// The stake on its hotkey of the coldkeys it is whitelisted with.
    ByStake,
    /// One vote each.
    ByCount,
}

/// The contract's settings. Amounts are rao (10^-9 alpha), periods are blocks, shares are basis points.
#[derive(Debug, Clone, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Config {
    /// The subnet.
    pub netuid: u16,
    /// The hotkey of the treasury's neuron; the contract's own stake is behind it too.
    pub treasury_hotkey: AccountId,
    /// The pure proxy that owns the treasury's neuron. This contract must be its proxy.
    pub treasury_coldkey: AccountId,
    /// The smallest bounty an issue may have.
    pub min_bounty: u64,
    /// From a competition's start until pull requests may be opened.
    pub submission_window: u32,
    /// From a competition's start until its deadline.
    pub competition_length: u32,
    /// After the deadline: how long a solution merged in time may still be voted.
    pub outcome_grace: u32,
    /// Between the verdict and the payment.
    pub challenge_period: u32,
    /// Round n is the blocks n * round_length up to (n + 1) * round_length - 1.
    pub round_length: u32,
    /// Blocks at a round's start in which enrolments are attested; the rest is for pair votes.
    pub attest_blocks: u32,
    /// The share of the whitelist's weight that decides a ballot.
    pub quorum_bps: u16,
    pub weighting: Weighting,
    /// Running competitions a miner may be in at once.
    pub max_competitions_per_miner: u32,
    /// Share of the bounty that each competitor must have deposited.
    pub collateral_bps: u16,
    /// Share of that collateral that a loss or an expiry costs.
    pub slash_bps: u16,
    /// Issues one harvest fills at most.
    pub harvest_step: u32,
    /// Between the announcement of a change of settings and its taking effect.
    pub owner_delay: u32,
}

impl Config {
    /// Refuses settings out of bounds, naming the first of them.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let out = |field| Err(Error::ConfigOutOfBounds(field));
        if self.netuid == 0 {
            return out(ConfigField::Netuid);
        }
        if self.treasury_hotkey == self.treasury_coldkey {
            return out(ConfigField::TreasuryColdkey);
        }
        if self.min_bounty < LEAST_BOUNTY {
            return out(ConfigField::MinBounty);
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
        if self.challenge_period > LONGEST_PERIOD {
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
        if self.owner_delay > LONGEST_PERIOD {
            return out(ConfigField::OwnerDelay);
        }
        Ok(())
    }

    /// What may not change though it is within its bounds.
    pub(crate) fn check_after(&self, before: &Self) -> Result<(), Error> {
        if self.owner_delay < before.owner_delay {
            return Err(Error::ConfigOutOfBounds(ConfigField::OwnerDelay));
        }
        Ok(())
    }

    pub(crate) fn set(&mut self, setting: &Setting) {
        match *setting {
            Setting::MinBounty(value) => self.min_bounty = value,
            Setting::SubmissionWindow(value) => self.submission_window = value,
            Setting::CompetitionLength(value) => self.competition_length = value,
            Setting::OutcomeGrace(value) => self.outcome_grace = value,
            Setting::ChallengePeriod(value) => self.challenge_period = value,
            Setting::RoundLength(value) => self.round_length = value,
            Setting::AttestBlocks(value) => self.attest_blocks = value,
            Setting::QuorumBps(value) => self.quorum_bps = value,
            Setting::Weighting(value) => self.weighting = value,
            Setting::MaxCompetitionsPerMiner(value) => self.max_competitions_per_miner = value,
            Setting::CollateralBps(value) => self.collateral_bps = value,
            Setting::SlashBps(value) => self.slash_bps = value,
            Setting::HarvestStep(value) => self.harvest_step = value,
            Setting::OwnerDelay(value) => self.owner_delay = value,
            Setting::Treasury { hotkey, coldkey } => {
                self.treasury_hotkey = hotkey;
                self.treasury_coldkey = coldkey;
            }
        }
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
