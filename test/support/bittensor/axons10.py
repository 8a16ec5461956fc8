"""An axon and a dendrite of bittensor 10, with this subnet's synapses as its Python programs would define them."""

import asyncio
import time
from types import SimpleNamespace
from typing import ClassVar, Optional, Tuple

import bittensor as bt
from bittensor.utils import networking
from bittensor_wallet import Keypair

# A dendrite would ask the world for its address.
networking.get_external_ip = lambda: "203.0.113.7"


class EnrolmentSynapse(bt.Synapse):
    required_hash_fields: ClassVar[tuple[str, ...]] = ("text", "signature")
    text: str
    signature: str
    accepted: Optional[bool] = None


class GossipSynapse(bt.Synapse):
    required_hash_fields: ClassVar[tuple[str, ...]] = ("summary", "enrolments", "cursor")
    summary: list[str]
    enrolments: list[str]
    cursor: str
    differing: Optional[list[str]] = None


class StandingSynapse(bt.Synapse):
    block: Optional[int] = None
    enrolments: Optional[list[str]] = None


class PatBroadcastSynapse(bt.Synapse):
    github_access_token: str
    accepted: Optional[bool] = None
    rejection_reason: Optional[str] = None


class PatCheckSynapse(bt.Synapse):
    has_pat: Optional[bool] = None
    pat_valid: Optional[bool] = None
    rejection_reason: Optional[str] = None


SYNAPSES = {
    "Synapse": bt.Synapse,
    "EnrolmentSynapse": EnrolmentSynapse,
    "GossipSynapse": GossipSynapse,
    "StandingSynapse": StandingSynapse,
    "PatBroadcastSynapse": PatBroadcastSynapse,
    "PatCheckSynapse": PatCheckSynapse,
}


def call(uri, port, hotkey, synapse, fields, timeout=12.0):
    """Sends one request to an axon on this machine: its status, and the synapse as it came back."""

    async def ask():
        dendrite = bt.Dendrite(wallet=Keypair.create_from_uri(uri))
        target = bt.AxonInfo(version=1, ip="127.0.0.1", port=port, ip_type=4, hotkey=hotkey, coldkey=hotkey)
        try:
            return (await dendrite.forward([target], SYNAPSES[synapse](**fields), timeout=timeout, deserialize=False))[0]
        finally:
            await dendrite.aclose_session()

    answer = asyncio.run(ask())
    fields = {
        name: value
        for name, value in answer.model_dump().items()
        if name not in bt.Synapse.model_fields
    }
    return {
        "status": answer.dendrite.status_code,
        "message": answer.dendrite.status_message,
        "fields": fields,
    }


running = {}


def serve(uri, port, blacklisted):
    """An axon that takes our synapses and today's; tokens that begin with ghp_ are accepted."""
    key = Keypair.create_from_uri(uri)
    axon = bt.Axon(
        wallet=SimpleNamespace(hotkey=key, coldkeypub=key), port=port, ip="127.0.0.1", external_ip="127.0.0.1", external_port=port
    )
    received = []

    def enrolment(synapse: EnrolmentSynapse) -> EnrolmentSynapse:
        received.append([synapse.dendrite.hotkey, synapse.text, synapse.signature])
        synapse.accepted = True
        return synapse

    def blacklist_enrolment(synapse: EnrolmentSynapse) -> Tuple[bool, str]:
        return synapse.dendrite.hotkey in blacklisted, "not allowed"

    def gossip(synapse: GossipSynapse) -> GossipSynapse:
        received.append([synapse.dendrite.hotkey, synapse.summary, synapse.enrolments])
        synapse.differing = []
        return synapse

    def standing(synapse: StandingSynapse) -> StandingSynapse:
        synapse.block = 7
        synapse.enrolments = []
        return synapse

    def broadcast(synapse: PatBroadcastSynapse) -> PatBroadcastSynapse:
        received.append([synapse.dendrite.hotkey, synapse.github_access_token])
        synapse.accepted = synapse.github_access_token.startswith("ghp_")
        synapse.rejection_reason = None if synapse.accepted else "not a token"
        synapse.github_access_token = ""
        return synapse

    def check(synapse: PatCheckSynapse) -> PatCheckSynapse:
        synapse.has_pat = True
        synapse.pat_valid = True
        return synapse

    axon.attach(enrolment, blacklist_fn=blacklist_enrolment)
    for handler in (gossip, standing, broadcast, check):
        axon.attach(handler)
    axon.start()
    deadline = time.monotonic() + 30
    while not axon.fast_server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    running[port] = (axon, received)
    return key.ss58_address


def received_by(port):
    return running[port][1]


def stop(port):
    axon, _ = running.pop(port)
    axon.stop()
    return True
