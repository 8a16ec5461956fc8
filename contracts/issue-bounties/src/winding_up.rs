//! The end of the subnet. When it is dissolved, or its number is another subnet's, all stake on it is gone, and the chain has paid TAO for it to the
//! contract's account. The books stand still from then on. Whom they owe alpha claims that part of the TAO; what they owe nobody goes where the owner
//! says.
//!
//! A claim's share is that of all TAO that ever came, and a claim can be repeated. So TAO that comes late is shared alike, and in any order.

use crate::errors::Error;
use crate::events::{ClaimPaid, RestAssigned, WoundUp};
use crate::extension::{SubnetState, SubtensorError};
use crate::issue_bounties::IssueBounties;
use crate::types::Claim;
use ink::codegen::{Env, StaticEnv};
use ink::primitives::AccountId;

/// Gives TAO of the contract's account to another.
fn transfer(to: AccountId, amount: u64) -> Result<(), Error> {
    #[cfg(not(test))]
    let sent = IssueBounties::env().transfer(to, amount);
    // ink!'s engine for unit tests knows balances of 128 bits only.
    #[cfg(test)]
    let sent = ink::env::transfer::<ink::env::DefaultEnvironment>(to, amount.into());
    sent.map_err(|_| Error::TransferRefused { amount })
}

/// How often the number of a subnet has been given to one, this one included.
pub(crate) fn registration_of(netuid: u16) -> Result<u64, Error> {
    let subnet = subnet_state(netuid)?;
    if !subnet.exists {
        return Err(SubtensorError::SubnetDoesNotExist.into());
    }
    Ok(subnet.registrations)
}

fn subnet_state(netuid: u16) -> Result<SubnetState, Error> {
    Ok(IssueBounties::env().extension().get_subnet_state(netuid)?)
}

/// `amount` times `share` by `whole`, rounded down, where a share is at most the whole. Long division: the code of the compiler's is twenty times longer.
fn part(amount: u64, share: u64, whole: u64) -> u64 {
    let (mut quotient, mut rest) = (0, 0);
    for bit in (0..u64::BITS).rev() {
        quotient *= 2;
        for more in [rest, share * (amount >> bit & 1)] {
            rest += more;
            if rest >= whole {
                rest -= whole;
                quotient += 1;
            }
        }
    }
    quotient
}

impl IssueBounties {
    /// A dissolved subnet does not exist until its number is given again, and its number has been given once more then.
    pub(crate) fn has_ended(&self) -> Result<bool, Error> {
        if self.wound_up_at.is_some() {
            return Ok(true);
        }
        let subnet = subnet_state(self.settings().netuid)?;
        Ok(!subnet.exists || subnet.registrations != self.registration)
    }

    /// What the chain has behind the contract's hotkeys, and who votes with which stake, is about another subnet afterwards.
    pub(crate) fn ensure_subnet(&self) -> Result<(), Error> {
        if self.has_ended()? {
            return Err(Error::SubnetEnded);
        }
        Ok(())
    }

    pub(crate) fn ensure_ended(&self) -> Result<(), Error> {
        if self.has_ended()? {
            return Ok(());
        }
        Err(Error::SubnetGoesOn)
    }

    pub(crate) fn do_wind_up(&mut self) -> Result<(), Error> {
        self.ensure_ended()?;
        if self.wound_up_at.is_some() {
            return Err(Error::NothingToDo);
        }
        self.wound_up_at = Some(self.env().block_number());
        self.env().emit_event(WoundUp { tao: self.pot(), booked: self.booked(), claims: self.claimable() });
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn do_claim(&mut self, claim: Claim) -> Result<(), Error> {
        if self.wound_up_at.is_none() {
            self.do_wind_up()?;
        }
        let (to, all) = self.due(&claim)?;
        let before = self.claims.get(claim).unwrap_or(0);
        let amount = all.saturating_sub(before);
        if amount == 0 {
            return Err(Error::NothingToClaim);
        }
        self.claims.insert(claim, &all);
        self.claimed += amount;
        self.env().emit_event(ClaimPaid { claim, to, amount });
        transfer(to, amount)
    }

    /// To whom a claim is paid, and how much it has come to, what was paid already included.
    fn due(&self, claim: &Claim) -> Result<(AccountId, u64), Error> {
        Ok(match *claim {
            Claim::Collateral { hotkey, coldkey } => {
                (coldkey, self.worth(self.collateral_of(hotkey, coldkey).deposited))
            }
            Claim::Bounty { issue } => {
                let (issue, competition, winner) = self.won_issue(issue)?;
                (self.payee_of(&competition, winner), self.worth(issue.funded))
            }
            Claim::Rest => {
                let to = self.rest_to.get().ok_or(Error::RestUnassigned)?;
                (to, self.collected + (self.pot() - self.worth(self.claimable())))
            }
        })
    }

    /// All that the chain paid for the contract's stake, and what others may have given. What an account has to keep, and what holds the contract's
    /// storage, is no part of the balance.
    fn pot(&self) -> u64 {
        (self.env().balance() + self.claimed).saturating_sub(self.collected)
    }

    /// What the books owe miners: collateral, and bounties that are won.
    fn claimable(&self) -> u64 {
        self.collateral + self.won
    }

    /// The part of the pot that booked alpha has, rounded down.
    fn worth(&self, alpha: u64) -> u64 {
        part(self.pot(), alpha, self.booked().max(1))
    }

    pub(crate) fn check_rest(&self, to: AccountId) -> Result<(), Error> {
        self.ensure_ended()?;
        self.ensure_payable(&self.settings(), to)
    }

    pub(crate) fn give_rest_to(&mut self, to: AccountId) {
        self.rest_to.set(&to);
        self.env().emit_event(RestAssigned { to });
    }
}
