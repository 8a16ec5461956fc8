//! What the runtime interface answers about subnets.

use super::{answers::*, pallet::*, types::*};
use alloc::vec::Vec;
use codec::Compact;

pub(super) fn compact(text: &[u8]) -> Vec<Compact<u8>> {
    text.iter().map(|byte| Compact(*byte)).collect()
}

impl<T: Config> Pallet<T> {
    fn subnet_name(netuid: u16) -> Vec<u8> {
        let known = SubnetIdentitiesV3::<T>::get(netuid).map(|identity| identity.subnet_name);
        known.unwrap_or_else(|| if netuid == 0 { b"root".to_vec() } else { Vec::new() })
    }

    fn alpha_per_block(netuid: u16) -> u64 {
        AlphaEmissionPerBlock::<T>::get(netuid)
    }

    /// The value of a whole subnet's emission for a block, in TAO.
    fn emission_value(netuid: u16) -> u64 {
        Self::tao_for_alpha(netuid, Self::alpha_per_block(netuid))
    }

    pub fn subnet_info(netuid: u16) -> Option<SubnetInfo<T::AccountId>> {
        let SubnetInfov2 {
            netuid,
            rho,
            kappa,
            difficulty,
            immunity_period,
            max_allowed_validators,
            min_allowed_weights,
            max_weights_limit,
            scaling_law_power,
            subnetwork_n,
            max_allowed_uids,
            blocks_since_last_step,
            tempo,
            network_modality,
            network_connect,
            emission_value,
            burn,
            owner,
            identity: _,
        } = Self::subnet_info_v2(netuid)?;
        Some(SubnetInfo {
            netuid,
            rho,
            kappa,
            difficulty,
            immunity_period,
            max_allowed_validators,
            min_allowed_weights,
            max_weights_limit,
            scaling_law_power,
            subnetwork_n,
            max_allowed_uids,
            blocks_since_last_step,
            tempo,
            network_modality,
            network_connect,
            emission_values: emission_value,
            burn,
            owner,
        })
    }

    pub fn subnet_info_v2(netuid: u16) -> Option<SubnetInfov2<T::AccountId>> {
        NetworksAdded::<T>::get(netuid).then(|| SubnetInfov2 {
            netuid: netuid.into(),
            rho: Rho::<T>::get(netuid).into(),
            kappa: Kappa::<T>::get(netuid).into(),
            difficulty: Difficulty::<T>::get(netuid).into(),
            immunity_period: ImmunityPeriod::<T>::get(netuid).into(),
            max_allowed_validators: MaxAllowedValidators::<T>::get(netuid).into(),
            min_allowed_weights: MinAllowedWeights::<T>::get(netuid).into(),
            max_weights_limit: MaxWeightsLimit::<T>::get(netuid).into(),
            scaling_law_power: ScalingLawPower::<T>::get(netuid).into(),
            subnetwork_n: SubnetworkN::<T>::get(netuid).into(),
            max_allowed_uids: MaxAllowedUids::<T>::get(netuid).into(),
            blocks_since_last_step: BlocksSinceLastStep::<T>::get(netuid).into(),
            tempo: Tempo::<T>::get(netuid).into(),
            network_modality: 0.into(),
            network_connect: Vec::new(),
            emission_value: Self::emission_value(netuid).into(),
            burn: Burn::<T>::get(netuid).into(),
            owner: SubnetOwner::<T>::get(netuid),
            identity: SubnetIdentitiesV3::<T>::get(netuid),
        })
    }

    pub fn hyperparameters_v1(netuid: u16) -> Option<SubnetHyperparams> {
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
        Some(SubnetHyperparams {
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
        })
    }

    pub fn hyperparameters_v2(netuid: u16) -> Option<SubnetHyperparamsV2> {
        let (alpha_low, alpha_high) = AlphaValues::<T>::get(netuid);
        NetworksAdded::<T>::get(netuid).then(|| SubnetHyperparamsV2 {
            rho: Rho::<T>::get(netuid).into(),
            kappa: Kappa::<T>::get(netuid).into(),
            immunity_period: ImmunityPeriod::<T>::get(netuid).into(),
            min_allowed_weights: MinAllowedWeights::<T>::get(netuid).into(),
            max_weights_limit: MaxWeightsLimit::<T>::get(netuid).into(),
            tempo: Tempo::<T>::get(netuid).into(),
            min_difficulty: MinDifficulty::<T>::get(netuid).into(),
            max_difficulty: MaxDifficulty::<T>::get(netuid).into(),
            weights_version: WeightsVersionKey::<T>::get(netuid).into(),
            weights_rate_limit: WeightsSetRateLimit::<T>::get(netuid).into(),
            adjustment_interval: AdjustmentInterval::<T>::get(netuid).into(),
            activity_cutoff: ActivityCutoff::<T>::get(netuid).into(),
            registration_allowed: NetworkRegistrationAllowed::<T>::get(netuid),
            target_regs_per_interval: TargetRegistrationsPerInterval::<T>::get(netuid).into(),
            min_burn: MinBurn::<T>::get(netuid).into(),
            max_burn: MaxBurn::<T>::get(netuid).into(),
            bonds_moving_avg: BondsMovingAverage::<T>::get(netuid).into(),
            max_regs_per_block: MaxRegistrationsPerBlock::<T>::get(netuid).into(),
            serving_rate_limit: ServingRateLimit::<T>::get(netuid).into(),
            max_validators: MaxAllowedValidators::<T>::get(netuid).into(),
            adjustment_alpha: AdjustmentAlpha::<T>::get(netuid).into(),
            difficulty: Difficulty::<T>::get(netuid).into(),
            commit_reveal_period: RevealPeriodEpochs::<T>::get(netuid).into(),
            commit_reveal_weights_enabled: CommitRevealWeightsEnabled::<T>::get(netuid),
            alpha_high: alpha_high.into(),
            alpha_low: alpha_low.into(),
            liquid_alpha_enabled: LiquidAlphaOn::<T>::get(netuid),
            alpha_sigmoid_steepness: I32F32 {
                bits: (i64::from(AlphaSigmoidSteepness::<T>::get(netuid)) << 32) / 1_000,
            },
            yuma_version: if Yuma3On::<T>::get(netuid) { 3 } else { 2 }.into(),
            subnet_is_active: SubtokenEnabled::<T>::get(netuid),
            transfers_enabled: TransferToggle::<T>::get(netuid),
            bonds_reset_enabled: BondsResetOn::<T>::get(netuid),
            user_liquidity_enabled: false,
        })
    }

    pub fn dynamic_info(netuid: u16) -> Option<DynamicInfo<T::AccountId>> {
        NetworksAdded::<T>::get(netuid).then(|| DynamicInfo {
            netuid: netuid.into(),
            owner_hotkey: SubnetOwnerHotkey::<T>::get(netuid),
            owner_coldkey: SubnetOwner::<T>::get(netuid),
            subnet_name: compact(&Self::subnet_name(netuid)),
            token_symbol: compact(&TokenSymbol::<T>::get(netuid)),
            tempo: Tempo::<T>::get(netuid).into(),
            last_step: LastMechansimStepBlock::<T>::get(netuid).into(),
            blocks_since_last_step: BlocksSinceLastStep::<T>::get(netuid).into(),
            emission: Self::emission_value(netuid).into(),
            alpha_in: SubnetAlphaIn::<T>::get(netuid).into(),
            alpha_out: SubnetAlphaOut::<T>::get(netuid).into(),
            tao_in: SubnetTAO::<T>::get(netuid).into(),
            alpha_out_emission: Self::alpha_per_block(netuid).into(),
            alpha_in_emission: 0.into(),
            tao_in_emission: 0.into(),
            pending_alpha_emission: Self::pending_emission(netuid, Self::current_block()).into(),
            pending_root_emission: 0.into(),
            subnet_volume: SubnetVolume::<T>::get(netuid).into(),
            network_registered_at: NetworkRegisteredAt::<T>::get(netuid).into(),
            subnet_identity: SubnetIdentitiesV3::<T>::get(netuid),
            moving_price: SubnetMovingPrice::<T>::get(netuid),
        })
    }

    /// What TAO buys, without moving the price.
    pub fn buy(netuid: u16, tao: u64) -> SimSwapResult {
        let trade = Self::quote_buy(netuid, tao);
        SimSwapResult { tao_amount: tao, alpha_amount: trade.brings, tao_fee: trade.fee, alpha_fee: 0 }
    }

    /// What alpha brings, without moving the price.
    pub fn sell(netuid: u16, alpha: u64) -> SimSwapResult {
        let trade = Self::quote_sell(netuid, alpha);
        SimSwapResult { tao_amount: trade.brings, alpha_amount: alpha, tao_fee: 0, alpha_fee: trade.fee }
    }
}
