//! What SubtensorModule refuses. The chain extension's status codes go by these names. Every error of Subtensor's version
//! 365 is here under its number, whether this chain uses it or not; those of later versions follow, under other numbers
//! than theirs.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
        RootNetworkDoesNotExist,
        /// The ip type is neither 4 nor 6.
        InvalidIpType,
        /// The address is not one of its ip type.
        InvalidIpAddress,
        /// Port 0.
        InvalidPort,
        /// The hotkey holds no UID on the subnet.
        HotKeyNotRegisteredInSubNet,
        /// No coldkey owns this hotkey: it was never registered.
        HotKeyAccountNotExists,
        /// The hotkey holds no UID on the subnet it wants to serve on.
        HotKeyNotRegisteredInNetwork,
        /// The hotkey belongs to another coldkey.
        NonAssociatedColdKey,
        NotEnoughStake,
        /// The (hotkey, coldkey) pair holds less stake on the subnet than asked for.
        NotEnoughStakeToWithdraw,
        /// The hotkey's stake on the subnet is under the threshold for setting weights.
        NotEnoughStakeToSetWeights,
        NotEnoughStakeToSetChildkeys,
        /// The coldkey's free balance does not cover the amount.
        NotEnoughBalanceToStake,
        /// The balance could not be withdrawn.
        BalanceWithdrawalError,
        ZeroBalanceAfterWithdrawn,
        /// Weights for others without a validator permit.
        NeuronNoValidatorPermit,
        /// As many UIDs as weights are needed.
        WeightVecNotEqualSize,
        /// A UID is named twice.
        DuplicateUids,
        /// A UID that nobody holds.
        UidVecContainInvalidOne,
        /// Fewer weights than the subnet asks for.
        WeightVecLengthIsLow,
        TooManyRegistrationsThisBlock,
        /// The hotkey already holds a UID on the subnet.
        HotKeyAlreadyRegisteredInSubNet,
        /// A hotkey cannot take its own place.
        NewHotKeyIsSameWithOld,
        InvalidWorkBlock,
        InvalidDifficulty,
        InvalidSeal,
        MaxWeightExceeded,
        HotKeyAlreadyDelegate,
        /// Too soon after the last weights (or after the registration).
        SettingWeightsTooFast,
        /// The version key is below the subnet's.
        IncorrectWeightVersionKey,
        /// Too soon after the axon was last served.
        ServingRateLimitExceeded,
        /// More UIDs than the subnet has.
        UidsLengthExceedUidsInSubNet,
        NetworkTxRateLimitExceeded,
        DelegateTxRateLimitExceeded,
        HotKeySetTxRateLimitExceeded,
        StakingRateLimitExceeded,
        /// The subnet takes no registrations.
        SubNetRegistrationDisabled,
        TooManyRegistrationsThisInterval,
        TransactorAccountShouldBeHotKey,
        FaucetDisabled,
        NotSubnetOwner,
        /// Registration by burning is not for the root network.
        RegistrationNotPermittedOnRootSubnet,
        StakeTooLowForRoot,
        AllNetworksInImmunity,
        NotEnoughBalanceToPaySwapHotKey,
        NotRootSubnet,
        /// The root network takes no weights.
        CanNotSetRootNetworkWeights,
        /// The subnet is full and nobody can be replaced.
        NoNeuronIdAvailable,
        DelegateTakeTooLow,
        DelegateTakeTooHigh,
        NoWeightsCommitFound,
        InvalidRevealCommitHashNotMatch,
        /// Plain weights on a subnet that wants commitments.
        CommitRevealEnabled,
        /// Committed weights on a subnet that wants plain ones.
        CommitRevealDisabled,
        LiquidAlphaDisabled,
        AlphaHighTooLow,
        AlphaLowOutOfRange,
        ColdKeyAlreadyAssociated,
        NotEnoughBalanceToPaySwapColdKey,
        ColdkeyIsInArbitration,
        InvalidChild,
        DuplicateChild,
        ProportionOverflow,
        TooManyChildren,
        TxRateLimitExceeded,
        SwapAlreadyScheduled,
        FailedToSchedule,
        NewColdKeyIsHotkey,
        InvalidChildkeyTake,
        TxChildkeyTakeRateLimitExceeded,
        InvalidIdentity,
        /// Only mechanism 0 exists.
        MechanismDoesNotExist,
        CannotUnstakeLock,
        /// There is no such subnet.
        SubnetNotExists,
        /// Ten commitments of this epoch wait already.
        TooManyUnrevealedCommits,
        ExpiredWeightCommit,
        RevealTooEarly,
        InputLengthsUnequal,
        /// Too soon after the last commitment.
        CommittingWeightsTooFast,
        /// The amount is under the smallest stake.
        AmountTooLow,
        /// More alpha than the subnet has out.
        InsufficientLiquidity,
        /// The price would pass the limit.
        SlippageTooHigh,
        /// The subnet's stake cannot be transferred.
        TransferDisallowed,
        ActivityCutoffTooLow,
        CallDisabled,
        FirstEmissionBlockNumberAlreadySet,
        NeedWaitingMoreBlocksToStarCall,
        NotEnoughAlphaOutToRecycle,
        /// There is nothing to recycle on the root network.
        CannotBurnOrRecycleOnRootSubnet,
        UnableToRecoverPublicKey,
        InvalidRecoveredPublicKey,
        /// The subnet's token is not enabled.
        SubtokenDisabled,
        HotKeySwapOnSubnetIntervalNotPassed,
        ZeroMaxStakeAmount,
        /// Same keys and same subnet: nothing would move.
        SameNetuid,
        /// The balance does not cover the amount.
        InsufficientBalance,
        StakingOperationRateLimitExceeded,
        InvalidLeaseBeneficiary,
        LeaseCannotEndInThePast,
        LeaseNetuidNotFound,
        LeaseDoesNotExist,
        LeaseHasNoEndBlock,
        LeaseHasNotEnded,
        Overflow,
        BeneficiaryDoesNotOwnHotkey,
        ExpectedBeneficiaryOrigin,
        AdminActionProhibitedDuringWeightsWindow,
        SymbolDoesNotExist,
        SymbolAlreadyInUse,
        /// A commitment of another version than 4.
        IncorrectCommitRevealVersion,
        RevealPeriodTooLarge,
        RevealPeriodTooSmall,
        /// A value outside of what the parameter allows.
        InvalidValue,
        SubnetLimitReached,
        CannotAffordLockCost,
        EvmKeyAssociateRateLimitExceeded,
        /// The hotkey is where the stake goes already.
        SameAutoStakeHotkeyAlreadySet,
        UidMapCouldNotBeCleared,
        TrimmingWouldExceedMaxImmunePercentage,
        ChildParentInconsistency,
        InvalidNumRootClaim,
        InvalidRootClaimThreshold,
        InvalidSubnetNumber,
        PrecisionLoss,
        // Not in version 365.
        CannotUseSystemAccount,
        /// The stake is locked, or is collateral.
        StakeUnavailable,
        /// The lock is for another hotkey.
        LockHotkeyMismatch,
        /// More than there is cannot be locked.
        InsufficientStakeForLock,
        /// There is no lock to move.
        NoExistingLock,
        /// The receiver takes no locked stake.
        AccountRejectsLockedAlpha,
        /// Voting power is not tracked.
        VotingPowerTrackingNotEnabled,
        /// More than 1 (10¹⁸).
        InvalidVotingPowerEmaAlpha,
        /// Registration costs more than the limit.
        RegistrationPriceLimitExceeded,
        /// The reveal round has passed.
        InvalidRevealRound,
        /// A tempo of 0.
        TempoOutOfBounds,
        /// The price is worse than the limit. On Subtensor, this is an error of its market's pallet.
        PriceLimitExceeded,
        /// The coldkey has not said that it becomes another.
        ColdkeySwapAnnouncementNotFound,
        /// Not yet.
        ColdkeySwapTooEarly,
        /// It becomes another than it said.
        AnnouncedColdkeyHashDoesNotMatch,
        /// The account has stake behind as many hotkeys as it may, or as others may bring it.
        TooManyStakingHotkeys,
        /// The coldkey has stake behind more hotkeys than one swap moves.
        ColdkeySwapTooHeavy,
    }
}
