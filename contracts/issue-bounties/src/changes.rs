//! What the owner may change: announced, applied by anyone when the owner's delay is over, vetoed before by the validators.

use crate::config::Config;
use crate::errors::Error;
use crate::events::{
    tell, ChangeAnnounced, ChangeApplied, ChangeVetoVoted, ChangeVetoed, ChangeWithdrawn, CodeChanged, ConfigChanged, StakesUnknown, VetoWithdrawn,
};
use crate::issue_bounties::IssueBounties;
use crate::types::{Change, PendingChange, Scheduled, Setting};
use ink::codegen::Env;
use ink::prelude::vec::Vec;
use ink::primitives::{AccountId, Hash};

/// How many changes may wait at once.
const MOST_CHANGES: usize = 16;
/// How many settings one change may name: all there are.
const MOST_SETTINGS: usize = 17;
/// How long a change that is due may still be applied: a week of blocks of 12 seconds. What waits longer may no longer be what was meant.
const LAPSES_AFTER: u32 = 50_400;

/// Whom a change removes, who therefore has no say in it, nor counts on either side.
fn removed_by(what: &Change) -> Option<&AccountId> {
    match what {
        Change::RemoveValidator { hotkey } => Some(hotkey),
        _ => None,
    }
}

impl IssueBounties {
    /// Announces a change. It applies at once while the owner's delay is 0, or if it is about an issue without money.
    #[inline(never)]
    pub(crate) fn schedule(&mut self, what: Change) -> Result<Scheduled, Error> {
        self.ensure_owner()?;
        let delay = if self.moves_no_money(&what)? { 0 } else { self.settings().owner_delay };
        let applies_from = self.env().block_number() + delay;
        let applies_until = applies_from + LAPSES_AFTER;
        self.change_count += 1;
        let change = self.change_count;
        tell(ChangeAnnounced { change, what: what.clone(), applies_from, applies_until });
        self.check(&what)?;
        if delay == 0 {
            self.carry_out(change, what)?;
        } else {
            let mut waiting = self.waiting();
            if waiting.len() >= MOST_CHANGES {
                return Err(Error::TooManyChanges);
            }
            if let Change::Code { code_hash } = &what {
                self.keep_code(&waiting, code_hash)?;
            }
            waiting.push(PendingChange { id: change, what, applies_from, applies_until });
            self.changes.set(&waiting);
        }
        Ok(Scheduled { change, applies_from, applied: delay == 0 })
    }

    fn moves_no_money(&self, what: &Change) -> Result<bool, Error> {
        match what {
            Change::CancelIssue { issue, .. } | Change::EditIssue { issue, .. } => Ok(self.known_issue(*issue)?.funded == 0),
            _ => Ok(false),
        }
    }

    /// Refused while those who voted against it have more stake in this block than what the others' votes weigh: a loan never applies a change, and
    /// stops one only in the blocks in which it is there.
    #[inline(never)]
    pub(crate) fn do_apply(&mut self, id: u32) -> Result<bool, Error> {
        let (mut waiting, place) = self.pending(id)?;
        let change = waiting.swap_remove(place);
        self.ensure_from(change.applies_from)?;
        if self.env().block_number() > change.applies_until {
            return Err(Error::TooLate { until: change.applies_until });
        }
        let vetoes = self.vetoes.get(id).unwrap_or_default();
        self.check(&change.what)?;
        if !vetoes.is_empty() {
            let answered = self.probe(2)?.is_some();
            let weights = if answered { self.note()? } else { self.as_noted() };
            let (against, _, others) = weights.against(&vetoes, removed_by(&change.what));
            if against > others {
                return Err(Error::Vetoed { against, others });
            }
            if !answered {
                tell(StakesUnknown { change: id });
            }
        }
        self.take_out(id)?;
        self.carry_out(id, change.what)?;
        Ok(true)
    }

    pub(crate) fn do_withdraw_change(&mut self, id: u32) -> Result<(), Error> {
        self.ensure_owner()?;
        self.take_out(id)?;
        tell(ChangeWithdrawn { change: id });
        Ok(())
    }

    /// A new owner starts with nothing announced by the one before.
    pub(crate) fn take_all_back(&mut self) {
        for PendingChange { id, what, .. } in self.waiting() {
            self.release_code(&what);
            self.vetoes.remove(id);
            tell(ChangeWithdrawn { change: id });
        }
        self.changes.set(&Vec::new());
    }

    /// Only stores: no stake is read, and nothing is decided.
    #[inline(never)]
    pub(crate) fn do_veto(&mut self, id: u32, against: bool) -> Result<(), Error> {
        let validator = self.ensure_validator()?;
        let (mut waiting, place) = self.pending(id)?;
        let what = waiting.swap_remove(place).what;
        if removed_by(&what) == Some(&validator) {
            return Err(Error::OwnRemoval);
        }
        let weights = self.as_noted();
        let mut vetoes = self.vetoes.get(id).unwrap_or_default();
        let before = vetoes.len();
        vetoes.retain(|voter| *voter != validator);
        if against {
            vetoes.retain(|voter| weights.knows(voter));
            vetoes.push(validator);
            let (_, weight, others) = weights.against(&vetoes, removed_by(&what));
            tell(ChangeVetoVoted { change: id, validator, weight, total_weight: weight + others });
        } else if vetoes.len() == before {
            return Err(Error::NothingToDo);
        } else {
            tell(VetoWithdrawn { change: id, validator });
        }
        self.vetoes.insert(id, &vetoes);
        Ok(())
    }

    /// Looks, and drops a change for good if the votes against it weigh more than half of all.
    #[inline(never)]
    pub(crate) fn do_drop(&mut self, id: u32) -> Result<(), Error> {
        let (mut waiting, place) = self.pending(id)?;
        let what = waiting.swap_remove(place).what;
        let vetoes = self.vetoes.get(id).unwrap_or_default();
        let (_, weight, others) = self.note()?.against(&vetoes, removed_by(&what));
        if weight <= others {
            return Err(Error::NotOutvoted { weight, total_weight: weight + others });
        }
        self.take_out(id)?;
        tell(ChangeVetoed { change: id });
        Ok(())
    }

    /// Forgets what a validator voted against before it joined.
    pub(crate) fn forget_vetoes(&mut self, hotkey: &AccountId) {
        for PendingChange { id, .. } in self.waiting() {
            let mut vetoes = self.vetoes.get(id).unwrap_or_default();
            let before = vetoes.len();
            vetoes.retain(|voter| voter != hotkey);
            if vetoes.len() < before {
                self.vetoes.insert(id, &vetoes);
            }
        }
    }

    pub(crate) fn waiting(&self) -> Vec<PendingChange> {
        self.changes.get().unwrap_or_default()
    }

    /// The changes that wait, and this one's place among them.
    fn pending(&self, id: u32) -> Result<(Vec<PendingChange>, usize), Error> {
        if id == 0 || id > self.change_count {
            return Err(Error::UnknownChange { change: id });
        }
        let waiting = self.waiting();
        let place = waiting.iter().position(|change| change.id == id).ok_or(Error::ChangeClosed { change: id })?;
        Ok((waiting, place))
    }

    /// Takes a change off the list, with the votes against it.
    fn take_out(&mut self, id: u32) -> Result<(), Error> {
        let (mut waiting, place) = self.pending(id)?;
        let change = waiting.remove(place);
        self.changes.set(&waiting);
        self.vetoes.remove(id);
        self.release_code(&change.what);
        Ok(())
    }

    /// Keeps announced code on the chain, so that everybody can read it until the change is over. The chain refuses code that it does not have
    /// (`CodeNotFound`), and to lock the same code twice.
    fn keep_code(&self, waiting: &[PendingChange], code_hash: &Hash) -> Result<(), Error> {
        let announced = |change: &&PendingChange| matches!(&change.what, Change::Code { code_hash: hash } if hash == code_hash);
        if let Some(earlier) = waiting.iter().find(announced) {
            return Err(Error::AlreadyAnnounced { change: earlier.id });
        }
        self.env().lock_delegate_dependency(code_hash);
        Ok(())
    }

    /// Lets the chain forget code that is no longer announced.
    fn release_code(&self, what: &Change) {
        if let Change::Code { code_hash } = what {
            self.env().unlock_delegate_dependency(code_hash);
        }
    }

    /// Refuses what could not be carried out as things are, as far as the contract can know. After the subnet's end nothing can be changed any more,
    /// so that nobody's claim needs a veto; only what is left gets an owner.
    fn check(&self, what: &Change) -> Result<(), Error> {
        match what {
            Change::Rest { to } => return self.check_rest(*to),
            Change::Code { .. } => return self.ensure_pays(),
            _ => self.ensure_subnet()?,
        }
        match what {
            Change::Config(settings) => self.settings_with(settings).map(|_| ()),
            Change::AddValidator { hotkey, coldkeys } => self.check_joining(hotkey, coldkeys),
            Change::RemoveValidator { hotkey } => self.place_of(hotkey).map(|_| ()),
            Change::CancelIssue { issue, reason } => self.check_cancel(*issue, *reason).map(|_| ()),
            Change::EditIssue { issue, repository, number, bounty } => {
                self.check_edit(*issue, repository, *number, *bounty).map(|_| ())
            }
            Change::Rest { .. } | Change::Owner { .. } | Change::Code { .. } => Ok(()),
        }
    }

    fn carry_out(&mut self, id: u32, what: Change) -> Result<(), Error> {
        match what {
            Change::Config(settings) => self.change_settings(self.settings_with(&settings)?)?,
            Change::AddValidator { hotkey, coldkeys } => self.add_to_whitelist(hotkey, coldkeys)?,
            Change::RemoveValidator { hotkey } => self.remove_from_whitelist(hotkey)?,
            Change::CancelIssue { issue, reason } => {
                let issue = self.known_issue(issue)?;
                self.cancel(issue, reason);
            }
            Change::EditIssue { issue, repository, number, bounty } => self.edit(issue, repository, number, bounty)?,
            Change::Owner { owner } => self.offer_to(owner),
            Change::Code { code_hash } => self.change_code(code_hash)?,
            Change::Rest { to } => self.give_rest_to(to),
        }
        tell(ChangeApplied { change: id });
        Ok(())
    }

    /// The settings with these changes, all within their bounds.
    #[inline(never)]
    fn settings_with(&self, settings: &[Setting]) -> Result<Config, Error> {
        if settings.is_empty() {
            return Err(Error::NothingToChange);
        }
        if settings.len() > MOST_SETTINGS {
            return Err(Error::TooManyChanges);
        }
        let before = self.settings();
        let mut config = before.clone();
        let now = self.env().block_number();
        for setting in settings {
            config.set(setting, now);
        }
        config.check()?;
        config.check_after(&before)?;
        if self.whitelist().iter().any(|validator| validator.coldkeys.contains(&config.treasury_coldkey)) {
            return Err(Error::TreasuryCannotVote);
        }
        Ok(config)
    }

    fn change_settings(&mut self, config: Config) -> Result<(), Error> {
        let before = self.settings();
        self.config.set(&config);
        if (before.treasury_hotkey, before.treasury_coldkey) != (config.treasury_hotkey, config.treasury_coldkey) {
            self.move_treasury(&before, &config)?;
        }
        tell(ConfigChanged { config });
        Ok(())
    }

    fn change_code(&mut self, code_hash: Hash) -> Result<(), Error> {
        self.env().set_code_hash(&code_hash).map_err(|_| Error::UnknownCode)?;
        tell(CodeChanged { code_hash });
        Ok(())
    }
}
