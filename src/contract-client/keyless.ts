/** Accounts to which nobody has a key, because a hash made them: a pure proxy, and the treasury's hotkey. Pure. */
import { blake2b } from "@noble/hashes/blake2.js"
import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js"
import { type AccountAddress, fromPublicKey, toPublicKey } from "../domain/Account.ts"
import type { Birth } from "./generated.ts"

const hashOf = (label: string, ...parts: ReadonlyArray<Uint8Array>): AccountAddress =>
  fromPublicKey(blake2b(concatBytes(utf8ToBytes(label), ...parts), { dkLen: 32 }))

/** A number in little-endian bytes. */
const u8 = (value: number): Uint8Array => Uint8Array.of(value)
const u16 = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8)
const u32 = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24)

/**
 * The pure proxy that the chain created at this birth, derived as in pallet-proxy: blake2b-256 of "modlpy/proxy____", spawner, block, extrinsic,
 * proxy type and index, SCALE-encoded.
 */
export const keylessColdkey = ({ spawner, block, extrinsic, proxyType, index }: Birth): AccountAddress =>
  hashOf("modlpy/proxy____", toPublicKey(spawner), u32(block), u32(extrinsic), u8(proxyType), u16(index))

/** The treasury's hotkey: blake2b-256 of a label, the coldkey and a salt, so that nobody can take it before it is registered. */
export const keylessHotkey = (coldkey: AccountAddress, salt: string): AccountAddress =>
  hashOf("gittensor/treasury-hotkey/v2", toPublicKey(coldkey), hexToBytes(salt.slice(2)))

export const treasuryOf = (treasuryBirth: Birth) => {
  const treasuryColdkey = keylessColdkey(treasuryBirth)
  return { treasuryBirth, treasuryColdkey, treasuryHotkey: keylessHotkey(treasuryColdkey, treasuryBirth.salt) }
}
