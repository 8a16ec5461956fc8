//! How the pallets are set up: Subtensor's constants, except where the README says otherwise.

use crate::{
    chain_extension::SubtensorExtension, faults, proxy_type::ProxyType, subtensor,
    subtensor::costs::DB_WEIGHT, AccountId, Balance, Balances, Block, BlockNumber, Hash, Nonce, OriginCaller,
    PalletInfo, Runtime, RuntimeCall, RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, RuntimeOrigin,
    RuntimeTask, System, Timestamp, VERSION,
};
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstBool, ConstU32, ConstU64, ConstU8, Contains, Randomness},
    weights::{constants::WEIGHT_REF_TIME_PER_SECOND, RuntimeDbWeight, Weight},
};
use frame_system::{
    limits::{BlockLength, BlockWeights},
    EnsureSigned,
};
use pallet_transaction_payment::{ConstFeeMultiplier, Multiplier};
use sp_runtime::{
    traits::{AccountIdLookup, BlakeTwo256, One},
    Perbill,
};
use sp_version::RuntimeVersion;

const NORMAL_RATIO: Perbill = Perbill::from_percent(75);

parameter_types! {
    pub const Version: RuntimeVersion = VERSION;
    pub RuntimeBlockWeights: BlockWeights = BlockWeights::with_sensible_defaults(
        Weight::from_parts(4 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX),
        NORMAL_RATIO,
    );
    pub RuntimeBlockLength: BlockLength =
        BlockLength::max_with_normal_ratio(10 * 1024 * 1024, NORMAL_RATIO);
    pub ContractsSchedule: pallet_contracts::Schedule<Runtime> = pallet_contracts::Schedule {
        limits: pallet_contracts::Limits {
            runtime_memory: 1 << 30,
            validator_runtime_memory: 1 << 31,
            ..Default::default()
        },
        ..Default::default()
    };
    pub const CodeHashLockupDepositPercent: Perbill = Perbill::from_percent(30);
    pub FeeMultiplier: Multiplier = Multiplier::one();
    pub const DbWeight: RuntimeDbWeight = DB_WEIGHT;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type Block = Block;
    type BlockWeights = RuntimeBlockWeights;
    type BlockLength = RuntimeBlockLength;
    type DbWeight = DbWeight;
    type AccountId = AccountId;
    type Nonce = Nonce;
    type Hash = Hash;
    type Lookup = AccountIdLookup<AccountId, ()>;
    type BlockHashCount = ConstU32<2_400>;
    type Version = Version;
    type AccountData = pallet_balances::AccountData<Balance>;
    type SS58Prefix = frame_support::traits::ConstU16<42>;
    type MaxConsumers = ConstU32<16>;
}

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = ();
    type MinimumPeriod = ConstU64<0>;
    type WeightInfo = ();
}

impl pallet_balances::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type Balance = Balance;
    type DustRemoval = ();
    type ExistentialDeposit = ConstU64<500>;
    type AccountStore = System;
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
    type MaxLocks = ConstU32<50>;
    type MaxReserves = ConstU32<50>;
    type ReserveIdentifier = [u8; 8];
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxFreezes = ConstU32<50>;
    type DoneSlashHandler = ();
}

/// Subtensor's price of weight: 0.00025 rao a picosecond, to the nearest rao.
pub struct LinearWeightToFee;

impl frame_support::weights::WeightToFee for LinearWeightToFee {
    type Balance = Balance;

    fn weight_to_fee(weight: &Weight) -> Balance {
        Perbill::from_parts(250_000) * weight.ref_time()
    }
}

/// Subtensor's price of length: half a rao a byte. The fee's other part has a weight's form, whose time is the length.
pub struct LinearLengthToFee;

impl frame_support::weights::WeightToFee for LinearLengthToFee {
    type Balance = Balance;

    fn weight_to_fee(length: &Weight) -> Balance {
        Perbill::from_percent(50) * length.ref_time()
    }
}

impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type OnChargeTransaction = pallet_transaction_payment::FungibleAdapter<Balances, ()>;
    type OperationalFeeMultiplier = ConstU8<5>;
    type WeightToFee = LinearWeightToFee;
    type LengthToFee = LinearLengthToFee;
    type FeeMultiplierUpdate = ConstFeeMultiplier<FeeMultiplier>;
    type WeightInfo = ();
}

impl crate::subtensor::Config for Runtime {
    type Currency = Balances;
}

impl crate::commitments::Config for Runtime {}

impl crate::admin_utils::Config for Runtime {}

impl crate::drand::Config for Runtime {}

impl crate::dev_chain::Config for Runtime {}

impl crate::mev_shield::Config for Runtime {}

impl crate::aura::Config for Runtime {
    type SlotDuration = ConstU64<12_000>;
}

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

impl pallet_proxy::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type ProxyType = ProxyType;
    type ProxyDepositBase = ConstU64<60_000_000>;
    type ProxyDepositFactor = ConstU64<33_000_000>;
    type MaxProxies = ConstU32<20>;
    type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
    type MaxPending = ConstU32<75>;
    type CallHasher = BlakeTwo256;
    type AnnouncementDepositBase = ConstU64<36_000_000>;
    type AnnouncementDepositFactor = ConstU64<68_000_000>;
    type BlockNumberProvider = System;
}

/// Contracts get no randomness here.
pub struct NoRandomness;

impl Randomness<Hash, BlockNumber> for NoRandomness {
    fn random(_subject: &[u8]) -> (Hash, BlockNumber) {
        (Hash::default(), 0)
    }
}

/// The runtime calls that a contract may make, by itself and by `Proxy::proxy`.
pub struct ContractCallFilter;

impl Contains<RuntimeCall> for ContractCallFilter {
    fn contains(call: &RuntimeCall) -> bool {
        let proxied = matches!(call, RuntimeCall::SubtensorModule(subtensor::Call::transfer_stake { .. }));
        let proxy = matches!(call, RuntimeCall::Proxy(pallet_proxy::Call::proxy { .. }));
        proxied || proxy && faults::of(faults::RUNTIME_CALL).is_none()
    }
}

impl pallet_contracts::Config for Runtime {
    type Time = Timestamp;
    type Randomness = NoRandomness;
    type Currency = Balances;
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type RuntimeHoldReason = RuntimeHoldReason;
    type CallFilter = ContractCallFilter;
    type WeightPrice = pallet_transaction_payment::Pallet<Self>;
    type WeightInfo = pallet_contracts::weights::SubstrateWeight<Self>;
    type ChainExtension = SubtensorExtension;
    type Schedule = ContractsSchedule;
    type CallStack = [pallet_contracts::Frame<Self>; 5];
    type DepositPerItem = ConstU64<75>;
    type DepositPerByte = ConstU64<30>;
    type DefaultDepositLimit = ConstU64<{ 75 * 1024 + 30 * 1024 * 1024 }>;
    type CodeHashLockupDepositPercent = CodeHashLockupDepositPercent;
    type AddressGenerator = pallet_contracts::DefaultAddressGenerator;
    type MaxCodeLen = ConstU32<{ 128 * 1024 }>;
    type MaxStorageKeyLen = ConstU32<128>;
    type MaxTransientStorageSize = ConstU32<{ 1024 * 1024 }>;
    type MaxDelegateDependencies = ConstU32<32>;
    type UnsafeUnstableInterface = ConstBool<false>;
    type MaxDebugBufferLen = ConstU32<{ 2 * 1024 * 1024 }>;
    type UploadOrigin = EnsureSigned<AccountId>;
    type InstantiateOrigin = EnsureSigned<AccountId>;
    type Migrations = ();
    type Debug = ();
    type Environment = ();
    type ApiVersion = ();
    type Xcm = ();
}
