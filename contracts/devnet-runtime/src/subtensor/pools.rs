//! Stake as it is kept: for each hotkey and subnet a pool, and each coldkey's shares of it.

use super::pallet::*;
use alloc::vec::Vec;
use share_pool::{SafeFloat, SharePool};

impl<T: Config> Pallet<T> {
    fn pool(hotkey: &T::AccountId, netuid: u16) -> SharePool {
        let old = TotalHotkeyShares::<T>::try_get(hotkey, netuid).map(|shares| SafeFloat::fixed(shares.bits));
        SharePool {
            total: TotalHotkeyAlpha::<T>::get(hotkey, netuid),
            shares: old.unwrap_or_else(|()| TotalHotkeySharesV2::<T>::get(hotkey, netuid)),
        }
    }

    fn shares(hotkey: &T::AccountId, coldkey: &T::AccountId, netuid: u16) -> Option<SafeFloat> {
        let old = Alpha::<T>::try_get((hotkey, coldkey, netuid)).map(|shares| SafeFloat::fixed(shares.bits));
        old.or_else(|()| AlphaV2::<T>::try_get((hotkey, coldkey, netuid))).ok()
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
        holders.sort_unstable();
        holders
    }

    pub(crate) fn increase_stake(hotkey: &T::AccountId, coldkey: &T::AccountId, netuid: u16, alpha: u64) {
        let mut pool = Self::pool(hotkey, netuid);
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
        if pool.worth(own) >= alpha {
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
