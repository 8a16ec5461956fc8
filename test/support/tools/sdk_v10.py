"""One operation of the Python SDK 10: NAME ENDPOINT WALLETS NETUID. Fails if the answer is not the dev chain's."""

import sys

import bittensor
from bittensor_wallet import Wallet

VALIDATOR = "5Hb48vxYpQZQHRbzLMak1AKhtuww6wNK1oMFyigysK8zvHyW"


def metagraph(subtensor, _wallet, netuid):
    graph = subtensor.metagraph(netuid)
    assert graph.hotkeys[1] == VALIDATOR, graph.hotkeys
    assert float(graph.alpha_stake[1]) > 40_000, graph.alpha_stake


def neurons(subtensor, _wallet, netuid):
    found = subtensor.neurons(netuid)
    assert found[1].hotkey == VALIDATOR, found
    assert found[1].validator_permit, found[1]


def set_weights(subtensor, wallet, netuid):
    answer = subtensor.set_weights(wallet, netuid, uids=[0, 2], weights=[0.25, 0.75], wait_for_inclusion=True, wait_for_finalization=False)
    assert answer.success, answer.message


def serve_axon(subtensor, wallet, netuid):
    axon = bittensor.Axon(wallet=wallet, port=8091, external_ip="203.0.113.7", external_port=8091)
    answer = subtensor.serve_axon(netuid, axon)
    assert answer.success, answer.message


name, endpoint, wallets, netuid = sys.argv[1:]
with bittensor.Subtensor(network=endpoint) as connected:
    {"metagraph": metagraph, "neurons": neurons, "set_weights": set_weights, "serve_axon": serve_axon}[name](
        connected, Wallet(name="validator1", hotkey="default", path=wallets), int(netuid)
    )
