//! What the runtime answers to calls from outside.

use crate::{
    commitments,
    configuration::RuntimeBlockWeights,
    extensions::charged,
    runtime_api, subtensor,
    subtensor::{
        answers::{
            DelegateInfo, DynamicInfo, Metagraph, NeuronInfo, SelectiveMetagraph, SimSwapResult,
            StakeAvailability, SubnetHyperparams, SubnetHyperparamsV2, SubnetInfo, SubnetInfov2, SubnetPrice,
            SubnetState,
        },
        types::{HyperparamEntry, LockState, NeuronInfoLite, StakeInfo},
    },
    AccountId, Balance, Block, BlockNumber, Contracts, Executive, Hash, Nonce, Runtime, RuntimeCall,
    RuntimeEvent, RuntimeGenesisConfig, SubtensorModule, System, TransactionPayment, VERSION,
};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use codec::{Compact, Encode};
use frame_support::{
    dispatch::GetDispatchInfo,
    genesis_builder_helper::{build_state, get_preset},
    weights::Weight,
};
use frame_system::RawOrigin;
use pallet_contracts::{CollectEvents, DebugInfo, Determinism};
use pallet_transaction_payment::{FeeDetails, RuntimeDispatchInfo};
use sp_api::impl_runtime_apis;
use sp_core::OpaqueMetadata;
use sp_runtime::{
    traits::{Block as BlockT, Dispatchable, ExtrinsicLike},
    transaction_validity::{TransactionSource, TransactionValidity},
    ApplyExtrinsicResult, DispatchResult, ExtrinsicInclusionMode,
};
use sp_version::RuntimeVersion;

type EventRecord = frame_system::EventRecord<RuntimeEvent, Hash>;
type Extrinsic = <Block as BlockT>::Extrinsic;

fn each_subnet<V>(describe: impl Fn(u16) -> Option<V>) -> Vec<Option<V>> {
    SubtensorModule::subnets().into_iter().map(describe).collect()
}

fn selective_metagraph(netuid: u16, wanted: &[u16]) -> Option<SelectiveMetagraph<AccountId>> {
    let commitments = || {
        commitments::CommitmentOf::<Runtime>::iter_prefix(netuid)
            .map(|(hotkey, commitment)| (hotkey, commitment.encode()))
            .collect()
    };
    SubtensorModule::selective_metagraph(netuid, wanted, commitments)
}

impl_runtime_apis! {
    impl sp_api::Core<Block> for Runtime {
        fn version() -> RuntimeVersion {
            VERSION
        }
        fn execute_block(block: Block) {
            Executive::execute_block(block)
        }
        fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
            Executive::initialize_block(header)
        }
    }

    impl sp_api::Metadata<Block> for Runtime {
        fn metadata() -> OpaqueMetadata {
            OpaqueMetadata::new(Runtime::metadata().into())
        }
        fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
            Runtime::metadata_at_version(version)
        }
        fn metadata_versions() -> Vec<u32> {
            Runtime::metadata_versions()
        }
    }

    impl sp_block_builder::BlockBuilder<Block> for Runtime {
        fn apply_extrinsic(extrinsic: Extrinsic) -> ApplyExtrinsicResult {
            Executive::apply_extrinsic(extrinsic)
        }
        fn finalize_block() -> <Block as BlockT>::Header {
            Executive::finalize_block()
        }
        fn inherent_extrinsics(data: sp_inherents::InherentData) -> Vec<Extrinsic> {
            crate::InherentDataExt::create_extrinsics(&data)
        }
        fn check_inherents(
            block: Block,
            data: sp_inherents::InherentData,
        ) -> sp_inherents::CheckInherentsResult {
            crate::InherentDataExt::check_extrinsics(&data, &block)
        }
    }

    impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
        fn validate_transaction(
            source: TransactionSource,
            transaction: Extrinsic,
            block_hash: <Block as BlockT>::Hash,
        ) -> TransactionValidity {
            Executive::validate_transaction(source, transaction, block_hash)
        }
    }

    impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
        fn account_nonce(account: AccountId) -> Nonce {
            System::account_nonce(account)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance>
        for Runtime
    {
        fn query_info(extrinsic: Extrinsic, length: u32) -> RuntimeDispatchInfo<Balance> {
            let info = extrinsic.get_dispatch_info();
            let partial_fee = Self::query_fee_details(extrinsic, length).final_fee();
            RuntimeDispatchInfo { weight: info.total_weight(), class: info.class, partial_fee }
        }
        fn query_fee_details(extrinsic: Extrinsic, length: u32) -> FeeDetails<Balance> {
            if extrinsic.is_bare() {
                return FeeDetails { inclusion_fee: None, tip: 0 };
            }
            let info = charged(&extrinsic.function, &extrinsic.get_dispatch_info());
            TransactionPayment::compute_fee_details(length, &info, 0)
        }
        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }
        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl pallet_contracts::ContractsApi<Block, AccountId, Balance, BlockNumber, Hash, EventRecord>
        for Runtime
    {
        fn call(
            origin: AccountId,
            dest: AccountId,
            value: Balance,
            gas_limit: Option<Weight>,
            storage_deposit_limit: Option<Balance>,
            input_data: Vec<u8>,
        ) -> pallet_contracts::ContractExecResult<Balance, EventRecord> {
            Contracts::bare_call(
                origin,
                dest,
                value,
                gas_limit.unwrap_or(RuntimeBlockWeights::get().max_block),
                storage_deposit_limit,
                input_data,
                DebugInfo::UnsafeDebug,
                CollectEvents::UnsafeCollect,
                Determinism::Enforced,
            )
        }
        fn instantiate(
            origin: AccountId,
            value: Balance,
            gas_limit: Option<Weight>,
            storage_deposit_limit: Option<Balance>,
            code: pallet_contracts::Code<Hash>,
            data: Vec<u8>,
            salt: Vec<u8>,
        ) -> pallet_contracts::ContractInstantiateResult<AccountId, Balance, EventRecord> {
            Contracts::bare_instantiate(
                origin,
                value,
                gas_limit.unwrap_or(RuntimeBlockWeights::get().max_block),
                storage_deposit_limit,
                code,
                data,
                salt,
                DebugInfo::UnsafeDebug,
                CollectEvents::UnsafeCollect,
            )
        }
        fn upload_code(
            origin: AccountId,
            code: Vec<u8>,
            storage_deposit_limit: Option<Balance>,
            determinism: Determinism,
        ) -> pallet_contracts::CodeUploadResult<Hash, Balance> {
            Contracts::bare_upload_code(origin, code, storage_deposit_limit, determinism)
        }
        fn get_storage(address: AccountId, key: Vec<u8>) -> pallet_contracts::GetStorageResult {
            Contracts::get_storage(address, key)
        }
    }

    impl runtime_api::DelegateInfoRuntimeApi<Block> for Runtime {
        fn get_delegates() -> Vec<DelegateInfo<AccountId>> {
            SubtensorModule::delegates()
        }
        fn get_delegate(delegate_account: AccountId) -> Option<DelegateInfo<AccountId>> {
            SubtensorModule::delegate(delegate_account)
        }
        fn get_delegated(
            delegatee_account: AccountId,
        ) -> Vec<(DelegateInfo<AccountId>, (Compact<u16>, Compact<u64>))> {
            SubtensorModule::delegated(delegatee_account)
        }
    }

    impl runtime_api::NeuronInfoRuntimeApi<Block> for Runtime {
        fn get_neurons(netuid: u16) -> Vec<NeuronInfo<AccountId>> {
            SubtensorModule::neurons(netuid)
        }
        fn get_neuron(netuid: u16, uid: u16) -> Option<NeuronInfo<AccountId>> {
            SubtensorModule::neuron(netuid, uid)
        }
        fn get_neurons_lite(netuid: u16) -> Vec<NeuronInfoLite<AccountId>> {
            SubtensorModule::neurons_lite(netuid)
        }
        fn get_neuron_lite(netuid: u16, uid: u16) -> Option<NeuronInfoLite<AccountId>> {
            SubtensorModule::neuron_lite(netuid, uid)
        }
    }

    impl runtime_api::SubnetInfoRuntimeApi<Block> for Runtime {
        fn get_subnet_info(netuid: u16) -> Option<SubnetInfo<AccountId>> {
            SubtensorModule::subnet_info(netuid)
        }
        fn get_subnets_info() -> Vec<Option<SubnetInfo<AccountId>>> {
            each_subnet(SubtensorModule::subnet_info)
        }
        fn get_subnet_info_v2(netuid: u16) -> Option<SubnetInfov2<AccountId>> {
            SubtensorModule::subnet_info_v2(netuid)
        }
        fn get_subnets_info_v2() -> Vec<Option<SubnetInfov2<AccountId>>> {
            each_subnet(SubtensorModule::subnet_info_v2)
        }
        fn get_subnet_hyperparams(netuid: u16) -> Option<SubnetHyperparams> {
            SubtensorModule::hyperparameters_v1(netuid)
        }
        fn get_subnet_hyperparams_v2(netuid: u16) -> Option<SubnetHyperparamsV2> {
            SubtensorModule::hyperparameters_v2(netuid)
        }
        fn get_subnet_hyperparams_v3(netuid: u16) -> Option<Vec<HyperparamEntry>> {
            SubtensorModule::hyperparameters(netuid)
        }
        fn get_all_dynamic_info() -> Vec<Option<DynamicInfo<AccountId>>> {
            each_subnet(SubtensorModule::dynamic_info)
        }
        fn get_dynamic_info(netuid: u16) -> Option<DynamicInfo<AccountId>> {
            SubtensorModule::dynamic_info(netuid)
        }
        fn get_subnet_state(netuid: u16) -> Option<SubnetState<AccountId>> {
            SubtensorModule::subnet_state(netuid)
        }
        fn get_all_metagraphs() -> Vec<Option<Metagraph<AccountId>>> {
            each_subnet(SubtensorModule::metagraph)
        }
        fn get_metagraph(netuid: u16) -> Option<Metagraph<AccountId>> {
            SubtensorModule::metagraph(netuid)
        }
        fn get_all_mechagraphs() -> Vec<Option<Metagraph<AccountId>>> {
            each_subnet(SubtensorModule::metagraph)
        }
        fn get_mechagraph(netuid: u16, mecid: u8) -> Option<Metagraph<AccountId>> {
            SubtensorModule::metagraph(netuid).filter(|_| mecid == 0)
        }
        fn get_selective_metagraph(
            netuid: u16,
            metagraph_indexes: Vec<u16>,
        ) -> Option<SelectiveMetagraph<AccountId>> {
            selective_metagraph(netuid, &metagraph_indexes)
        }
        fn get_selective_mechagraph(
            netuid: u16,
            subid: u8,
            metagraph_indexes: Vec<u16>,
        ) -> Option<SelectiveMetagraph<AccountId>> {
            selective_metagraph(netuid, &metagraph_indexes).filter(|_| subid == 0)
        }
        fn get_coldkey_auto_stake_hotkey(coldkey: AccountId, netuid: u16) -> Option<AccountId> {
            subtensor::AutoStakeDestination::<Runtime>::get(coldkey, netuid)
        }
        fn get_subnet_to_prune() -> Option<u16> {
            None
        }
        fn get_next_epoch_start_block(netuid: u16) -> Option<u64> {
            SubtensorModule::next_epoch_start_block(netuid)
        }
    }

    impl runtime_api::StakeInfoRuntimeApi<Block> for Runtime {
        fn get_stake_info_for_coldkey(coldkey_account: AccountId) -> Vec<StakeInfo<AccountId>> {
            SubtensorModule::stake_infos(coldkey_account)
        }
        fn get_stake_info_for_coldkeys(
            coldkey_accounts: Vec<AccountId>,
        ) -> Vec<(AccountId, Vec<StakeInfo<AccountId>>)> {
            let of = |coldkey: AccountId| (coldkey.clone(), SubtensorModule::stake_infos(coldkey));
            coldkey_accounts.into_iter().map(of).collect()
        }
        fn get_stake_info_for_hotkey_coldkey_netuid(
            hotkey_account: AccountId,
            coldkey_account: AccountId,
            netuid: u16,
        ) -> Option<StakeInfo<AccountId>> {
            SubtensorModule::stake_info(hotkey_account, coldkey_account, netuid)
        }
        fn get_stake_fee(
            _origin: Option<(AccountId, u16)>,
            _origin_coldkey_account: AccountId,
            _destination: Option<(AccountId, u16)>,
            _destination_coldkey_account: AccountId,
            _amount: u64,
        ) -> u64 {
            0
        }
        fn get_stake_availability_for_coldkeys(
            coldkey_accounts: Vec<AccountId>,
            netuids: Option<Vec<u16>>,
        ) -> BTreeMap<AccountId, BTreeMap<u16, StakeAvailability>> {
            SubtensorModule::stake_availabilities(coldkey_accounts, netuids)
        }
        fn get_coldkey_lock(coldkey: AccountId, netuid: u16) -> Option<LockState> {
            SubtensorModule::lock_of(&coldkey, netuid).map(|(_, lock)| lock)
        }
    }

    impl runtime_api::BetaBasketRuntimeApi<Block> for Runtime {
        fn get_root_basket_positions(_coldkey: AccountId) -> Vec<(AccountId, u64, u64)> {
            Vec::new()
        }
        fn get_root_basket_owed(_coldkey: AccountId) -> u64 {
            0
        }
    }

    impl runtime_api::SubnetRegistrationRuntimeApi<Block> for Runtime {
        fn get_network_registration_cost() -> u64 {
            subtensor::NetworkMinLockCost::<Runtime>::get()
        }
    }

    impl runtime_api::SwapRuntimeApi<Block> for Runtime {
        fn current_alpha_price(netuid: u16) -> u64 {
            SubtensorModule::alpha_price(netuid)
        }
        fn current_alpha_price_all() -> Vec<SubnetPrice> {
            let price = |netuid| SubnetPrice { netuid, price: SubtensorModule::alpha_price(netuid) };
            SubtensorModule::subnets().into_iter().map(price).collect()
        }
        fn sim_swap_tao_for_alpha(netuid: u16, tao: u64) -> SimSwapResult {
            SubtensorModule::buy(netuid, tao)
        }
        fn sim_swap_alpha_for_tao(netuid: u16, alpha: u64) -> SimSwapResult {
            SubtensorModule::sell(netuid, alpha)
        }
    }

    impl runtime_api::DevChainApi<Block> for Runtime {
        fn attempt(who: Option<AccountId>, call: RuntimeCall) -> DispatchResult {
            let origin = who.map_or(RawOrigin::Root, RawOrigin::Signed);
            call.dispatch(origin.into()).map(|_| ()).map_err(|refused| refused.error)
        }
    }

    impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
        fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
            build_state::<RuntimeGenesisConfig>(config)
        }
        fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
            get_preset::<RuntimeGenesisConfig>(id, |_| None)
        }
        fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
            vec![]
        }
    }
}
