//! SubtensorModule: registration, stake, weights and emission with Subtensor's names, call indices and
//! types, for one mechanism a subnet and a fixed price of 1 TAO for 1 alpha.

mod epoch;
mod errors;
mod events;
mod info;
mod registration;
mod serving;
mod settings;
mod stake;
mod storage;
mod swap;
pub mod types;
mod weights;

pub use pallet::*;

use frame_support::pallet_macros::import_section;

/// Longest timelocked commitment in bytes.
pub const MAX_COMMIT_BYTES: u32 = 5_000;
/// The one version of commitments that is taken.
pub const COMMIT_REVEAL_VERSION: u16 = 4;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[import_section(storage::storage)]
#[frame_support::pallet]
pub mod pallet {
    use super::{types::AxonInfo, MAX_COMMIT_BYTES};
    use alloc::vec::Vec;
    use codec::Decode;
    use frame_support::{
        dispatch::{DispatchResult, Pays},
        pallet_prelude::*,
        traits::fungible,
    };
    use frame_system::pallet_prelude::*;
    use serde::{Deserialize, Serialize};
    use sp_core::H256;
    use sp_runtime::traits::{SaturatedConversion, TrailingZeroInput};

    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
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
        #[serde(default)]
        pub commit_reveal_weights_enabled: bool,
        #[serde(default = "Vec::new")]
        pub neurons: Vec<GenesisNeuron<AccountId>>,
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
    }

    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        #[serde(default = "Vec::new")]
        pub subnets: Vec<GenesisSubnet<T::AccountId>>,
        /// (hotkey, coldkey, netuid, alpha): stake of nominators.
        #[serde(default = "Vec::new")]
        pub stakes: Vec<(T::AccountId, T::AccountId, u16, u64)>,
        #[serde(default)]
        pub stake_threshold: u64,
        #[serde(default)]
        pub min_stake: Option<u64>,
        #[serde(default)]
        pub subnet_owner_cut: Option<u16>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self {
                subnets: Vec::new(),
                stakes: Vec::new(),
                stake_threshold: 0,
                min_stake: None,
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
            if let Some(cut) = self.subnet_owner_cut {
                SubnetOwnerCut::<T>::put(cut);
            }
            // The root network always exists; there is nothing on it but stake.
            NetworksAdded::<T>::insert(0, true);
            SubtokenEnabled::<T>::insert(0, true);
            for subnet in &self.subnets {
                Pallet::<T>::add_genesis_subnet(subnet);
            }
            for (hotkey, coldkey, netuid, alpha) in &self.stakes {
                Pallet::<T>::increase_stake(hotkey, coldkey, *netuid, *alpha);
                SubnetAlphaOut::<T>::mutate(netuid, |out| *out = out.saturating_add(*alpha));
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

    /// A transaction that costs about a millisecond and no fee: hotkeys hold no TAO.
    fn free() -> (Weight, Pays) {
        (Weight::from_parts(1_000_000_000, 0), Pays::No)
    }
    fn paid() -> Weight {
        Weight::from_parts(500_000_000, 0)
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Sets the signing hotkey's weights on a subnet's main mechanism.
        #[pallet::call_index(0)]
        #[pallet::weight(free())]
        pub fn set_weights(
            origin: OriginFor<T>,
            netuid: u16,
            dests: Vec<u16>,
            weights: Vec<u16>,
            version_key: u64,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            Self::do_set_weights(&hotkey, netuid, 0, dests, weights, version_key)
        }

        /// Stakes TAO (rao) of the signing coldkey on a hotkey.
        #[pallet::call_index(2)]
        #[pallet::weight(paid())]
        pub fn add_stake(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            netuid: u16,
            amount_staked: u64,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_add_stake(&coldkey, &hotkey, netuid, amount_staked)
        }

        /// Turns alpha (rao) of the signing coldkey on a hotkey back into TAO.
        #[pallet::call_index(3)]
        #[pallet::weight(paid())]
        pub fn remove_stake(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            netuid: u16,
            amount_unstaked: u64,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_remove_stake(&coldkey, &hotkey, netuid, amount_unstaked)
        }

        /// Publishes where the signing hotkey listens.
        #[pallet::call_index(4)]
        #[pallet::weight(free())]
        #[allow(clippy::too_many_arguments)]
        pub fn serve_axon(
            origin: OriginFor<T>,
            netuid: u16,
            version: u32,
            ip: u128,
            port: u16,
            ip_type: u8,
            protocol: u8,
            placeholder1: u8,
            placeholder2: u8,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            let block = Self::current_block();
            let axon = AxonInfo { block, version, ip, port, ip_type, protocol, placeholder1, placeholder2 };
            Self::do_serve_axon(hotkey, netuid, axon)
        }

        /// Registers a hotkey of the signing coldkey for the subnet's burn.
        #[pallet::call_index(7)]
        #[pallet::weight(paid())]
        pub fn burned_register(origin: OriginFor<T>, netuid: u16, hotkey: T::AccountId) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_burned_register(&coldkey, netuid, &hotkey)
        }

        /// Puts another hotkey of the signing coldkey in a hotkey's place, on one subnet or on all.
        #[pallet::call_index(72)]
        #[pallet::weight(paid())]
        pub fn swap_hotkey_v2(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            new_hotkey: T::AccountId,
            netuid: Option<u16>,
            keep_stake: bool,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_swap_hotkey(&coldkey, &hotkey, &new_hotkey, netuid, keep_stake)
        }

        /// Moves stake of the signing coldkey to another hotkey or subnet.
        #[pallet::call_index(85)]
        #[pallet::weight(paid())]
        pub fn move_stake(
            origin: OriginFor<T>,
            origin_hotkey: T::AccountId,
            destination_hotkey: T::AccountId,
            origin_netuid: u16,
            destination_netuid: u16,
            alpha_amount: u64,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_move_stake(
                &coldkey,
                &origin_hotkey,
                &destination_hotkey,
                origin_netuid,
                destination_netuid,
                alpha_amount,
            )
        }

        /// Gives stake of the signing coldkey to another coldkey, on the same hotkey.
        #[pallet::call_index(86)]
        #[pallet::weight(paid())]
        pub fn transfer_stake(
            origin: OriginFor<T>,
            destination_coldkey: T::AccountId,
            hotkey: T::AccountId,
            origin_netuid: u16,
            destination_netuid: u16,
            alpha_amount: u64,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_transfer_stake(
                &coldkey,
                &destination_coldkey,
                &hotkey,
                origin_netuid,
                destination_netuid,
                alpha_amount,
            )
        }

        /// Destroys alpha of the signing coldkey.
        #[pallet::call_index(101)]
        #[pallet::weight(paid())]
        pub fn recycle_alpha(
            origin: OriginFor<T>,
            hotkey: T::AccountId,
            amount: u64,
            netuid: u16,
        ) -> DispatchResult {
            let coldkey = ensure_signed(origin)?;
            Self::do_recycle_alpha(&coldkey, &hotkey, amount, netuid).map(|_| ())
        }

        /// Commits the signing hotkey's weights, encrypted until a round of the beacon.
        #[pallet::call_index(113)]
        #[pallet::weight(free())]
        pub fn commit_timelocked_weights(
            origin: OriginFor<T>,
            netuid: u16,
            commit: BoundedVec<u8, ConstU32<MAX_COMMIT_BYTES>>,
            reveal_round: u64,
            commit_reveal_version: u16,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            Self::do_commit(hotkey, netuid, 0, commit, reveal_round, commit_reveal_version)
        }

        /// The same for one of the subnet's mechanisms.
        #[pallet::call_index(118)]
        #[pallet::weight(free())]
        pub fn commit_timelocked_mechanism_weights(
            origin: OriginFor<T>,
            netuid: u16,
            mecid: u8,
            commit: BoundedVec<u8, ConstU32<MAX_COMMIT_BYTES>>,
            reveal_round: u64,
            commit_reveal_version: u16,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            Self::do_commit(hotkey, netuid, mecid, commit, reveal_round, commit_reveal_version)
        }

        /// Sets the signing hotkey's weights on one of the subnet's mechanisms.
        #[pallet::call_index(119)]
        #[pallet::weight(free())]
        pub fn set_mechanism_weights(
            origin: OriginFor<T>,
            netuid: u16,
            mecid: u8,
            dests: Vec<u16>,
            weights: Vec<u16>,
            version_key: u64,
        ) -> DispatchResult {
            let hotkey = ensure_signed(origin)?;
            Self::do_set_weights(&hotkey, netuid, mecid, dests, weights, version_key)
        }
    }
}
