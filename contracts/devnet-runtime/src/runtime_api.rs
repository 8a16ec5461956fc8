//! Subtensor's runtime interface, as far as it is answered here: same traits, methods and arguments.

use crate::{
    subtensor::types::{HyperparamEntry, Metagraph, NeuronInfoLite, StakeInfo},
    AccountId,
};
use alloc::vec::Vec;

sp_api::decl_runtime_apis! {
    pub trait NeuronInfoRuntimeApi {
        fn get_neurons_lite(netuid: u16) -> Vec<NeuronInfoLite<AccountId>>;
        fn get_neuron_lite(netuid: u16, uid: u16) -> Option<NeuronInfoLite<AccountId>>;
    }

    pub trait SubnetInfoRuntimeApi {
        fn get_subnet_hyperparams_v3(netuid: u16) -> Option<Vec<HyperparamEntry>>;
        fn get_metagraph(netuid: u16) -> Option<Metagraph<AccountId>>;
        fn get_next_epoch_start_block(netuid: u16) -> Option<u64>;
    }

    pub trait StakeInfoRuntimeApi {
        fn get_stake_info_for_hotkey_coldkey_netuid(
            hotkey_account: AccountId,
            coldkey_account: AccountId,
            netuid: u16,
        ) -> Option<StakeInfo<AccountId>>;
    }
}
