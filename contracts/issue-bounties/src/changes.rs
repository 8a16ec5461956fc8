//! What the owner may change: announced, applied by anyone when the owner's delay is over, vetoed before by the validators.

use crate::config::Config;
use crate::errors::{Checked, Error, refuse};
use crate::events::{
    tell, ChangeAnnounced, ChangeApplied, ChangeVetoVoted, ChangeVetoed, ChangeWithdrawn, CodeChanged, ConfigChanged, StakesUnknown, VetoWithdrawn,
};
use crate::issue_bounties::IssueBounties;
use crate::types::{AnnouncedCode, Change, Dated, PendingChange, Scheduled, Setting};
use ink::codegen::Env;
use ink::prelude::vec::Vec;
use ink::primitives::{AccountId, Hash};

/// How many changes may wait at once.
const MOST_CHANGES: usize = 16;
/// How many settings one change may name: all there are.
const MOST_SETTINGS: usize = 17;
/// How long a change that is due may still be applied: a week of blocks of 12 seconds. What waits longer may no longer be what was meant.
const LAPSES_AFTER: u32 = 50_400;

/// Where the changes that wait are stored, and the code.
const CHANGES: u32 = 0x0000_000c;
const CODE: u32 = 0x0000_0017;

/// What is stored at a key; an error if this edition cannot read it.
fn cell<Value: ink::storage::traits::Storable>(key: u32) -> Checked<Option<Value>> {
    ink::env::get_contract_storage(&key).map_err(|_| Error::UnreadableCell { cell: key }.into())
}

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
    pub(crate) fn schedule(&mut self, what: Change) -> Checked<Scheduled> {
        self.ensure_owner()?;
        let delay = if self.moves_no_money(&what)? { 0 } else { self.settings().owner_delay };
        let announced_at = self.env().block_number();
        let (applies_from, applies_until) = match (self.wound_up_at, &what) {
            (Some(ended_at), Change::Code { .. }) if delay > 0 => self.late_code(ended_at, announced_at),
            _ => (announced_at + delay, announced_at + delay + LAPSES_AFTER),
        };
        self.change_count += 1;
        let id = self.change_count;
        tell(ChangeAnnounced { change: id, what: what.clone(), applies_from, applies_until });
        self.check(&what)?;
        let change = PendingChange { id, what, applies_from, applies_until };
        if delay == 0 {
            self.carry_out(change)?;
        } else if let Change::Code { code_hash } = &change.what {
            if let Some(earlier) = self.waiting_code()? {
                return refuse(Error::AlreadyAnnounced { change: earlier.change.id });
            }
            // The chain keeps it, so that everybody can read it until the change is over. It refuses code that it does not have (`CodeNotFound`).
            self.env().lock_delegate_dependency(code_hash);
            self.code.set(&Some(AnnouncedCode { change, announced_at, vetoes: Vec::new() }));
        } else {
            let mut waiting = self.waiting()?;
            if waiting.len() >= MOST_CHANGES {
                return refuse(Error::TooManyChanges);
            }
            waiting.push(change);
            self.changes.set(&waiting);
        }
        Ok(Scheduled { change: id, applies_from, applied: delay == 0 })
    }

    fn moves_no_money(&self, what: &Change) -> Checked<bool> {
        match what {
            Change::CancelIssue { issue, .. } | Change::EditIssue { issue, .. } => Ok(self.known_issue(*issue)?.funded == 0),
            _ => Ok(false),
        }
    }

    /// Refused while those who voted against it have more stake in this block than what the others' votes weigh: a loan never applies a change, and
    /// stops one only in the blocks in which it is there.
    #[inline(never)]
    pub(crate) fn do_apply(&mut self, id: u32) -> Checked<bool> {
        let (AnnouncedCode { change, vetoes, announced_at }, is_code) = self.find_change(id)?;
        // What waits from the third edition, or was announced before the end was written.
        let is_old = !is_code || self.wound_up_at.is_some_and(|ended_at| announced_at <= ended_at);
        if is_old && matches!(change.what, Change::Code { .. }) {
            return refuse(Error::AnnouncedBefore { change: id });
        }
        self.ensure_from(change.applies_from)?;
        if self.env().block_number() > change.applies_until {
            return refuse(Error::TooLate { until: change.applies_until });
        }
        self.check(&change.what)?;
        if !vetoes.is_empty() {
            let answered = self.probe(2)?.is_some();
            let weights = if answered { self.note()? } else { self.as_noted() };
            let (against, _, others) = weights.against(&vetoes, removed_by(&change.what));
            if against > others {
                return refuse(Error::Vetoed { against, others });
            }
            if !answered {
                tell(StakesUnknown { change: id });
            }
        }
        self.take_out(&change, is_code)?;
        self.carry_out(change)?;
        Ok(true)
    }

    /// A change that waits, and whether that is code in its own cell: nothing else is read for it then.
    #[inline(never)]
    fn find_change(&self, id: u32) -> Checked<(AnnouncedCode, bool)> {
        if let Some(code) = self.waiting_code()?.filter(|code| code.change.id == id) {
            return Ok((code, true));
        }
        if id == 0 || id > self.change_count {
            return refuse(Error::UnknownChange { change: id });
        }
        let change = self.waiting()?.into_iter().find(|change| change.id == id).ok_or(Error::ChangeClosed { change: id })?;
        let vetoes = self.vetoes.get(id).unwrap_or_default();
        let vetoes = vetoes.into_iter().map(|validator| Dated { validator, at: 0 }).collect();
        Ok((AnnouncedCode { change, announced_at: 0, vetoes }, false))
    }

    pub(crate) fn do_withdraw_change(&mut self, id: u32) -> Checked<()> {
        self.ensure_owner()?;
        let (AnnouncedCode { change, .. }, is_code) = self.find_change(id)?;
        self.take_out(&change, is_code)?;
        tell(ChangeWithdrawn { change: id });
        Ok(())
    }

    /// A new owner starts with nothing announced by the one before.
    pub(crate) fn take_all_back(&mut self) -> Checked<()> {
        for change in self.waiting()? {
            self.take_out(&change, false)?;
            tell(ChangeWithdrawn { change: change.id });
        }
        if let Some(AnnouncedCode { change, .. }) = self.waiting_code()? {
            self.take_out(&change, true)?;
            tell(ChangeWithdrawn { change: change.id });
        }
        Ok(())
    }

    /// Only stores: no stake is read, and nothing is decided.
    #[inline(never)]
    pub(crate) fn do_veto(&mut self, id: u32, against: bool) -> Checked<()> {
        let validator = self.ensure_validator()?;
        let (mut found, is_code) = self.find_change(id)?;
        let silent = removed_by(&found.change.what);
        if silent == Some(&validator) {
            return refuse(Error::OwnRemoval);
        }
        let weights = self.as_noted();
        let before = found.vetoes.len();
        found.vetoes.retain(|veto| veto.validator != validator);
        if against {
            found.vetoes.retain(|veto| weights.knows(&veto.validator));
            found.vetoes.push(Dated { validator, at: self.env().block_number() });
            let (_, weight, others) = weights.against(&found.vetoes, silent);
            tell(ChangeVetoVoted { change: id, validator, weight, total_weight: weight + others });
        } else if found.vetoes.len() == before {
            return refuse(Error::NothingToDo);
        } else {
            tell(VetoWithdrawn { change: id, validator });
        }
        if is_code {
            self.code.set(&Some(found));
        } else {
            let vetoes: Vec<AccountId> = found.vetoes.iter().map(|veto| veto.validator).collect();
            self.vetoes.insert(id, &vetoes);
        }
        Ok(())
    }

    /// Looks, and drops a change for good if the votes against it weigh more than half of all.
    #[inline(never)]
    pub(crate) fn do_drop(&mut self, id: u32) -> Checked<()> {
        let (AnnouncedCode { change, vetoes, .. }, is_code) = self.find_change(id)?;
        let (_, weight, others) = self.note()?.against(&vetoes, removed_by(&change.what));
        if weight <= others {
            return refuse(Error::NotOutvoted { weight, total_weight: weight + others });
        }
        self.take_out(&change, is_code)?;
        tell(ChangeVetoed { change: id });
        Ok(())
    }

    /// Forgets what a validator voted against before it joined.
    pub(crate) fn forget_vetoes(&mut self, hotkey: &AccountId) -> Checked<()> {
        if let Some(mut code) = self.waiting_code()? {
            code.vetoes.retain(|veto| veto.validator != *hotkey);
            self.code.set(&Some(code));
        }
        for PendingChange { id, .. } in self.waiting()? {
            let mut vetoes = self.vetoes.get(id).unwrap_or_default();
            let before = vetoes.len();
            vetoes.retain(|voter| voter != hotkey);
            if vetoes.len() < before {
                self.vetoes.insert(id, &vetoes);
            }
        }
        Ok(())
    }

    /// The changes that wait, but for code.
    pub(crate) fn waiting(&self) -> Checked<Vec<PendingChange>> {
        Ok(cell(CHANGES)?.unwrap_or_default())
    }

    #[inline(never)]
    fn waiting_code(&self) -> Checked<Option<AnnouncedCode>> {
        Ok(cell::<Option<AnnouncedCode>>(CODE)?.flatten())
    }

    /// Takes a change off the list, with the votes against it. Lets the chain forget code that is no longer announced.
    fn take_out(&mut self, PendingChange { id, what, .. }: &PendingChange, is_code: bool) -> Checked<()> {
        if is_code {
            self.code.set(&None);
        } else {
            let mut waiting = self.waiting()?;
            waiting.retain(|change| change.id != *id);
            self.changes.set(&waiting);
            self.vetoes.remove(id);
        }
        if let Change::Code { code_hash } = what {
            self.env().unlock_delegate_dependency(code_hash);
        }
        Ok(())
    }

    /// Refuses what could not be carried out as things are, as far as the contract can know. After the subnet's end only what is left
    /// gets an owner, and code is new when all can have claimed, so that nobody's claim needs a veto. An end that was
    /// shown by mistake, and cannot be denied as the chain answers no more, keeps code that mends that out for a month only.
    fn check(&self, what: &Change) -> Checked<()> {
        match what {
            Change::Rest { to } => return self.check_rest(*to),
            Change::Code { .. } if self.wound_up_at.is_some() => return Ok(()),
            Change::Code { .. } => return self.ensure_goes_on(30 * self.settings().day),
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

    fn carry_out(&mut self, PendingChange { id, what, .. }: PendingChange) -> Checked<()> {
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
    fn settings_with(&self, settings: &[Setting]) -> Checked<Config> {
        if settings.is_empty() {
            return refuse(Error::NothingToChange);
        }
        if settings.len() > MOST_SETTINGS {
            return refuse(Error::TooManyChanges);
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
            return refuse(Error::TreasuryCannotVote);
        }
        Ok(config)
    }

    fn change_settings(&mut self, config: Config) -> Checked<()> {
        let before = self.settings();
        self.config.set(&config);
        if (before.treasury_hotkey, before.treasury_coldkey) != (config.treasury_hotkey, config.treasury_coldkey) {
            self.move_treasury(&before, &config)?;
        }
        tell(ConfigChanged { config });
        Ok(())
    }

    fn change_code(&mut self, code_hash: Hash) -> Checked<()> {
        self.env().set_code_hash(&code_hash).map_err(|_| Error::UnknownCode)?;
        tell(CodeChanged { code_hash });
        Ok(())
    }
}
