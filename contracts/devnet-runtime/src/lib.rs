//! The dev chain's runtime: pallet-contracts and the parts of Subtensor that Gittensor touches, under
//! Subtensor's names, indices and types. One node runs it, without consensus.

#![no_std]
#![recursion_limit = "512"]

extern crate alloc;

pub mod admin_utils;
mod apis;
pub mod aura;
mod chain_extension;
pub mod commitments;
mod configuration;
pub mod dev_chain;
pub mod drand;
mod extensions;
mod faults;
pub mod mev_shield;
mod proxy_type;
mod runtime_api;
pub mod subtensor;

use alloc::vec::Vec;
use apis::RUNTIME_API_VERSIONS;
use frame_support::construct_runtime;
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiSignature,
};
use sp_version::RuntimeVersion;

pub type Signature = MultiSignature;
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
pub type Balance = u64;
pub type Nonce = u32;
pub type Hash = sp_core::H256;
pub type BlockNumber = u32;
pub type Address = sp_runtime::MultiAddress<AccountId, ()>;
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
pub type TransactionExtensions = (
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckEra<Runtime>,
    extensions::CheckNonce,
    frame_system::CheckWeight<Runtime>,
    extensions::ChargeTransactionPayment,
    extensions::SudoTransactionExtension,
    extensions::SubtensorTransactionExtension,
    extensions::DrandPriority,
    extensions::CheckMetadataHash,
);
pub type UncheckedExtrinsic =
    generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TransactionExtensions>;
pub type Executive = frame_executive::Executive<
    Runtime,
    Block,
    frame_system::ChainContext<Runtime>,
    Runtime,
    AllPalletsWithSystem,
>;

#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: alloc::borrow::Cow::Borrowed("gittensor-devnet"),
    impl_name: alloc::borrow::Cow::Borrowed("gittensor-devnet"),
    authoring_version: 1,
    spec_version: 1,
    impl_version: 1,
    apis: RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};

construct_runtime!(
    pub struct Runtime {
        System: frame_system = 0,
        Timestamp: pallet_timestamp = 2,
        Aura: aura = 3,
        Balances: pallet_balances = 5,
        TransactionPayment: pallet_transaction_payment = 6,
        SubtensorModule: subtensor = 7,
        Utility: pallet_utility = 11,
        Sudo: pallet_sudo = 12,
        Proxy: pallet_proxy = 16,
        Commitments: commitments = 18,
        AdminUtils: admin_utils = 19,
        Drand: drand = 26,
        Contracts: pallet_contracts = 29,
        MevShield: mev_shield = 30,
        DevChain: dev_chain = 200,
    }
);
