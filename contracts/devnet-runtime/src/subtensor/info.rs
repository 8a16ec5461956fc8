//! What the runtime interface answers about a subnet.

use super::{answers::StakeAvailability, pallet::*, types::*};
use alloc::{collections::BTreeMap, vec, vec::Vec};

impl<T: Config> Pallet<T> {
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

    /// Every position of a coldkey that holds anything.
    pub fn stake_infos(coldkey: T::AccountId) -> Vec<StakeInfo<T::AccountId>> {
        let subnets = Self::subnets();
        let mut positions = Vec::new();
        for hotkey in StakingHotkeys::<T>::get(&coldkey) {
            for netuid in &subnets {
                if Self::stake_of(&hotkey, &coldkey, *netuid) > 0 {
                    positions.extend(Self::stake_info(hotkey.clone(), coldkey.clone(), *netuid));
                }
            }
        }
        positions
    }

    /// By coldkey and subnet, where there is any stake. No list of subnets means all.
    pub fn stake_availabilities(
        coldkeys: Vec<T::AccountId>,
        netuids: Option<Vec<u16>>,
    ) -> BTreeMap<T::AccountId, BTreeMap<u16, StakeAvailability>> {
        let subnets: Vec<u16> = Self::subnets()
            .into_iter()
            .filter(|netuid| netuids.as_ref().is_none_or(|wanted| wanted.contains(netuid)))
            .collect();
        let of = |coldkey: &T::AccountId| {
            let rows = subnets.iter().map(|netuid| (*netuid, Self::stake_availability(coldkey, *netuid)));
            rows.filter(|(_, (total, locked, _))| total.saturating_add(*locked) > 0)
                .map(|(netuid, (total, locked, available))| {
                    (netuid, StakeAvailability { netuid, total, locked, available })
                })
                .collect()
        };
        coldkeys
            .into_iter()
            .map(|coldkey| {
                let rows = of(&coldkey);
                (coldkey, rows)
            })
            .collect()
    }

    /// The subnets that exist, the root network first.
    pub fn subnets() -> Vec<u16> {
        let mut known: Vec<u16> =
            NetworksAdded::<T>::iter().filter(|(_, added)| *added).map(|(netuid, _)| netuid).collect();
        known.sort_unstable();
        known
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
}
