//! The money: one pool of the contract's own stake behind the treasury's hotkey. What is in it is booked as `allocated` to issues, free (`fresh` or
//! `aged`) or `collateral`. Nothing but a harvest asks the chain to recycle, so no verdict waits for that.

use crate::config::Config;
use crate::dust::{COVER, DUST};
use crate::errors::{Checked, Error, refuse};
use crate::events::{tell, BountyFunded, BountyPaid, Harvested, TreasuryMoved};
use crate::issue_bounties::IssueBounties;
use crate::runtime_calls::RuntimeCall;
use crate::types::{Competition, CompetitionStatus, Issue, IssueStatus, Treasury};
use ink::codegen::Env;
use ink::primitives::AccountId;

/// The chain moves no stake that is worth less, in rao of TAO.
const LEAST_WORTH: u128 = 2_000_000;
/// How many rao are one.
const ONE: u128 = 1_000_000_000;

/// What alpha is worth in rao of TAO, at a price for one alpha.
fn worth(amount: u64, price: u64) -> u128 {
    u128::from(amount) * u128::from(price) / ONE
}

impl IssueBounties {
    #[inline(never)]
    pub(crate) fn do_harvest(&mut self) -> Checked<()> {
        let config = self.settings();
        // What the chain refuses here must not keep what is at hand from the issues.
        let (fetched, fetch_refused) = match self.fetch(&config) {
            Ok(fetched) => (fetched, None),
            Err(refusal) => (false, Some(refusal.into())),
        };
        // Whatever is over the books and their cover counts, also what was given to the contract directly.
        let received = self.held(&config)?.saturating_sub(self.booked() + COVER);
        self.fresh += received;
        let (next_before, turned_before) = (self.next_to_fund, self.aged_at);
        let funded = if config.in_setup() { 0 } else { self.fill(config.harvest_step)? };
        let (recycled, recycling_refused) = match self.turn(&config) {
            Ok(recycled) => (recycled, None),
            Err(refusal) => (0, Some(refusal.into())),
        };
        let moved = fetched || received > 0 || funded > 0 || self.aged_at != turned_before;
        if !moved && self.next_to_fund == next_before {
            return refuse(fetch_refused.or(recycling_refused).unwrap_or(Error::NothingToDo));
        }
        tell(Harvested {
            received,
            funded,
            recycled,
            fresh: self.fresh,
            aged: self.aged,
            fetch_refused,
            recycling_refused,
        });
        Ok(())
    }

    /// What has waited long enough is recycled, and what came free since waits as long. Each lot so waits once to twice the time, whenever harvests
    /// come. Not while an issue may still want it. Answers how much was recycled.
    fn turn(&mut self, config: &Config) -> Checked<u64> {
        let now = self.env().block_number();
        let waits = now - self.aged_at < config.recycle_after || self.next_to_fund <= self.issue_count;
        if config.in_setup() || self.fresh + self.aged == 0 || waits {
            return Ok(0);
        }
        let recycled = self.recycle_aged(config)?;
        self.aged += core::mem::take(&mut self.fresh);
        self.aged_at = now;
        Ok(recycled)
    }

    /// The contract's own stake behind the treasury's hotkey, as the chain has it.
    pub(crate) fn held(&self, config: &Config) -> Checked<u64> {
        self.stake_of(config, config.treasury_hotkey, self.env().account_id())
    }

    /// What the contract must hold.
    pub(crate) fn booked(&self) -> u64 {
        self.allocated + self.fresh + self.aged + self.collateral
    }

    /// What the treasury has earned and the contract has not fetched.
    fn pending_stake(&self, config: &Config) -> Checked<u64> {
        self.stake_of(config, config.treasury_hotkey, config.treasury_coldkey)
    }

    /// How much of it the chain lets go.
    pub(crate) fn fetchable(&self, config: &Config) -> Checked<u64> {
        let pending = self.pending_stake(config)?;
        // A chain that cannot say how much is free may still move everything.
        let free = match self.env().extension().get_stake_availability(config.treasury_coldkey, config.netuid) {
            Ok(stake) => pending.min(stake.available),
            Err(_) => pending,
        };
        Ok(if self.is_movable(config, free) { free } else { 0 })
    }

    /// Whether the chain moves so little: it asks for a least worth in TAO. A chain that cannot say the price may still move it.
    pub(crate) fn is_movable(&self, config: &Config, amount: u64) -> bool {
        let price = self.env().extension().get_alpha_price(config.netuid);
        price.map_or(true, |price| worth(amount, price) >= LEAST_WORTH)
    }

    /// Moves the treasury's stake to the contract as the treasury coldkey's proxy, as far as the chain lets it go. Answers whether there was any.
    fn fetch(&self, config: &Config) -> Checked<bool> {
        let amount = self.fetchable(config)?;
        if amount == 0 {
            return Ok(false);
        }
        let before = self.held(config)?;
        let transfer = RuntimeCall::transfer_of_treasury(
            config.treasury_coldkey,
            config.treasury_hotkey,
            self.env().account_id(),
            config.netuid,
            amount,
        );
        self.env().call_runtime(&transfer).map_err(|_| Error::ProxyCallFailed)?;
        self.ensure_more_held(config, before)?;
        Ok(true)
    }

    /// A proxy call succeeds even when the call inside it fails: only the stake itself tells.
    pub(crate) fn ensure_more_held(&self, config: &Config, before: u64) -> Checked<()> {
        if self.held(config)? > before {
            Ok(())
        } else {
            refuse(Error::TreasuryTransferFailed)
        }
    }

    /// Fills issues in order, looking at no more than `step` of them. Answers how much they got.
    fn fill(&mut self, step: u32) -> Checked<u64> {
        let mut given: u64 = 0;
        for _ in 0..step {
            if self.next_to_fund > self.issue_count {
                break;
            }
            let mut issue = self.issues.get(self.next_to_fund).ok_or(Error::UnknownIssue { issue: self.next_to_fund })?;
            if issue.status == IssueStatus::Funding {
                let needed = issue.bounty - issue.funded;
                let amount = needed.min(self.aged + self.fresh);
                if amount == 0 {
                    break;
                }
                // What has waited longest goes first.
                let aged = amount.min(self.aged);
                self.aged -= aged;
                self.fresh -= amount - aged;
                self.allocated += amount;
                given += amount;
                issue.funded += amount;
                if issue.funded == issue.bounty {
                    issue.status = IssueStatus::Open;
                }
                self.issues.insert(issue.id, &issue);
                tell(BountyFunded {
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

    /// Recycles what has waited, but for dust. Answers how much that was. What the pool lacks of its cover is kept, so that the money of issues and
    /// miners stays whole.
    fn recycle_aged(&mut self, config: &Config) -> Checked<u64> {
        if self.aged <= DUST {
            return Ok(0);
        }
        let held = self.held(config)?;
        let amount = held.saturating_sub(self.booked() - self.aged + COVER);
        if amount == 0 {
            return refuse(Error::NotEnoughHeld { held, needed: self.booked() });
        }
        self.env().extension().recycle_alpha(config.treasury_hotkey, config.netuid, amount)?;
        // The stake itself tells how much it was.
        let gone = held.saturating_sub(self.held(config)?);
        if gone == 0 {
            return refuse(Error::NothingRecycled);
        }
        let recycled = if gone + DUST < amount { gone } else { amount };
        self.aged = if recycled + DUST < self.aged { self.aged - recycled } else { 0 };
        self.recycled += recycled;
        Ok(recycled)
    }

    /// A solved issue that is not paid, its competition, and which competitor won.
    pub(crate) fn won_issue(&self, id: u32) -> Checked<(Issue, Competition, u8)> {
        let issue = self.known_issue(id)?;
        let not_solved = Error::NotSolved { issue: id };
        match issue.status {
            IssueStatus::Solved => {}
            IssueStatus::Paid => return refuse(Error::AlreadyPaid { issue: id }),
            _ => return refuse(not_solved),
        }
        let competition = self.competition_of(&issue).ok_or(not_solved.clone())?;
        let CompetitionStatus::Won { winner, .. } = competition.status else {
            return refuse(not_solved);
        };
        Ok((issue, competition, winner))
    }

    #[inline(never)]
    pub(crate) fn do_payout(&mut self, id: u32) -> Checked<()> {
        let (mut issue, competition, winner) = self.won_issue(id)?;
        let (amount, coldkey) = (issue.funded, self.payee_of(&competition, winner));
        let hotkey = competition.sides(winner).0.hotkey;
        issue.status = IssueStatus::Paid;
        self.close(&issue);
        self.allocated -= amount;
        self.won -= amount;
        self.paid += amount;
        tell(BountyPaid { issue: id, competition: competition.id, hotkey, coldkey, amount });
        self.pay(&self.settings(), coldkey, amount)
    }

    /// Gives stake of the pool to a coldkey: all of an amount that the books have let go, but for dust, or an error that reverts the message. The
    /// stake stays behind the treasury's hotkey.
    pub(crate) fn pay(&self, config: &Config, coldkey: AccountId, amount: u64) -> Checked<()> {
        let held = self.held(config)?;
        // What the pool lacks of its cover is kept. Where it lacks more than dust, this payment is not to wait for all others.
        let sent = amount.min(held.saturating_sub(self.booked() + COVER)).max(amount.saturating_sub(DUST));
        if held < sent {
            return refuse(Error::NotEnoughHeld { held, needed: amount });
        }
        self.env()
            .extension()
            .transfer_stake(coldkey, config.treasury_hotkey, config.netuid, config.netuid, sent)
            .map_err(|error| Error::PaymentRefused { error })?;
        // The chain pays less without an error if less can be moved.
        let moved = held.saturating_sub(self.held(config)?);
        if moved + DUST < sent {
            return refuse(Error::PaymentIncomplete { moved });
        }
        Ok(())
    }

    /// Takes everything along to another treasury: what the old one earned, as far as it can still be fetched, and the contract's own
    /// stake behind the old hotkey. Refused if more than dust of that is left behind where no message looks for it again.
    pub(crate) fn move_treasury(&mut self, old: &Config, new: &Config) -> Checked<()> {
        // What somebody gave and nobody has harvested may stay, so that a gift too small to be moved does not bar the way.
        let gift = self.held(old)?.saturating_sub(self.booked());
        // A treasury that is out of order must not keep the contract from another; the event says what it still has.
        let _ = self.fetch(old);
        let left = self.pending_stake(old)?;
        let mut moved: u64 = 0;
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
            let stays = self.held(old)?;
            if stays > gift.max(DUST) || moved + stays + DUST < held {
                // What is worth too little to be moved bars nobody's way.
                if moved > 0 || self.is_movable(old, held) {
                    return refuse(refused.err().map_or(Error::TreasuryNotMoved, Error::from));
                }
                self.write_off(stays.saturating_sub(gift));
            }
        }
        tell(TreasuryMoved {
            hotkey: new.treasury_hotkey,
            coldkey: new.treasury_coldkey,
            moved,
            left,
        });
        Ok(())
    }

    /// Strikes so much of what is free off the books. What is owed to miners or issues stays in them, and the next income makes up for it.
    fn write_off(&mut self, amount: u64) {
        let aged = amount.min(self.aged);
        self.aged -= aged;
        self.fresh -= self.fresh.min(amount - aged);
    }

    pub(crate) fn read_treasury(&self) -> Checked<Treasury> {
        let config = self.settings();
        Ok(Treasury {
            pending: self.pending_stake(&config)?,
            pending_available: self.fetchable(&config)?,
            held: self.held(&config)?,
            allocated: self.allocated,
            fresh: self.fresh,
            aged: self.aged,
            aged_at: self.aged_at,
            collateral: self.collateral,
            paid: self.paid,
            recycled: self.recycled,
            slashed: self.slashed,
        })
    }
}
