"""Timelocked weights by Bittensor's own packages: bittensor_drand of version 10, bittensor_core of version 11."""

import time

try:
    import bittensor_drand as drand
except ImportError:
    import bittensor_core as drand


def encrypt_at_round(payload, reveal_round):
    encrypted, _ = drand.encrypt_at_round(bytes.fromhex(payload), reveal_round)
    return encrypted.hex()


def decrypt_with_signature(encrypted, signature):
    return drand.decrypt_with_signature(bytes.fromhex(encrypted), signature).hex()


def commitments(cases):
    """Commitments of one weight by each epoch schedule: [length, round, seconds before, seconds after]."""
    answers = []
    for case in cases:
        before = time.time()
        commit, reveal_round = drand.get_encrypted_commit_v2(
            uids=[0],
            weights=[1],
            version_key=0,
            last_epoch_block=case["lastEpochBlock"],
            pending_epoch_at=case["pendingEpochAt"],
            subnet_epoch_index=case["epoch"],
            tempo=case["tempo"],
            blocks_since_last_step=case["blocksSinceLastStep"],
            current_block=case["block"],
            subnet_reveal_period_epochs=case["period"],
            block_time=12.0,
            hotkey=bytes(32),
        )
        answers.append([len(commit), reveal_round, before, time.time()])
    return answers
