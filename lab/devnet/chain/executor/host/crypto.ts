import { blake2b, ed25519Verify, keccak256, secp256k1Compress, secp256k1Recover, sha256, sr25519Verify } from "@polkadot/wasm-crypto"
import { blake2b256, twox } from "../../codec/hash.ts"
import { concat } from "../../codec/scale.ts"
import type { Host, HostFunctions } from "./Host.ts"
import type { Span } from "./RuntimeMemory.ts"

const noKey = new Uint8Array()

type Check = (signature: Uint8Array, message: Uint8Array, key: Uint8Array) => boolean

/** How many valid signatures are cached. */
const CACHED_SIGNATURES = 1_024

/** A check that caches valid signatures: a transaction's signature is checked on arrival, and again in its block. */
const withCache = (check: Check): Check => {
  const valid = new Set<string>()
  return (signature, message, key) => {
    const checked = `${signature.toHex()} ${key.toHex()} ${message.toHex()}`
    if (valid.has(checked)) return true
    if (!check(signature, message, key)) return false
    const [oldest] = valid
    if (valid.size >= CACHED_SIGNATURES && oldest !== undefined) valid.delete(oldest)
    valid.add(checked)
    return true
  }
}

const checkSr25519 = withCache(sr25519Verify)

/** A SCALE Result with the error BadSignature (the third of EcdsaVerifyError). */
const recoveryFailed = new Uint8Array([1, 2])

/** `ext_hashing_*` and `ext_crypto_*`. */
export const cryptoFunctions = ({ memory }: Host): HostFunctions => {
  const hashing = (hash: (bytes: Uint8Array) => Uint8Array) => (data: Span) => memory.passFixed(hash(memory.span(data)))

  const verify =
    (check: Check, lengths: { readonly signature: number; readonly key: number }) => (signature: number, message: Span, key: number) => {
      try {
        return check(memory.view(signature, lengths.signature), memory.span(message), memory.view(key, lengths.key)) ? 1 : 0
      } catch {
        return 0
      }
    }

  const recoverCompressed = (signature: number, digest: number) => {
    const bytes = memory.view(signature, 65)
    const recovery = bytes[64] ?? 0
    try {
      const key = secp256k1Recover(memory.view(digest, 32), bytes.slice(0, 64), recovery >= 27 ? recovery - 27 : recovery)
      return memory.pass(concat([new Uint8Array([0]), secp256k1Compress(key)]))
    } catch {
      return memory.pass(recoveryFailed)
    }
  }

  return {
    ext_hashing_blake2_128_version_1: hashing((data) => blake2b(data, noKey, 16)),
    ext_hashing_blake2_256_version_1: hashing(blake2b256),
    ext_hashing_keccak_256_version_1: hashing((data) => keccak256(data)),
    ext_hashing_sha2_256_version_1: hashing((data) => sha256(data)),
    ext_hashing_twox_64_version_1: hashing((data) => twox(data, 1)),
    ext_hashing_twox_128_version_1: hashing((data) => twox(data, 2)),
    ext_crypto_ed25519_verify_version_1: verify(ed25519Verify, { signature: 64, key: 32 }),
    ext_crypto_sr25519_verify_version_2: verify(checkSr25519, { signature: 64, key: 32 }),
    ext_crypto_secp256k1_ecdsa_recover_compressed_version_2: recoverCompressed
  }
}
