//! Who owns the contract, and whether new commitments are paused.

use crate::errors::{Checked, Error, refuse};
use crate::events::{tell, OfferWithdrawn, OwnerChanged, OwnerProposed, Paused, Unpaused};
use crate::issue_bounties::IssueBounties;
use crate::types::Offer;
use ink::codegen::Env;
use ink::primitives::AccountId;

/// How long an offer of the contract stands: two days of blocks of 12 seconds. What is older may no longer be what the owner wants.
const OFFER_LASTS: u32 = 14_400;

impl IssueBounties {
    pub(crate) fn ensure_owner(&self) -> Checked<()> {
        if self.env().caller() == self.owner {
            Ok(())
        } else {
            refuse(Error::NotOwner)
        }
    }

    pub(crate) fn ensure_not_paused(&self) -> Checked<()> {
        if self.paused {
            refuse(Error::Paused)
        } else {
            Ok(())
        }
    }

    pub(crate) fn do_pause(&mut self) -> Checked<()> {
        self.ensure_owner()?;
        self.ensure_not_paused()?;
        self.paused = true;
        tell(Paused {});
        Ok(())
    }

    pub(crate) fn do_unpause(&mut self) -> Checked<()> {
        self.ensure_owner()?;
        if !self.paused {
            return refuse(Error::NotPaused);
        }
        self.paused = false;
        tell(Unpaused {});
        Ok(())
    }

    pub(crate) fn offer_to(&mut self, owner: AccountId) {
        let until = self.env().block_number() + OFFER_LASTS;
        self.offer = Some(Offer { owner, until });
        tell(OwnerProposed { owner, until });
    }

    pub(crate) fn do_withdraw_offer(&mut self) -> Checked<()> {
        self.ensure_owner()?;
        let Offer { owner, .. } = self.offer.take().ok_or(Error::NoOffer)?;
        tell(OfferWithdrawn { owner });
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn do_accept_ownership(&mut self) -> Checked<()> {
        let caller = self.env().caller();
        let Offer { until, .. } = self.offer.filter(|offer| offer.owner == caller).ok_or(Error::NotProposedOwner)?;
        if self.env().block_number() > until {
            return refuse(Error::OfferLapsed { until });
        }
        let previous = core::mem::replace(&mut self.owner, caller);
        self.offer = None;
        self.take_all_back()?;
        tell(OwnerChanged { previous, owner: caller });
        Ok(())
    }
}
