//! What SubtensorModule refuses, by Subtensor's names (the chain extension's status codes go by them).

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
    #[pallet::error]
    pub enum Error<T> {
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
        /// The (hotkey, coldkey) pair holds less stake on the subnet than asked for.
        NotEnoughStakeToWithdraw,
        /// The hotkey's stake on the subnet is under the threshold for setting weights.
        NotEnoughStakeToSetWeights,
        /// The coldkey's free balance does not cover the amount.
        NotEnoughBalanceToStake,
        /// The balance could not be withdrawn.
        BalanceWithdrawalError,
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
        /// The hotkey already holds a UID on the subnet.
        HotKeyAlreadyRegisteredInSubNet,
        /// Too soon after the last weights (or after the registration).
        SettingWeightsTooFast,
        /// The version key is below the subnet's.
        IncorrectWeightVersionKey,
        /// Too soon after the axon was last served.
        ServingRateLimitExceeded,
        /// More UIDs than the subnet has.
        UidsLengthExceedUidsInSubNet,
        /// The subnet takes no registrations.
        SubNetRegistrationDisabled,
        /// Registration by burning is not for the root network.
        RegistrationNotPermittedOnRootSubnet,
        /// The root network takes no weights.
        CanNotSetRootNetworkWeights,
        /// The subnet is full and nobody can be replaced.
        NoNeuronIdAvailable,
        /// Plain weights on a subnet that wants commitments.
        CommitRevealEnabled,
        /// Committed weights on a subnet that wants plain ones.
        CommitRevealDisabled,
        /// Only mechanism 0 exists.
        MechanismDoesNotExist,
        /// There is no such subnet.
        SubnetNotExists,
        /// Ten commitments of this epoch wait already.
        TooManyUnrevealedCommits,
        /// Too soon after the last commitment.
        CommittingWeightsTooFast,
        /// The amount is under the smallest stake.
        AmountTooLow,
        /// More alpha than the subnet has out.
        InsufficientLiquidity,
        /// The subnet's stake cannot be transferred.
        TransferDisallowed,
        /// There is nothing to recycle on the root network.
        CannotBurnOrRecycleOnRootSubnet,
        /// The subnet's token is not enabled.
        SubtokenDisabled,
        /// A hotkey cannot take its own place.
        NewHotKeyIsSameWithOld,
        /// Same keys and same subnet: nothing would move.
        SameNetuid,
        /// A commitment of another version than 4.
        IncorrectCommitRevealVersion,
        /// The reveal round has passed.
        InvalidRevealRound,
        /// A tempo of 0.
        TempoOutOfBounds,
        /// A value outside of what the parameter allows.
        InvalidValue,
    }
}
