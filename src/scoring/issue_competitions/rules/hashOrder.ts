/**
 * The orders by hash that nobody can choose beforehand: blake2-256, compared byte by byte, the lower first.
 */
import { blake2b } from "@noble/hashes/blake2.js"
import { type AccountAddress, toPublicKey } from "../../../domain/Account.ts"

/** hash(seed, issue, hotkey) = blake2-256(seed bytes ‖ issue as u32 little-endian ‖ the hotkey's 32 bytes). */
export const pairHash = (seed: Uint8Array, issue: number, hotkey: AccountAddress): Uint8Array => {
  const middle = new Uint8Array(4)
  new DataView(middle.buffer).setUint32(0, issue, true)
  return blake2b(concatenate([seed, middle, toPublicKey(hotkey)]), { dkLen: 32 })
}

/** hash(block hash, hotkey) = blake2-256(the block hash's 32 bytes ‖ the hotkey's 32 bytes). */
export const turnHash = (blockHash: Uint8Array, hotkey: AccountAddress): Uint8Array =>
  blake2b(concatenate([blockHash, toPublicKey(hotkey)]), { dkLen: 32 })

/** Negative when `left` comes first. */
export const compareBytes = (left: Uint8Array, right: Uint8Array): number => Buffer.compare(left, right)

const concatenate = (parts: ReadonlyArray<Uint8Array>): Uint8Array => new Uint8Array(Buffer.concat(parts))
