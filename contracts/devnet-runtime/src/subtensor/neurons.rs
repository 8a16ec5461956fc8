//! What the runtime interface answers about neurons.

use super::{answers::NeuronInfo, pallet::*, types::*};
use alloc::{vec, vec::Vec};
use codec::Compact;

impl<T: Config> Pallet<T> {
    pub fn neurons_lite(netuid: u16) -> Vec<NeuronInfoLite<T::AccountId>> {
        let reader = NeuronReader::<T>::new(netuid);
        (0..SubnetworkN::<T>::get(netuid)).map(|uid| reader.read(uid)).collect()
    }

    pub fn neuron_lite(netuid: u16, uid: u16) -> Option<NeuronInfoLite<T::AccountId>> {
        (uid < SubnetworkN::<T>::get(netuid)).then(|| NeuronReader::<T>::new(netuid).read(uid))
    }

    pub fn neurons(netuid: u16) -> Vec<NeuronInfo<T::AccountId>> {
        let reader = NeuronReader::<T>::new(netuid);
        (0..SubnetworkN::<T>::get(netuid)).map(|uid| reader.read_whole(uid)).collect()
    }

    pub fn neuron(netuid: u16, uid: u16) -> Option<NeuronInfo<T::AccountId>> {
        (uid < SubnetworkN::<T>::get(netuid)).then(|| NeuronReader::<T>::new(netuid).read_whole(uid))
    }
}

/// The subnet's vectors, read once for all its neurons.
struct NeuronReader<T: Config> {
    netuid: u16,
    active: Vec<bool>,
    permits: Vec<bool>,
    consensus: Vec<u16>,
    incentives: Vec<u16>,
    dividends: Vec<u16>,
    trust: Vec<u16>,
    emissions: Vec<u64>,
    updates: Vec<u64>,
    config: core::marker::PhantomData<T>,
}

impl<T: Config> NeuronReader<T> {
    fn new(netuid: u16) -> Self {
        Self {
            netuid,
            active: Active::<T>::get(netuid),
            permits: ValidatorPermit::<T>::get(netuid),
            consensus: Consensus::<T>::get(netuid),
            incentives: Incentive::<T>::get(netuid),
            dividends: Dividends::<T>::get(netuid),
            trust: ValidatorTrust::<T>::get(netuid),
            emissions: Emission::<T>::get(netuid),
            updates: LastUpdate::<T>::get(netuid),
            config: core::marker::PhantomData,
        }
    }

    /// The same with the weights that it set. There are no bonds.
    fn read_whole(&self, uid: u16) -> NeuronInfo<T::AccountId> {
        let NeuronInfoLite {
            hotkey,
            coldkey,
            uid,
            netuid,
            active,
            axon_info,
            prometheus_info,
            stake,
            rank,
            emission,
            incentive,
            consensus,
            trust,
            validator_trust,
            dividends,
            last_update,
            validator_permit,
            pruning_score,
            ..
        } = self.read(uid);
        let weights = Weights::<T>::get(self.netuid, uid.0);
        NeuronInfo {
            hotkey,
            coldkey,
            uid,
            netuid,
            active,
            axon_info,
            prometheus_info,
            stake,
            rank,
            emission,
            incentive,
            consensus,
            trust,
            validator_trust,
            dividends,
            last_update,
            validator_permit,
            weights: weights.into_iter().map(|(to, weight)| (Compact(to), Compact(weight))).collect(),
            bonds: Vec::new(),
            pruning_score,
        }
    }

    fn read(&self, uid: u16) -> NeuronInfoLite<T::AccountId> {
        let hotkey = Keys::<T>::get(self.netuid, uid);
        let coldkey = Owner::<T>::get(&hotkey);
        let stake = TotalHotkeyAlpha::<T>::get(&hotkey, self.netuid);
        NeuronInfoLite {
            axon_info: Axons::<T>::get(self.netuid, &hotkey).unwrap_or_default(),
            prometheus_info: Prometheus::<T>::get(self.netuid, &hotkey).unwrap_or_default(),
            stake: vec![(coldkey.clone(), stake.into())],
            hotkey,
            coldkey,
            uid: uid.into(),
            netuid: self.netuid.into(),
            active: at(&self.active, uid),
            rank: 0.into(),
            emission: at(&self.emissions, uid).into(),
            incentive: at(&self.incentives, uid).into(),
            consensus: at(&self.consensus, uid).into(),
            trust: 0.into(),
            validator_trust: at(&self.trust, uid).into(),
            dividends: at(&self.dividends, uid).into(),
            last_update: at(&self.updates, uid).into(),
            validator_permit: at(&self.permits, uid),
            pruning_score: u16::MAX.into(),
        }
    }
}

fn at<V: Copy + Default>(values: &[V], uid: u16) -> V {
    values.get(usize::from(uid)).copied().unwrap_or_default()
}
