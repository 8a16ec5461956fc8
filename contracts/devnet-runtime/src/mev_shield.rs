//! MevShield: transactions that stay encrypted until a block has them. The node has the key, decrypts what a block brings and
//! submits it; on Subtensor, the block's author puts it into the same block.

pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
    use crate::dev_chain::EncryptedTransactions;
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use sp_runtime::traits::Hash;

    /// Longest encrypted transaction in bytes.
    const LONGEST: u32 = 8_192;

    #[pallet::config]
    pub trait Config: frame_system::Config + crate::dev_chain::Config {}

    #[pallet::pallet]
    #[pallet::without_storage_info]
    pub struct Pallet<T>(_);

    /// The public key (ML-KEM-768) that clients encrypt with. The node writes it into the genesis, and it never changes;
    /// on Subtensor, every block has another.
    #[pallet::storage]
    pub type NextKey<T> = StorageValue<_, BoundedVec<u8, ConstU32<2_048>>, OptionQuery>;
    #[pallet::storage]
    pub type CurrentKey<T> = StorageValue<_, BoundedVec<u8, ConstU32<2_048>>, OptionQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(fn deposit_event)]
    pub enum Event<T: Config> {
        EncryptedSubmitted { id: T::Hash, who: T::AccountId },
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_block: BlockNumberFor<T>) -> Weight {
            if EncryptedTransactions::<T>::exists() {
                EncryptedTransactions::<T>::kill();
            }
            Weight::zero()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Submits a signed transaction, encrypted with `NextKey`.
        #[pallet::call_index(1)]
        #[pallet::weight(Weight::from_parts(207_223_000, 0))]
        pub fn submit_encrypted(
            origin: OriginFor<T>,
            ciphertext: BoundedVec<u8, ConstU32<LONGEST>>,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            let id = T::Hashing::hash_of(&(&who, &ciphertext));
            EncryptedTransactions::<T>::append(ciphertext.into_inner());
            Self::deposit_event(Event::EncryptedSubmitted { id, who });
            Ok(())
        }
    }
}
