//! Who owns the contract, and whether new commitments are paused.

use crate::errors::Error;
use crate::events::{OwnerChanged, OwnerProposed, Paused, Unpaused};
use crate::issue_bounties::IssueBounties;
use ink::codegen::Env;
use ink::primitives::AccountId;

impl IssueBounties {
    pub(crate) fn ensure_owner(&self) -> Result<(), Error> {
        if self.env().caller() == self.owner {
            Ok(())
        } else {
            Err(Error::NotOwner)
        }
    }

    pub(crate) fn ensure_not_paused(&self) -> Result<(), Error> {
        if self.paused {
            Err(Error::Paused)
        } else {
            Ok(())
        }
    }

    pub(crate) fn do_pause(&mut self) -> Result<(), Error> {
        self.ensure_owner()?;
        self.ensure_not_paused()?;
        self.paused = true;
        self.env().emit_event(Paused {});
        Ok(())
    }

    pub(crate) fn do_unpause(&mut self) -> Result<(), Error> {
        self.ensure_owner()?;
        if !self.paused {
            return Err(Error::NotPaused);
        }
        self.paused = false;
        self.env().emit_event(Unpaused {});
        Ok(())
    }

    pub(crate) fn offer_to(&mut self, owner: AccountId) {
        self.proposed_owner = Some(owner);
        self.env().emit_event(OwnerProposed { owner });
    }

    pub(crate) fn do_accept_ownership(&mut self) -> Result<(), Error> {
        let caller = self.env().caller();
        if self.proposed_owner != Some(caller) {
            return Err(Error::NotProposedOwner);
        }
        let previous = core::mem::replace(&mut self.owner, caller);
        self.proposed_owner = None;
        self.take_all_back();
        self.env().emit_event(OwnerChanged { previous, owner: caller });
        Ok(())
    }
}
