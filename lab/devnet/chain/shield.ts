/**
 * The node's part of the MEV shield: it holds the key with which clients encrypt transactions, and decrypts them once a block has included them. A
 * dev chain has no secrets, so the key derives from a constant name and is the same at every start.
 */
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js"
import { sha512 } from "@noble/hashes/sha2.js"
import { Effect, type Option } from "effect"
import type { BareHex } from "./codec/hex.ts"
import { ScaleReader } from "./codec/scale.ts"
import { storageValueKey } from "./state/keys.ts"

/** The storage item of the public key. */
export const publicKeyKey: BareHex = storageValueKey("MevShield", "NextKey")

/** The storage item of the newest block's encrypted transactions, a list of byte strings. */
export const encryptedKey: BareHex = storageValueKey("DevChain", "EncryptedTransactions")

export interface Shield {
  /** ML-KEM-768, 1,184 bytes. */
  readonly publicKey: Uint8Array
  /** Decrypts to the transaction with its length prefix; none if it was not encrypted with this key. */
  readonly open: (encrypted: Uint8Array) => Effect.Effect<Option.Option<Uint8Array>>
}

const seed = sha512(new TextEncoder().encode("gittensor: the shield of every dev chain"))

const algorithm = { name: "ML-KEM-768" } as const

/** Methods of Bun's `crypto.subtle` that its types lack. */
interface KeyEncapsulation {
  readonly importKey: (
    format: "raw-seed",
    seed: Uint8Array,
    of: typeof algorithm,
    extractable: boolean,
    usages: readonly ["decapsulateBits"]
  ) => Promise<CryptoKey>
  readonly getPublicKey: (secret: CryptoKey, usages: readonly ["encapsulateBits"]) => Promise<CryptoKey>
  readonly exportKey: (format: "raw-public", key: CryptoKey) => Promise<ArrayBuffer>
  readonly decapsulateBits: (of: typeof algorithm, secret: CryptoKey, encapsulated: Uint8Array) => Promise<ArrayBuffer>
}

const keys = crypto.subtle as unknown as KeyEncapsulation // Bun has ML-KEM, its types do not

/** Lengths of the key's hash at the front, which is ignored, and of the nonce. */
const [hashLength, nonceLength] = [16, 24]

export const make: Effect.Effect<Shield> = Effect.promise(async () => {
  const secret = await keys.importKey("raw-seed", seed, algorithm, true, ["decapsulateBits"])
  const publicKey = new Uint8Array(await keys.exportKey("raw-public", await keys.getPublicKey(secret, ["encapsulateBits"])))
  const opened = async (encrypted: Uint8Array): Promise<Uint8Array> => {
    const reader = new ScaleReader(encrypted)
    reader.take(hashLength)
    const encapsulated = reader.take(Number(reader.unsigned(2)))
    const nonce = reader.take(nonceLength)
    const shared = new Uint8Array(await keys.decapsulateBits(algorithm, secret, encapsulated))
    return xchacha20poly1305(shared, nonce).decrypt(reader.take(reader.remaining))
  }
  return { publicKey, open: (encrypted) => Effect.option(Effect.tryPromise(() => opened(encrypted))) }
})
