//! Stake that exists and cannot be moved: conviction locks, which follow stake to another coldkey, and registration
//! collateral, which stays behind its hotkey until the hotkey has earned it back. Every lock is for good here: it does not
//! shrink, and builds conviction.

use super::{
    pallet::*,
    types::{ColdkeyLock, LockState, MinerCollateralState, U64F64},
};
use alloc::vec::Vec;
use frame_support::{
    dispatch::DispatchResult,
    ensure,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::{Fortitude, Precision, Preservation},
    },
};

/// Blocks of a subnet's first year, in which conviction moves nothing.
const YEAR: u64 = 2_629_800;
/// The flag of an account that takes locked alpha.
const ACCEPTS_LOCKED_ALPHA: u128 = 1;

impl<T: Config> Pallet<T> {
    /// Alpha of a coldkey on a subnet behind all hotkeys.
    pub(crate) fn coldkey_alpha(coldkey: &T::AccountId, netuid: u16) -> u64 {
        StakingHotkeys::<T>::get(coldkey)
            .iter()
            .map(|hotkey| Self::stake_of(hotkey, coldkey, netuid))
            .fold(0u64, u64::saturating_add)
    }

    pub fn lock_of(coldkey: &T::AccountId, netuid: u16) -> Option<(T::AccountId, LockState)> {
        Lock::<T>::iter_prefix((coldkey, netuid)).next()
    }

    pub fn coldkey_lock(coldkey: &T::AccountId, netuid: u16) -> Option<ColdkeyLock> {
        Self::lock_of(coldkey, netuid).map(|(_, lock)| {
            let lock = Self::matured(lock);
            ColdkeyLock {
                locked_mass: lock.locked_mass,
                conviction_bits: lock.conviction.bits,
                last_update: lock.last_update,
            }
        })
    }

    /// (all, locked, what can be moved away) of a coldkey's alpha on a subnet. Collateral is in the first and in neither
    /// of the others, as on Subtensor.
    pub fn stake_availability(coldkey: &T::AccountId, netuid: u16) -> (u64, u64, u64) {
        let total = Self::coldkey_alpha(coldkey, netuid);
        let locked = Self::lock_of(coldkey, netuid).map_or(0, |(_, lock)| lock.locked_mass);
        let collateral = Self::coldkey_collateral(coldkey, netuid);
        (total, locked, total.saturating_sub(locked).saturating_sub(collateral))
    }

    pub(crate) fn collateral_of(netuid: u16, hotkey: &T::AccountId, coldkey: &T::AccountId) -> u64 {
        MinerCollateral::<T>::get((netuid, hotkey, coldkey)).map_or(0, |state| state.locked)
    }

    fn coldkey_collateral(coldkey: &T::AccountId, netuid: u16) -> u64 {
        StakingHotkeys::<T>::get(coldkey)
            .iter()
            .map(|hotkey| Self::collateral_of(netuid, hotkey, coldkey))
            .fold(0u64, u64::saturating_add)
    }

    /// Refuses to take more off a position than neither lock nor collateral holds.
    pub(crate) fn ensure_unlocked(
        hotkey: &T::AccountId,
        coldkey: &T::AccountId,
        netuid: u16,
        alpha: u64,
    ) -> DispatchResult {
        let (_, _, available) = Self::stake_availability(coldkey, netuid);
        ensure!(alpha <= available, Error::<T>::StakeUnavailable);
        Self::ensure_covers_collateral(hotkey, coldkey, netuid, alpha)
    }

    /// Refuses to take collateral off a position: free stake behind another hotkey does not make up for it.
    pub(crate) fn ensure_covers_collateral(
        hotkey: &T::AccountId,
        coldkey: &T::AccountId,
        netuid: u16,
        alpha: u64,
    ) -> DispatchResult {
        let free = Self::stake_of(hotkey, coldkey, netuid)
            .saturating_sub(Self::collateral_of(netuid, hotkey, coldkey));
        ensure!(alpha <= free, Error::<T>::StakeUnavailable);
        Ok(())
    }

    /// Locks that much more of a coldkey's alpha on a subnet, for a hotkey.
    pub(crate) fn do_lock_stake(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        netuid: u16,
        alpha: u64,
    ) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(alpha > 0, Error::<T>::AmountTooLow);
        ensure!(Self::hotkey_exists(hotkey), Error::<T>::HotKeyAccountNotExists);
        let locked = match Self::lock_of(coldkey, netuid) {
            Some((known, lock)) => {
                ensure!(known == *hotkey, Error::<T>::LockHotkeyMismatch);
                lock.locked_mass
            }
            None => 0,
        };
        let locked = locked.saturating_add(alpha);
        ensure!(Self::coldkey_alpha(coldkey, netuid) >= locked, Error::<T>::InsufficientStakeForLock);
        Self::set_lock(coldkey, netuid, hotkey, locked);
        Self::deposit_event(Event::StakeLocked {
            coldkey: coldkey.clone(),
            hotkey: hotkey.clone(),
            netuid,
            amount: alpha,
        });
        Ok(())
    }

    /// Puts another hotkey in a lock.
    pub(crate) fn do_move_lock(
        coldkey: &T::AccountId,
        destination_hotkey: &T::AccountId,
        netuid: u16,
    ) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(Self::hotkey_exists(destination_hotkey), Error::<T>::HotKeyAccountNotExists);
        let (origin_hotkey, lock) = Self::lock_of(coldkey, netuid).ok_or(Error::<T>::NoExistingLock)?;
        Self::set_lock(coldkey, netuid, &origin_hotkey, 0);
        Self::set_lock(coldkey, netuid, destination_hotkey, lock.locked_mass);
        Self::deposit_event(Event::LockMoved {
            coldkey: coldkey.clone(),
            origin_hotkey,
            destination_hotkey: destination_hotkey.clone(),
            netuid,
        });
        Ok(())
    }

    /// Writes a coldkey's lock on a subnet, and the hotkey's sum; nothing locked removes it. What it had of conviction stays
    /// with what stays locked.
    pub(crate) fn set_lock(coldkey: &T::AccountId, netuid: u16, hotkey: &T::AccountId, locked_mass: u64) {
        let before = Lock::<T>::get((coldkey, netuid, hotkey)).map(Self::matured);
        let (mass, conviction) = before.map_or((0, 0), |lock| (lock.locked_mass, lock.conviction.bits));
        let kept = match mass {
            0 => 0,
            _ => (conviction / u128::from(mass)).saturating_mul(locked_mass.min(mass).into()),
        };
        let last_update = Self::current_block();
        let state = |locked_mass: u64, conviction: u128| {
            (locked_mass > 0).then_some(LockState {
                locked_mass,
                conviction: U64F64 { bits: conviction },
                last_update,
            })
        };
        Lock::<T>::mutate_exists((coldkey, netuid, hotkey), |lock| *lock = state(locked_mass, kept));
        HotkeyLock::<T>::mutate_exists(netuid, hotkey, |sum| {
            let all = sum.take().map(Self::matured);
            let (masses, convictions) = all.map_or((0, 0), |sum| (sum.locked_mass, sum.conviction.bits));
            *sum = state(
                masses.saturating_sub(mass).saturating_add(locked_mass),
                convictions.saturating_sub(conviction).saturating_add(kept),
            );
        });
    }

    /// A lock as it is now. The part of it that has no conviction yet shrinks by one part in `MaturityRate` a block.
    fn matured(lock: LockState) -> LockState {
        let now = Self::current_block();
        let blocks = now.saturating_sub(lock.last_update);
        let whole = u128::from(lock.locked_mass) << 64;
        let missing = whole.saturating_sub(lock.conviction.bits);
        let left = scaled(missing, fading(MaturityRate::<T>::get(), blocks));
        let conviction = U64F64 { bits: whole.saturating_sub(left) };
        LockState { locked_mass: lock.locked_mass, conviction, last_update: now }
    }

    /// Makes the owner of the hotkey with the most conviction the subnet's owner. The subnet must be a year old, and the
    /// hotkey's own conviction over 18 % of its alpha.
    pub(crate) fn follow_conviction(netuid: u16, block: u64) {
        if block.saturating_sub(NetworkRegisteredAt::<T>::get(netuid)) < YEAR {
            return;
        }
        let matured = |lock| u128::from(Self::matured(lock).conviction.times(1));
        let locks: Vec<(u128, T::AccountId)> =
            HotkeyLock::<T>::iter_prefix(netuid).map(|(hotkey, lock)| (matured(lock), hotkey)).collect();
        let enough = u128::from(SubnetAlphaOut::<T>::get(netuid)).saturating_mul(18);
        if let Some((_, hotkey)) =
            locks.into_iter().max().filter(|(most, _)| most.saturating_mul(100) > enough)
        {
            let owner = Owner::<T>::get(&hotkey);
            if owner != SubnetOwner::<T>::get(netuid) {
                SubnetOwner::<T>::insert(netuid, owner);
                SubnetOwnerHotkey::<T>::insert(netuid, hotkey);
            }
        }
    }

    /// Before alpha goes to another coldkey: what is not free takes its lock along, if the receiver allows it.
    pub(crate) fn transfer_lock(
        from: &T::AccountId,
        to: &T::AccountId,
        to_hotkey: &T::AccountId,
        netuid: u16,
        alpha: u64,
    ) -> DispatchResult {
        if from == to {
            return Ok(());
        }
        let Some((hotkey, lock)) = Self::lock_of(from, netuid) else { return Ok(()) };
        let free = Self::coldkey_alpha(from, netuid).saturating_sub(lock.locked_mass);
        let follows = alpha.saturating_sub(free).min(lock.locked_mass);
        if follows == 0 {
            return Ok(());
        }
        let held = match Self::lock_of(to, netuid) {
            Some((theirs, held)) => {
                ensure!(theirs == *to_hotkey, Error::<T>::LockHotkeyMismatch);
                held.locked_mass
            }
            None => 0,
        };
        let accepts = AccountFlags::<T>::get(to) & ACCEPTS_LOCKED_ALPHA != 0;
        ensure!(accepts, Error::<T>::AccountRejectsLockedAlpha);
        Self::set_lock(from, netuid, &hotkey, lock.locked_mass.saturating_sub(follows));
        Self::set_lock(to, netuid, to_hotkey, held.saturating_add(follows));
        Ok(())
    }

    pub(crate) fn set_rejects_locked_alpha(coldkey: T::AccountId, enabled: bool) {
        AccountFlags::<T>::mutate_exists(&coldkey, |flags| {
            let others = flags.unwrap_or(0) & !ACCEPTS_LOCKED_ALPHA;
            let flag = if enabled { 0 } else { ACCEPTS_LOCKED_ALPHA };
            *flags = Some(others | flag).filter(|bits| *bits != 0);
        });
        Self::deposit_event(Event::RejectLockedAlphaUpdated { coldkey, enabled });
    }

    /// What a registration costs: (TAO that is burned, TAO that is staked as collateral).
    fn registration_price(netuid: u16, hotkey: &T::AccountId, coldkey: &T::AccountId) -> (u64, u64) {
        let cost = Burn::<T>::get(netuid);
        let share = u128::from(CollateralLockShare::<T>::get(netuid));
        let required = (u128::from(cost) * share / u128::from(u16::MAX)) as u64;
        let locked = Self::tao_for_alpha(netuid, Self::collateral_of(netuid, hotkey, coldkey));
        (cost.saturating_sub(required), required.saturating_sub(locked))
    }

    /// Pays for a registration; the share that is collateral becomes locked stake behind the hotkey.
    pub(crate) fn pay_registration(
        netuid: u16,
        hotkey: &T::AccountId,
        coldkey: &T::AccountId,
    ) -> DispatchResult {
        let (burned, bond) = Self::registration_price(netuid, hotkey, coldkey);
        let cost = burned.saturating_add(bond);
        T::Currency::burn_from(coldkey, cost, Preservation::Preserve, Precision::Exact, Fortitude::Polite)
            .map_err(|_| Error::<T>::BalanceWithdrawalError)?;
        TotalIssuance::<T>::mutate(|total| *total = total.saturating_sub(burned));
        let trade = Self::quote_buy(netuid, bond);
        Self::settle(netuid, &trade);
        let alpha = trade.brings;
        if alpha > 0 {
            Self::ensure_can_list(hotkey, coldkey, true)?;
            Self::increase_stake(hotkey, coldkey, netuid, alpha);
            SubnetAlphaOut::<T>::mutate(netuid, |out| *out = out.saturating_add(alpha));
            Self::add_collateral(netuid, hotkey, coldkey, alpha);
        }
        Ok(())
    }

    pub(crate) fn can_pay_registration(netuid: u16, hotkey: &T::AccountId, coldkey: &T::AccountId) -> bool {
        let (burned, bond) = Self::registration_price(netuid, hotkey, coldkey);
        let free = T::Currency::reducible_balance(coldkey, Preservation::Preserve, Fortitude::Polite);
        free >= burned.saturating_add(bond)
    }

    /// Locks alpha that is already staked as collateral.
    pub(crate) fn add_collateral(netuid: u16, hotkey: &T::AccountId, coldkey: &T::AccountId, alpha: u64) {
        let drain_ratio = CollateralDrainRatio::<T>::get(netuid);
        let before = MinerCollateral::<T>::get((netuid, hotkey, coldkey));
        let total_locked = before.as_ref().map_or(0, |state| state.locked).saturating_add(alpha);
        let state = MinerCollateralState {
            locked: total_locked,
            drain_ratio,
            min_locked: 0,
            earned: before.map_or(0, |state| state.earned),
        };
        MinerCollateral::<T>::insert((netuid, hotkey, coldkey), state);
        Self::deposit_event(Event::CollateralLocked {
            netuid,
            hotkey: hotkey.clone(),
            locked: alpha,
            total_locked,
        });
    }

    /// Lets go of as much collateral as the hotkey earned, times the ratio at its registration.
    pub(crate) fn settle_collateral(netuid: u16, hotkey: &T::AccountId, coldkey: &T::AccountId, earned: u64) {
        if earned == 0 {
            return;
        }
        MinerCollateral::<T>::mutate_exists((netuid, hotkey, coldkey), |kept| {
            let Some(state) = kept else { return };
            state.earned = state.earned.saturating_add(earned);
            state.locked = state.locked.saturating_sub(state.drain_ratio.times(earned));
            if state.locked == 0 {
                *kept = None;
            }
        });
    }
}

/// e^(-blocks / rate), of 2⁶⁴.
fn fading(rate: u64, blocks: u64) -> u128 {
    const ONE: u128 = 1 << 64;
    let rate = u128::from(rate.max(1));
    // One block's factor: three terms of the series, of which the next is below 2⁻⁶⁴ for every rate that occurs.
    let first = ONE / rate;
    let second = first / rate / 2;
    let (mut power, mut base, mut left) = (ONE, ONE - first + second - second / rate / 3, blocks);
    while left > 0 {
        if left & 1 == 1 {
            power = scaled(power, base);
        }
        base = scaled(base, base);
        left >>= 1;
    }
    power
}

/// The product of a number and a fraction of 2⁶⁴, rounded down.
fn scaled(value: u128, fraction: u128) -> u128 {
    const LOW: u128 = u64::MAX as u128;
    if fraction > LOW {
        return value;
    }
    (value >> 64) * fraction + (((value & LOW) * fraction) >> 64)
}
