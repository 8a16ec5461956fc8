"""Wallets by bittensor-wallet, as version 10 of Bittensor uses it."""

from bittensor_wallet import Keypair, Wallet
from bittensor_wallet.keyfile import keyfile_data_encryption_method, legacy_encrypt_keyfile_data


def open_wallet(path, name, hotkey, password, message):
    """The addresses of both keys, and what each signs."""
    wallet = Wallet(name=name, hotkey=hotkey, path=path)
    cold = wallet.coldkey_file.get_keypair(password)
    hot = wallet.hotkey_file.get_keypair(None)
    return {
        "coldkey": cold.ss58_address,
        "coldkeypub": wallet.coldkeypub.ss58_address,
        "hotkey": hot.ss58_address,
        "hotkeypub": wallet.hotkeypub.ss58_address,
        "encryption": keyfile_data_encryption_method(wallet.coldkey_file.data),
        "signatures": ["0x" + key.sign(message.encode()).hex() for key in (cold, hot)],
    }


def make_wallet(path, name, hotkey, password):
    """A new wallet, its coldkey closed by NaCl."""
    wallet = Wallet(name=name, hotkey=hotkey, path=path)
    wallet.create(coldkey_password=password, suppress=True)
    return {"coldkey": wallet.coldkeypub.ss58_address, "hotkey": wallet.hotkey.ss58_address}


def regenerate_hotkey(path, name, hotkey, seed):
    wallet = Wallet(name=name, hotkey=hotkey, path=path)
    wallet.regenerate_hotkey(seed=seed, use_password=False, suppress=True)
    return wallet.hotkey.ss58_address


def make_vault(path, plain, password):
    """A file as the oldest versions closed it."""
    with open(path, "wb") as file:
        file.write(legacy_encrypt_keyfile_data(plain.encode(), password))


def remember_password(path, password):
    """The value of the variable that holds this file's password."""
    from bittensor_wallet import Keyfile

    keyfile = Keyfile(path=path)
    keyfile.save_password_to_env(password)
    name = keyfile.env_var_name()
    # The package sets it past Python's own copy of the environment.
    import ctypes

    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_char_p
    return {"name": name, "value": getenv(name.encode()).decode()}


def verify(address, message, signature):
    return Keypair(ss58_address=address).verify(message.encode(), signature)
