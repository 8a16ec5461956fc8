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

/// Where stake goes from and to: (coldkey, hotkey, netuid).
pub(crate) struct Transition<'a, AccountId> {
    pub from: (&'a AccountId, &'a AccountId, u16),
    pub to: (&'a AccountId, &'a AccountId, u16),
}

impl<T: Config> Pallet<T> {
    fn ensure_token(netuid: u16) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(SubtokenEnabled::<T>::get(netuid), Error::<T>::SubtokenDisabled);
        Ok(())
    }

    /// Stakes TAO and answers the alpha it bought.
    pub(crate) fn do_add_stake(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        netuid: u16,
        tao: u64,
    ) -> Result<u64, DispatchError> {
        Self::ensure_token(netuid)?;
        ensure!(tao >= MinStake::<T>::get(), Error::<T>::AmountTooLow);
        let free = T::Currency::reducible_balance(coldkey, Preservation::Preserve, Fortitude::Polite);
        ensure!(free >= tao, Error::<T>::NotEnoughBalanceToStake);
        ensure!(Self::hotkey_exists(hotkey), Error::<T>::HotKeyAccountNotExists);
        let alpha = Self::alpha_for_tao(netuid, tao);
        ensure!(alpha > 0, Error::<T>::InsufficientLiquidity);
        T::Currency::burn_from(coldkey, tao, Preservation::Preserve, Precision::Exact, Fortitude::Polite)
            .map_err(|_| Error::<T>::BalanceWithdrawalError)?;
        Self::buy_stake((coldkey, hotkey, netuid), tao, alpha);
        Ok(alpha)
    }

    /// Sells alpha; more than there is sells what there is. Less than the minimum only goes if nothing stays behind.
    pub(crate) fn do_remove_stake(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        netuid: u16,
        alpha: u64,
    ) -> DispatchResult {
        ensure!(SubtokenEnabled::<T>::get(netuid), Error::<T>::SubtokenDisabled);
        let alpha = alpha.min(Self::stake_of(hotkey, coldkey, netuid));
        let tao = Self::check_removal(coldkey, hotkey, netuid, alpha)?;
        Self::sell_stake((coldkey, hotkey, netuid), tao, alpha);
        T::Currency::mint_into(coldkey, tao)?;
        Ok(())
    }

    /// The TAO that the alpha would bring.
    fn check_removal(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        netuid: u16,
        alpha: u64,
    ) -> Result<u64, DispatchError> {
        Self::ensure_subnet(netuid)?;
        ensure!(alpha > 0, Error::<T>::AmountTooLow);
        let held = Self::stake_of(hotkey, coldkey, netuid);
        ensure!(alpha <= held, Error::<T>::NotEnoughStakeToWithdraw);
        let tao = Self::tao_for_alpha(netuid, alpha);
        ensure!(alpha == held || tao >= MinStake::<T>::get(), Error::<T>::AmountTooLow);
        ensure!(Self::hotkey_exists(hotkey), Error::<T>::HotKeyAccountNotExists);
        Self::ensure_unlocked(hotkey, coldkey, netuid, alpha)?;
        Ok(tao)
    }

    /// Adds alpha to a position and reports it.
    fn put_stake(at: (&T::AccountId, &T::AccountId, u16), tao: u64, alpha: u64) {
        let (coldkey, hotkey, netuid) = at;
        Self::note_delegate(coldkey, hotkey);
        Self::increase_stake(hotkey, coldkey, netuid, alpha);
        Self::deposit_event(Event::StakeAdded(coldkey.clone(), hotkey.clone(), tao, alpha, netuid, 0));
    }

    /// Takes alpha off a position and reports it.
    fn take_stake(at: (&T::AccountId, &T::AccountId, u16), tao: u64, alpha: u64) {
        let (coldkey, hotkey, netuid) = at;
        Self::decrease_stake(hotkey, coldkey, netuid, alpha);
        Self::deposit_event(Event::StakeRemoved(coldkey.clone(), hotkey.clone(), tao, alpha, netuid, 0));
    }

    /// The same for alpha that comes from the market.
    fn buy_stake(at: (&T::AccountId, &T::AccountId, u16), tao: u64, alpha: u64) {
        Self::put_stake(at, tao, alpha);
        SubnetAlphaOut::<T>::mutate(at.2, |out| *out = out.saturating_add(alpha));
        TotalStake::<T>::mutate(|total| *total = total.saturating_add(tao));
    }

    /// The same for alpha that goes to the market.
    fn sell_stake(at: (&T::AccountId, &T::AccountId, u16), tao: u64, alpha: u64) {
        Self::take_stake(at, tao, alpha);
        SubnetAlphaOut::<T>::mutate(at.2, |out| *out = out.saturating_sub(alpha));
        TotalStake::<T>::mutate(|total| *total = total.saturating_sub(tao));
    }

    /// Sells a hotkey's stake of a coldkey on every subnet, as far as the chain lets go of it.
    pub(crate) fn do_unstake_all(coldkey: &T::AccountId, hotkey: &T::AccountId) -> DispatchResult {
        let tao = Self::sell_everywhere(coldkey, hotkey, true)?;
        T::Currency::mint_into(coldkey, tao)?;
        Ok(())
    }

    /// The same for every subnet but the root network, where the proceeds are staked.
    pub(crate) fn do_unstake_all_alpha(coldkey: &T::AccountId, hotkey: &T::AccountId) -> DispatchResult {
        let tao = Self::sell_everywhere(coldkey, hotkey, false)?;
        Self::buy_stake((coldkey, hotkey, 0), tao, tao);
        Ok(())
    }

    fn sell_everywhere(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        root: bool,
    ) -> Result<u64, DispatchError> {
        ensure!(Self::hotkey_exists(hotkey), Error::<T>::HotKeyAccountNotExists);
        let mut sold = 0u64;
        let mut any = false;
        for (netuid, _) in
            NetworksAdded::<T>::iter().filter(|(netuid, added)| *added && (root || *netuid != 0))
        {
            let alpha = Self::stake_of(hotkey, coldkey, netuid);
            if alpha > 0 {
                Self::ensure_unlocked(hotkey, coldkey, netuid, alpha)?;
            }
            if let Ok(tao) = Self::check_removal(coldkey, hotkey, netuid, alpha) {
                Self::sell_stake((coldkey, hotkey, netuid), tao, alpha);
                sold = sold.saturating_add(tao);
                any = true;
            }
        }
        ensure!(any, Error::<T>::AmountTooLow);
        Ok(sold)
    }

    pub(crate) fn do_move_stake(
        coldkey: &T::AccountId,
        origin_hotkey: &T::AccountId,
        destination_hotkey: &T::AccountId,
        origin_netuid: u16,
        destination_netuid: u16,
        alpha: u64,
    ) -> DispatchResult {
        let way = Transition {
            from: (coldkey, origin_hotkey, origin_netuid),
            to: (coldkey, destination_hotkey, destination_netuid),
        };
        let tao = Self::transition(way, alpha, false)?;
        Self::deposit_event(Event::StakeMoved(
            coldkey.clone(),
            origin_hotkey.clone(),
            origin_netuid,
            destination_hotkey.clone(),
            destination_netuid,
            tao,
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
        let way = Transition {
            from: (coldkey, hotkey, origin_netuid),
            to: (destination_coldkey, hotkey, destination_netuid),
        };
        let tao = Self::transition(way, alpha, true)?;
        Self::deposit_event(Event::StakeTransferred(
            coldkey.clone(),
            destination_coldkey.clone(),
            hotkey.clone(),
            origin_netuid,
            destination_netuid,
            tao,
        ));
        Ok(())
    }

    pub(crate) fn do_swap_stake(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        origin_netuid: u16,
        destination_netuid: u16,
        alpha: u64,
    ) -> DispatchResult {
        let way =
            Transition { from: (coldkey, hotkey, origin_netuid), to: (coldkey, hotkey, destination_netuid) };
        let tao = Self::transition(way, alpha, false)?;
        Self::deposit_event(Event::StakeSwapped(
            coldkey.clone(),
            hotkey.clone(),
            origin_netuid,
            destination_netuid,
            tao,
        ));
        Ok(())
    }

    /// Moves alpha and answers its value in TAO; more than there is moves what there is. A `MinTransfer` of 0 stands for
    /// the newest rules, which refuse that. The order of refusals is Subtensor's.
    fn transition(way: Transition<T::AccountId>, alpha: u64, transfer: bool) -> Result<u64, DispatchError> {
        let (from_coldkey, from_hotkey, from_netuid) = way.from;
        let (to_coldkey, to_hotkey, to_netuid) = way.to;
        ensure!(way.from != way.to, Error::<T>::SameNetuid);
        Self::ensure_subnet(from_netuid)?;
        Self::ensure_subnet(to_netuid)?;
        Self::ensure_token(from_netuid)?;
        Self::ensure_token(to_netuid)?;
        ensure!(Self::hotkey_exists(from_hotkey), Error::<T>::HotKeyAccountNotExists);
        ensure!(Self::hotkey_exists(to_hotkey), Error::<T>::HotKeyAccountNotExists);
        let held = Self::stake_of(from_hotkey, from_coldkey, from_netuid);
        let within = from_netuid == to_netuid;
        let minimum = MinTransfer::<T>::get();
        ensure!(minimum > 0 || alpha <= held, Error::<T>::NotEnoughStakeToWithdraw);
        let alpha = alpha.min(held);
        let tao = Self::tao_for_alpha(from_netuid, alpha);
        ensure!(within || tao > MinStake::<T>::get(), Error::<T>::AmountTooLow);
        if transfer {
            let allowed = TransferToggle::<T>::get(from_netuid) && TransferToggle::<T>::get(to_netuid);
            ensure!(allowed, Error::<T>::TransferDisallowed);
        }
        if within {
            Self::ensure_covers_collateral(from_hotkey, from_coldkey, from_netuid, alpha)?;
            Self::transfer_lock(from_coldkey, to_coldkey, to_hotkey, from_netuid, alpha)?;
            ensure!(tao >= minimum, Error::<T>::AmountTooLow);
            Self::take_stake(way.from, tao, alpha);
            Self::put_stake(way.to, tao, alpha);
        } else {
            Self::ensure_unlocked(from_hotkey, from_coldkey, from_netuid, alpha)?;
            Self::sell_stake(way.from, tao, alpha);
            Self::buy_stake(way.to, tao, Self::alpha_for_tao(to_netuid, tao));
        }
        Ok(tao)
    }

    /// Refuses prices beyond a limit. The price does not depend on the amount, so it is kept for all of it or none.
    pub(crate) fn ensure_price(within_limit: bool) -> DispatchResult {
        ensure!(within_limit, Error::<T>::SlippageTooHigh);
        Ok(())
    }

    /// Destroys alpha and answers how much, without forgetting that it existed if it is `burned`. As on Subtensor, more
    /// than there is destroys what there is.
    fn destroy_alpha(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        amount: u64,
        netuid: u16,
        burned: bool,
    ) -> Result<u64, DispatchError> {
        Self::ensure_subnet(netuid)?;
        ensure!(netuid != 0, Error::<T>::CannotBurnOrRecycleOnRootSubnet);
        Self::ensure_token(netuid)?;
        ensure!(Self::hotkey_exists(hotkey), Error::<T>::HotKeyAccountNotExists);
        let alpha = amount.min(Self::stake_of(hotkey, coldkey, netuid));
        let out = SubnetAlphaOut::<T>::get(netuid);
        ensure!(out >= alpha, Error::<T>::InsufficientLiquidity);
        Self::ensure_unlocked(hotkey, coldkey, netuid, alpha)?;
        Self::decrease_stake(hotkey, coldkey, netuid, alpha);
        let (coldkey, hotkey) = (coldkey.clone(), hotkey.clone());
        if burned {
            Self::deposit_event(Event::AlphaBurned(coldkey, hotkey, alpha, netuid));
        } else {
            SubnetAlphaOut::<T>::insert(netuid, out.saturating_sub(alpha));
            Self::deposit_event(Event::AlphaRecycled(coldkey, hotkey, alpha, netuid));
        }
        Ok(alpha)
    }

    pub fn do_recycle_alpha(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        amount: u64,
        netuid: u16,
    ) -> Result<u64, DispatchError> {
        Self::destroy_alpha(coldkey, hotkey, amount, netuid, false)
    }

    pub fn do_burn_alpha(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        amount: u64,
        netuid: u16,
    ) -> Result<u64, DispatchError> {
        Self::destroy_alpha(coldkey, hotkey, amount, netuid, true)
    }

    /// Chooses the hotkey where the coldkey's miners on a subnet are paid.
    pub(crate) fn do_set_auto_stake(
        coldkey: T::AccountId,
        netuid: u16,
        hotkey: T::AccountId,
    ) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(Uids::<T>::contains_key(netuid, &hotkey), Error::<T>::HotKeyNotRegisteredInSubNet);
        let before = AutoStakeDestination::<T>::get(&coldkey, netuid);
        ensure!(before.as_ref() != Some(&hotkey), Error::<T>::SameAutoStakeHotkeyAlreadySet);
        if let Some(before) = before {
            AutoStakeDestinationColdkeys::<T>::mutate(before, netuid, |known| {
                known.retain(|other| *other != coldkey)
            });
        }
        AutoStakeDestinationColdkeys::<T>::mutate(&hotkey, netuid, |known| known.push(coldkey.clone()));
        AutoStakeDestination::<T>::insert(&coldkey, netuid, &hotkey);
        Self::deposit_event(Event::AutoStakeDestinationSet { coldkey, netuid, hotkey });
        Ok(())
    }
}
