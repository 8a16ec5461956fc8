//! What the runtime interface answers about a subnet.

use super::{pallet::*, types::*};
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

    pub fn stake_info(
        hotkey: T::AccountId,
        coldkey: T::AccountId,
        netuid: u16,
    ) -> Option<StakeInfo<T::AccountId>> {
        Some(StakeInfo {
            netuid: netuid.into(),
            stake: Self::stake_of(&hotkey, &coldkey, netuid).into(),
            locked: 0.into(),
            emission: AlphaDividendsPerSubnet::<T>::get(netuid, &hotkey).into(),
            tao_emission: 0.into(),
            drain: 0.into(),
            is_registered: Uids::<T>::contains_key(netuid, &hotkey),
            hotkey,
            coldkey,
        })
    }

    pub fn next_epoch_start_block(netuid: u16) -> Option<u64> {
        EpochSchedule::<T>::get().into_iter().find(|(known, _)| *known == netuid).map(|(_, next)| next)
    }

    pub fn hyperparameters(netuid: u16) -> Option<Vec<HyperparamEntry>> {
        use HyperparamValue::{Bool, TaoBalance, U16, U64};
        if !NetworksAdded::<T>::get(netuid) {
            return None;
        }
        let values = vec![
            ("kappa", U16(Kappa::<T>::get(netuid).into())),
            ("immunity_period", U16(ImmunityPeriod::<T>::get(netuid).into())),
            ("min_allowed_weights", U16(MinAllowedWeights::<T>::get(netuid).into())),
            ("max_weights_limit", U16(u16::MAX.into())),
            ("tempo", U16(Tempo::<T>::get(netuid).into())),
            ("weights_version", U64(WeightsVersionKey::<T>::get(netuid).into())),
            ("weights_rate_limit", U64(WeightsSetRateLimit::<T>::get(netuid).into())),
            ("activity_cutoff", U64(u64::from(ActivityCutoff::<T>::get(netuid)).into())),
            ("registration_allowed", Bool(NetworkRegistrationAllowed::<T>::get(netuid))),
            ("min_burn", TaoBalance(Burn::<T>::get(netuid).into())),
            ("max_burn", TaoBalance(Burn::<T>::get(netuid).into())),
            ("serving_rate_limit", U64(ServingRateLimit::<T>::get(netuid).into())),
            ("max_validators", U16(MaxAllowedValidators::<T>::get(netuid).into())),
            ("commit_reveal_period", U64(RevealPeriodEpochs::<T>::get(netuid).into())),
            ("commit_reveal_weights_enabled", Bool(CommitRevealWeightsEnabled::<T>::get(netuid))),
            ("subnet_is_active", Bool(SubtokenEnabled::<T>::get(netuid))),
            ("transfers_enabled", Bool(TransferToggle::<T>::get(netuid))),
        ];
        let entry = |(name, value): (&str, HyperparamValue)| HyperparamEntry {
            name: name.as_bytes().to_vec(),
            value,
        };
        Some(values.into_iter().map(entry).collect())
    }

    pub fn metagraph(netuid: u16) -> Option<Metagraph<T::AccountId>> {
        if !NetworksAdded::<T>::get(netuid) {
            return None;
        }
        let neurons = Self::neurons_lite(netuid);
        let block = Self::current_block();
        let last_step = LastMechansimStepBlock::<T>::get(netuid);
        let stakes: Vec<Compact<u64>> = neurons
            .iter()
            .map(|neuron| neuron.stake.first().map_or(Compact(0), |(_, stake)| *stake))
            .collect();
        Some(Metagraph {
            netuid: netuid.into(),
            network_registered_at: NetworkRegisteredAt::<T>::get(netuid).into(),
            owner_hotkey: SubnetOwnerHotkey::<T>::get(netuid),
            owner_coldkey: SubnetOwner::<T>::get(netuid),
            block: block.into(),
            tempo: Tempo::<T>::get(netuid).into(),
            last_step: last_step.into(),
            blocks_since_last_step: block.saturating_sub(last_step).into(),
            alpha_out: SubnetAlphaOut::<T>::get(netuid).into(),
            alpha_out_emission: AlphaEmissionPerBlock::<T>::get(netuid).into(),
            pending_alpha_emission: Self::pending_emission(netuid, block).into(),
            kappa: Kappa::<T>::get(netuid).into(),
            min_allowed_weights: MinAllowedWeights::<T>::get(netuid).into(),
            weights_version: WeightsVersionKey::<T>::get(netuid).into(),
            weights_rate_limit: WeightsSetRateLimit::<T>::get(netuid).into(),
            activity_cutoff: u64::from(ActivityCutoff::<T>::get(netuid)).into(),
            max_validators: MaxAllowedValidators::<T>::get(netuid).into(),
            num_uids: SubnetworkN::<T>::get(netuid).into(),
            max_uids: MaxAllowedUids::<T>::get(netuid).into(),
            burn: Burn::<T>::get(netuid).into(),
            registration_allowed: NetworkRegistrationAllowed::<T>::get(netuid),
            immunity_period: ImmunityPeriod::<T>::get(netuid).into(),
            serving_rate_limit: ServingRateLimit::<T>::get(netuid).into(),
            commit_reveal_weights_enabled: CommitRevealWeightsEnabled::<T>::get(netuid),
            commit_reveal_period: RevealPeriodEpochs::<T>::get(netuid).into(),
            hotkeys: neurons.iter().map(|neuron| neuron.hotkey.clone()).collect(),
            coldkeys: neurons.iter().map(|neuron| neuron.coldkey.clone()).collect(),
            axons: neurons.iter().map(|neuron| neuron.axon_info.clone()).collect(),
            active: neurons.iter().map(|neuron| neuron.active).collect(),
            validator_permit: neurons.iter().map(|neuron| neuron.validator_permit).collect(),
            last_update: neurons.iter().map(|neuron| neuron.last_update).collect(),
            emission: neurons.iter().map(|neuron| neuron.emission).collect(),
            dividends: neurons.iter().map(|neuron| neuron.dividends).collect(),
            incentives: neurons.iter().map(|neuron| neuron.incentive).collect(),
            consensus: neurons.iter().map(|neuron| neuron.consensus).collect(),
            block_at_registration: (0..SubnetworkN::<T>::get(netuid))
                .map(|uid| BlockAtRegistration::<T>::get(netuid, uid).into())
                .collect(),
            alpha_stake: stakes.clone(),
            total_stake: stakes,
        })
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

    fn read(&self, uid: u16) -> NeuronInfoLite<T::AccountId> {
        let hotkey = Keys::<T>::get(self.netuid, uid);
        let coldkey = Owner::<T>::get(&hotkey);
        let stake = TotalHotkeyAlpha::<T>::get(&hotkey, self.netuid);
        NeuronInfoLite {
            axon_info: Axons::<T>::get(self.netuid, &hotkey).unwrap_or_default(),
            prometheus_info: PrometheusInfo::default(),
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
