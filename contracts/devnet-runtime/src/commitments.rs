//! Commitments: what a registered hotkey publishes about itself, in Subtensor's format.

pub use pallet::*;

use alloc::{vec, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, Input, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::{
    build::{Fields, Variants},
    Path, Type, TypeInfo,
};

const MAX_RAW_BYTES: usize = 128;
type Encrypted = BoundedVec<u8, ConstU32<1_024>>;
type BigRaw = BoundedVec<u8, ConstU32<512>>;

/// One field of a commitment. On the wire a raw field's length is part of its tag: `Raw0` … `Raw128`.
#[derive(Clone, PartialEq, Eq, Debug, MaxEncodedLen, DecodeWithMemTracking)]
pub enum Data {
    None,
    Raw(BoundedVec<u8, ConstU32<{ MAX_RAW_BYTES as u32 }>>),
    BlakeTwo256([u8; 32]),
    Sha256([u8; 32]),
    Keccak256([u8; 32]),
    ShaThree256([u8; 32]),
    TimelockEncrypted { encrypted: Encrypted, reveal_round: u64 },
    ResetBondsFlag,
    BigRaw(BigRaw),
}

impl Data {
    /// Bytes that count against a hotkey's space.
    fn space(&self) -> u64 {
        match self {
            Self::None | Self::ResetBondsFlag => 0,
            Self::Raw(bytes) => bytes.len() as u64,
            Self::TimelockEncrypted { encrypted, .. } => encrypted.len() as u64,
            Self::BigRaw(bytes) => bytes.len() as u64,
            _ => 32,
        }
    }
}

impl Encode for Data {
    fn encode(&self) -> Vec<u8> {
        let tagged = |tag: u8, bytes: &[u8]| [&[tag], bytes].concat();
        match self {
            Self::None => vec![0],
            Self::Raw(bytes) => tagged(bytes.len() as u8 + 1, bytes),
            Self::BlakeTwo256(hash) => tagged(130, hash),
            Self::Sha256(hash) => tagged(131, hash),
            Self::Keccak256(hash) => tagged(132, hash),
            Self::ShaThree256(hash) => tagged(133, hash),
            Self::TimelockEncrypted { encrypted, reveal_round } => {
                tagged(134, &(encrypted, reveal_round).encode())
            }
            Self::ResetBondsFlag => vec![135],
            Self::BigRaw(bytes) => tagged(136, &bytes.encode()),
        }
    }
}

impl codec::EncodeLike for Data {}

impl Decode for Data {
    fn decode<I: Input>(input: &mut I) -> Result<Self, codec::Error> {
        Ok(match input.read_byte()? {
            0 => Self::None,
            tag @ 1..=129 => {
                let mut bytes = vec![0; usize::from(tag) - 1];
                input.read(&mut bytes)?;
                Self::Raw(bytes.try_into().map_err(|_| "raw data is too long")?)
            }
            130 => Self::BlakeTwo256(Decode::decode(input)?),
            131 => Self::Sha256(Decode::decode(input)?),
            132 => Self::Keccak256(Decode::decode(input)?),
            133 => Self::ShaThree256(Decode::decode(input)?),
            134 => Self::TimelockEncrypted {
                encrypted: Decode::decode(input)?,
                reveal_round: Decode::decode(input)?,
            },
            135 => Self::ResetBondsFlag,
            136 => Self::BigRaw(Decode::decode(input)?),
            _ => return Err("unknown kind of data".into()),
        })
    }
}

macro_rules! raw_variants {
    ($variants:expr, $($length:literal)*) => {
        $variants$(.variant(concat!("Raw", $length), |variant| {
            variant
                .index($length + 1)
                .fields(Fields::unnamed().field(|field| field.ty::<[u8; $length]>()))
        }))*
    };
}

impl TypeInfo for Data {
    type Identity = Self;

    fn type_info() -> Type {
        let mut variants = raw_variants!(
            Variants::new().variant("None", |variant| variant.index(0)),
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
            32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60
            61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89
            90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113
            114 115 116 117 118 119 120 121 122 123 124 125 126 127 128
        );
        for (index, name) in [(130, "BlakeTwo256"), (131, "Sha256"), (132, "Keccak256"), (133, "ShaThree256")]
        {
            variants = variants.variant(name, |variant| {
                variant.index(index).fields(Fields::unnamed().field(|field| field.ty::<[u8; 32]>()))
            });
        }
        let variants = variants
            .variant("TimelockEncrypted", |variant| {
                variant.index(134).fields(
                    Fields::named()
                        .field(|field| field.name("encrypted").ty::<Encrypted>())
                        .field(|field| field.name("reveal_round").ty::<u64>()),
                )
            })
            .variant("ResetBondsFlag", |variant| variant.index(135))
            .variant("BigRaw", |variant| {
                variant.index(136).fields(Fields::unnamed().field(|field| field.ty::<BigRaw>()))
            });
        Type::builder().path(Path::new("Data", module_path!())).variant(variants)
    }
}

#[frame_support::pallet]
pub mod pallet {
    use super::Data;
    use crate::subtensor;
    use alloc::{boxed::Box, vec::Vec};
    use frame_support::{dispatch::Pays, pallet_prelude::*};
    use frame_system::pallet_prelude::*;

    /// Bytes that a hotkey may commit in one epoch, and what a commitment counts at least.
    const SPACE_PER_EPOCH: u64 = 3_100;
    const MIN_SPACE: u64 = 100;

    type MaxFields = ConstU32<3>;

    #[derive(Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug)]
    pub struct CommitmentInfo {
        pub fields: BoundedVec<Data, MaxFields>,
    }

    #[derive(Encode, Decode, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug)]
    pub struct Registration<BlockNumber> {
        pub deposit: u64,
        pub block: BlockNumber,
        pub info: CommitmentInfo,
    }

    #[derive(Encode, Decode, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug, Default)]
    pub struct UsageTracker {
        pub last_epoch: u64,
        pub used_space: u64,
    }

    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> + subtensor::Config {}

    #[pallet::pallet]
    #[pallet::without_storage_info]
    pub struct Pallet<T>(_);

    #[pallet::event]
    #[pallet::generate_deposit(fn deposit_event)]
    pub enum Event<T: Config> {
        Commitment { netuid: u16, who: T::AccountId },
        TimelockCommitment { netuid: u16, who: T::AccountId, reveal_round: u64 },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The hotkey is not registered on the subnet.
        AccountNotAllowedCommit,
        /// More bytes than a hotkey may commit in one epoch.
        SpaceLimitExceeded,
    }

    #[pallet::storage]
    pub type CommitmentOf<T: Config> = StorageDoubleMap<
        _,
        Identity,
        u16,
        Twox64Concat,
        T::AccountId,
        Registration<BlockNumberFor<T>>,
        OptionQuery,
    >;

    #[pallet::storage]
    pub type LastCommitment<T: Config> =
        StorageDoubleMap<_, Identity, u16, Twox64Concat, T::AccountId, BlockNumberFor<T>, OptionQuery>;

    /// What timelocked commitments held, with the block of each revelation. Nothing is revealed here.
    #[pallet::storage]
    pub type RevealedCommitments<T: Config> =
        StorageDoubleMap<_, Identity, u16, Twox64Concat, T::AccountId, Vec<(Vec<u8>, u64)>, OptionQuery>;

    #[pallet::storage]
    pub type UsedSpaceOf<T: Config> =
        StorageDoubleMap<_, Identity, u16, Twox64Concat, T::AccountId, UsageTracker, OptionQuery>;

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Replaces what the signing hotkey publishes on a subnet.
        #[pallet::call_index(0)]
        #[pallet::weight((Weight::from_parts(100_000_000, 0), Pays::No))]
        pub fn set_commitment(
            origin: OriginFor<T>,
            netuid: u16,
            info: Box<CommitmentInfo>,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            ensure!(subtensor::Uids::<T>::contains_key(netuid, &who), Error::<T>::AccountNotAllowedCommit);
            let epoch = subtensor::SubnetEpochIndex::<T>::get(netuid);
            let used = UsedSpaceOf::<T>::get(netuid, &who)
                .filter(|usage| usage.last_epoch == epoch)
                .map_or(0, |usage| usage.used_space);
            let wanted: u64 = info.fields.iter().map(Data::space).sum();
            let used_space = used.saturating_add(wanted.max(MIN_SPACE));
            ensure!(used_space <= SPACE_PER_EPOCH, Error::<T>::SpaceLimitExceeded);
            UsedSpaceOf::<T>::insert(netuid, &who, UsageTracker { last_epoch: epoch, used_space });

            let block = frame_system::Pallet::<T>::block_number();
            let reveal_round = info.fields.iter().find_map(|field| match field {
                Data::TimelockEncrypted { reveal_round, .. } => Some(*reveal_round),
                _ => None,
            });
            CommitmentOf::<T>::insert(netuid, &who, Registration { deposit: 0, block, info: *info });
            LastCommitment::<T>::insert(netuid, &who, block);
            Self::deposit_event(match reveal_round {
                Some(reveal_round) => Event::TimelockCommitment { netuid, who, reveal_round },
                None => Event::Commitment { netuid, who },
            });
            Ok(())
        }
    }
}
