//! Hotkeys that others have staked on, and what coldkeys and subnets say about themselves.

use super::{
    answers::DelegateInfo,
    pallet::*,
    types::{ChainIdentityV2, SubnetIdentityV3},
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::Compact;
use frame_support::{dispatch::DispatchResult, ensure};

type Held = (Compact<u16>, Compact<u64>);

impl<T: Config> Pallet<T> {
    /// A hotkey becomes a delegate when somebody else stakes on it.
    pub(crate) fn note_delegate(coldkey: &T::AccountId, hotkey: &T::AccountId) {
        if Owner::<T>::get(hotkey) != *coldkey && !Delegates::<T>::contains_key(hotkey) {
            Delegates::<T>::insert(hotkey, Delegates::<T>::get(hotkey));
        }
    }

    fn ensure_owns(coldkey: &T::AccountId, hotkey: &T::AccountId) -> DispatchResult {
        ensure!(Self::hotkey_exists(hotkey), Error::<T>::HotKeyAccountNotExists);
        ensure!(Owner::<T>::get(hotkey) == *coldkey, Error::<T>::NonAssociatedColdKey);
        Ok(())
    }

    pub(crate) fn do_decrease_take(coldkey: T::AccountId, hotkey: T::AccountId, take: u16) -> DispatchResult {
        Self::ensure_owns(&coldkey, &hotkey)?;
        let lower = take < Delegates::<T>::get(&hotkey) && take >= MinDelegateTake::<T>::get();
        ensure!(lower, Error::<T>::DelegateTakeTooLow);
        Delegates::<T>::insert(&hotkey, take);
        Self::deposit_event(Event::TakeDecreased(coldkey, hotkey, take));
        Ok(())
    }

    pub(crate) fn do_increase_take(coldkey: T::AccountId, hotkey: T::AccountId, take: u16) -> DispatchResult {
        Self::ensure_owns(&coldkey, &hotkey)?;
        ensure!(take > Delegates::<T>::get(&hotkey), Error::<T>::DelegateTakeTooLow);
        ensure!(take <= MaxDelegateTake::<T>::get(), Error::<T>::DelegateTakeTooHigh);
        Delegates::<T>::insert(&hotkey, take);
        Self::deposit_event(Event::TakeIncreased(coldkey, hotkey, take));
        Ok(())
    }

    pub(crate) fn do_set_identity(coldkey: T::AccountId, identity: ChainIdentityV2) -> DispatchResult {
        let registered = OwnedHotkeys::<T>::get(&coldkey)
            .iter()
            .any(|hotkey| IsNetworkMember::<T>::iter_prefix(hotkey).any(|(_, member)| member));
        ensure!(registered, Error::<T>::HotKeyNotRegisteredInNetwork);
        IdentitiesV2::<T>::insert(&coldkey, identity);
        Self::deposit_event(Event::ChainIdentitySet(coldkey));
        Ok(())
    }

    pub(crate) fn do_set_subnet_identity(netuid: u16, identity: SubnetIdentityV3) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        SubnetIdentitiesV3::<T>::insert(netuid, identity);
        Self::deposit_event(Event::SubnetIdentitySet(netuid));
        Ok(())
    }

    pub fn delegates() -> Vec<DelegateInfo<T::AccountId>> {
        Delegates::<T>::iter_keys().map(Self::describe).collect()
    }

    pub fn delegate(hotkey: T::AccountId) -> Option<DelegateInfo<T::AccountId>> {
        Delegates::<T>::contains_key(&hotkey).then(|| Self::describe(hotkey))
    }

    /// Every delegate that the coldkey has stake on, once for each subnet.
    pub fn delegated(coldkey: T::AccountId) -> Vec<(DelegateInfo<T::AccountId>, Held)> {
        let subnets = Self::subnets();
        let mut found = Vec::new();
        for delegate in StakingHotkeys::<T>::get(&coldkey).into_iter().filter_map(Self::delegate) {
            for netuid in &subnets {
                let alpha = Self::stake_of(&delegate.delegate_ss58, &coldkey, *netuid);
                if alpha > 0 {
                    found.push((delegate.clone(), ((*netuid).into(), alpha.into())));
                }
            }
        }
        found
    }

    fn describe(hotkey: T::AccountId) -> DelegateInfo<T::AccountId> {
        let mut nominators: BTreeMap<T::AccountId, Vec<Held>> = BTreeMap::new();
        for (coldkey, netuid) in Self::holders(&hotkey) {
            let stake = Self::stake_of(&hotkey, &coldkey, netuid);
            nominators.entry(coldkey).or_default().push((netuid.into(), stake.into()));
        }
        let member = IsNetworkMember::<T>::iter_prefix(&hotkey).filter(|(_, member)| *member);
        let registrations: Vec<u16> = member.map(|(netuid, _)| netuid).collect();
        let permitted = registrations.iter().filter(|netuid| Self::validator_permit(**netuid, &hotkey));
        DelegateInfo {
            take: Delegates::<T>::get(&hotkey).into(),
            nominators: nominators.into_iter().collect(),
            owner_ss58: Owner::<T>::get(&hotkey),
            validator_permits: permitted.map(|netuid| Compact(*netuid)).collect(),
            registrations: registrations.iter().map(|netuid| Compact(*netuid)).collect(),
            return_per_1000: 0.into(),
            total_daily_return: 0.into(),
            delegate_ss58: hotkey,
        }
    }
}
