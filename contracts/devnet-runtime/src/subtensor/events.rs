//! What SubtensorModule reports, by Subtensor's names and field order.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// (netuid, mechanism)
        NetworkAdded(u16, u16),
        /// (coldkey, hotkey, TAO, alpha, netuid, fee)
        StakeAdded(T::AccountId, T::AccountId, u64, u64, u16, u64),
        /// (coldkey, hotkey, TAO, alpha, netuid, fee)
        StakeRemoved(T::AccountId, T::AccountId, u64, u64, u16, u64),
        /// (coldkey, origin hotkey, origin netuid, destination hotkey, destination netuid, TAO)
        StakeMoved(T::AccountId, T::AccountId, u16, T::AccountId, u16, u64),
        /// (netuid, uid)
        WeightsSet(u16, u16),
        /// (netuid, uid, hotkey)
        NeuronRegistered(u16, u16, T::AccountId),
        MaxAllowedUidsSet(u16, u16),
        ActivityCutoffSet(u16, u16),
        KappaSet(u16, u16),
        MinAllowedWeightSet(u16, u16),
        WeightsSetRateLimitSet(u16, u64),
        ImmunityPeriodSet(u16, u16),
        MaxAllowedValidatorsSet(u16, u16),
        /// (netuid, hotkey)
        AxonServed(u16, T::AccountId),
        WeightsVersionKeySet(u16, u64),
        ServingRateLimitSet(u16, u64),
        BurnSet(u16, u64),
        RegistrationAllowed(u16, bool),
        TempoSet(u16, u16),
        StakeThresholdSet(u64),
        SubnetOwnerCutSet(u16),
        /// (origin coldkey, destination coldkey, hotkey, origin netuid, destination netuid, TAO)
        StakeTransferred(T::AccountId, T::AccountId, T::AccountId, u16, u16, u64),
        TransferToggle(u16, bool),
        /// (coldkey, hotkey, alpha, netuid)
        AlphaRecycled(T::AccountId, T::AccountId, u64, u16),
        CommitRevealEnabled(u16, bool),
        /// (hotkey, netuid, blake2-256 of the commitment, reveal round)
        TimelockedWeightsCommitted(T::AccountId, u16, H256, u64),
        /// End of an epoch: miners' alpha by UID, the subnet owner's withheld share included.
        IncentiveAlphaEmittedToMiners {
            netuid: u16,
            emissions: Vec<u64>,
        },
        HotkeySwapped {
            coldkey: T::AccountId,
            old_hotkey: T::AccountId,
            new_hotkey: T::AccountId,
        },
        HotkeySwappedOnSubnet {
            coldkey: T::AccountId,
            old_hotkey: T::AccountId,
            new_hotkey: T::AccountId,
            netuid: u16,
        },
        /// Not on Subtensor: alpha paid a block was changed.
        AlphaEmissionPerBlockSet {
            netuid: u16,
            alpha: u64,
        },
        /// Not on Subtensor: the smallest stake was changed.
        MinStakeSet {
            amount: u64,
        },
    }
}
