//! Stake as it is kept: for each hotkey and subnet a pool, and each coldkey's shares of it.

use super::{costs::MAX_STAKING_HOTKEYS, pallet::*};
use alloc::vec::Vec;
use frame_support::{dispatch::DispatchResult, ensure};
use share_pool::{SafeFloat, SharePool};

impl<T: Config> Pallet<T> {
    fn pool(hotkey: &T::AccountId, netuid: u16) -> SharePool {
        let old = TotalHotkeyShares::<T>::try_get(hotkey, netuid).map(|shares| SafeFloat::fixed(shares.bits));
        SharePool {
            total: TotalHotkeyAlpha::<T>::get(hotkey, netuid),
            shares: old.unwrap_or_else(|()| TotalHotkeySharesV2::<T>::get(hotkey, netuid)),
            epoch: AlphaSharePoolEpoch::<T>::get(hotkey, netuid),
        }
    }

    /// Whether an account's shares are of a pool that was closed since.
    fn is_over(hotkey: &T::AccountId, coldkey: &T::AccountId, netuid: u16) -> bool {
        let epoch = AlphaSharePoolEpoch::<T>::get(hotkey, netuid);
        epoch != 0 && AlphaShareEpoch::<T>::get((hotkey, coldkey, netuid)) != epoch
    }

    fn shares(hotkey: &T::AccountId, coldkey: &T::AccountId, netuid: u16) -> Option<SafeFloat> {
        let old = Alpha::<T>::try_get((hotkey, coldkey, netuid)).map(|shares| SafeFloat::fixed(shares.bits));
        old.or_else(|()| AlphaV2::<T>::try_get((hotkey, coldkey, netuid)))
            .ok()
            .filter(|own| own.is_zero() || !Self::is_over(hotkey, coldkey, netuid))
    }

    /// Writes both in the present format. What is 0 is removed.
    fn set_shares(
        hotkey: &T::AccountId,
        coldkey: &T::AccountId,
        netuid: u16,
        pool: &SharePool,
        own: SafeFloat,
    ) {
        let kept = |shares: SafeFloat| (!shares.is_zero()).then_some(shares);
        TotalHotkeyShares::<T>::remove(hotkey, netuid);
        TotalHotkeySharesV2::<T>::mutate_exists(hotkey, netuid, |shares| *shares = kept(pool.shares));
        Alpha::<T>::remove((hotkey, coldkey, netuid));
        AlphaV2::<T>::mutate_exists((hotkey, coldkey, netuid), |shares| *shares = kept(own));
        if pool.epoch > 0 {
            AlphaSharePoolEpoch::<T>::insert(hotkey, netuid, pool.epoch);
            let epoch = kept(own).map(|_| pool.epoch);
            AlphaShareEpoch::<T>::mutate_exists((hotkey, coldkey, netuid), |kept| *kept = epoch);
        }
        Self::set_total(hotkey, netuid, pool.total);
    }

    fn set_total(hotkey: &T::AccountId, netuid: u16, total: u64) {
        TotalHotkeyAlpha::<T>::mutate_exists(hotkey, netuid, |kept| *kept = (total > 0).then_some(total));
    }

    /// Alpha of (hotkey, coldkey) on a subnet.
    pub fn stake_of(hotkey: &T::AccountId, coldkey: &T::AccountId, netuid: u16) -> u64 {
        Self::shares(hotkey, coldkey, netuid).map_or(0, |own| Self::pool(hotkey, netuid).worth(own))
    }

    /// (coldkey, netuid) of everyone who has shares of a hotkey's pools, sorted.
    pub(crate) fn holders(hotkey: &T::AccountId) -> Vec<(T::AccountId, u16)> {
        let old = Alpha::<T>::iter_key_prefix((hotkey,));
        let mut holders: Vec<_> = AlphaV2::<T>::iter_key_prefix((hotkey,)).chain(old).collect();
        holders.retain(|(coldkey, netuid)| !Self::is_over(hotkey, coldkey, *netuid));
        holders.sort_unstable();
        holders
    }

    /// Whether a hotkey may be added to those behind which a coldkey has stake: by itself, or by others.
    pub(crate) fn ensure_can_list(
        hotkey: &T::AccountId,
        coldkey: &T::AccountId,
        by_itself: bool,
    ) -> DispatchResult {
        let hotkeys = StakingHotkeys::<T>::get(coldkey);
        let most = if by_itself { MAX_STAKING_HOTKEYS } else { MAX_STAKING_HOTKEYS / 2 };
        let fits = hotkeys.contains(hotkey) || (hotkeys.len() as u64) < most;
        ensure!(fits, Error::<T>::TooManyStakingHotkeys);
        Ok(())
    }

    /// Takes a hotkey off that list where the coldkey has nothing behind it on any subnet.
    pub(crate) fn unlist(hotkey: &T::AccountId, coldkey: &T::AccountId) {
        let old = Alpha::<T>::iter_key_prefix((hotkey, coldkey));
        let mut subnets = AlphaV2::<T>::iter_key_prefix((hotkey, coldkey)).chain(old);
        if !subnets.any(|netuid| !Self::is_over(hotkey, coldkey, netuid)) {
            StakingHotkeys::<T>::mutate_exists(coldkey, |hotkeys| {
                let mut left = hotkeys.take().unwrap_or_default();
                left.retain(|other| other != hotkey);
                *hotkeys = (!left.is_empty()).then_some(left);
            });
        }
    }

    pub(crate) fn increase_stake(hotkey: &T::AccountId, coldkey: &T::AccountId, netuid: u16, alpha: u64) {
        let mut pool = Self::pool(hotkey, netuid);
        if alpha == 0 && pool.shares.is_zero() {
            return;
        }
        let own = pool.add(Self::shares(hotkey, coldkey, netuid).unwrap_or_default(), alpha);
        Self::set_shares(hotkey, coldkey, netuid, &pool, own);
        if alpha > 0 {
            StakingHotkeys::<T>::mutate(coldkey, |hotkeys| {
                if !hotkeys.contains(hotkey) {
                    hotkeys.push(hotkey.clone());
                }
            });
        }
    }

    /// Takes off a position what it has. Nothing happens where it has less.
    pub(crate) fn decrease_stake(hotkey: &T::AccountId, coldkey: &T::AccountId, netuid: u16, alpha: u64) {
        let Some(own) = Self::shares(hotkey, coldkey, netuid) else { return };
        let mut pool = Self::pool(hotkey, netuid);
        if !pool.shares.is_zero() && pool.worth(own) >= alpha {
            let left = pool.take(own, alpha);
            Self::set_shares(hotkey, coldkey, netuid, &pool, left);
        }
    }

    /// Adds alpha for everyone who has shares of the pool.
    pub(crate) fn increase_pool(hotkey: &T::AccountId, netuid: u16, alpha: u64) {
        let mut pool = Self::pool(hotkey, netuid);
        pool.pay(alpha);
        Self::set_total(hotkey, netuid, pool.total);
    }
}
