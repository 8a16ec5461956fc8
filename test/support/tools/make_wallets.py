"""The walk's wallets, unencrypted: FOLDER, then NAME COLDKEY_URI HOTKEY_URI each."""

import sys

from bittensor_wallet import Keypair, Wallet

folder, *rest = sys.argv[1:]
for name, cold, hot in zip(rest[::3], rest[1::3], rest[2::3]):
    wallet = Wallet(name=name, hotkey="default", path=folder)
    wallet.set_coldkey(Keypair.create_from_uri(cold), encrypt=False, overwrite=True)
    wallet.set_coldkeypub(Keypair.create_from_uri(cold), overwrite=True)
    wallet.set_hotkey(Keypair.create_from_uri(hot), encrypt=False, overwrite=True)
    wallet.set_hotkeypub(Keypair.create_from_uri(hot), overwrite=True)
