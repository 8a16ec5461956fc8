"""Wallets by bittensor 11."""

from bittensor.sp_core import keyfile_data_encryption_method
from bittensor.sp_core import verify as verify_by
from bittensor.wallet import Wallet


def open_wallet(path, name, hotkey, password, message):
    """The addresses and schemes of both keys, and what each signs."""
    wallet = Wallet(name=name, hotkey=hotkey, path=path)
    cold = wallet.get_coldkey(password)
    hot = wallet.get_hotkey()
    with open(wallet.coldkey_file.path, "rb") as file:
        encryption = keyfile_data_encryption_method(file.read())
    return {
        "coldkey": cold.ss58_address,
        "coldkeypub": wallet.coldkeypub.ss58_address,
        "hotkey": hot.ss58_address,
        "hotkeypub": wallet.hotkeypub.ss58_address,
        "schemes": [cold.crypto_type, hot.crypto_type],
        "encryption": encryption,
        "signatures": ["0x" + bytes(key.sign(message.encode())).hex() for key in (cold, hot)],
    }


def make_wallet(path, name, hotkey, password, scheme):
    """A new wallet of one scheme; without a password its coldkey is plain."""
    wallet = Wallet(name=name, hotkey=hotkey, path=path)
    wallet.create_new_coldkey(use_password=password is not None, coldkey_password=password, suppress=True, crypto_type=scheme)
    wallet.create_new_hotkey(use_password=False, suppress=True, crypto_type=scheme)
    return {"coldkey": wallet.coldkeypub.ss58_address, "hotkey": wallet.hotkey.ss58_address}


def verify(address, message, signature, scheme):
    return bool(verify_by(message.encode(), bytes.fromhex(signature[2:]), address, scheme))
