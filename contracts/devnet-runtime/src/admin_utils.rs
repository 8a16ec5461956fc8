//! AdminUtils: the subnet settings that tests and the demo change, by root, or by the subnet's owner where that matters. Calls up to 99 are Subtensor's,
//! with its names, indices and arguments; from 200 on they exist here only.

pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
    use crate::{
        dev_chain,
        subtensor::{self, Event, Pallet as Subtensor},
    };
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;

    #[pallet::config]
    pub trait Config: frame_system::Config + subtensor::Config {}

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    fn cheap() -> Weight {
        Weight::from_parts(100_000_000, 0)
    }

    /// Stores one value of a subnet and reports it.
    macro_rules! set {
        ($storage:ident, $event:ident, $origin:ident, $netuid:ident, $value:ident) => {{
            ensure_root($origin)?;
            set!($storage, $event, $netuid, $value)
        }};
        ($storage:ident, $event:ident, $netuid:ident, $value:ident) => {{
            Subtensor::<T>::ensure_subnet($netuid)?;
            subtensor::$storage::<T>::insert($netuid, $value);
            Subtensor::<T>::deposit_event(Event::$event($netuid, $value));
            Ok(())
        }};
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        #[pallet::call_index(3)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_serving_rate_limit(
            origin: OriginFor<T>,
            netuid: u16,
            serving_rate_limit: u64,
        ) -> DispatchResult {
            set!(ServingRateLimit, ServingRateLimitSet, origin, netuid, serving_rate_limit)
        }

        #[pallet::call_index(6)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_weights_version_key(
            origin: OriginFor<T>,
            netuid: u16,
            weights_version_key: u64,
        ) -> DispatchResult {
            set!(WeightsVersionKey, WeightsVersionKeySet, origin, netuid, weights_version_key)
        }

        #[pallet::call_index(7)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_weights_set_rate_limit(
            origin: OriginFor<T>,
            netuid: u16,
            weights_set_rate_limit: u64,
        ) -> DispatchResult {
            set!(WeightsSetRateLimit, WeightsSetRateLimitSet, origin, netuid, weights_set_rate_limit)
        }

        #[pallet::call_index(13)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_immunity_period(
            origin: OriginFor<T>,
            netuid: u16,
            immunity_period: u16,
        ) -> DispatchResult {
            set!(ImmunityPeriod, ImmunityPeriodSet, origin, netuid, immunity_period)
        }

        #[pallet::call_index(14)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_min_allowed_weights(
            origin: OriginFor<T>,
            netuid: u16,
            min_allowed_weights: u16,
        ) -> DispatchResult {
            set!(MinAllowedWeights, MinAllowedWeightSet, origin, netuid, min_allowed_weights)
        }

        #[pallet::call_index(15)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_max_allowed_uids(
            origin: OriginFor<T>,
            netuid: u16,
            max_allowed_uids: u16,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Subtensor::<T>::change_max_allowed_uids(netuid, max_allowed_uids)
        }

        #[pallet::call_index(16)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_kappa(origin: OriginFor<T>, netuid: u16, kappa: u16) -> DispatchResult {
            set!(Kappa, KappaSet, origin, netuid, kappa)
        }

        #[pallet::call_index(18)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_activity_cutoff(
            origin: OriginFor<T>,
            netuid: u16,
            activity_cutoff: u16,
        ) -> DispatchResult {
            set!(ActivityCutoff, ActivityCutoffSet, origin, netuid, activity_cutoff)
        }

        #[pallet::call_index(19)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_network_registration_allowed(
            origin: OriginFor<T>,
            netuid: u16,
            registration_allowed: bool,
        ) -> DispatchResult {
            set!(NetworkRegistrationAllowed, RegistrationAllowed, origin, netuid, registration_allowed)
        }

        #[pallet::call_index(25)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_max_allowed_validators(
            origin: OriginFor<T>,
            netuid: u16,
            max_allowed_validators: u16,
        ) -> DispatchResult {
            set!(MaxAllowedValidators, MaxAllowedValidatorsSet, origin, netuid, max_allowed_validators)
        }

        #[pallet::call_index(28)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_subnet_owner_cut(origin: OriginFor<T>, subnet_owner_cut: u16) -> DispatchResult {
            ensure_root(origin)?;
            subtensor::SubnetOwnerCut::<T>::put(subnet_owner_cut);
            Subtensor::<T>::deposit_event(Event::SubnetOwnerCutSet(subnet_owner_cut));
            Ok(())
        }

        #[pallet::call_index(30)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_tempo(origin: OriginFor<T>, netuid: u16, tempo: u16) -> DispatchResult {
            ensure_root(origin)?;
            Subtensor::<T>::change_tempo(netuid, tempo)
        }

        #[pallet::call_index(42)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_stake_threshold(origin: OriginFor<T>, min_stake: u64) -> DispatchResult {
            ensure_root(origin)?;
            subtensor::StakeThreshold::<T>::put(min_stake);
            Subtensor::<T>::deposit_event(Event::StakeThresholdSet(min_stake));
            Ok(())
        }

        #[pallet::call_index(49)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_commit_reveal_weights_enabled(
            origin: OriginFor<T>,
            netuid: u16,
            enabled: bool,
        ) -> DispatchResult {
            set!(CommitRevealWeightsEnabled, CommitRevealEnabled, origin, netuid, enabled)
        }

        #[pallet::call_index(61)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_toggle_transfer(origin: OriginFor<T>, netuid: u16, toggle: bool) -> DispatchResult {
            Subtensor::<T>::ensure_owner_or_root(origin, netuid)?;
            set!(TransferToggle, TransferToggle, netuid, toggle)
        }

        #[pallet::call_index(66)]
        #[pallet::weight(cheap())]
        pub fn sudo_set_subtoken_enabled(
            origin: OriginFor<T>,
            netuid: u16,
            subtoken_enabled: bool,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Subtensor::<T>::ensure_subnet(netuid)?;
            subtensor::SubtokenEnabled::<T>::insert(netuid, subtoken_enabled);
            Ok(())
        }

        /// Alpha (rao) that the subnet pays a block from now on.
        #[pallet::call_index(200)]
        #[pallet::weight(cheap())]
        pub fn dev_set_alpha_emission_per_block(
            origin: OriginFor<T>,
            netuid: u16,
            alpha: u64,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Subtensor::<T>::change_alpha_emission(netuid, alpha)
        }

        /// What a registration on the subnet burns (rao).
        #[pallet::call_index(201)]
        #[pallet::weight(cheap())]
        pub fn dev_set_burn(origin: OriginFor<T>, netuid: u16, burn: u64) -> DispatchResult {
            set!(Burn, BurnSet, origin, netuid, burn)
        }

        /// The smallest amount of any staking call, in TAO (rao) at today's price.
        #[pallet::call_index(202)]
        #[pallet::weight(cheap())]
        pub fn dev_set_min_stake(origin: OriginFor<T>, amount: u64) -> DispatchResult {
            ensure_root(origin)?;
            dev_chain::MinStake::<T>::put(amount);
            dev_chain::MinTransfer::<T>::put(amount);
            Ok(())
        }

        /// The smallest amount of stake that stays on its subnet, in TAO (rao). 0 stands for the newest rules.
        #[pallet::call_index(203)]
        #[pallet::weight(cheap())]
        pub fn dev_set_min_transfer(origin: OriginFor<T>, amount: u64) -> DispatchResult {
            ensure_root(origin)?;
            dev_chain::MinTransfer::<T>::put(amount);
            Ok(())
        }

        /// Fixes the price of the subnet's alpha, in rao of TAO for one.
        #[pallet::call_index(204)]
        #[pallet::weight(cheap())]
        pub fn dev_set_alpha_price(origin: OriginFor<T>, netuid: u16, price: u64) -> DispatchResult {
            ensure_root(origin)?;
            Subtensor::<T>::change_alpha_price(netuid, price)
        }

        /// Locks that much of a coldkey's stake on a subnet, however much it has there; 0 unlocks it.
        #[pallet::call_index(205)]
        #[pallet::weight(cheap())]
        pub fn dev_set_lock(
            origin: OriginFor<T>,
            coldkey: T::AccountId,
            hotkey: T::AccountId,
            netuid: u16,
            alpha: u64,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Subtensor::<T>::ensure_subnet(netuid)?;
            Subtensor::<T>::set_lock(&coldkey, netuid, &hotkey, alpha);
            Ok(())
        }

        /// The share of a registration's price that becomes locked stake, of 65535.
        #[pallet::call_index(206)]
        #[pallet::weight(cheap())]
        pub fn dev_set_collateral_lock_share(
            origin: OriginFor<T>,
            netuid: u16,
            share: u16,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Subtensor::<T>::ensure_subnet(netuid)?;
            subtensor::CollateralLockShare::<T>::insert(netuid, share);
            Ok(())
        }

        /// Locks that much more of a position as registration collateral, however much there is.
        #[pallet::call_index(207)]
        #[pallet::weight(cheap())]
        pub fn dev_add_collateral(
            origin: OriginFor<T>,
            netuid: u16,
            hotkey: T::AccountId,
            coldkey: T::AccountId,
            alpha: u64,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Subtensor::<T>::ensure_subnet(netuid)?;
            Subtensor::<T>::add_collateral(netuid, &hotkey, &coldkey, alpha);
            Ok(())
        }

        /// Adds alpha behind a hotkey, as an epoch does: first so much for one coldkey, then the dividend for everyone who
        /// has shares of the pool. None of it counts as issued.
        #[pallet::call_index(208)]
        #[pallet::weight(cheap())]
        pub fn dev_pay(
            origin: OriginFor<T>,
            netuid: u16,
            hotkey: T::AccountId,
            own: Option<(T::AccountId, u64)>,
            dividend: u64,
        ) -> DispatchResult {
            ensure_root(origin)?;
            Subtensor::<T>::ensure_subnet(netuid)?;
            if let Some((coldkey, alpha)) = own {
                Subtensor::<T>::increase_stake(&hotkey, &coldkey, netuid, alpha);
            }
            Subtensor::<T>::increase_pool(&hotkey, netuid, dividend);
            Ok(())
        }

        /// Gives a subnet's pool its two sides (rao). From here on, trades move its price and cost a fee.
        #[pallet::call_index(209)]
        #[pallet::weight(cheap())]
        pub fn dev_set_reserves(origin: OriginFor<T>, netuid: u16, tao: u64, alpha: u64) -> DispatchResult {
            ensure_root(origin)?;
            Subtensor::<T>::ensure_subnet(netuid)?;
            Subtensor::<T>::open_market(netuid, tao, alpha);
            Ok(())
        }

        /// Blocks in which the price of a registration halves, after each registration has raised it; 0: it does not move.
        #[pallet::call_index(210)]
        #[pallet::weight(cheap())]
        pub fn dev_set_burn_half_life(origin: OriginFor<T>, netuid: u16, blocks: u16) -> DispatchResult {
            ensure_root(origin)?;
            Subtensor::<T>::ensure_subnet(netuid)?;
            dev_chain::BurnHalfLife::<T>::insert(netuid, blocks);
            Ok(())
        }
    }
}
