//! SubtensorModule: registration, stake, weights and emission with Subtensor's names, call indices and
//! types, for one mechanism a subnet.

pub mod answers;
mod calls;
pub mod costs;
mod declared;
mod delegates;
mod epoch;
mod errors;
mod events;
mod info;
mod lifecycle;
mod locks;
mod market;
mod metagraph;
mod neurons;
mod pools;
mod registration;
mod serving;
mod settings;
mod stake;
mod storage;
mod subnets;
mod swap;
pub mod types;
mod voting_power;
mod weights;

pub use pallet::*;

use frame_support::pallet_macros::import_section;

/// Longest timelocked commitment in bytes.
pub const MAX_COMMIT_BYTES: u32 = 5_000;
/// The one version of commitments that is taken.
pub const COMMIT_REVEAL_VERSION: u16 = 4;

#[import_section(calls::calls)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[import_section(storage::storage)]
#[import_section(declared::declared)]
#[frame_support::pallet]
pub mod pallet {
    use super::{
        costs,
        market::Limit,
        types::{
            AxonInfo, ChainIdentityV2, EpochConsensus, LockState, MinerCollateralState, NeuronCertificate,
            PrometheusInfo, RootClaimTypeEnum, SubnetIdentityV3, I96F32, U64F64,
        },
        MAX_COMMIT_BYTES,
    };
    use crate::dev_chain;
    pub(crate) use crate::dev_chain::{
        AlphaEmissionPerBlock, BurnHalfLife, EpochSchedule, FixedPrice, MinStake, MinTransfer,
        PendingEmission, VotingPowerFunctions,
    };
    use alloc::{collections::BTreeMap, vec::Vec};
    use codec::Decode;
    use frame_support::{
        dispatch::{DispatchResult, DispatchResultWithPostInfo, Pays},
        pallet_prelude::*,
        traits::fungible,
    };
    use frame_system::pallet_prelude::*;
    use serde::{Deserialize, Serialize};
    use share_pool::SafeFloat;
    use sp_core::{H160, H256};
    use sp_runtime::{
        traits::{SaturatedConversion, TrailingZeroInput},
        DispatchError,
    };

    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> + dev_chain::Config {
        type Currency: fungible::Mutate<Self::AccountId, Balance = u64>;
    }

    #[pallet::pallet]
    #[pallet::without_storage_info]
    pub struct Pallet<T>(_);

    /// A neuron at genesis. UIDs are given in order; the subnet owner's hotkey takes UID 0 first.
    #[derive(Serialize, Deserialize, Clone)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    pub struct GenesisNeuron<AccountId> {
        pub hotkey: AccountId,
        pub coldkey: AccountId,
        /// Alpha that the coldkey has on the hotkey.
        #[serde(default)]
        pub stake: u64,
    }

    /// A subnet at genesis. What is left out takes Subtensor's default, except where the README says otherwise.
    #[derive(Serialize, Deserialize, Clone)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    pub struct GenesisSubnet<AccountId> {
        pub netuid: u16,
        pub owner_hotkey: AccountId,
        pub owner_coldkey: AccountId,
        #[serde(default = "defaults::tempo")]
        pub tempo: u16,
        #[serde(default = "defaults::alpha_emission_per_block")]
        pub alpha_emission_per_block: u64,
        #[serde(default = "defaults::max_allowed_uids")]
        pub max_allowed_uids: u16,
        #[serde(default = "defaults::max_allowed_validators")]
        pub max_allowed_validators: u16,
        #[serde(default)]
        pub min_non_immune_uids: u16,
        #[serde(default = "defaults::min_allowed_weights")]
        pub min_allowed_weights: u16,
        #[serde(default = "defaults::immunity_period")]
        pub immunity_period: u16,
        #[serde(default = "defaults::activity_cutoff")]
        pub activity_cutoff: u16,
        #[serde(default)]
        pub weights_version_key: u64,
        #[serde(default = "defaults::weights_set_rate_limit")]
        pub weights_set_rate_limit: u64,
        #[serde(default = "defaults::serving_rate_limit")]
        pub serving_rate_limit: u64,
        #[serde(default = "defaults::burn")]
        pub burn: u64,
        /// Blocks in which a registration's price halves, after each registration has raised it; 0: it does not move.
        #[serde(default)]
        pub burn_half_life: u16,
        #[serde(default)]
        pub commit_reveal_weights_enabled: bool,
        /// Rao of TAO for one alpha.
        #[serde(default = "defaults::alpha_price")]
        pub alpha_price: u64,
        /// The share of a registration's price that becomes locked stake, of 65535.
        #[serde(default)]
        pub collateral_lock_share: u16,
        #[serde(default)]
        pub voting_power_tracking: bool,
        /// How fast voting power follows stake: the weight of the newest, of 10¹⁸.
        #[serde(default = "defaults::voting_power_alpha")]
        pub voting_power_alpha: u64,
        #[serde(default = "Vec::new")]
        pub neurons: Vec<GenesisNeuron<AccountId>>,
    }

    impl<AccountId> GenesisSubnet<AccountId> {
        /// A subnet of which only the owner is known.
        pub fn of(netuid: u16, owner_hotkey: AccountId, owner_coldkey: AccountId) -> Self {
            Self {
                netuid,
                owner_hotkey,
                owner_coldkey,
                tempo: defaults::tempo(),
                alpha_emission_per_block: defaults::alpha_emission_per_block(),
                max_allowed_uids: defaults::max_allowed_uids(),
                max_allowed_validators: defaults::max_allowed_validators(),
                min_non_immune_uids: 0,
                min_allowed_weights: defaults::min_allowed_weights(),
                immunity_period: defaults::immunity_period(),
                activity_cutoff: defaults::activity_cutoff(),
                weights_version_key: 0,
                weights_set_rate_limit: defaults::weights_set_rate_limit(),
                serving_rate_limit: defaults::serving_rate_limit(),
                burn: defaults::burn(),
                burn_half_life: 0,
                commit_reveal_weights_enabled: false,
                alpha_price: defaults::alpha_price(),
                collateral_lock_share: 0,
                voting_power_tracking: false,
                voting_power_alpha: defaults::voting_power_alpha(),
                neurons: Vec::new(),
            }
        }
    }

    mod defaults {
        pub fn tempo() -> u16 {
            360
        }
        pub fn alpha_emission_per_block() -> u64 {
            1_000_000_000
        }
        pub fn max_allowed_uids() -> u16 {
            256
        }
        pub fn max_allowed_validators() -> u16 {
            64
        }
        pub fn min_allowed_weights() -> u16 {
            1
        }
        pub fn immunity_period() -> u16 {
            4_096
        }
        pub fn activity_cutoff() -> u16 {
            5_000
        }
        pub fn weights_set_rate_limit() -> u64 {
            100
        }
        pub fn serving_rate_limit() -> u64 {
            50
        }
        pub fn burn() -> u64 {
            100_000_000
        }
        pub fn alpha_price() -> u64 {
            1_000_000_000
        }
        pub fn voting_power_alpha() -> u64 {
            3_570_000_000_000_000
        }
    }

    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        #[serde(default = "Vec::new")]
        pub subnets: Vec<GenesisSubnet<T::AccountId>>,
        /// (hotkey, coldkey, netuid, alpha): stake of nominators.
        #[serde(default = "Vec::new")]
        pub stakes: Vec<(T::AccountId, T::AccountId, u16, u64)>,
        /// (coldkey, hotkey, netuid, alpha): stake that is locked.
        #[serde(default = "Vec::new")]
        pub locks: Vec<(T::AccountId, T::AccountId, u16, u64)>,
        #[serde(default)]
        pub stake_threshold: u64,
        #[serde(default)]
        pub min_stake: Option<u64>,
        #[serde(default)]
        pub min_transfer: Option<u64>,
        #[serde(default)]
        pub voting_power_functions: bool,
        #[serde(default)]
        pub subnet_owner_cut: Option<u16>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self {
                subnets: Vec::new(),
                stakes: Vec::new(),
                locks: Vec::new(),
                stake_threshold: 0,
                min_stake: None,
                min_transfer: None,
                voting_power_functions: false,
                subnet_owner_cut: None,
            }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            StakeThreshold::<T>::put(self.stake_threshold);
            if let Some(amount) = self.min_stake {
                MinStake::<T>::put(amount);
            }
            if let Some(amount) = self.min_transfer.or(self.min_stake) {
                MinTransfer::<T>::put(amount);
            }
            VotingPowerFunctions::<T>::put(self.voting_power_functions);
            if let Some(cut) = self.subnet_owner_cut {
                SubnetOwnerCut::<T>::put(cut);
            }
            // The root network always exists; there is nothing on it but stake.
            NetworksAdded::<T>::insert(0, true);
            SubtokenEnabled::<T>::insert(0, true);
            TotalNetworks::<T>::put(1);
            TotalIssuance::<T>::put(<T::Currency as fungible::Inspect<T::AccountId>>::total_issuance());
            for subnet in &self.subnets {
                Pallet::<T>::add_genesis_subnet(subnet);
            }
            for (hotkey, coldkey, netuid, alpha) in &self.stakes {
                Pallet::<T>::increase_stake(hotkey, coldkey, *netuid, *alpha);
                Pallet::<T>::note_delegate(coldkey, hotkey);
                SubnetAlphaOut::<T>::mutate(netuid, |out| *out = out.saturating_add(*alpha));
            }
            for (coldkey, hotkey, netuid, alpha) in &self.locks {
                Pallet::<T>::set_lock(coldkey, *netuid, hotkey, *alpha);
            }
            for subnet in &self.subnets {
                Pallet::<T>::refresh_permits(subnet.netuid);
            }
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(block: BlockNumberFor<T>) -> Weight {
            Self::run_due_epochs(block.saturated_into())
        }
    }
}
