//! What SubtensorModule reports: every event of Subtensor's version 365, whether this chain uses it or not, and after
//! them those of later versions that it uses, under other numbers than theirs.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// (netuid, mechanism)
        NetworkAdded(u16, u16),
        NetworkRemoved(u16),
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
        BulkNeuronsRegistered(u16, u16),
        BulkBalancesSet(u16, u16),
        MaxAllowedUidsSet(u16, u16),
        MaxWeightLimitSet(u16, u16),
        DifficultySet(u16, u64),
        AdjustmentIntervalSet(u16, u16),
        RegistrationPerIntervalSet(u16, u16),
        MaxRegistrationsPerBlockSet(u16, u16),
        ActivityCutoffSet(u16, u16),
        RhoSet(u16, u16),
        AlphaSigmoidSteepnessSet(u16, i16),
        KappaSet(u16, u16),
        MinAllowedWeightSet(u16, u16),
        ValidatorPruneLenSet(u16, u64),
        ScalingLawPowerSet(u16, u16),
        WeightsSetRateLimitSet(u16, u64),
        ImmunityPeriodSet(u16, u16),
        BondsMovingAverageSet(u16, u64),
        BondsPenaltySet(u16, u16),
        BondsResetOnSet(u16, bool),
        MaxAllowedValidatorsSet(u16, u16),
        /// (netuid, hotkey)
        AxonServed(u16, T::AccountId),
        PrometheusServed(u16, T::AccountId),
        DelegateAdded(T::AccountId, T::AccountId, u16),
        DefaultTakeSet(u16),
        WeightsVersionKeySet(u16, u64),
        MinDifficultySet(u16, u64),
        MaxDifficultySet(u16, u64),
        ServingRateLimitSet(u16, u64),
        BurnSet(u16, u64),
        MaxBurnSet(u16, u64),
        MinBurnSet(u16, u64),
        TxRateLimitSet(u64),
        TxDelegateTakeRateLimitSet(u64),
        TxChildKeyTakeRateLimitSet(u64),
        AdminFreezeWindowSet(u16),
        OwnerHyperparamRateLimitSet(u16),
        MinChildKeyTakeSet(u16),
        MaxChildKeyTakeSet(u16),
        ChildKeyTakeSet(T::AccountId, u16),
        Sudid(DispatchResult),
        RegistrationAllowed(u16, bool),
        PowRegistrationAllowed(u16, bool),
        TempoSet(u16, u16),
        RAORecycledForRegistrationSet(u16, u64),
        StakeThresholdSet(u64),
        AdjustmentAlphaSet(u16, u64),
        Faucet(T::AccountId, u64),
        SubnetOwnerCutSet(u16),
        NetworkRateLimitSet(u64),
        NetworkImmunityPeriodSet(u64),
        NetworkMinLockCostSet(u64),
        SubnetLimitSet(u16),
        NetworkLockCostReductionIntervalSet(u64),
        TakeDecreased(T::AccountId, T::AccountId, u16),
        TakeIncreased(T::AccountId, T::AccountId, u16),
        HotkeySwapped {
            coldkey: T::AccountId,
            old_hotkey: T::AccountId,
            new_hotkey: T::AccountId,
        },
        MaxDelegateTakeSet(u16),
        MinDelegateTakeSet(u16),
        ColdkeySwapped {
            old_coldkey: T::AccountId,
            new_coldkey: T::AccountId,
            swap_cost: u64,
        },
        AllBalanceUnstakedAndTransferredToNewColdkey {
            current_coldkey: T::AccountId,
            new_coldkey: T::AccountId,
            total_balance: u64,
        },
        ColdkeySwapScheduled {
            old_coldkey: T::AccountId,
            new_coldkey: T::AccountId,
            execution_block: BlockNumberFor<T>,
            swap_cost: u64,
        },
        ArbitrationPeriodExtended {
            coldkey: T::AccountId,
        },
        SetChildrenScheduled(T::AccountId, u16, u64, Vec<(u64, T::AccountId)>),
        SetChildren(T::AccountId, u16, Vec<(u64, T::AccountId)>),
        ChainIdentitySet(T::AccountId),
        SubnetIdentitySet(u16),
        SubnetIdentityRemoved(u16),
        DissolveNetworkScheduled {
            account: T::AccountId,
            netuid: u16,
            execution_block: BlockNumberFor<T>,
        },
        ColdkeySwapScheduleDurationSet(BlockNumberFor<T>),
        DissolveNetworkScheduleDurationSet(BlockNumberFor<T>),
        CRV3WeightsCommitted(T::AccountId, u16, H256),
        WeightsCommitted(T::AccountId, u16, H256),
        WeightsRevealed(T::AccountId, u16, H256),
        WeightsBatchRevealed(T::AccountId, u16, Vec<H256>),
        BatchWeightsCompleted(Vec<codec::Compact<u16>>, T::AccountId),
        BatchCompletedWithErrors,
        BatchWeightItemFailed(DispatchError),
        /// (origin coldkey, destination coldkey, hotkey, origin netuid, destination netuid, TAO)
        StakeTransferred(T::AccountId, T::AccountId, T::AccountId, u16, u16, u64),
        StakeSwapped(T::AccountId, T::AccountId, u16, u16, u64),
        TransferToggle(u16, bool),
        SubnetOwnerHotkeySet(u16, T::AccountId),
        FirstEmissionBlockNumberSet(u16, u64),
        /// (coldkey, hotkey, alpha, netuid)
        AlphaRecycled(T::AccountId, T::AccountId, u64, u16),
        AlphaBurned(T::AccountId, T::AccountId, u64, u16),
        EvmKeyAssociated {
            netuid: u16,
            hotkey: T::AccountId,
            evm_key: H160,
            block_associated: u64,
        },
        CRV3WeightsRevealed(u16, T::AccountId),
        CommitRevealPeriodsSet(u16, u64),
        CommitRevealEnabled(u16, bool),
        HotkeySwappedOnSubnet {
            coldkey: T::AccountId,
            old_hotkey: T::AccountId,
            new_hotkey: T::AccountId,
            netuid: u16,
        },
        SubnetLeaseCreated {
            beneficiary: T::AccountId,
            lease_id: u32,
            netuid: u16,
            end_block: Option<BlockNumberFor<T>>,
        },
        SubnetLeaseTerminated {
            beneficiary: T::AccountId,
            netuid: u16,
        },
        SymbolUpdated {
            netuid: u16,
            symbol: Vec<u8>,
        },
        CommitRevealVersionSet(u16),
        /// (hotkey, netuid, blake2-256 of the commitment, reveal round)
        TimelockedWeightsCommitted(T::AccountId, u16, H256, u64),
        TimelockedWeightsRevealed(u16, T::AccountId),
        AutoStakeAdded {
            netuid: u16,
            destination: T::AccountId,
            hotkey: T::AccountId,
            owner: T::AccountId,
            incentive: u64,
        },
        /// End of an epoch: miners' alpha by UID, the subnet owner's withheld share included.
        IncentiveAlphaEmittedToMiners {
            netuid: u16,
            emissions: Vec<u64>,
        },
        MinAllowedUidsSet(u16, u16),
        AutoStakeDestinationSet {
            coldkey: T::AccountId,
            netuid: u16,
            hotkey: T::AccountId,
        },
        MinNonImmuneUidsSet(u16, u16),
        RootClaimed {
            coldkey: T::AccountId,
        },
        RootClaimTypeSet {
            coldkey: T::AccountId,
            root_claim_type: RootClaimTypeEnum,
        },
        SubnetLeaseDividendsDistributed {
            lease_id: u32,
            contributor: T::AccountId,
            alpha: u64,
        },
        // Not in version 365.
        StakeLocked {
            coldkey: T::AccountId,
            hotkey: T::AccountId,
            netuid: u16,
            amount: u64,
        },
        LockMoved {
            coldkey: T::AccountId,
            origin_hotkey: T::AccountId,
            destination_hotkey: T::AccountId,
            netuid: u16,
        },
        RejectLockedAlphaUpdated {
            coldkey: T::AccountId,
            enabled: bool,
        },
        CollateralLocked {
            netuid: u16,
            hotkey: T::AccountId,
            locked: u64,
            total_locked: u64,
        },
        VotingPowerTrackingEnabled {
            netuid: u16,
        },
        VotingPowerTrackingDisableScheduled {
            netuid: u16,
            disable_at_block: u64,
        },
        VotingPowerTrackingDisabled {
            netuid: u16,
        },
        VotingPowerEmaAlphaSet {
            netuid: u16,
            alpha: u64,
        },
    }
}
