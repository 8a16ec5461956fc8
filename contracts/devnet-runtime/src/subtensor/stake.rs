use super::{costs, market::Limit, pallet::*};
use frame_support::{
    dispatch::{DispatchErrorWithPostInfo, DispatchResult, DispatchResultWithPostInfo},
    ensure,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::{Fortitude, Precision, Preservation},
    },
    weights::Weight,
};
use sp_runtime::DispatchError;

/// Where stake goes from and to: (coldkey, hotkey, netuid).
pub(crate) struct Transition<'a, AccountId> {
    pub from: (&'a AccountId, &'a AccountId, u16),
    pub to: (&'a AccountId, &'a AccountId, u16),
}

impl<T: Config> Pallet<T> {
    /// What a call that takes stake away cost in the end, done or refused.
    pub(crate) fn left(
        own: Weight,
        coldkey: &T::AccountId,
        done: DispatchResult,
    ) -> DispatchResultWithPostInfo {
        let hotkeys = StakingHotkeys::<T>::get(coldkey).len() as u64;
        let post_info = Some(own.saturating_add(costs::walk(hotkeys))).into();
        match done {
            Ok(()) => Ok(post_info),
            Err(error) => Err(DispatchErrorWithPostInfo { post_info, error }),
        }
    }

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
        limit: Option<Limit>,
    ) -> Result<u64, DispatchError> {
        Self::ensure_token(netuid)?;
        ensure!(tao >= Self::least_to_stake(netuid), Error::<T>::AmountTooLow);
        let tao = Self::most_to_buy(netuid, limit)?.of::<T>(tao)?;
        let free = T::Currency::reducible_balance(coldkey, Preservation::Expendable, Fortitude::Polite);
        ensure!(free >= tao, Error::<T>::NotEnoughBalanceToStake);
        ensure!(Self::hotkey_exists(hotkey), Error::<T>::HotKeyAccountNotExists);
        Self::ensure_can_list(hotkey, coldkey, true)?;
        Self::ensure_liquidity(netuid, tao)?;
        T::Currency::burn_from(coldkey, tao, Preservation::Expendable, Precision::Exact, Fortitude::Polite)
            .map_err(|_| Error::<T>::BalanceWithdrawalError)?;
        Ok(Self::buy_stake((coldkey, hotkey, netuid), tao))
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
        Self::do_remove_stake_limit(coldkey, hotkey, netuid, alpha, None)
    }

    /// Sells alpha, not more than there is. As on Subtensor, it does not matter whether the subnet's token is enabled.
    pub(crate) fn do_remove_stake_limit(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        netuid: u16,
        alpha: u64,
        limit: Option<Limit>,
    ) -> DispatchResult {
        let most = Self::most_to_sell(netuid, limit)?;
        Self::check_removal(coldkey, hotkey, netuid, alpha)?;
        let tao = Self::sell_stake((coldkey, hotkey, netuid), most.of::<T>(alpha)?);
        T::Currency::mint_into(coldkey, tao)?;
        Ok(())
    }

    fn check_removal(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        netuid: u16,
        alpha: u64,
    ) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(alpha > 0, Error::<T>::AmountTooLow);
        let held = Self::stake_of(hotkey, coldkey, netuid);
        ensure!(alpha <= held, Error::<T>::NotEnoughStakeToWithdraw);
        let enough = alpha == held || Self::quote_sell(netuid, alpha).brings >= MinStake::<T>::get();
        ensure!(enough, Error::<T>::AmountTooLow);
        ensure!(Self::hotkey_exists(hotkey), Error::<T>::HotKeyAccountNotExists);
        Self::ensure_unlocked(hotkey, coldkey, netuid, alpha)
    }

    /// Adds alpha to a position and reports it.
    fn put_stake(at: (&T::AccountId, &T::AccountId, u16), tao: u64, alpha: u64) {
        let (coldkey, hotkey, netuid) = at;
        Self::note_delegate(coldkey, hotkey);
        Self::increase_stake(hotkey, coldkey, netuid, alpha);
        LastColdkeyHotkeyStakeBlock::<T>::insert(coldkey, hotkey, Self::current_block());
        Self::deposit_event(Event::StakeAdded(coldkey.clone(), hotkey.clone(), tao, alpha, netuid, 0));
    }

    /// Takes alpha off a position and reports it.
    fn take_stake(at: (&T::AccountId, &T::AccountId, u16), tao: u64, alpha: u64) {
        let (coldkey, hotkey, netuid) = at;
        Self::decrease_stake(hotkey, coldkey, netuid, alpha);
        Self::unlist(hotkey, coldkey);
        Self::deposit_event(Event::StakeRemoved(coldkey.clone(), hotkey.clone(), tao, alpha, netuid, 0));
    }

    /// Adds the alpha that TAO buys to a position, and answers it.
    fn buy_stake(at: (&T::AccountId, &T::AccountId, u16), tao: u64) -> u64 {
        let trade = Self::quote_buy(at.2, tao);
        Self::settle(at.2, &trade);
        Self::put_stake(at, tao, trade.brings);
        SubnetAlphaOut::<T>::mutate(at.2, |out| *out = out.saturating_add(trade.brings));
        TotalStake::<T>::mutate(|total| *total = total.saturating_add(tao));
        trade.brings
    }

    /// Takes alpha off a position to sell it, and answers the TAO that it brought.
    fn sell_stake(at: (&T::AccountId, &T::AccountId, u16), alpha: u64) -> u64 {
        let trade = Self::quote_sell(at.2, alpha);
        Self::settle(at.2, &trade);
        Self::take_stake(at, trade.brings, alpha);
        SubnetAlphaOut::<T>::mutate(at.2, |out| *out = out.saturating_sub(alpha));
        TotalStake::<T>::mutate(|total| *total = total.saturating_sub(trade.brings));
        trade.brings
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
        ensure!(tao >= MinStake::<T>::get(), Error::<T>::AmountTooLow);
        Self::buy_stake((coldkey, hotkey, 0), tao);
        Ok(())
    }

    fn sell_everywhere(
        coldkey: &T::AccountId,
        hotkey: &T::AccountId,
        root: bool,
    ) -> Result<u64, DispatchError> {
        ensure!(Self::hotkey_exists(hotkey), Error::<T>::HotKeyAccountNotExists);
        let mut sold = 0u64;
        for netuid in Self::subnets().into_iter().filter(|netuid| root || *netuid != 0) {
            let alpha = Self::stake_of(hotkey, coldkey, netuid);
            let goes = SubtokenEnabled::<T>::get(netuid)
                && Self::check_removal(coldkey, hotkey, netuid, alpha).is_ok();
            if goes {
                sold = sold.saturating_add(Self::sell_stake((coldkey, hotkey, netuid), alpha));
            }
        }
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
        let tao = Self::transition(way, alpha, false, None)?;
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
        let tao = Self::transition(way, alpha, true, None)?;
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
        limit: Option<Limit>,
    ) -> DispatchResult {
        let way =
            Transition { from: (coldkey, hotkey, origin_netuid), to: (coldkey, hotkey, destination_netuid) };
        let tao = Self::transition(way, alpha, false, limit)?;
        Self::deposit_event(Event::StakeSwapped(
            coldkey.clone(),
            hotkey.clone(),
            origin_netuid,
            destination_netuid,
            tao,
        ));
        Ok(())
    }

    /// Moves alpha and answers its value in TAO. The order of refusals is Subtensor's.
    fn transition(
        way: Transition<T::AccountId>,
        alpha: u64,
        transfer: bool,
        limit: Option<Limit>,
    ) -> Result<u64, DispatchError> {
        let (from_coldkey, from_hotkey, from_netuid) = way.from;
        let (to_coldkey, to_hotkey, to_netuid) = way.to;
        let most = Self::most_to_swap(from_netuid, to_netuid, limit)?;
        ensure!(way.from != way.to, Error::<T>::SameNetuid);
        Self::ensure_subnet(from_netuid)?;
        Self::ensure_subnet(to_netuid)?;
        Self::ensure_token(from_netuid)?;
        Self::ensure_token(to_netuid)?;
        ensure!(Self::hotkey_exists(from_hotkey), Error::<T>::HotKeyAccountNotExists);
        ensure!(Self::hotkey_exists(to_hotkey), Error::<T>::HotKeyAccountNotExists);
        let held = Self::stake_of(from_hotkey, from_coldkey, from_netuid);
        let within = from_netuid == to_netuid;
        ensure!(alpha <= held, Error::<T>::NotEnoughStakeToWithdraw);
        let minimum = if within || transfer { MinTransfer::<T>::get() } else { MinStake::<T>::get() };
        let enough = within || Self::quote_sell(from_netuid, alpha).brings > minimum;
        ensure!(enough, Error::<T>::AmountTooLow);
        if transfer {
            let allowed = TransferToggle::<T>::get(from_netuid) && TransferToggle::<T>::get(to_netuid);
            ensure!(allowed, Error::<T>::TransferDisallowed);
        }
        Self::ensure_can_list(to_hotkey, to_coldkey, from_coldkey == to_coldkey)?;
        if within {
            let tao = Self::tao_for_alpha(from_netuid, alpha);
            Self::ensure_covers_collateral(from_hotkey, from_coldkey, from_netuid, alpha)?;
            Self::transfer_lock(from_coldkey, to_coldkey, to_hotkey, from_netuid, alpha)?;
            ensure!(tao >= minimum, Error::<T>::AmountTooLow);
            Self::take_stake(way.from, tao, alpha);
            Self::put_stake(way.to, tao, alpha);
            Ok(tao)
        } else {
            let alpha = most.of::<T>(alpha)?;
            Self::ensure_unlocked(from_hotkey, from_coldkey, from_netuid, alpha)?;
            let tao = Self::sell_stake(way.from, alpha);
            Self::buy_stake(way.to, tao);
            Ok(tao)
        }
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
