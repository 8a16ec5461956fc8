//! Values of Subtensor's runtime interface, field by field as there.

use alloc::{collections::BTreeSet, vec::Vec};
use codec::{Compact, Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::{build::Fields, Path, Type, TypeInfo};

/// A fixed-point number as Subtensor's metadata names it.
macro_rules! fixed_point {
    ($name:ident, $subtensor:literal, $bits:ty) => {
        #[derive(Encode, Decode, Clone, Copy, Default, PartialEq, Eq, Debug)]
        pub struct $name {
            pub bits: $bits,
        }

        impl TypeInfo for $name {
            type Identity = Self;

            fn type_info() -> Type {
                Type::builder()
                    .path(Path::new($subtensor, "substrate_fixed"))
                    .composite(Fields::named().field(|field| field.name("bits").ty::<$bits>()))
            }
        }
    };
}

#[derive(Encode, Decode, Default, TypeInfo, Clone, PartialEq, Eq, Debug, MaxEncodedLen)]
pub struct AxonInfo {
    pub block: u64,
    pub version: u32,
    pub ip: u128,
    pub port: u16,
    pub ip_type: u8,
    pub protocol: u8,
    pub placeholder1: u8,
    pub placeholder2: u8,
}

#[derive(Encode, Decode, Default, TypeInfo, Clone, PartialEq, Eq, Debug, MaxEncodedLen)]
pub struct PrometheusInfo {
    pub block: u64,
    pub version: u32,
    pub ip: u128,
    pub port: u16,
    pub ip_type: u8,
}

#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct NeuronInfoLite<AccountId> {
    pub hotkey: AccountId,
    pub coldkey: AccountId,
    pub uid: Compact<u16>,
    pub netuid: Compact<u16>,
    pub active: bool,
    pub axon_info: AxonInfo,
    pub prometheus_info: PrometheusInfo,
    /// One entry: the owner's coldkey with all stake on the hotkey, nominators' included.
    pub stake: Vec<(AccountId, Compact<u64>)>,
    pub rank: Compact<u16>,
    pub emission: Compact<u64>,
    pub incentive: Compact<u16>,
    pub consensus: Compact<u16>,
    pub trust: Compact<u16>,
    pub validator_trust: Compact<u16>,
    pub dividends: Compact<u16>,
    pub last_update: Compact<u64>,
    pub validator_permit: bool,
    pub pruning_score: Compact<u16>,
}

#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct StakeInfo<AccountId> {
    pub hotkey: AccountId,
    pub coldkey: AccountId,
    pub netuid: Compact<u16>,
    pub stake: Compact<u64>,
    pub locked: Compact<u64>,
    pub emission: Compact<u64>,
    pub tao_emission: Compact<u64>,
    pub drain: Compact<u64>,
    pub is_registered: bool,
}

fixed_point!(I32F32, "FixedI64", i64);

fixed_point!(U64F64, "FixedU128", u128);

impl U64F64 {
    pub const fn whole(value: u64) -> Self {
        Self { bits: (value as u128) << 64 }
    }

    /// The whole part of the product with a number.
    pub fn times(self, value: u64) -> u64 {
        let (whole, part) = (self.bits >> 64, self.bits & u128::from(u64::MAX));
        let product = whole.saturating_mul(value.into()).saturating_add((part * u128::from(value)) >> 64);
        u64::try_from(product).unwrap_or(u64::MAX)
    }
}

fixed_point!(I96F32, "FixedI128", i128);

impl I96F32 {
    pub fn ratio(value: u64, of: u64) -> Self {
        Self { bits: ((u128::from(value) << 32) / u128::from(of)) as i128 }
    }
}

/// What Subtensor does with a coldkey's dividends of the root network. Only an event that is never reported has it.
#[derive(Encode, Decode, DecodeWithMemTracking, TypeInfo, Clone, Default, PartialEq, Eq, Debug)]
pub enum RootClaimTypeEnum {
    #[default]
    Swap,
    Keep,
    KeepSubnets {
        subnets: BTreeSet<u16>,
    },
}

/// How a subnet's epochs judge weights. Here there is one way.
#[derive(Encode, Decode, TypeInfo, Clone, Default, PartialEq, Eq, Debug)]
pub enum EpochConsensus {
    #[default]
    Yuma,
    Null,
}

/// What of a coldkey's stake on a subnet is locked.
#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct LockState {
    pub locked_mass: u64,
    pub conviction: U64F64,
    pub last_update: u64,
}

/// A position's registration collateral.
#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct MinerCollateralState {
    pub locked: u64,
    pub drain_ratio: U64F64,
    pub min_locked: u64,
    pub earned: u64,
}

/// What chain extension function 34 answers.
#[derive(Encode, Decode, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub struct SubnetRegistrationState {
    pub netuid: u16,
    pub exists: bool,
    pub registered_subnet_counter: u64,
}

/// What chain extension function 35 answers, if there is a lock.
#[derive(Encode, Decode, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub struct ColdkeyLock {
    pub locked_mass: u64,
    pub conviction_bits: u128,
    pub last_update: u64,
}

#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub enum HyperparamValue {
    Bool(bool),
    U16(Compact<u16>),
    U32(Compact<u32>),
    U64(Compact<u64>),
    U128(Compact<u128>),
    TaoBalance(Compact<u64>),
    I32F32(I32F32),
    U64F64(U64F64),
}

#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct HyperparamEntry {
    pub name: Vec<u8>,
    pub value: HyperparamValue,
}

#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct NeuronCertificate {
    pub public_key: BoundedVec<u8, ConstU32<64>>,
    pub algorithm: u8,
}

#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct ChainIdentityV2 {
    pub name: Vec<u8>,
    pub url: Vec<u8>,
    pub github_repo: Vec<u8>,
    pub image: Vec<u8>,
    pub discord: Vec<u8>,
    pub description: Vec<u8>,
    pub additional: Vec<u8>,
}

#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct SubnetIdentityV3 {
    pub subnet_name: Vec<u8>,
    pub github_repo: Vec<u8>,
    pub subnet_contact: Vec<u8>,
    pub subnet_url: Vec<u8>,
    pub discord: Vec<u8>,
    pub description: Vec<u8>,
    pub logo_url: Vec<u8>,
    pub additional: Vec<u8>,
}
