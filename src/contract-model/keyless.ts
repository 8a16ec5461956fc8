/** Accounts that nobody has a key to, because a hash made them. */
import { blake2b } from "@noble/hashes/blake2.js"
import type { Birth } from "../contract-client/generated.ts"
import { type AccountAddress, fromPublicKey, toPublicKey } from "../domain/Account.ts"

const text = new TextEncoder()
const PURE_PROXY = text.encode("modlpy/proxy____")
const TREASURY_HOTKEY = text.encode("gittensor/treasury-hotkey/v1")

const hashed = (bytes: Uint8Array): AccountAddress => fromPublicKey(blake2b(bytes, { dkLen: 32 }))

/** The pure proxy that the chain created at this birth, as pallet-proxy derives it. */
export const keylessColdkey = ({ block, extrinsic, index, proxyType, spawner }: Birth): AccountAddress => {
  const bytes = new Uint8Array(PURE_PROXY.length + 43)
  const numbers = new DataView(bytes.buffer, PURE_PROXY.length + 32)
  bytes.set(PURE_PROXY)
  bytes.set(toPublicKey(spawner), PURE_PROXY.length)
  numbers.setUint32(0, block, true)
  numbers.setUint32(4, extrinsic, true)
  numbers.setUint8(8, proxyType)
  numbers.setUint16(9, index, true)
  return hashed(bytes)
}

/** The treasury's hotkey, derived from its coldkey. */
export const keylessHotkey = (coldkey: AccountAddress): AccountAddress => {
  const bytes = new Uint8Array(TREASURY_HOTKEY.length + 32)
  bytes.set(TREASURY_HOTKEY)
  bytes.set(toPublicKey(coldkey), TREASURY_HOTKEY.length)
  return hashed(bytes)
}
