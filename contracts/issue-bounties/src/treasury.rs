//! The money: harvesting, filling bounties, recycling, paying.

use crate::config::Config;
use crate::errors::Error;
use crate::events::{AlphaRecycled, BountyFunded, BountyPaid, Harvested};
use crate::issue_bounties::IssueBounties;
use crate::runtime_calls::RuntimeCall;
use crate::types::{CompetitionStatus, IssueStatus, Treasury};
use ink::codegen::Env;

impl IssueBounties {
    pub(crate) fn do_harvest(&mut self) -> Result<(), Error> {
        let config = self.settings();
        let received = self.receive(&config)?;
        self.unallocated = self.unallocated.checked_add(received).ok_or(Error::Overflow)?;
        let before = (self.next_to_fund, self.unallocated);
        let funded = self.fill(config.harvest_step)?;
        let everything_filled = self.next_to_fund > self.issue_count;
        let unneeded = if everything_filled { core::mem::take(&mut self.unallocated) } else { 0 };
        if received == 0 && before == (self.next_to_fund, self.unallocated) {
            return Err(Error::NothingToDo);
        }
        let recycled = self.recycle(&config, None, unneeded)?;
        self.env().emit_event(Harvested { received, funded, recycled, unallocated: self.unallocated });
        Ok(())
    }

    /// Fetches the treasury's stake. Answers by how much the contract's own stake is over what its books say, which counts what was
    /// given to it directly, and makes up for an earlier rounding of the chain first.
    fn receive(&mut self, config: &Config) -> Result<u64, Error> {
        let contract = self.env().account_id();
        let pending = self.stake_of(config, config.treasury_hotkey, config.treasury_coldkey)?;
        let mut held = self.stake_of(config, config.treasury_hotkey, contract)?;
        if pending > 0 {
            let transfer = RuntimeCall::transfer_of_treasury(
                config.treasury_coldkey,
                config.treasury_hotkey,
                contract,
                config.netuid,
                pending,
            );
            self.env().call_runtime(&transfer).map_err(|_| Error::ProxyCallFailed)?;
            // A proxy call succeeds even when the call inside it fails: only the stake itself tells.
            let before = held;
            held = self.stake_of(config, config.treasury_hotkey, contract)?;
            if held <= before {
                return Err(Error::TreasuryTransferFailed);
            }
        }
        let booked = self.allocated.checked_add(self.unallocated).ok_or(Error::Overflow)?;
        Ok(held.saturating_sub(booked))
    }

    /// Fills issues in order, looking at no more than `step` of them. Answers how much they got.
    fn fill(&mut self, step: u32) -> Result<u64, Error> {
        let mut given: u64 = 0;
        for _ in 0..step {
            if self.next_to_fund > self.issue_count {
                break;
            }
            let mut issue = self.issues.get(self.next_to_fund).ok_or(Error::UnknownIssue)?;
            if issue.status == IssueStatus::Funding {
                let needed = issue.bounty.checked_sub(issue.funded).ok_or(Error::Overflow)?;
                let amount = needed.min(self.unallocated);
                if amount == 0 {
                    break;
                }
                self.unallocated = self.unallocated.checked_sub(amount).ok_or(Error::Overflow)?;
                self.allocated = self.allocated.checked_add(amount).ok_or(Error::Overflow)?;
                given = given.checked_add(amount).ok_or(Error::Overflow)?;
                issue.funded = issue.funded.checked_add(amount).ok_or(Error::Overflow)?;
                if issue.funded == issue.bounty {
                    issue.status = IssueStatus::Open;
                }
                self.issues.insert(issue.id, &issue);
                self.env().emit_event(BountyFunded {
                    issue: issue.id,
                    amount,
                    funded: issue.funded,
                    bounty: issue.bounty,
                });
                if issue.status == IssueStatus::Funding {
                    break;
                }
            }
            self.next_to_fund = self.next_to_fund.checked_add(1).ok_or(Error::Overflow)?;
        }
        Ok(given)
    }

    /// Recycles stake of the contract that the books have let go of. Answers how much the chain really recycled, which is less than
    /// asked when the chain has rounded the contract's stake down.
    pub(crate) fn recycle(&mut self, config: &Config, issue: Option<u32>, amount: u64) -> Result<u64, Error> {
        if amount == 0 {
            return Ok(0);
        }
        let recycled = self.env().extension().recycle_alpha(config.treasury_hotkey, config.netuid, amount)?;
        if recycled == 0 {
            return Err(Error::NothingRecycled);
        }
        self.recycled = self.recycled.checked_add(recycled).ok_or(Error::Overflow)?;
        self.env().emit_event(AlphaRecycled { issue, amount: recycled });
        Ok(recycled)
    }

    pub(crate) fn do_payout(&mut self, id: u32) -> Result<(), Error> {
        let mut issue = self.issues.get(id).ok_or(Error::UnknownIssue)?;
        match issue.status {
            IssueStatus::Solved => {}
            IssueStatus::Paid => return Err(Error::AlreadyPaid),
            _ => return Err(Error::NotSolved),
        }
        let from = issue.payable_at.ok_or(Error::NotSolved)?;
        if self.env().block_number() < from {
            return Err(Error::TooEarly { from });
        }
        let competition =
            issue.competition.and_then(|id| self.competitions.get(id)).ok_or(Error::UnknownCompetition)?;
        let winner = match competition.status {
            CompetitionStatus::Won { winner: 0, .. } => competition.a,
            CompetitionStatus::Won { .. } => competition.b,
            _ => return Err(Error::NotSolved),
        };
        let amount = issue.funded;
        issue.status = IssueStatus::Paid;
        self.close(&issue);
        self.allocated = self.allocated.checked_sub(amount).ok_or(Error::Overflow)?;
        self.paid = self.paid.checked_add(amount).ok_or(Error::Overflow)?;
        self.env().emit_event(BountyPaid {
            issue: id,
            competition: competition.id,
            hotkey: winner.hotkey,
            coldkey: winner.coldkey,
            amount,
        });
        let config = self.settings();
        // The chain would pay less without a word if there were less.
        let held = self.stake_of(&config, config.treasury_hotkey, self.env().account_id())?;
        if held < amount {
            return Err(Error::NotEnoughHeld { held });
        }
        self.env().extension().transfer_stake(
            winner.coldkey,
            config.treasury_hotkey,
            config.netuid,
            config.netuid,
            amount,
        )?;
        Ok(())
    }

    pub(crate) fn read_treasury(&self) -> Result<Treasury, Error> {
        let config = self.settings();
        Ok(Treasury {
            pending: self.stake_of(&config, config.treasury_hotkey, config.treasury_coldkey)?,
            allocated: self.allocated,
            unallocated: self.unallocated,
            paid: self.paid,
            recycled: self.recycled,
        })
    }
}
