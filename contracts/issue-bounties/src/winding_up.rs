//! The end of the subnet. When it is dissolved, or its number is another subnet's, all stake on it is gone, and the chain has paid TAO for it to the
//! contract's account. The books stand still from then on. Whom they owe alpha claims that part of the TAO; what they owe nobody goes where the owner
//! says.
//!
//! A claim's share is that of all TAO that ever came, and a claim can be repeated. So TAO that comes late is shared alike, and in any order.

use crate::errors::{Checked, Error, refuse};
use crate::events::{tell, ClaimPaid, EndForgotten, EndShown, RestAssigned, WoundUp};
use crate::extension::{SubnetState, SubtensorError};
#[cfg(not(test))]
use crate::extension::SubtensorEnvironment;
use crate::issue_bounties::IssueBounties;
use crate::types::Claim;
use ink::codegen::{Env, StaticEnv};
#[cfg(not(test))]
use ink::env::{
    call::{build_call, ExecutionInput, Selector},
    CallFlags,
};
use ink::primitives::AccountId;

/// Gives TAO of the contract's account to another.
fn transfer(to: AccountId, amount: u64) -> Checked<()> {
    #[cfg(not(test))]
    let sent = IssueBounties::env().transfer(to, amount);
    // ink!'s engine for unit tests knows balances of 128 bits only.
    #[cfg(test)]
    let sent = ink::env::transfer::<ink::env::DefaultEnvironment>(to, amount.into());
    Ok(sent.map_err(|_| Error::TransferRefused { amount })?)
}

/// How often the number of a subnet has been given to one, this one included.
pub(crate) fn registration_of(netuid: u16) -> Checked<u64> {
    let subnet = subnet_state(netuid)?;
    if !subnet.exists {
        return Err(SubtensorError::SubnetDoesNotExist.into());
    }
    Ok(subnet.registrations)
}

fn subnet_state(netuid: u16) -> Checked<SubnetState> {
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
    pub(crate) fn has_ended(&self) -> Checked<bool> {
        if self.wound_up_at.is_some() {
            return Ok(true);
        }
        self.is_over(self.settings().netuid)
    }

    fn is_over(&self, netuid: u16) -> Checked<bool> {
        let subnet = subnet_state(netuid)?;
        Ok(!subnet.exists || subnet.registrations != self.registration)
    }

    /// What the chain has behind the contract's hotkeys, and who votes with which stake, is about another subnet afterwards.
    pub(crate) fn ensure_subnet(&self) -> Checked<()> {
        if self.has_ended()? {
            return refuse(Error::SubnetEnded);
        }
        Ok(())
    }

    /// The same for what goes on without an answer, since it is owed or mends the contract, unless the chain first showed the end in the last `believed`
    /// blocks. An answer always counts.
    pub(crate) fn ensure_goes_on(&self, believed: u32) -> Checked<()> {
        let now = self.env().block_number();
        let was_shown = self.end_shown.get_or_default().is_some_and(|at| now - at < believed);
        if self.wound_up_at.is_some() || self.probe(1)?.unwrap_or(was_shown) {
            return refuse(Error::SubnetEnded);
        }
        Ok(())
    }

    /// What `ask` answers.
    pub(crate) fn answer(&self, netuid: u16, hotkey: AccountId, functions: u8) -> Checked<bool> {
        if functions > 1 {
            self.env().extension().get_stake_info(hotkey, self.env().account_id(), netuid)?;
        }
        if functions > 0 {
            return self.is_over(netuid);
        }
        Ok(false)
    }

    /// Asks the chain by a call of the contract to itself: none if that traps, or the chain refuses. Whoever sets the limit of a transaction cannot make an
    /// answer look like none: a second such call, which asks nothing, costs more than was left to a question that ran out of either dimension of weight.
    #[inline(never)]
    pub(crate) fn probe(&self, functions: u8) -> Checked<Option<bool>> {
        let answer = self.ask_itself(functions);
        if answer.is_none() {
            self.ask_itself(0).ok_or(SubtensorError::UnreadableAnswer)?;
        }
        Ok(answer.flatten())
    }

    #[cfg(not(test))]
    #[inline(never)]
    fn ask_itself(&self, functions: u8) -> Option<Option<bool>> {
        let config = self.settings();
        // SAFETY: the chain knows both bits. ink! has no name for the second: the call can change nothing.
        let flags = unsafe { CallFlags::from_bits_unchecked(CallFlags::ALLOW_REENTRY.bits() | 0b1_0000) };
        let input = ExecutionInput::new(Selector::new(ink::selector_bytes!("ask")));
        build_call::<SubtensorEnvironment>()
            .call_v1(self.env().account_id())
            .call_flags(flags)
            .exec_input(input.push_arg(config.netuid).push_arg(config.treasury_hotkey).push_arg(functions))
            .returns::<Option<bool>>()
            .try_invoke()
            .ok()?
            .ok()
    }

    // ink!'s engine for unit tests cannot call a contract.
    #[cfg(test)]
    fn ask_itself(&self, functions: u8) -> Option<Option<bool>> {
        let config = self.settings();
        Some(self.answer(config.netuid, config.treasury_hotkey, functions).ok())
    }

    /// The block in which the end was written; refused until it is.
    fn written_at(&self) -> Checked<u32> {
        match self.wound_up_at {
            Some(at) => Ok(at),
            None => refuse(if self.has_ended()? { Error::EndNotWritten } else { Error::SubnetGoesOn }),
        }
    }

    /// Code that is announced after the end applies when all claims can have been paid, and for a week: `applies_from` and `applies_until`.
    pub(crate) fn late_code(&self, ended_at: u32, announced_at: u32) -> (u32, u32) {
        let config = self.settings();
        let from = (announced_at + 30 * config.day).max(ended_at + 2 * config.longest_wait() + 14 * config.day);
        (from, from + 7 * config.day)
    }

    /// The chain says that the subnet goes on. Answers whether it said otherwise before.
    pub(crate) fn forget_end(&mut self) -> bool {
        let was_shown = self.end_shown.get_or_default().is_some();
        if was_shown {
            self.end_shown.set(&None);
            tell(EndForgotten {});
        }
        was_shown
    }

    /// One wrong answer of the chain must not stop everything for ever.
    pub(crate) fn do_wind_up(&mut self) -> Checked<()> {
        if self.wound_up_at.is_some() {
            return refuse(Error::NothingToDo);
        }
        if !self.has_ended()? {
            return if self.forget_end() { Ok(()) } else { refuse(Error::SubnetGoesOn) };
        }
        let now = self.env().block_number();
        let shown = self.end_shown.get_or_default();
        let from = shown.unwrap_or(now).saturating_add(self.settings().day);
        if shown.is_none() {
            self.end_shown.set(&Some(now));
            tell(EndShown { from });
            return Ok(());
        }
        self.ensure_from(from)?;
        self.wound_up_at = Some(now);
        tell(WoundUp { tao: self.pot(), booked: self.booked(), claims: self.claimable() });
        Ok(())
    }

    #[inline(never)]
    pub(crate) fn do_claim(&mut self, claim: Claim) -> Checked<()> {
        self.written_at()?;
        let (to, all) = self.due(&claim)?;
        let before = self.claims.get(claim).unwrap_or(0);
        let amount = all.saturating_sub(before);
        if amount == 0 {
            return refuse(Error::NothingToClaim);
        }
        self.claims.insert(claim, &all);
        self.claimed += amount;
        tell(ClaimPaid { claim, to, amount });
        transfer(to, amount)
    }

    /// To whom a claim is paid, and how much it has come to, what was paid already included.
    fn due(&self, claim: &Claim) -> Checked<(AccountId, u64)> {
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

    pub(crate) fn check_rest(&self, to: AccountId) -> Checked<()> {
        let config = self.settings();
        self.ensure_from(self.written_at()? + 2 * config.longest_wait() + 1)?;
        self.ensure_payable(&config, to)
    }

    pub(crate) fn give_rest_to(&mut self, to: AccountId) {
        self.rest_to.set(&to);
        tell(RestAssigned { to });
    }
}
