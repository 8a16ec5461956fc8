//! A subnet's neurons in columns: its state and its metagraph, whole or in parts.

use super::{answers::*, pallet::*, subnets::compact, types::*};
use alloc::{vec, vec::Vec};
use codec::Compact;

/// The indices of Subtensor's selective metagraph that the whole one does not have.
const VALIDATORS: u16 = 72;
const COMMITMENTS: u16 = 73;

/// One value of each neuron, by UID.
struct Columns<AccountId> {
    neurons: Vec<NeuronInfoLite<AccountId>>,
    block_at_registration: Vec<Compact<u64>>,
    stake: Vec<Compact<u64>>,
    nothing: Vec<Compact<u16>>,
    no_tao: Vec<Compact<u64>>,
}

impl<AccountId> Columns<AccountId> {
    fn of<V>(&self, value: impl Fn(&NeuronInfoLite<AccountId>) -> V) -> Vec<V> {
        self.neurons.iter().map(value).collect()
    }
}

impl<T: Config> Pallet<T> {
    fn columns(netuid: u16) -> Columns<T::AccountId> {
        let neurons = Self::neurons_lite(netuid);
        let count = neurons.len();
        let stake = neurons.iter().map(|one| one.stake.first().map_or(Compact(0), |(_, stake)| *stake));
        Columns {
            stake: stake.collect(),
            block_at_registration: (0..count as u16)
                .map(|uid| BlockAtRegistration::<T>::get(netuid, uid).into())
                .collect(),
            nothing: vec![Compact(0); count],
            no_tao: vec![Compact(0); count],
            neurons,
        }
    }

    pub fn subnet_state(netuid: u16) -> Option<SubnetState<T::AccountId>> {
        if !NetworksAdded::<T>::get(netuid) {
            return None;
        }
        let columns = Self::columns(netuid);
        Some(SubnetState {
            netuid: netuid.into(),
            hotkeys: columns.of(|one| one.hotkey.clone()),
            coldkeys: columns.of(|one| one.coldkey.clone()),
            active: columns.of(|one| one.active),
            validator_permit: columns.of(|one| one.validator_permit),
            pruning_score: columns.of(|one| one.pruning_score),
            last_update: columns.of(|one| one.last_update),
            emission: columns.of(|one| one.emission),
            dividends: columns.of(|one| one.dividends),
            incentives: columns.of(|one| one.incentive),
            consensus: columns.of(|one| one.consensus),
            trust: columns.nothing.clone(),
            rank: columns.nothing,
            block_at_registration: columns.block_at_registration,
            alpha_stake: columns.stake.clone(),
            tao_stake: columns.no_tao,
            total_stake: columns.stake,
            emission_history: Vec::new(),
        })
    }

    pub fn metagraph(netuid: u16) -> Option<Metagraph<T::AccountId>> {
        let SubnetHyperparamsV2 {
            rho,
            kappa,
            immunity_period,
            min_allowed_weights,
            max_weights_limit,
            tempo,
            min_difficulty,
            max_difficulty,
            weights_version,
            weights_rate_limit,
            adjustment_interval,
            activity_cutoff,
            registration_allowed,
            target_regs_per_interval,
            min_burn,
            max_burn,
            bonds_moving_avg,
            max_regs_per_block,
            serving_rate_limit,
            max_validators,
            adjustment_alpha,
            difficulty,
            commit_reveal_period,
            commit_reveal_weights_enabled,
            alpha_high,
            alpha_low,
            liquid_alpha_enabled,
            ..
        } = Self::hyperparameters_v2(netuid)?;
        let info = Self::dynamic_info(netuid)?;
        let columns = Self::columns(netuid);
        let dividends = |one: &NeuronInfoLite<T::AccountId>| {
            (one.hotkey.clone(), AlphaDividendsPerSubnet::<T>::get(netuid, &one.hotkey).into())
        };
        Some(Metagraph {
            netuid: info.netuid,
            name: info.subnet_name,
            symbol: info.token_symbol,
            identity: info.subnet_identity,
            network_registered_at: info.network_registered_at,
            owner_hotkey: info.owner_hotkey,
            owner_coldkey: info.owner_coldkey,
            block: Self::current_block().into(),
            tempo,
            last_step: info.last_step,
            blocks_since_last_step: info.blocks_since_last_step,
            subnet_emission: info.emission,
            alpha_in: info.alpha_in,
            alpha_out: info.alpha_out,
            tao_in: info.tao_in,
            alpha_out_emission: info.alpha_out_emission,
            alpha_in_emission: info.alpha_in_emission,
            tao_in_emission: info.tao_in_emission,
            pending_alpha_emission: info.pending_alpha_emission,
            pending_root_emission: info.pending_root_emission,
            subnet_volume: info.subnet_volume,
            moving_price: info.moving_price,
            rho,
            kappa,
            min_allowed_weights,
            max_weights_limit,
            weights_version,
            weights_rate_limit,
            activity_cutoff,
            max_validators,
            num_uids: SubnetworkN::<T>::get(netuid).into(),
            max_uids: MaxAllowedUids::<T>::get(netuid).into(),
            burn: Burn::<T>::get(netuid).into(),
            difficulty,
            registration_allowed,
            pow_registration_allowed: false,
            immunity_period,
            min_difficulty,
            max_difficulty,
            min_burn,
            max_burn,
            adjustment_alpha,
            adjustment_interval,
            target_regs_per_interval,
            max_regs_per_block,
            serving_rate_limit,
            commit_reveal_weights_enabled,
            commit_reveal_period,
            liquid_alpha_enabled,
            alpha_high,
            alpha_low,
            bonds_moving_avg,
            hotkeys: columns.of(|one| one.hotkey.clone()),
            coldkeys: columns.of(|one| one.coldkey.clone()),
            identities: columns.of(|one| IdentitiesV2::<T>::get(&one.coldkey)),
            axons: columns.of(|one| one.axon_info.clone()),
            active: columns.of(|one| one.active),
            validator_permit: columns.of(|one| one.validator_permit),
            pruning_score: columns.of(|one| one.pruning_score),
            last_update: columns.of(|one| one.last_update),
            emission: columns.of(|one| one.emission),
            dividends: columns.of(|one| one.dividends),
            incentives: columns.of(|one| one.incentive),
            consensus: columns.of(|one| one.consensus),
            trust: columns.nothing.clone(),
            rank: columns.nothing.clone(),
            tao_dividends_per_hotkey: columns.of(|one| (one.hotkey.clone(), Compact(0))),
            alpha_dividends_per_hotkey: columns.of(dividends),
            block_at_registration: columns.block_at_registration,
            alpha_stake: columns.stake.clone(),
            tao_stake: columns.no_tao,
            total_stake: columns.stake,
        })
    }

    /// The metagraph's fields with these numbers: their places in the structure.
    pub fn selective_metagraph(
        netuid: u16,
        wanted: &[u16],
        commitments: impl FnOnce() -> Vec<(T::AccountId, Vec<u8>)>,
    ) -> Option<SelectiveMetagraph<T::AccountId>> {
        let whole = Self::metagraph(netuid)?;
        let permits = ValidatorPermit::<T>::get(netuid);
        let mut number = 0u16;
        let mut next = || {
            number = number.saturating_add(1);
            wanted.contains(&number)
        };
        Some(SelectiveMetagraph {
            netuid: whole.netuid,
            name: next().then_some(whole.name),
            symbol: next().then_some(whole.symbol),
            identity: next().then_some(whole.identity),
            network_registered_at: next().then_some(whole.network_registered_at),
            owner_hotkey: next().then_some(whole.owner_hotkey),
            owner_coldkey: next().then_some(whole.owner_coldkey),
            block: next().then_some(whole.block),
            tempo: next().then_some(whole.tempo),
            last_step: next().then_some(whole.last_step),
            blocks_since_last_step: next().then_some(whole.blocks_since_last_step),
            subnet_emission: next().then_some(whole.subnet_emission),
            alpha_in: next().then_some(whole.alpha_in),
            alpha_out: next().then_some(whole.alpha_out),
            tao_in: next().then_some(whole.tao_in),
            alpha_out_emission: next().then_some(whole.alpha_out_emission),
            alpha_in_emission: next().then_some(whole.alpha_in_emission),
            tao_in_emission: next().then_some(whole.tao_in_emission),
            pending_alpha_emission: next().then_some(whole.pending_alpha_emission),
            pending_root_emission: next().then_some(whole.pending_root_emission),
            subnet_volume: next().then_some(whole.subnet_volume),
            moving_price: next().then_some(whole.moving_price),
            rho: next().then_some(whole.rho),
            kappa: next().then_some(whole.kappa),
            min_allowed_weights: next().then_some(whole.min_allowed_weights),
            max_weights_limit: next().then_some(whole.max_weights_limit),
            weights_version: next().then_some(whole.weights_version),
            weights_rate_limit: next().then_some(whole.weights_rate_limit),
            activity_cutoff: next().then_some(whole.activity_cutoff),
            max_validators: next().then_some(whole.max_validators),
            num_uids: next().then_some(whole.num_uids),
            max_uids: next().then_some(whole.max_uids),
            burn: next().then_some(whole.burn),
            difficulty: next().then_some(whole.difficulty),
            registration_allowed: next().then_some(whole.registration_allowed),
            pow_registration_allowed: next().then_some(whole.pow_registration_allowed),
            immunity_period: next().then_some(whole.immunity_period),
            min_difficulty: next().then_some(whole.min_difficulty),
            max_difficulty: next().then_some(whole.max_difficulty),
            min_burn: next().then_some(whole.min_burn),
            max_burn: next().then_some(whole.max_burn),
            adjustment_alpha: next().then_some(whole.adjustment_alpha),
            adjustment_interval: next().then_some(whole.adjustment_interval),
            target_regs_per_interval: next().then_some(whole.target_regs_per_interval),
            max_regs_per_block: next().then_some(whole.max_regs_per_block),
            serving_rate_limit: next().then_some(whole.serving_rate_limit),
            commit_reveal_weights_enabled: next().then_some(whole.commit_reveal_weights_enabled),
            commit_reveal_period: next().then_some(whole.commit_reveal_period),
            liquid_alpha_enabled: next().then_some(whole.liquid_alpha_enabled),
            alpha_high: next().then_some(whole.alpha_high),
            alpha_low: next().then_some(whole.alpha_low),
            bonds_moving_avg: next().then_some(whole.bonds_moving_avg),
            hotkeys: next().then_some(whole.hotkeys),
            coldkeys: next().then_some(whole.coldkeys),
            identities: next().then_some(whole.identities),
            axons: next().then_some(whole.axons),
            active: next().then_some(whole.active),
            validator_permit: next().then_some(whole.validator_permit),
            pruning_score: next().then_some(whole.pruning_score),
            last_update: next().then_some(whole.last_update),
            emission: next().then_some(whole.emission),
            dividends: next().then_some(whole.dividends),
            incentives: next().then_some(whole.incentives),
            consensus: next().then_some(whole.consensus),
            trust: next().then_some(whole.trust),
            rank: next().then_some(whole.rank),
            block_at_registration: next().then_some(whole.block_at_registration),
            alpha_stake: next().then_some(whole.alpha_stake),
            tao_stake: next().then_some(whole.tao_stake),
            total_stake: next().then_some(whole.total_stake),
            tao_dividends_per_hotkey: next().then_some(whole.tao_dividends_per_hotkey),
            alpha_dividends_per_hotkey: next().then_some(whole.alpha_dividends_per_hotkey),
            validators: wanted.contains(&VALIDATORS).then(|| {
                let uids = permits.iter().enumerate().filter(|(_, permit)| **permit);
                uids.map(|(uid, _)| Compact(uid as u16)).collect()
            }),
            commitments: wanted.contains(&COMMITMENTS).then(|| {
                commitments().into_iter().map(|(hotkey, bytes)| (hotkey, compact(&bytes))).collect()
            }),
        })
    }
}
