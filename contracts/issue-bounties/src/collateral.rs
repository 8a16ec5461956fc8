//! What miners put up to be allowed to compete. It stands behind their own hotkeys, apart from the bounties' money.

use crate::config::{Config, BASIS_POINTS};
use crate::errors::Error;
use crate::events::{
    CollateralDeposited, CollateralRecycled, CollateralRecyclingFailed, CollateralSlashed, CollateralWithdrawn,
};
use crate::issue_bounties::IssueBounties;
use crate::types::{Collateral, CollateralTotals, Competition, Competitor};
use ink::codegen::Env;
use ink::prelude::vec::Vec;
use ink::primitives::AccountId;

/// How many miners one view answers for: a subnet's.
const MOST_MINERS: usize = 256;

/// This share of an amount, rounded down.
pub(crate) fn share(amount: u64, basis_points: u16) -> Result<u64, Error> {
    u128::from(amount)
        .saturating_mul(u128::from(basis_points))
        .checked_div(u128::from(BASIS_POINTS))
        .and_then(|share| u64::try_from(share).ok())
        .ok_or(Error::Overflow)
}

fn add(sum: &mut u64, amount: u64) -> Result<(), Error> {
    *sum = sum.checked_add(amount).ok_or(Error::Overflow)?;
    Ok(())
}

fn take(sum: &mut u64, amount: u64) -> Result<(), Error> {
    *sum = sum.checked_sub(amount).ok_or(Error::Overflow)?;
    Ok(())
}

impl IssueBounties {
    pub(crate) fn do_deposit_collateral(&mut self, hotkey: AccountId, amount: u64) -> Result<(), Error> {
        if amount == 0 {
            return Err(Error::ZeroAmount);
        }
        let config = self.settings();
        if hotkey == config.treasury_hotkey {
            return Err(Error::CollateralBehindTreasury);
        }
        let (coldkey, contract) = (self.env().caller(), self.env().account_id());
        let before = (self.stake_of(&config, hotkey, coldkey)?, self.stake_of(&config, hotkey, contract)?);
        self.env().extension().caller_transfer_stake(contract, hotkey, config.netuid, config.netuid, amount)?;
        let after = (self.stake_of(&config, hotkey, coldkey)?, self.stake_of(&config, hotkey, contract)?);
        // Only what the caller itself gave and what has arrived: the chain moves less where there is less, and must never move another's.
        let amount = before.0.saturating_sub(after.0).min(after.1.saturating_sub(before.1));
        if amount == 0 {
            return Err(Error::CollateralNotReceived);
        }
        let deposited = self.book_collateral(hotkey, coldkey, |sum| add(sum, amount))?.deposited;
        self.env().emit_event(CollateralDeposited { hotkey, coldkey, amount, deposited });
        Ok(())
    }

    pub(crate) fn do_withdraw_collateral(&mut self, hotkey: AccountId, amount: u64) -> Result<(), Error> {
        if amount == 0 {
            return Err(Error::ZeroAmount);
        }
        let coldkey = self.env().caller();
        let Collateral { deposited, .. } = self.collateral_of(hotkey, coldkey);
        if amount > deposited {
            return Err(Error::NotEnoughCollateral { deposited });
        }
        let free = self.free_collateral(hotkey, coldkey);
        if amount > free {
            return Err(Error::CollateralLocked { free });
        }
        let deposited = self.book_collateral(hotkey, coldkey, |sum| take(sum, amount))?.deposited;
        self.env().emit_event(CollateralWithdrawn { hotkey, coldkey, amount, deposited });
        let config = self.settings();
        let held = self.stake_of(&config, hotkey, self.env().account_id())?;
        self.pay(&config, hotkey, held, coldkey, amount)
    }

    pub(crate) fn do_recycle_slashed(&mut self, hotkey: AccountId) -> Result<u64, Error> {
        let config = self.settings();
        let mut behind = self.collateral_behind(hotkey);
        if behind.slashed == 0 {
            return Err(Error::NothingSlashed);
        }
        let asked = behind.slashed;
        let recycled = self.env().extension().recycle_alpha(hotkey, config.netuid, asked)?.min(asked);
        if recycled == 0 {
            return Err(Error::NothingRecycled);
        }
        let mut all = self.collateral_totals();
        for sums in [&mut behind, &mut all] {
            take(&mut sums.slashed, recycled)?;
            add(&mut sums.recycled, recycled)?;
        }
        self.collateral_sums.insert(hotkey, &behind);
        self.all_collateral.set(&all);
        self.env().emit_event(CollateralRecycled { hotkey, amount: recycled });
        Ok(recycled)
    }

    /// Refuses a competitor that has too little free.
    pub(crate) fn ensure_collateral(&self, competitor: &Competitor, required: u64) -> Result<(), Error> {
        let Competitor { hotkey, coldkey, .. } = *competitor;
        let free = self.free_collateral(hotkey, coldkey);
        if free < required {
            return Err(Error::TooLittleCollateral { hotkey, required, free });
        }
        Ok(())
    }

    /// Binds a competitor's collateral to a competition.
    pub(crate) fn lock_collateral(&mut self, competition: &Competition, competitor: &Competitor) -> Result<(), Error> {
        if competition.collateral == 0 {
            return Ok(());
        }
        let miner = (competitor.hotkey, competitor.coldkey);
        let mut collateral = self.collateral_of(miner.0, miner.1);
        add(&mut collateral.locked, competition.collateral)?;
        self.collaterals.insert(miner, &collateral);
        Ok(())
    }

    /// Frees a competitor's collateral of a competition.
    pub(crate) fn free_of(&mut self, competition: &Competition, competitor: &Competitor) -> Result<(), Error> {
        if competition.collateral == 0 {
            return Ok(());
        }
        let miner = (competitor.hotkey, competitor.coldkey);
        let mut collateral = self.collateral_of(miner.0, miner.1);
        take(&mut collateral.locked, competition.collateral)?;
        self.collaterals.insert(miner, &collateral);
        Ok(())
    }

    /// Frees a competitor's collateral of a competition but for what losing it costs, which is recycled. That the chain refuses to
    /// recycle must not keep anybody from being paid: then it waits.
    pub(crate) fn slash(&mut self, competition: &Competition, competitor: &Competitor) -> Result<(), Error> {
        self.free_of(competition, competitor)?;
        let (Competitor { hotkey, coldkey, .. }, amount) = (*competitor, competition.slash);
        if amount == 0 {
            return Ok(());
        }
        let deposited = self.book_collateral(hotkey, coldkey, |sum| take(sum, amount))?.deposited;
        let mut behind = self.collateral_behind(hotkey);
        let mut all = self.collateral_totals();
        add(&mut behind.slashed, amount)?;
        add(&mut all.slashed, amount)?;
        self.collateral_sums.insert(hotkey, &behind);
        self.all_collateral.set(&all);
        self.env().emit_event(CollateralSlashed { competition: competition.id, hotkey, coldkey, amount, deposited });
        if let Err(error) = self.do_recycle_slashed(hotkey) {
            self.env().emit_event(CollateralRecyclingFailed { hotkey, amount: behind.slashed, error });
        }
        Ok(())
    }

    /// Changes what a miner has deposited, and the sums with it.
    fn book_collateral(
        &mut self,
        hotkey: AccountId,
        coldkey: AccountId,
        change: impl Fn(&mut u64) -> Result<(), Error>,
    ) -> Result<Collateral, Error> {
        let mut collateral = self.collateral_of(hotkey, coldkey);
        let mut behind = self.collateral_behind(hotkey);
        let mut all = self.collateral_totals();
        for sum in [&mut collateral.deposited, &mut behind.deposited, &mut all.deposited] {
            change(sum)?;
        }
        if collateral == Collateral::default() {
            self.collaterals.remove((hotkey, coldkey));
        } else {
            self.collaterals.insert((hotkey, coldkey), &collateral);
        }
        self.collateral_sums.insert(hotkey, &behind);
        self.all_collateral.set(&all);
        Ok(collateral)
    }

    pub(crate) fn collateral_of(&self, hotkey: AccountId, coldkey: AccountId) -> Collateral {
        self.collaterals.get((hotkey, coldkey)).unwrap_or_default()
    }

    fn free_collateral(&self, hotkey: AccountId, coldkey: AccountId) -> u64 {
        let Collateral { deposited, locked } = self.collateral_of(hotkey, coldkey);
        deposited.saturating_sub(locked)
    }

    /// The sums of the collateral behind one hotkey.
    pub(crate) fn collateral_behind(&self, hotkey: AccountId) -> CollateralTotals {
        self.collateral_sums.get(hotkey).unwrap_or_default()
    }

    pub(crate) fn collateral_totals(&self) -> CollateralTotals {
        self.all_collateral.get().unwrap_or_default()
    }

    pub(crate) fn list_collateral(&self, miners: Vec<(AccountId, AccountId)>) -> Vec<Collateral> {
        miners.into_iter().take(MOST_MINERS).map(|(hotkey, coldkey)| self.collateral_of(hotkey, coldkey)).collect()
    }

    /// What a competitor must have free for a bounty, and what losing costs of it.
    pub(crate) fn required_collateral(config: &Config, bounty: u64) -> Result<(u64, u64), Error> {
        let required = share(bounty, config.collateral_bps)?;
        Ok((required, share(required, config.slash_bps)?))
    }
}
