"""btauth/1 by bittensor 11."""

import base64

from bittensor import http_auth
from bittensor.keyfiles import Keypair


class Signer:
    """A key as `resolve_signer` takes it."""

    def __init__(self, key):
        self.key = key
        self.ss58_address = key.ss58_address
        self.crypto_type = key.crypto_type
        self.public_key = bytes(key.public_key)

    def sign(self, payload):
        return self.key.sign(payload)


def sign(seed, scheme, method, path, body, receiver, nonce=None):
    key = Keypair.create_from_seed(bytes.fromhex(seed), scheme)
    return http_auth.sign(
        Signer(key), method=method, path=path, body=base64.b64decode(body), receiver_ss58=receiver, nonce_ns=nonce
    )


def verify(headers, body, method, path, receiver):
    caller = http_auth.verify(headers, base64.b64decode(body), method=method, path=path, self_hotkey_ss58=receiver)
    return {"hotkey": caller.hotkey_ss58, "scheme": caller.crypto_type}
