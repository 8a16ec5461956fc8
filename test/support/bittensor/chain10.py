"""The chain as Python's async-substrate-interface reads and writes it."""

from async_substrate_interface import SubstrateInterface
from bittensor_wallet import Keypair


def value_of(answer):
    return getattr(answer, "value", answer)


def look(endpoint, netuid, hotkey):
    """What is written of a subnet and of one of its hotkeys."""
    with SubstrateInterface(url=endpoint, ss58_format=42) as chain:
        block = chain.get_chain_finalised_head()
        call = lambda api, method, *arguments: value_of(chain.runtime_call(api, method, list(arguments), block_hash=block))
        query = lambda pallet, item, *keys: value_of(chain.query(pallet, item, list(keys), block_hash=block))
        return {
            "block": chain.get_block_number(block),
            "neurons": [
                {
                    "uid": neuron["uid"],
                    "hotkey": neuron["hotkey"],
                    "coldkey": neuron["coldkey"],
                    "stake": str(sum(stake for _, stake in neuron["stake"])),
                    "permit": neuron["validator_permit"],
                    "ip": neuron["axon_info"]["ip"],
                    "port": neuron["axon_info"]["port"],
                    "protocol": neuron["axon_info"]["protocol"],
                    "last_update": neuron["last_update"],
                }
                for neuron in call("NeuronInfoRuntimeApi", "get_neurons_lite", netuid)
            ],
            "hyperparameters": [
                [entry["name"], next(iter(entry["value"].values()))]
                for entry in call("SubnetInfoRuntimeApi", "get_subnet_hyperparams_v3", netuid)
            ],
            "next_epoch": call("SubnetInfoRuntimeApi", "get_next_epoch_start_block", netuid),
            "burn": str(query("SubtensorModule", "Burn", netuid)),
            "registered_at": query("SubtensorModule", "BlockAtRegistration", netuid, query("SubtensorModule", "Uids", netuid, hotkey)),
            "commitment": str(query("Commitments", "CommitmentOf", netuid, hotkey)),
        }


def send(endpoint, uri, pallet, function, arguments):
    """A transaction of Python's, until it is final."""
    with SubstrateInterface(url=endpoint, ss58_format=42) as chain:
        call = chain.compose_call(pallet, function, arguments)
        extrinsic = chain.create_signed_extrinsic(call=call, keypair=Keypair.create_from_uri(uri))
        receipt = chain.submit_extrinsic(extrinsic, wait_for_finalization=True)
        return {"success": receipt.is_success, "error": str(receipt.error_message)}
