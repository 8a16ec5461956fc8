use super::{costs::MAX_STAKING_HOTKEYS, market::RAO, pallet::*};
use alloc::vec::Vec;
use frame_support::{
    dispatch::DispatchResult,
    ensure,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::{Fortitude, Precision, Preservation},
    },
};
use sp_core::H256;
use sp_runtime::traits::{BlakeTwo256, Hash};

/// What it costs to put another key in a key's place: a coldkey, or a hotkey on all subnets. Burned.
const SWAP_COST: u64 = RAO / 10;
/// The same for a hotkey on one subnet.
const SUBNET_SWAP_COST: u64 = RAO / 1_000;
/// Blocks from the announcement of a coldkey's swap until it may be done.
const COLDKEY_SWAP_DELAY: u64 = 36_000;

impl<T: Config> Pallet<T> {
    /// Puts another hotkey of the same owner in a hotkey's place, on one subnet or on all. Unless told to keep it, the
    /// stake of every coldkey goes along, whoever it is.
    pub(crate) fn do_swap_hotkey(
        coldkey: &T::AccountId,
        old: &T::AccountId,
        new: &T::AccountId,
        netuid: Option<u16>,
        keep_stake: bool,
    ) -> DispatchResult {
        let owned = |hotkey| Self::hotkey_exists(hotkey) && Owner::<T>::get(hotkey) == *coldkey;
        if let Some(netuid) = netuid {
            Self::ensure_subnet(netuid)?;
        }
        ensure!(owned(old), Error::<T>::NonAssociatedColdKey);
        ensure!(!Self::hotkey_exists(new) || owned(new), Error::<T>::NonAssociatedColdKey);
        ensure!(old != new, Error::<T>::NewHotKeyIsSameWithOld);
        let everywhere = NetworksAdded::<T>::iter().filter(|(_, added)| *added).map(|(subnet, _)| subnet);
        let subnets: Vec<u16> = netuid.map_or_else(|| everywhere.collect(), |subnet| [subnet].into());
        for subnet in &subnets {
            ensure!(!Uids::<T>::contains_key(subnet, new), Error::<T>::HotKeyAlreadyRegisteredInSubNet);
        }
        let cost = if netuid.is_some() { SUBNET_SWAP_COST } else { SWAP_COST };
        ensure!(Self::burn_fee(coldkey, cost), Error::<T>::NotEnoughBalanceToPaySwapHotKey);
        Self::own_hotkey(coldkey, new)?;
        if netuid.is_none() {
            Owner::<T>::remove(old);
            OwnedHotkeys::<T>::mutate(coldkey, |owned| owned.retain(|hotkey| hotkey != old));
        }
        for subnet in subnets {
            Self::swap_neuron(old, new, subnet);
            if !keep_stake {
                Self::swap_positions(old, new, subnet);
            }
        }
        let (coldkey, old_hotkey, new_hotkey) = (coldkey.clone(), old.clone(), new.clone());
        Self::deposit_event(match netuid {
            Some(netuid) => Event::HotkeySwappedOnSubnet { coldkey, old_hotkey, new_hotkey, netuid },
            None => Event::HotkeySwapped { coldkey, old_hotkey, new_hotkey },
        });
        Ok(())
    }

    fn swap_neuron(old: &T::AccountId, new: &T::AccountId, netuid: u16) {
        let Some(uid) = Uids::<T>::take(netuid, old) else { return };
        Uids::<T>::insert(netuid, new, uid);
        Keys::<T>::insert(netuid, uid, new);
        IsNetworkMember::<T>::remove(old, netuid);
        IsNetworkMember::<T>::insert(new, netuid, true);
        if let Some(axon) = Axons::<T>::take(netuid, old) {
            Axons::<T>::insert(netuid, new, axon);
        }
        Self::swap_voting_power(old, new, netuid);
        if SubnetOwnerHotkey::<T>::get(netuid) == *old {
            SubnetOwnerHotkey::<T>::insert(netuid, new);
        }
    }

    /// Moves what each coldkey reads behind the old hotkey. What nobody reads stays there: a rao or two after dividends.
    fn swap_positions(old: &T::AccountId, new: &T::AccountId, netuid: u16) {
        for (coldkey, _) in Self::holders(old).into_iter().filter(|(_, subnet)| *subnet == netuid) {
            let alpha = Self::stake_of(old, &coldkey, netuid);
            Self::decrease_stake(old, &coldkey, netuid, alpha);
            Self::increase_stake(new, &coldkey, netuid, alpha);
            if let Some(collateral) = MinerCollateral::<T>::take((netuid, old, &coldkey)) {
                MinerCollateral::<T>::insert((netuid, new, &coldkey), collateral);
            }
            if let Some(lock) = Lock::<T>::get((&coldkey, netuid, old)) {
                Self::set_lock(&coldkey, netuid, old, 0);
                Self::set_lock(&coldkey, netuid, new, lock.locked_mass);
            }
        }
    }

    fn burn_fee(coldkey: &T::AccountId, cost: u64) -> bool {
        let (exact, polite) = (Precision::Exact, Fortitude::Polite);
        T::Currency::burn_from(coldkey, cost, Preservation::Preserve, exact, polite).is_ok()
    }

    pub(crate) fn do_announce_coldkey_swap(coldkey: T::AccountId, hash: H256) -> DispatchResult {
        ensure!(Self::burn_fee(&coldkey, SWAP_COST), Error::<T>::NotEnoughBalanceToPaySwapColdKey);
        let when = Self::current_block().saturating_add(COLDKEY_SWAP_DELAY);
        ColdkeySwapAnnouncements::<T>::insert(coldkey, (when, hash));
        Ok(())
    }

    /// Gives a coldkey's hotkeys, stake, locks, subnets and TAO to the one that it announced. Until then it acts as ever.
    pub(crate) fn do_swap_coldkey(old: T::AccountId, new: T::AccountId) -> DispatchResult {
        let announced = ColdkeySwapAnnouncements::<T>::get(&old);
        let (when, hash) = announced.ok_or(Error::<T>::ColdkeySwapAnnouncementNotFound)?;
        ensure!(BlakeTwo256::hash_of(&new) == hash, Error::<T>::AnnouncedColdkeyHashDoesNotMatch);
        ensure!(Self::current_block() >= when, Error::<T>::ColdkeySwapTooEarly);
        ensure!(StakingHotkeys::<T>::get(&new).is_empty(), Error::<T>::ColdKeyAlreadyAssociated);
        ensure!(!Self::hotkey_exists(&new), Error::<T>::NewColdKeyIsHotkey);
        let hotkeys = StakingHotkeys::<T>::get(&old);
        ensure!(hotkeys.len() as u64 <= MAX_STAKING_HOTKEYS, Error::<T>::ColdkeySwapTooHeavy);
        ColdkeySwapAnnouncements::<T>::remove(&old);
        let subnets = Self::subnets();
        for hotkey in hotkeys {
            for netuid in &subnets {
                let alpha = Self::stake_of(&hotkey, &old, *netuid);
                if alpha > 0 {
                    Self::decrease_stake(&hotkey, &old, *netuid, alpha);
                    Self::increase_stake(&hotkey, &new, *netuid, alpha);
                }
                if let Some(collateral) = MinerCollateral::<T>::take((netuid, &hotkey, &old)) {
                    MinerCollateral::<T>::insert((netuid, &hotkey, &new), collateral);
                }
            }
        }
        for netuid in subnets {
            if let Some((hotkey, lock)) = Self::lock_of(&old, netuid) {
                Self::set_lock(&old, netuid, &hotkey, 0);
                Self::set_lock(&new, netuid, &hotkey, lock.locked_mass);
            }
            if SubnetOwner::<T>::get(netuid) == old {
                SubnetOwner::<T>::insert(netuid, &new);
            }
            if let Some(hotkey) = AutoStakeDestination::<T>::take(&old, netuid) {
                AutoStakeDestination::<T>::insert(&new, netuid, hotkey);
            }
        }
        StakingHotkeys::<T>::remove(&old);
        for hotkey in OwnedHotkeys::<T>::take(&old) {
            Owner::<T>::insert(&hotkey, &new);
            OwnedHotkeys::<T>::mutate(&new, |owned| owned.push(hotkey));
        }
        let tao = T::Currency::reducible_balance(&old, Preservation::Expendable, Fortitude::Polite);
        T::Currency::transfer(&old, &new, tao, Preservation::Expendable)?;
        Self::deposit_event(Event::ColdkeySwapped {
            old_coldkey: old,
            new_coldkey: new,
            swap_cost: SWAP_COST,
        });
        Ok(())
    }
}
