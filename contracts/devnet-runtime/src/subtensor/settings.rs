//! What the sudo key may change; the calls are AdminUtils'.

use super::pallet::*;
use frame_support::{dispatch::DispatchResult, ensure};
use frame_system::{ensure_root, pallet_prelude::OriginFor, RawOrigin};

impl<T: Config> Pallet<T> {
    pub(crate) fn ensure_owner_or_root(origin: OriginFor<T>, netuid: u16) -> DispatchResult {
        if let Ok(RawOrigin::Signed(who)) = origin.clone().into() {
            ensure!(SubnetOwner::<T>::get(netuid) == who, Error::<T>::NotSubnetOwner);
            return Ok(());
        }
        Ok(ensure_root(origin)?)
    }

    pub(crate) fn change_tempo(netuid: u16, tempo: u16) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(tempo > 0, Error::<T>::TempoOutOfBounds);
        Tempo::<T>::insert(netuid, tempo);
        Self::schedule_epoch(netuid, LastEpochBlock::<T>::get(netuid));
        Self::deposit_event(Event::TempoSet(netuid, tempo));
        Ok(())
    }

    pub(crate) fn change_alpha_emission(netuid: u16, alpha: u64) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        let block = Self::current_block();
        PendingEmission::<T>::insert(netuid, (Self::pending_emission(netuid, block), block));
        AlphaEmissionPerBlock::<T>::insert(netuid, alpha);
        Ok(())
    }

    pub(crate) fn change_max_allowed_uids(netuid: u16, count: u16) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        let fits = count >= SubnetworkN::<T>::get(netuid) && count <= 256;
        ensure!(fits, Error::<T>::InvalidValue);
        MaxAllowedUids::<T>::insert(netuid, count);
        Self::deposit_event(Event::MaxAllowedUidsSet(netuid, count));
        Ok(())
    }
}
