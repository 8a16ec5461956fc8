//! Subtensor's runtime interface, as far as it is answered here: same traits, methods and arguments.

use crate::{
    subtensor::{
        answers::{
            DelegateInfo, DynamicInfo, Metagraph, NeuronInfo, SelectiveMetagraph, SimSwapResult,
            StakeAvailability, SubnetHyperparams, SubnetHyperparamsV2, SubnetInfo, SubnetInfov2, SubnetPrice,
            SubnetState,
        },
        types::{HyperparamEntry, LockState, NeuronInfoLite, StakeInfo},
    },
    AccountId, RuntimeCall,
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::Compact;
use sp_runtime::DispatchResult;

type Delegated = (DelegateInfo<AccountId>, (Compact<u16>, Compact<u64>));

sp_api::decl_runtime_apis! {
    pub trait DelegateInfoRuntimeApi {
        fn get_delegates() -> Vec<DelegateInfo<AccountId>>;
        fn get_delegate(delegate_account: AccountId) -> Option<DelegateInfo<AccountId>>;
        fn get_delegated(delegatee_account: AccountId) -> Vec<Delegated>;
    }

    pub trait NeuronInfoRuntimeApi {
        fn get_neurons(netuid: u16) -> Vec<NeuronInfo<AccountId>>;
        fn get_neuron(netuid: u16, uid: u16) -> Option<NeuronInfo<AccountId>>;
        fn get_neurons_lite(netuid: u16) -> Vec<NeuronInfoLite<AccountId>>;
        fn get_neuron_lite(netuid: u16, uid: u16) -> Option<NeuronInfoLite<AccountId>>;
    }

    pub trait SubnetInfoRuntimeApi {
        fn get_subnet_info(netuid: u16) -> Option<SubnetInfo<AccountId>>;
        fn get_subnets_info() -> Vec<Option<SubnetInfo<AccountId>>>;
        fn get_subnet_info_v2(netuid: u16) -> Option<SubnetInfov2<AccountId>>;
        fn get_subnets_info_v2() -> Vec<Option<SubnetInfov2<AccountId>>>;
        fn get_subnet_hyperparams(netuid: u16) -> Option<SubnetHyperparams>;
        fn get_subnet_hyperparams_v2(netuid: u16) -> Option<SubnetHyperparamsV2>;
        /// Added after version 365.
        fn get_subnet_hyperparams_v3(netuid: u16) -> Option<Vec<HyperparamEntry>>;
        fn get_all_dynamic_info() -> Vec<Option<DynamicInfo<AccountId>>>;
        fn get_dynamic_info(netuid: u16) -> Option<DynamicInfo<AccountId>>;
        fn get_subnet_state(netuid: u16) -> Option<SubnetState<AccountId>>;
        fn get_all_metagraphs() -> Vec<Option<Metagraph<AccountId>>>;
        fn get_metagraph(netuid: u16) -> Option<Metagraph<AccountId>>;
        fn get_all_mechagraphs() -> Vec<Option<Metagraph<AccountId>>>;
        fn get_mechagraph(netuid: u16, mecid: u8) -> Option<Metagraph<AccountId>>;
        fn get_selective_metagraph(
            netuid: u16,
            metagraph_indexes: Vec<u16>,
        ) -> Option<SelectiveMetagraph<AccountId>>;
        fn get_selective_mechagraph(
            netuid: u16,
            subid: u8,
            metagraph_indexes: Vec<u16>,
        ) -> Option<SelectiveMetagraph<AccountId>>;
        fn get_coldkey_auto_stake_hotkey(coldkey: AccountId, netuid: u16) -> Option<AccountId>;
        fn get_subnet_to_prune() -> Option<u16>;
        /// Added after version 365.
        fn get_next_epoch_start_block(netuid: u16) -> Option<u64>;
    }

    pub trait StakeInfoRuntimeApi {
        fn get_stake_info_for_coldkey(coldkey_account: AccountId) -> Vec<StakeInfo<AccountId>>;
        fn get_stake_info_for_coldkeys(
            coldkey_accounts: Vec<AccountId>,
        ) -> Vec<(AccountId, Vec<StakeInfo<AccountId>>)>;
        fn get_stake_info_for_hotkey_coldkey_netuid(
            hotkey_account: AccountId,
            coldkey_account: AccountId,
            netuid: u16,
        ) -> Option<StakeInfo<AccountId>>;
        fn get_stake_fee(
            origin: Option<(AccountId, u16)>,
            origin_coldkey_account: AccountId,
            destination: Option<(AccountId, u16)>,
            destination_coldkey_account: AccountId,
            amount: u64,
        ) -> u64;
        /// Added after version 365.
        fn get_stake_availability_for_coldkeys(
            coldkey_accounts: Vec<AccountId>,
            netuids: Option<Vec<u16>>,
        ) -> BTreeMap<AccountId, BTreeMap<u16, StakeAvailability>>;
        /// Added after version 365.
        fn get_coldkey_lock(coldkey: AccountId, netuid: u16) -> Option<LockState>;
    }

    /// Added after version 365, for what this chain does not have: baskets of validators on the root network.
    pub trait BetaBasketRuntimeApi {
        /// (hotkey, shares, TAO) of each basket that the coldkey has a part of.
        fn get_root_basket_positions(coldkey: AccountId) -> Vec<(AccountId, u64, u64)>;
        /// TAO that the coldkey could take out of all baskets.
        fn get_root_basket_owed(coldkey: AccountId) -> u64;
    }

    pub trait SubnetRegistrationRuntimeApi {
        fn get_network_registration_cost() -> u64;
    }

    pub trait SwapRuntimeApi {
        fn current_alpha_price(netuid: u16) -> u64;
        /// Added after version 365.
        fn current_alpha_price_all() -> Vec<SubnetPrice>;
        fn sim_swap_tao_for_alpha(netuid: u16, tao: u64) -> SimSwapResult;
        fn sim_swap_alpha_for_tao(netuid: u16, alpha: u64) -> SimSwapResult;
    }

    /// Only here.
    pub trait DevChainApi {
        /// What a call of an account comes to, or of root, without a transaction. Its changes are the asker's to keep: a node
        /// drops them.
        fn attempt(who: Option<AccountId>, call: RuntimeCall) -> DispatchResult;
    }
}
