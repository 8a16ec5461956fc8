use super::{pallet::*, types::AxonInfo};
use frame_support::{dispatch::DispatchResult, ensure};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_serve_axon(hotkey: T::AccountId, netuid: u16, axon: AxonInfo) -> DispatchResult {
        ensure!(Uids::<T>::contains_key(netuid, &hotkey), Error::<T>::HotKeyNotRegisteredInNetwork);
        ensure!(axon.ip_type == 4 || axon.ip_type == 6, Error::<T>::InvalidIpType);
        // Loopback addresses pass, unlike on Subtensor: everything runs on one machine here.
        let last = if axon.ip_type == 4 { u128::from(u32::MAX) } else { u128::MAX };
        ensure!(axon.ip < last, Error::<T>::InvalidIpAddress);
        if let Some(previous) = Axons::<T>::get(netuid, &hotkey) {
            ensure!(
                axon.block.saturating_sub(previous.block) >= ServingRateLimit::<T>::get(netuid),
                Error::<T>::ServingRateLimitExceeded
            );
        }
        ensure!(axon.port != 0, Error::<T>::InvalidPort);
        Axons::<T>::insert(netuid, &hotkey, axon);
        Self::deposit_event(Event::AxonServed(netuid, hotkey));
        Ok(())
    }
}
