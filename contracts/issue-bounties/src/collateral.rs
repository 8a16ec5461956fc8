//! What miners put up to be allowed to compete. It is part of the pool behind the treasury's hotkey, so that what happens to a miner's hotkey
//! touches nobody's money.

use crate::config::{Config, BASIS_POINTS};
use crate::dust::{COVER, DUST};
use crate::errors::{Checked, Error, refuse};
use crate::events::{tell, CollateralDeposited, CollateralSlashed, CollateralWithdrawn};
use crate::issue_bounties::IssueBounties;
use crate::types::{Collateral, Competition, Competitor};
use ink::codegen::Env;
use ink::primitives::AccountId;

/// This share of an amount, rounded down.
pub(crate) fn share(amount: u64, basis_points: u16) -> u64 {
    let (one, share) = (u64::from(BASIS_POINTS), u64::from(basis_points));
    // The same as amount * share / one, and never too large.
    amount / one * share + amount % one * share / one
}

impl IssueBounties {
    #[inline(never)]
    pub(crate) fn do_deposit_collateral(&mut self, hotkey: AccountId, amount: u64) -> Checked<()> {
        if amount == 0 {
            return refuse(Error::ZeroAmount);
        }
        let config = self.settings();
        // While it is being set up, the owner could take everything with new code.
        if config.in_setup() {
            return refuse(Error::InSetup);
        }
        if hotkey == config.treasury_hotkey {
            return refuse(Error::ReservedHotkey { hotkey });
        }
        let coldkey = self.env().caller();
        let amount = self.receive(&config, hotkey, coldkey, amount)?;
        let mut collateral = self.collateral_of(hotkey, coldkey);
        collateral.deposited += amount;
        self.collateral += amount;
        self.write_collateral(hotkey, coldkey, &collateral);
        tell(CollateralDeposited { hotkey, coldkey, amount, deposited: collateral.deposited });
        Ok(())
    }

    /// Moves the caller's stake from behind its hotkey into the pool, by two calls of the chain: behind the treasury's hotkey as the caller's, and
    /// there to the contract. So the contract never has stake behind another hotkey: the chain would walk all of them in every later movement.
    /// Answers how much can be booked: the chain moves less where there is less, nobody else's stake may count, and what the pool lacks of its
    /// cover comes first.
    fn receive(&self, config: &Config, hotkey: AccountId, coldkey: AccountId, amount: u64) -> Checked<u64> {
        let (netuid, treasury) = (config.netuid, config.treasury_hotkey);
        let given_before = self.stake_of(config, hotkey, coldkey)?;
        let there_before = self.stake_of(config, treasury, coldkey)?;
        let held_before = self.held(config)?;
        self.env().extension().caller_move_stake(hotkey, treasury, netuid, netuid, amount)?;
        // What is left may read a rao less.
        let given = given_before.saturating_sub(self.stake_of(config, hotkey, coldkey)?).min(amount);
        let arrived = self.stake_of(config, treasury, coldkey)?.saturating_sub(there_before).min(given);
        if arrived == 0 {
            return refuse(Error::CollateralNotReceived);
        }
        self.env().extension().caller_transfer_stake(self.env().account_id(), treasury, netuid, netuid, arrived)?;
        let held = self.held(config)?;
        let pooled = held.saturating_sub(held_before).min(arrived);
        // What is neither the miner's nor in the pool would be lost to everybody.
        if pooled == 0 || pooled + DUST < given {
            return refuse(Error::CollateralNotReceived);
        }
        let covered = pooled.min(held.saturating_sub(self.booked() + COVER));
        // Nobody's deposit makes up for what others are owed.
        if covered == 0 || covered + DUST < given {
            return refuse(Error::NotEnoughHeld { held: held_before, needed: self.booked() });
        }
        Ok(covered)
    }

    #[inline(never)]
    pub(crate) fn do_withdraw_collateral(&mut self, hotkey: AccountId, amount: u64) -> Checked<()> {
        if amount == 0 {
            return refuse(Error::ZeroAmount);
        }
        let coldkey = self.env().caller();
        let mut collateral = self.collateral_of(hotkey, coldkey);
        let (deposited, free) = (collateral.deposited, collateral.free());
        if amount > deposited {
            return refuse(Error::NotEnoughCollateral { deposited });
        }
        if amount > free {
            return refuse(Error::CollateralLocked { free });
        }
        collateral.deposited -= amount;
        self.collateral -= amount;
        self.write_collateral(hotkey, coldkey, &collateral);
        tell(CollateralWithdrawn { hotkey, coldkey, amount, deposited: collateral.deposited });
        self.pay(&self.settings(), coldkey, amount)
    }

    /// Refuses a competitor that has too little free.
    pub(crate) fn ensure_collateral(&self, competitor: &Competitor, required: u64) -> Checked<()> {
        let free = self.collateral_of(competitor.hotkey, competitor.coldkey).free();
        if free < required {
            return refuse(Error::TooLittleCollateral { uid: competitor.uid, free, required });
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

    /// Frees a competitor's collateral of a competition but for what it costs, which is then free for issues.
    pub(crate) fn free_collateral(&mut self, competition: &Competition, competitor: &Competitor, cost: u64) {
        if competition.collateral == 0 {
            return;
        }
        let (hotkey, coldkey) = (competitor.hotkey, competitor.coldkey);
        let mut collateral = self.collateral_of(hotkey, coldkey);
        collateral.locked -= competition.collateral;
        collateral.deposited -= cost;
        self.write_collateral(hotkey, coldkey, &collateral);
        if cost > 0 {
            self.collateral -= cost;
            self.fresh += cost;
            self.slashed += cost;
            tell(CollateralSlashed {
                competition: competition.id,
                hotkey,
                coldkey,
                amount: cost,
                deposited: collateral.deposited,
            });
        }
    }

    fn write_collateral(&mut self, hotkey: AccountId, coldkey: AccountId, collateral: &Collateral) {
        if *collateral == Collateral::default() {
            self.collaterals.remove((hotkey, coldkey));
        } else {
            self.collaterals.insert((hotkey, coldkey), collateral);
        }
    }

    pub(crate) fn collateral_of(&self, hotkey: AccountId, coldkey: AccountId) -> Collateral {
        self.collaterals.get((hotkey, coldkey)).unwrap_or_default()
    }
}

/// What a competitor must have free for a bounty, and what losing costs of it. Whoever deposits the share of the bounty has enough, whatever the
/// chain's rounding takes of it.
pub(crate) fn required_collateral(config: &Config, bounty: u64) -> (u64, u64) {
    let required = share(bounty, config.collateral_bps).saturating_sub(DUST);
    (required, share(required, config.slash_bps))
}
