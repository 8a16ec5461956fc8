"""One operation of the Python SDK 11: NAME ENDPOINT WALLETS NETUID. Fails if the answer is not the dev chain's."""

import sys

import bittensor
from bittensor.wallet import Wallet

VALIDATOR = "5Hb48vxYpQZQHRbzLMak1AKhtuww6wNK1oMFyigysK8zvHyW"


def metagraph(subtensor, _wallet, netuid):
    graph = subtensor.subnets.metagraph(netuid)
    assert VALIDATOR in str(graph.hotkeys), graph.hotkeys


def neurons(subtensor, _wallet, netuid):
    for lite in (True, False):
        found = subtensor.neurons.neurons(netuid, lite=lite)
        assert found[1].hotkey == VALIDATOR, found


def set_weights(subtensor, wallet, netuid):
    bittensor.set_weights(netuid, {0: 0.25, 2: 0.75}, wallet=wallet, network=subtensor.endpoint)


def serve_axon(subtensor, wallet, netuid):
    from bittensor.intents.serving import ServeAxon

    subtensor.execute(ServeAxon(netuid=netuid, ip="203.0.113.7", port=8091), wallet).raise_for_failure()


name, endpoint, wallets, netuid = sys.argv[1:]
{"metagraph": metagraph, "neurons": neurons, "set_weights": set_weights, "serve_axon": serve_axon}[name](
    bittensor.Subtensor(endpoint), Wallet("validator1", "default", path=wallets), int(netuid)
)
