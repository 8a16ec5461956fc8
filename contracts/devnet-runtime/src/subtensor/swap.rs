use super::pallet::*;
use alloc::vec::Vec;
use frame_support::{dispatch::DispatchResult, ensure};

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
        Self::own_hotkey(coldkey, new);
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
}
