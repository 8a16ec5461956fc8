//! What miners put up to be allowed to compete. It stands behind their own hotkeys, apart from the bounties' money.

use crate::config::{Config, BASIS_POINTS};
use crate::errors::Error;
use crate::events::{
    CollateralDeposited, CollateralRecycled, CollateralRecyclingFailed, CollateralSlashed, CollateralWithdrawn,
};
use crate::issue_bounties::IssueBounties;
use crate::types::{Collateral, CollateralSums, Competition, Competitor};
use ink::codegen::Env;
use ink::prelude::vec::Vec;
use ink::primitives::AccountId;

/// How many miners one view answers for: a subnet's.
const MOST_MINERS: usize = 256;

/// This share of an amount, rounded down.
pub(crate) fn share(amount: u64, basis_points: u16) -> u64 {
    let (one, share) = (u64::from(BASIS_POINTS), u64::from(basis_points));
    // The same as amount * share / one, and never too large.
    amount / one * share + amount % one * share / one
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
        let given = self.stake_of(&config, hotkey, coldkey)?;
        let held = self.stake_of(&config, hotkey, contract)?;
        self.env().extension().caller_transfer_stake(contract, hotkey, config.netuid, config.netuid, amount)?;
        // Only what the caller itself gave and what has arrived: the chain moves less where there is less, and must never move another's.
        let given = given.saturating_sub(self.stake_of(&config, hotkey, coldkey)?);
        let amount = self.stake_of(&config, hotkey, contract)?.saturating_sub(held).min(given);
        if amount == 0 {
            return Err(Error::CollateralNotReceived);
        }
        let mut collateral = self.collateral_of(hotkey, coldkey);
        let mut behind = self.collateral_behind(hotkey);
        collateral.deposited += amount;
        behind.deposited += amount;
        self.collateral += amount;
        self.collateral_sums.insert(hotkey, &behind);
        self.write_collateral(hotkey, coldkey, &collateral);
        self.env().emit_event(CollateralDeposited { hotkey, coldkey, amount, deposited: collateral.deposited });
        Ok(())
    }

    pub(crate) fn do_withdraw_collateral(&mut self, hotkey: AccountId, amount: u64) -> Result<(), Error> {
        if amount == 0 {
            return Err(Error::ZeroAmount);
        }
        let coldkey = self.env().caller();
        let mut collateral = self.collateral_of(hotkey, coldkey);
        let (deposited, free) = (collateral.deposited, collateral.free());
        if amount > deposited {
            return Err(Error::NotEnoughCollateral { deposited });
        }
        if amount > free {
            return Err(Error::CollateralLocked { free });
        }
        self.take_collateral(hotkey, &mut collateral, amount, 0);
        self.write_collateral(hotkey, coldkey, &collateral);
        self.env().emit_event(CollateralWithdrawn { hotkey, coldkey, amount, deposited: collateral.deposited });
        let config = self.settings();
        let held = self.stake_of(&config, hotkey, self.env().account_id())?;
        self.pay(&config, hotkey, held, coldkey, amount)
    }

    pub(crate) fn do_recycle_slashed(&mut self, hotkey: AccountId) -> Result<(), Error> {
        let mut behind = self.collateral_behind(hotkey);
        if behind.slashed == 0 {
            return Err(Error::NothingSlashed);
        }
        let amount = self.recycle_behind(&self.settings(), hotkey, behind.slashed)?;
        behind.slashed -= amount;
        self.slashed -= amount;
        self.slashed_recycled += amount;
        self.collateral_sums.insert(hotkey, &behind);
        self.env().emit_event(CollateralRecycled { hotkey, amount });
        Ok(())
    }

    /// Refuses a competitor that has too little free.
    pub(crate) fn ensure_collateral(&self, competitor: &Competitor, required: u64) -> Result<(), Error> {
        if self.collateral_of(competitor.hotkey, competitor.coldkey).free() < required {
            return Err(Error::TooLittleCollateral { uid: competitor.uid, required });
        }
        Ok(())
    }

    /// Binds a competitor's collateral to a competition.
    pub(crate) fn lock_collateral(&mut self, competition: &Competition, competitor: &Competitor) {
        let (hotkey, coldkey) = (competitor.hotkey, competitor.coldkey);
        let mut collateral = self.collateral_of(hotkey, coldkey);
        collateral.locked += competition.collateral;
        self.write_collateral(hotkey, coldkey, &collateral);
    }

    /// Frees a competitor's collateral of a competition but for what it costs, which is recycled. That the chain refuses to recycle
    /// must not keep anybody from being paid: then it waits.
    pub(crate) fn free_collateral(&mut self, competition: &Competition, competitor: &Competitor, cost: u64) {
        if competition.collateral == 0 {
            return;
        }
        let (hotkey, coldkey) = (competitor.hotkey, competitor.coldkey);
        let mut collateral = self.collateral_of(hotkey, coldkey);
        collateral.locked -= competition.collateral;
        if cost > 0 {
            let waiting = self.take_collateral(hotkey, &mut collateral, cost, cost);
            self.env().emit_event(CollateralSlashed {
                competition: competition.id,
                hotkey,
                coldkey,
                amount: cost,
                deposited: collateral.deposited,
            });
            if let Err(error) = self.do_recycle_slashed(hotkey) {
                self.env().emit_event(CollateralRecyclingFailed { hotkey, amount: waiting, error });
            }
        }
        self.write_collateral(hotkey, coldkey, &collateral);
    }

    /// Takes from what a miner has deposited. Answers what waits to be recycled behind the hotkey, `slashed` of it now.
    fn take_collateral(&mut self, hotkey: AccountId, collateral: &mut Collateral, amount: u64, slashed: u64) -> u64 {
        let mut behind = self.collateral_behind(hotkey);
        collateral.deposited -= amount;
        behind.deposited -= amount;
        behind.slashed += slashed;
        self.collateral -= amount;
        self.slashed += slashed;
        self.collateral_sums.insert(hotkey, &behind);
        behind.slashed
    }

    fn write_collateral(&mut self, hotkey: AccountId, coldkey: AccountId, collateral: &Collateral) {
        if *collateral == Collateral::default() {
            self.collaterals.remove((hotkey, coldkey));
        } else {
            self.collaterals.insert((hotkey, coldkey), collateral);
        }
    }

    fn collateral_of(&self, hotkey: AccountId, coldkey: AccountId) -> Collateral {
        self.collaterals.get((hotkey, coldkey)).unwrap_or_default()
    }

    /// The sums of the collateral behind one hotkey.
    pub(crate) fn collateral_behind(&self, hotkey: AccountId) -> CollateralSums {
        self.collateral_sums.get(hotkey).unwrap_or_default()
    }

    pub(crate) fn list_collateral(&self, miners: Vec<(AccountId, AccountId)>) -> Vec<Collateral> {
        miners.into_iter().take(MOST_MINERS).map(|(hotkey, coldkey)| self.collateral_of(hotkey, coldkey)).collect()
    }
}

/// What a competitor must have free for a bounty, and what losing costs of it.
pub(crate) fn required_collateral(config: &Config, bounty: u64) -> (u64, u64) {
    let required = share(bounty, config.collateral_bps);
    (required, share(required, config.slash_bps))
}
