/**
 * The node's part of the MEV shield: it has the key with which clients encrypt transactions, and opens them once a block has brought them. A dev chain
 * has no secrets, so the key follows from a name, and every start has the same.
 */
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js"
import { sha512 } from "@noble/hashes/sha2.js"
import { Effect, type Option } from "effect"
import type { BareHex } from "./codec/hex.ts"
import { ScaleReader } from "./codec/scale.ts"
import { storageValueKey } from "./state/keys.ts"

/** Where clients read the public key. */
export const publicKeyKey: BareHex = storageValueKey("MevShield", "NextKey")

/** What the newest block brought encrypted, a list of byte strings. */
export const encryptedKey: BareHex = storageValueKey("DevChain", "EncryptedTransactions")

export interface Shield {
  /** ML-KEM-768, 1,184 bytes. */
  readonly publicKey: Uint8Array
  /** The transaction, with its length prefix, unless it was not encrypted with this key. */
  readonly open: (encrypted: Uint8Array) => Effect.Effect<Option.Option<Uint8Array>>
}

const seed = sha512(new TextEncoder().encode("gittensor: the shield of every dev chain"))

const algorithm = { name: "ML-KEM-768" } as const

/** What the engine can do beyond what its types name. */
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

/** Lengths of the key's hash in front, which is not looked at, and of the nonce. */
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
