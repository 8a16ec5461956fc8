/** Orders that nobody can predict or choose: by blake2-256 hashes as bytes, lowest first. */
import { blake2b } from "@noble/hashes/blake2.js"
import { concatBytes } from "@noble/hashes/utils.js"
import { type AccountAddress, toPublicKey } from "../../domain/Account.ts"

/**
 * hash(seed, issue, hotkey) = blake2-256(the seed's bytes ‖ issue as u32 little-endian ‖ the hotkey's 32 bytes).
 * Takes the hotkey's public key, because a round hashes it for many issues.
 */
export const pairHash = (seed: Uint8Array, issue: number, publicKey: Uint8Array): Uint8Array =>
  blake2b256(seed, Uint8Array.of(issue, issue >>> 8, issue >>> 16, issue >>> 24), publicKey)

/** hash(block hash, hotkey) = blake2-256(the block hash's 32 bytes ‖ the hotkey's 32 bytes). */
export const turnHash = (blockHash: Uint8Array, hotkey: AccountAddress): Uint8Array => blake2b256(blockHash, toPublicKey(hotkey))

/** Negative if `left` comes first. */
export const compareBytes = (left: Uint8Array, right: Uint8Array): number => {
  for (let place = 0; place < Math.min(left.length, right.length); place++) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

const blake2b256 = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => blake2b(concatBytes(...parts), { dkLen: 32 })
