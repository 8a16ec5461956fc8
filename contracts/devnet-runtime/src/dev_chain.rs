//! DevChain: what this chain keeps for itself. Nothing of it exists on Subtensor.

pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
    use alloc::vec::Vec;
    use frame_support::pallet_prelude::*;

    #[pallet::config]
    pub trait Config: frame_system::Config {}

    #[pallet::pallet]
    #[pallet::without_storage_info]
    pub struct Pallet<T>(_);

    #[pallet::type_value]
    pub fn DefaultMinimum() -> u64 {
        2_000_000
    }

    /// Smallest amount that staking, unstaking and a change of subnet take, in TAO (rao) at today's price.
    #[pallet::storage]
    pub type MinStake<T> = StorageValue<_, u64, ValueQuery, DefaultMinimum>;
    /// The same for stake that stays on its subnet, or goes to another coldkey.
    #[pallet::storage]
    pub type MinTransfer<T> = StorageValue<_, u64, ValueQuery, DefaultMinimum>;
    /// netuid → whether its price of alpha is what root said, whatever is traded.
    #[pallet::storage]
    pub type FixedPrice<T> = StorageMap<_, Identity, u16, bool, ValueQuery>;
    /// netuid → blocks in which the price of a registration halves; 0: it does not move.
    #[pallet::storage]
    pub type BurnHalfLife<T> = StorageMap<_, Identity, u16, u16, ValueQuery>;
    /// Whether contracts may ask for voting power (functions 37 to 41).
    #[pallet::storage]
    pub type VotingPowerFunctions<T> = StorageValue<_, bool, ValueQuery>;
    /// What this block brought encrypted, for the node.
    #[pallet::storage]
    pub type EncryptedTransactions<T> = StorageValue<_, Vec<Vec<u8>>, ValueQuery>;
    /// (netuid, block of its next epoch).
    #[pallet::storage]
    pub type EpochSchedule<T> = StorageValue<_, Vec<(u16, u64)>, ValueQuery>;
    /// netuid → alpha that the subnet pays a block.
    #[pallet::storage]
    pub type AlphaEmissionPerBlock<T> = StorageMap<_, Identity, u16, u64, ValueQuery>;
    /// netuid → (alpha not paid yet, block up to which it was counted).
    #[pallet::storage]
    pub type PendingEmission<T> = StorageMap<_, Identity, u16, (u64, u64), ValueQuery>;
}
