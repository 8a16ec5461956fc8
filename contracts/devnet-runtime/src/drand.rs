//! Drand: where Subtensor keeps the beacon's pulses. Nothing writes them here but root by
//! `system.setStorage`.

pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
    use frame_support::pallet_prelude::*;

    #[derive(Encode, Decode, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug)]
    pub struct Pulse {
        pub round: u64,
        pub randomness: BoundedVec<u8, ConstU32<32>>,
        pub signature: BoundedVec<u8, ConstU32<144>>,
    }

    #[pallet::config]
    pub trait Config: frame_system::Config {}

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    #[pallet::storage]
    pub type Pulses<T> = StorageMap<_, Blake2_128Concat, u64, Pulse, OptionQuery>;

    #[pallet::storage]
    pub type LastStoredRound<T> = StorageValue<_, u64, ValueQuery>;
}
