//! The whitelist and what its votes weigh.

use crate::config::{Config, Weighting, BASIS_POINTS};
use crate::errors::Error;
use crate::events::{ValidatorAdded, ValidatorRemoved};
use crate::issue_bounties::IssueBounties;
use crate::types::{Validator, ValidatorInfo};
use ink::codegen::Env;
use ink::prelude::vec::Vec;
use ink::primitives::AccountId;

pub(crate) const MOST_VALIDATORS: usize = 64;
pub(crate) const MOST_COLDKEYS: usize = 4;

/// What each whitelisted validator's vote weighs at this moment. All the stake there is fits in 64 bits.
pub(crate) struct Weights {
    entries: Vec<(AccountId, u64)>,
    pub(crate) total: u64,
}

impl Weights {
    /// Nothing for who is not on the whitelist.
    pub(crate) fn of(&self, hotkey: &AccountId) -> u64 {
        self.entries.iter().find(|(validator, _)| validator == hotkey).map_or(0, |(_, weight)| *weight)
    }

    /// The summed weight of these voters. Each hotkey has one vote at most, so that the sum is at most `total`.
    pub(crate) fn sum(&self, voters: &mut dyn Iterator<Item = &AccountId>) -> u64 {
        voters.map(|hotkey| self.of(hotkey)).sum()
    }

    /// Whether this weight decides a ballot.
    pub(crate) fn passes(&self, weight: u64, quorum_bps: u16) -> bool {
        let scaled = |amount: u64, by: u16| u128::from(amount) * u128::from(by);
        self.total > 0 && scaled(weight, BASIS_POINTS) >= scaled(self.total, quorum_bps)
    }

    /// Whether this weight is more than half of all.
    pub(crate) fn is_majority(&self, weight: u64) -> bool {
        weight > self.total / 2
    }
}

impl IssueBounties {
    /// The settings; the constructor always writes them.
    pub(crate) fn settings(&self) -> Config {
        self.config.get().expect("the constructor writes the settings")
    }

    pub(crate) fn whitelist(&self) -> Vec<Validator> {
        self.validators.get_or_default()
    }

    /// The calling validator's hotkey, and the whitelist it was found on.
    pub(crate) fn ensure_validator(&self) -> Result<(AccountId, Vec<Validator>), Error> {
        let caller = self.env().caller();
        let whitelist = self.whitelist();
        if whitelist.iter().any(|validator| validator.hotkey == caller) {
            Ok((caller, whitelist))
        } else {
            Err(Error::NotAValidator)
        }
    }

    /// The whitelist with another validator.
    pub(crate) fn whitelist_with(&self, hotkey: &AccountId, coldkeys: &[AccountId]) -> Result<Vec<Validator>, Error> {
        if coldkeys.len() > MOST_COLDKEYS {
            return Err(Error::TooManyColdkeys);
        }
        let config = self.settings();
        if coldkeys.contains(&self.env().account_id()) || coldkeys.contains(&config.treasury_coldkey) {
            return Err(Error::TreasuryCannotVote);
        }
        let mut rest = coldkeys;
        while let Some((first, others)) = rest.split_first() {
            if others.contains(first) {
                return Err(Error::DuplicateColdkey { coldkey: *first });
            }
            rest = others;
        }
        let mut whitelist = self.whitelist();
        if whitelist.iter().any(|validator| validator.hotkey == *hotkey) {
            return Err(Error::DuplicateValidator { hotkey: *hotkey });
        }
        if whitelist.len() >= MOST_VALIDATORS {
            return Err(Error::ValidatorsFull);
        }
        whitelist.push(Validator { hotkey: *hotkey, coldkeys: coldkeys.to_vec() });
        Ok(whitelist)
    }

    /// The whitelist without one of its validators.
    pub(crate) fn whitelist_without(&self, hotkey: &AccountId) -> Result<Vec<Validator>, Error> {
        let mut whitelist = self.whitelist();
        let place = whitelist
            .iter()
            .position(|validator| validator.hotkey == *hotkey)
            .ok_or(Error::UnknownValidator { hotkey: *hotkey })?;
        whitelist.remove(place);
        Ok(whitelist)
    }

    pub(crate) fn add_to_whitelist(&mut self, hotkey: AccountId, coldkeys: Vec<AccountId>) -> Result<(), Error> {
        self.validators.set(&self.whitelist_with(&hotkey, &coldkeys)?);
        self.env().emit_event(ValidatorAdded { hotkey, coldkeys });
        Ok(())
    }

    pub(crate) fn remove_from_whitelist(&mut self, hotkey: AccountId) -> Result<(), Error> {
        self.validators.set(&self.whitelist_without(&hotkey)?);
        self.env().emit_event(ValidatorRemoved { hotkey });
        Ok(())
    }

    pub(crate) fn list_validators(&self) -> Result<Vec<ValidatorInfo>, Error> {
        let whitelist = self.whitelist();
        let weights = self.live_weights(&self.settings(), &whitelist)?;
        let info = |Validator { hotkey, coldkeys }| ValidatorInfo { hotkey, coldkeys, weight: weights.of(&hotkey) };
        Ok(whitelist.into_iter().map(info).collect())
    }

    /// Reads every validator's weight: at most 64 times 4 calls of the extension.
    pub(crate) fn live_weights(&self, config: &Config, whitelist: &[Validator]) -> Result<Weights, Error> {
        let mut entries = Vec::with_capacity(whitelist.len());
        let mut total: u64 = 0;
        for validator in whitelist {
            let weight = self.live_weight(config, validator)?;
            total = total.checked_add(weight).ok_or(Error::Overflow)?;
            entries.push((validator.hotkey, weight));
        }
        Ok(Weights { entries, total })
    }

    fn live_weight(&self, config: &Config, validator: &Validator) -> Result<u64, Error> {
        match config.weighting {
            Weighting::ByCount => Ok(1),
            Weighting::ByStake => validator.coldkeys.iter().try_fold(0u64, |sum, coldkey| {
                let stake = self.stake_of(config, validator.hotkey, *coldkey)?;
                sum.checked_add(stake).ok_or(Error::Overflow)
            }),
        }
    }

    /// The stake of a coldkey behind a hotkey on the contract's subnet, in rao.
    pub(crate) fn stake_of(&self, config: &Config, hotkey: AccountId, coldkey: AccountId) -> Result<u64, Error> {
        let info = self.env().extension().get_stake_info(hotkey, coldkey, config.netuid)?;
        Ok(info.map_or(0, |info| info.stake))
    }
}
