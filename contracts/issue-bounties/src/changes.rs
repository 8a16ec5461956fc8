//! What the owner may change: announced, applied by anyone when the owner's delay is over, vetoed before by the validators.

use crate::config::{Config, LEAST_QUORUM_BPS};
use crate::errors::{ConfigField, Error};
use crate::events::{
    ChangeAnnounced, ChangeApplied, ChangeVetoVoted, ChangeVetoed, ChangeWithdrawn, CodeChanged, ConfigChanged,
};
use crate::issue_bounties::IssueBounties;
use crate::types::{Announced, Change, PendingChange, Scheduled, Setting};
use ink::codegen::Env;
use ink::prelude::vec::Vec;
use ink::primitives::Hash;

/// How many changes may wait at once, and how many settings one may name.
pub(crate) const MOST_CHANGES: usize = 16;
/// How long a change that is due may still be applied: a week of blocks of 12 seconds. What waits longer may no longer be what was meant.
const LAPSES_AFTER: u32 = 50_400;

impl IssueBounties {
    /// Announces a change. While the owner's delay is 0 it applies at once.
    pub(crate) fn schedule(&mut self, what: Change) -> Result<Scheduled, Error> {
        self.ensure_owner()?;
        let delay = self.settings().owner_delay;
        let applies_from = self.env().block_number() + delay;
        let applies_until = applies_from + LAPSES_AFTER;
        self.change_count += 1;
        let change = self.change_count;
        self.env().emit_event(ChangeAnnounced { change, what: what.clone(), applies_from, applies_until });
        if delay == 0 {
            self.carry_out(change, what)?;
        } else {
            self.check(&what)?;
            let mut waiting = self.waiting();
            if waiting.len() >= MOST_CHANGES {
                return Err(Error::TooManyChanges);
            }
            waiting.push(PendingChange { id: change, what, applies_from, applies_until });
            self.changes.set(&waiting);
        }
        Ok(Scheduled { change, applies_from, applied: delay == 0 })
    }

    pub(crate) fn do_apply(&mut self, id: u32) -> Result<(), Error> {
        let change = self.take_out(id)?;
        let now = self.env().block_number();
        if now < change.applies_from {
            return Err(Error::TooEarly { from: change.applies_from });
        }
        if now > change.applies_until {
            return Err(Error::TooLate { until: change.applies_until });
        }
        self.carry_out(id, change.what)
    }

    pub(crate) fn do_withdraw_change(&mut self, id: u32) -> Result<(), Error> {
        self.ensure_owner()?;
        self.take_out(id)?;
        self.env().emit_event(ChangeWithdrawn { change: id });
        Ok(())
    }

    /// A new owner starts with nothing announced by the one before.
    pub(crate) fn take_all_back(&mut self) {
        for PendingChange { id, .. } in self.waiting() {
            self.vetoes.remove(id);
            self.env().emit_event(ChangeWithdrawn { change: id });
        }
        self.changes.set(&Vec::new());
    }

    pub(crate) fn do_veto(&mut self, id: u32) -> Result<(), Error> {
        let (validator, whitelist) = self.ensure_validator()?;
        self.pending(id)?;
        let config = self.settings();
        let weights = self.live_weights(&config, &whitelist)?;
        let mut vetoes = self.vetoes.get(id).unwrap_or_default();
        vetoes.retain(|voter| *voter != validator);
        vetoes.push(validator);
        let weight = weights.sum(&mut vetoes.iter());
        self.env().emit_event(ChangeVetoVoted { change: id, validator, weight, total_weight: weights.total });
        // More than half is enough whatever the settings' quorum is: raising that must not take the veto away.
        if weights.passes(weight, LEAST_QUORUM_BPS) {
            self.take_out(id)?;
            self.env().emit_event(ChangeVetoed { change: id });
        } else {
            self.vetoes.insert(id, &vetoes);
        }
        Ok(())
    }

    pub(crate) fn list_announced(&self) -> Vec<Announced> {
        let whitelist = self.whitelist();
        self.waiting()
            .into_iter()
            .map(|PendingChange { id, what, applies_from, applies_until }| {
                let mut vetoes = self.vetoes.get(id).unwrap_or_default();
                vetoes.retain(|voter| whitelist.iter().any(|validator| validator.hotkey == *voter));
                Announced { change: id, what, applies_from, applies_until, vetoes }
            })
            .collect()
    }

    fn waiting(&self) -> Vec<PendingChange> {
        self.changes.get().unwrap_or_default()
    }

    /// The changes that wait, and this one's place among them.
    fn pending(&self, id: u32) -> Result<(Vec<PendingChange>, usize), Error> {
        if id == 0 || id > self.change_count {
            return Err(Error::UnknownChange);
        }
        let waiting = self.waiting();
        let place = waiting.iter().position(|change| change.id == id).ok_or(Error::ChangeClosed)?;
        Ok((waiting, place))
    }

    fn take_out(&mut self, id: u32) -> Result<PendingChange, Error> {
        let (mut waiting, place) = self.pending(id)?;
        let change = waiting.remove(place);
        self.changes.set(&waiting);
        self.vetoes.remove(id);
        Ok(change)
    }

    /// Refuses what could not be carried out as things are, as far as the contract can know.
    fn check(&self, what: &Change) -> Result<(), Error> {
        match what {
            Change::Config(settings) => self.settings_with(settings).map(|_| ()),
            Change::AddValidator { hotkey, coldkeys } => self.whitelist_with(hotkey, coldkeys).map(|_| ()),
            Change::RemoveValidator { hotkey } => self.whitelist_without(hotkey).map(|_| ()),
            Change::Owner { .. } | Change::Code { .. } => Ok(()),
        }
    }

    /// Everything is checked again: what was possible when it was announced may be no more.
    fn carry_out(&mut self, id: u32, what: Change) -> Result<(), Error> {
        match what {
            Change::Config(settings) => self.change_settings(self.settings_with(&settings)?)?,
            Change::AddValidator { hotkey, coldkeys } => self.add_to_whitelist(hotkey, coldkeys)?,
            Change::RemoveValidator { hotkey } => self.remove_from_whitelist(hotkey)?,
            Change::Owner { owner } => self.offer_to(owner),
            Change::Code { code_hash } => self.change_code(code_hash)?,
        }
        self.env().emit_event(ChangeApplied { change: id });
        Ok(())
    }

    /// The settings with these changes, all within their bounds.
    fn settings_with(&self, settings: &[Setting]) -> Result<Config, Error> {
        if settings.is_empty() {
            return Err(Error::NothingToChange);
        }
        if settings.len() > MOST_CHANGES {
            return Err(Error::TooManyChanges);
        }
        let before = self.settings();
        let mut config = before.clone();
        for setting in settings {
            config.set(setting);
        }
        config.check()?;
        config.check_after(&before)?;
        if config.treasury_coldkey == self.env().account_id() {
            return Err(Error::ConfigOutOfBounds(ConfigField::TreasuryColdkey));
        }
        Ok(config)
    }

    fn change_settings(&mut self, config: Config) -> Result<(), Error> {
        let before = self.settings();
        self.config.set(&config);
        if (before.treasury_hotkey, before.treasury_coldkey) != (config.treasury_hotkey, config.treasury_coldkey) {
            self.move_treasury(&before, &config)?;
        }
        self.env().emit_event(ConfigChanged { config });
        Ok(())
    }

    fn change_code(&mut self, code_hash: Hash) -> Result<(), Error> {
        self.env().set_code_hash(&code_hash).map_err(|_| Error::UnknownCode)?;
        self.env().emit_event(CodeChanged { code_hash });
        Ok(())
    }
}
