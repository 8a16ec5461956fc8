//! The money: harvesting, filling bounties, recycling, paying.

use crate::config::Config;
use crate::errors::Error;
use crate::events::{AlphaRecycled, BountyFunded, BountyPaid, Harvested, TreasuryMoved};
use crate::issue_bounties::IssueBounties;
use crate::runtime_calls::RuntimeCall;
use crate::types::{CompetitionStatus, IssueStatus, Treasury};
use ink::codegen::Env;
use ink::primitives::AccountId;

impl IssueBounties {
    pub(crate) fn do_harvest(&mut self) -> Result<(), Error> {
        let config = self.settings();
        // What the treasury cannot give now must not keep what is here from the issues.
        let refused = self.fetch(&config).err();
        let held = self.held(&config)?;
        let booked = self.allocated + self.unallocated;
        // What is over the books counts: also what was given to the contract directly. An earlier rounding of the chain is made up first.
        let received = held.saturating_sub(booked);
        self.unallocated += received;
        let before = (self.next_to_fund, self.unallocated);
        let funded = self.fill(config.harvest_step)?;
        let everything_filled = self.next_to_fund > self.issue_count;
        let unneeded = if everything_filled { core::mem::take(&mut self.unallocated) } else { 0 };
        if received == 0 && before == (self.next_to_fund, self.unallocated) {
            return Err(refused.unwrap_or(Error::NothingToDo));
        }
        let recycled = self.recycle(&config, None, unneeded)?;
        self.env().emit_event(Harvested { received, funded, recycled, unallocated: self.unallocated, refused });
        Ok(())
    }

    /// What the contract itself has behind the treasury's hotkey, without what miners have deposited there before it was the treasury's.
    fn held(&self, config: &Config) -> Result<u64, Error> {
        let stake = self.stake_of(config, config.treasury_hotkey, self.env().account_id())?;
        let collateral = self.collateral_behind(config.treasury_hotkey);
        Ok(stake.saturating_sub(collateral.deposited).saturating_sub(collateral.slashed))
    }

    /// What the treasury has earned and the contract has not fetched.
    fn pending_stake(&self, config: &Config) -> Result<u64, Error> {
        self.stake_of(config, config.treasury_hotkey, config.treasury_coldkey)
    }

    /// Moves the treasury's stake to the contract as the treasury coldkey's proxy.
    fn fetch(&self, config: &Config) -> Result<(), Error> {
        let pending = self.pending_stake(config)?;
        if pending == 0 {
            return Ok(());
        }
        let before = self.held(config)?;
        let transfer = RuntimeCall::transfer_of_treasury(
            config.treasury_coldkey,
            config.treasury_hotkey,
            self.env().account_id(),
            config.netuid,
            pending,
        );
        self.env().call_runtime(&transfer).map_err(|_| Error::ProxyCallFailed)?;
        // A proxy call succeeds even when the call inside it fails: only the stake itself tells.
        if self.held(config)? <= before {
            return Err(Error::TreasuryTransferFailed);
        }
        Ok(())
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
                let needed = issue.bounty - issue.funded;
                let amount = needed.min(self.unallocated);
                if amount == 0 {
                    break;
                }
                self.unallocated -= amount;
                self.allocated += amount;
                given += amount;
                issue.funded += amount;
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
            self.next_to_fund += 1;
        }
        Ok(given)
    }

    /// Recycles stake of the contract that the books have let go of. Answers how much the chain really recycled, which is less than
    /// asked when the chain has rounded the contract's stake down.
    pub(crate) fn recycle(&mut self, config: &Config, issue: Option<u32>, amount: u64) -> Result<u64, Error> {
        if amount == 0 {
            return Ok(0);
        }
        let recycled = self.recycle_behind(config, config.treasury_hotkey, amount)?;
        self.recycled += recycled;
        self.env().emit_event(AlphaRecycled { issue, amount: recycled });
        Ok(recycled)
    }

    /// Recycles stake of the contract behind a hotkey; answers how much, which is more than nothing and at most the amount.
    pub(crate) fn recycle_behind(&self, config: &Config, hotkey: AccountId, amount: u64) -> Result<u64, Error> {
        let recycled = self.env().extension().recycle_alpha(hotkey, config.netuid, amount)?.min(amount);
        if recycled == 0 {
            return Err(Error::NothingRecycled);
        }
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
        let CompetitionStatus::Won { winner, .. } = competition.status else {
            return Err(Error::NotSolved);
        };
        let (winner, loser) = competition.sides(winner);
        let amount = issue.funded;
        issue.status = IssueStatus::Paid;
        self.close(&issue);
        self.allocated -= amount;
        self.paid += amount;
        self.env().emit_event(BountyPaid {
            issue: id,
            competition: competition.id,
            hotkey: winner.hotkey,
            coldkey: winner.coldkey,
            amount,
        });
        let config = self.settings();
        self.pay(&config, config.treasury_hotkey, self.held(&config)?, winner.coldkey, amount)?;
        self.free_collateral(&competition, loser, competition.slash);
        Ok(())
    }

    /// Gives stake of the contract behind a hotkey to a coldkey, all of the amount or nothing. `held` is what there is.
    pub(crate) fn pay(
        &self,
        config: &Config,
        hotkey: AccountId,
        held: u64,
        coldkey: AccountId,
        amount: u64,
    ) -> Result<(), Error> {
        // The chain would pay less without a word if there were less.
        if held < amount {
            return Err(Error::NotEnoughHeld { held });
        }
        self.env().extension().transfer_stake(coldkey, hotkey, config.netuid, config.netuid, amount)?;
        Ok(())
    }

    /// Takes everything along to another treasury: what the old one earned, as far as it can still be fetched, and the contract's own
    /// stake behind the old hotkey.
    pub(crate) fn move_treasury(&mut self, old: &Config, new: &Config) -> Result<(), Error> {
        // A treasury that is out of order must not keep the contract from another; the event says what it still has.
        let _ = self.fetch(old);
        let left = self.pending_stake(old)?;
        let mut moved = 0;
        let held = self.held(old)?;
        if old.treasury_hotkey != new.treasury_hotkey && held > 0 {
            let before = self.held(new)?;
            let refused = self.env().extension().move_stake(
                old.treasury_hotkey,
                new.treasury_hotkey,
                old.netuid,
                new.netuid,
                held,
            );
            let after = self.held(new)?;
            moved = after.saturating_sub(before);
            // Dust that the chain does not move may stay; what the books promise may not.
            if self.held(old)? > 0 && after < self.allocated + self.unallocated {
                return Err(refused.err().map_or(Error::TreasuryNotMoved, Error::from));
            }
        }
        self.env().emit_event(TreasuryMoved {
            hotkey: new.treasury_hotkey,
            coldkey: new.treasury_coldkey,
            moved,
            left,
        });
        Ok(())
    }

    pub(crate) fn read_treasury(&self) -> Result<Treasury, Error> {
        let config = self.settings();
        Ok(Treasury {
            pending: self.pending_stake(&config)?,
            allocated: self.allocated,
            unallocated: self.unallocated,
            paid: self.paid,
            recycled: self.recycled,
            collateral: self.collateral,
            slashed: self.slashed,
            slashed_recycled: self.slashed_recycled,
        })
    }
}
