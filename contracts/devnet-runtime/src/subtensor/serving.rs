use super::{
    pallet::*,
    types::{AxonInfo, NeuronCertificate, PrometheusInfo},
};
use frame_support::{dispatch::DispatchResult, ensure};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_serve_axon(hotkey: T::AccountId, netuid: u16, axon: AxonInfo) -> DispatchResult {
        Self::ensure_address(&hotkey, netuid, axon.ip_type, axon.ip)?;
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

    pub(crate) fn do_serve_prometheus(
        hotkey: T::AccountId,
        netuid: u16,
        figures: PrometheusInfo,
    ) -> DispatchResult {
        Self::ensure_address(&hotkey, netuid, figures.ip_type, figures.ip)?;
        if let Some(previous) = Prometheus::<T>::get(netuid, &hotkey) {
            let passed = figures.block.saturating_sub(previous.block) >= ServingRateLimit::<T>::get(netuid);
            ensure!(passed, Error::<T>::ServingRateLimitExceeded);
        }
        ensure!(figures.port != 0, Error::<T>::InvalidPort);
        Prometheus::<T>::insert(netuid, &hotkey, figures);
        Self::deposit_event(Event::PrometheusServed(netuid, hotkey));
        Ok(())
    }

    /// What is no certificate is forgotten, as on Subtensor.
    pub(crate) fn keep_certificate(hotkey: &T::AccountId, netuid: u16, certificate: &[u8]) {
        let Some((algorithm, key)) = certificate.split_first() else { return };
        if let Ok(public_key) = key.to_vec().try_into() {
            let kept = NeuronCertificate { public_key, algorithm: *algorithm };
            NeuronCertificates::<T>::insert(netuid, hotkey, kept);
        }
    }

    /// Loopback addresses pass, unlike on Subtensor: everything runs on one machine here.
    fn ensure_address(hotkey: &T::AccountId, netuid: u16, ip_type: u8, ip: u128) -> DispatchResult {
        ensure!(Uids::<T>::contains_key(netuid, hotkey), Error::<T>::HotKeyNotRegisteredInNetwork);
        ensure!(ip_type == 4 || ip_type == 6, Error::<T>::InvalidIpType);
        let last = if ip_type == 4 { u128::from(u32::MAX) } else { u128::MAX };
        ensure!(ip < last, Error::<T>::InvalidIpAddress);
        Ok(())
    }
}
