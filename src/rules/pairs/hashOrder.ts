/** Orders that nobody can predict or choose: by blake2-256 hashes as bytes, lowest first. */
import { type AccountAddress, toPublicKey } from "../../domain/Account.ts"

/**
 * hash(seed, issue, hotkey) = blake2-256(the seed's bytes ‖ issue as u32 little-endian ‖ the hotkey's 32 bytes).
 * Takes the hotkey's public key, because a round hashes it for many issues.
 */
export const pairHash = (seed: Uint8Array, issue: number, publicKey: Uint8Array): Uint8Array => {
  const middle = Uint8Array.of(issue, issue >>> 8, issue >>> 16, issue >>> 24)
  return blake2b256([seed, middle, publicKey])
}

/** hash(block hash, hotkey) = blake2-256(the block hash's 32 bytes ‖ the hotkey's 32 bytes). */
export const turnHash = (blockHash: Uint8Array, hotkey: AccountAddress): Uint8Array => blake2b256([blockHash, toPublicKey(hotkey)])

/** Negative if `left` comes first. */
export const compareBytes = (left: Uint8Array, right: Uint8Array): number => Buffer.compare(left, right)

/**
 * Uses Bun's native blake2-256: a round of 200 issues takes 20,000 hashes, which are ten times slower in JavaScript, and three times slower with a
 * hasher for each.
 */
const blake2b256 = (parts: ReadonlyArray<Uint8Array>): Uint8Array =>
  new Uint8Array(Bun.CryptoHasher.hash("blake2b256", Buffer.concat(parts)))
