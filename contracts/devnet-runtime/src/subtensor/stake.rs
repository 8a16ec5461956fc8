use super::pallet::*;
use frame_support::{
    dispatch::DispatchResult,
    ensure,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::{Fortitude, Precision, Preservation},
    },
};
use sp_runtime::DispatchError;

/// Where stake goes from and to.
pub(crate) struct Transition<'a, AccountId> {
    pub from: (&'a AccountId, &'a AccountId, u16),
    pub to: (&'a AccountId, &'a AccountId, u16),
}

impl<T: Config> Pallet<T> {
    /// Alpha of (hotkey, coldkey) on a subnet.
    pub fn stake_of(hotkey: &T::AccountId, coldkey: &T::AccountId, netuid: u16) -> u64 {
        Alpha::<T>::get((hotkey, coldkey, netuid))
    }

    pub(crate) fn increase_stake(hotkey: &T::AccountId, coldkey: &T::AccountId, netuid: u16, alpha: u64) {
        Alpha::<T>::mutate((hotkey, coldkey, netuid), |held| *held = held.saturating_add(alpha));
        TotalHotkeyAlpha::<T>::mutate(hotkey, netuid, |total| *total = total.saturating_add(alpha));
        StakingHotkeys::<T>::mutate(coldkey, |hotkeys| {
            if !hotkeys.contains(hotkey) {
                hotkeys.push(hotkey.clone());
            }
        });
    }

    pub(crate) fn decrease_stake(hotkey: &T::AccountId, coldkey: &T::AccountId, netuid: u16, alpha: u64) {
        Alpha::<T>::mutate_exists((hotkey, coldkey, netuid), |held| {
            let left = held.unwrap_or(0).saturating_sub(alpha);
            *held = (left > 0).then_some(left);
        });
        TotalHotkeyAlpha::<T>::mutate(hotkey, netuid, |total| *total = total.saturating_sub(alpha));
    }

    fn ensure_stakable(hotkey: &T::AccountId, netuid: u16) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(SubtokenEnabled::<T>::get(netuid), Error::<T>::SubtokenDisabled);
        ensure!(Self::hotkey_exists(hotkey), Error::<T>::HotKeyAccountNotExists);
        Ok(())
    }

    pub(crate) fn do_add_stake(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        netuid: u16,
        amount: u64,
    ) -> DispatchResult {
        Self::ensure_stakable(hotkey, netuid)?;
        ensure!(amount >= MinStake::<T>::get(), Error::<T>::AmountTooLow);
        let free = T::Currency::reducible_balance(coldkey, Preservation::Preserve, Fortitude::Polite);
        ensure!(free >= amount, Error::<T>::NotEnoughBalanceToStake);
        T::Currency::burn_from(coldkey, amount, Preservation::Preserve, Precision::Exact, Fortitude::Polite)
            .map_err(|_| Error::<T>::BalanceWithdrawalError)?;
        Self::increase_stake(hotkey, coldkey, netuid, amount);
        SubnetAlphaOut::<T>::mutate(netuid, |out| *out = out.saturating_add(amount));
        Self::deposit_event(Event::StakeAdded(coldkey.clone(), hotkey.clone(), amount, amount, netuid, 0));
        Ok(())
    }

    pub(crate) fn do_remove_stake(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        netuid: u16,
        amount: u64,
    ) -> DispatchResult {
        Self::ensure_stakable(hotkey, netuid)?;
        let held = Self::stake_of(hotkey, coldkey, netuid);
        ensure!(amount <= held, Error::<T>::NotEnoughStakeToWithdraw);
        ensure!(amount >= MinStake::<T>::get().min(held).max(1), Error::<T>::AmountTooLow);
        Self::decrease_stake(hotkey, coldkey, netuid, amount);
        SubnetAlphaOut::<T>::mutate(netuid, |out| *out = out.saturating_sub(amount));
        T::Currency::mint_into(coldkey, amount)?;
        Self::deposit_event(Event::StakeRemoved(coldkey.clone(), hotkey.clone(), amount, amount, netuid, 0));
        Ok(())
    }

    pub(crate) fn do_move_stake(
        coldkey: &T::AccountId,
        origin_hotkey: &T::AccountId,
        destination_hotkey: &T::AccountId,
        origin_netuid: u16,
        destination_netuid: u16,
        alpha: u64,
    ) -> DispatchResult {
        let moved = Self::transition(
            Transition {
                from: (coldkey, origin_hotkey, origin_netuid),
                to: (coldkey, destination_hotkey, destination_netuid),
            },
            alpha,
            false,
        )?;
        Self::deposit_event(Event::StakeMoved(
            coldkey.clone(),
            origin_hotkey.clone(),
            origin_netuid,
            destination_hotkey.clone(),
            destination_netuid,
            moved,
        ));
        Ok(())
    }

    pub(crate) fn do_transfer_stake(
        coldkey: &T::AccountId,
        destination_coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        origin_netuid: u16,
        destination_netuid: u16,
        alpha: u64,
    ) -> DispatchResult {
        let moved = Self::transition(
            Transition {
                from: (coldkey, hotkey, origin_netuid),
                to: (destination_coldkey, hotkey, destination_netuid),
            },
            alpha,
            true,
        )?;
        Self::deposit_event(Event::StakeTransferred(
            coldkey.clone(),
            destination_coldkey.clone(),
            hotkey.clone(),
            origin_netuid,
            destination_netuid,
            moved,
        ));
        Ok(())
    }

    /// Moves alpha and answers how much. As on Subtensor, more than there is moves what there is.
    fn transition(way: Transition<T::AccountId>, alpha: u64, transfer: bool) -> Result<u64, DispatchError> {
        let (from_coldkey, from_hotkey, from_netuid) = way.from;
        let (to_coldkey, to_hotkey, to_netuid) = way.to;
        ensure!(way.from != way.to, Error::<T>::SameNetuid);
        Self::ensure_stakable(from_hotkey, from_netuid)?;
        Self::ensure_stakable(to_hotkey, to_netuid)?;
        let moved = alpha.min(Self::stake_of(from_hotkey, from_coldkey, from_netuid));
        if transfer {
            let allowed = TransferToggle::<T>::get(from_netuid) && TransferToggle::<T>::get(to_netuid);
            ensure!(allowed, Error::<T>::TransferDisallowed);
        }
        ensure!(moved >= MinStake::<T>::get(), Error::<T>::AmountTooLow);
        Self::decrease_stake(from_hotkey, from_coldkey, from_netuid, moved);
        Self::increase_stake(to_hotkey, to_coldkey, to_netuid, moved);
        if from_netuid != to_netuid {
            SubnetAlphaOut::<T>::mutate(from_netuid, |out| *out = out.saturating_sub(moved));
            SubnetAlphaOut::<T>::mutate(to_netuid, |out| *out = out.saturating_add(moved));
        }
        Self::deposit_event(Event::StakeRemoved(
            from_coldkey.clone(),
            from_hotkey.clone(),
            moved,
            moved,
            from_netuid,
            0,
        ));
        Self::deposit_event(Event::StakeAdded(
            to_coldkey.clone(),
            to_hotkey.clone(),
            moved,
            moved,
            to_netuid,
            0,
        ));
        Ok(moved)
    }

    /// Destroys alpha and answers how much. As on Subtensor, more than there is destroys what there is.
    pub fn do_recycle_alpha(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        amount: u64,
        netuid: u16,
    ) -> Result<u64, DispatchError> {
        Self::ensure_subnet(netuid)?;
        ensure!(netuid != 0, Error::<T>::CannotBurnOrRecycleOnRootSubnet);
        Self::ensure_stakable(hotkey, netuid)?;
        let recycled = amount.min(Self::stake_of(hotkey, coldkey, netuid));
        let out = SubnetAlphaOut::<T>::get(netuid);
        ensure!(out >= recycled, Error::<T>::InsufficientLiquidity);
        Self::decrease_stake(hotkey, coldkey, netuid, recycled);
        SubnetAlphaOut::<T>::insert(netuid, out.saturating_sub(recycled));
        Self::deposit_event(Event::AlphaRecycled(coldkey.clone(), hotkey.clone(), recycled, netuid));
        Ok(recycled)
    }
}
