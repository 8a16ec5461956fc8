/** A signing key. The secret stays in a closure, so that it cannot be printed. */
import { createPrivateKey, createPublicKey, sign as signEd25519 } from "node:crypto"
import type { KeyringPair } from "@polkadot/keyring/types"
import { getPublicKey, secretFromSeed, sign } from "@scure/sr25519"
import { type AccountAddress, fromPublicKey, SS58_PREFIX } from "./Account.ts"
import { fromBytes, type Signature } from "./Signature.ts"

export type Scheme = "sr25519" | "ed25519"

export interface KeyPair {
  readonly scheme: Scheme
  readonly address: AccountAddress
  readonly publicKey: Uint8Array
  /**
   * Returns 64 bytes. sr25519 signs in the context "substrate" in about 0.9 ms; signatures are randomised, so two of them differ, but both verify.
   */
  readonly sign: (message: Uint8Array) => Uint8Array
  /** Signs the UTF-8 bytes of a text. */
  readonly signText: (text: string) => Signature
  /** The same key for polkadot.js, which is loaded on first use. */
  readonly polkadotPair: () => Promise<KeyringPair>
}

const utf8 = new TextEncoder()

const loadPolkadotPair = async (type: Scheme, publicKey: Uint8Array, secretKey: Uint8Array): Promise<KeyringPair> => {
  const { Keyring } = await import("@polkadot/keyring")
  const { cryptoWaitReady } = await import("@polkadot/util-crypto")
  await cryptoWaitReady()
  return new Keyring({ type, ss58Format: SS58_PREFIX }).createFromPair({ publicKey, secretKey }, {}, type)
}

/** `secretKey`: the bytes that polkadot.js gives this name. */
const keyPair = (scheme: Scheme, publicKey: Uint8Array, secretKey: Uint8Array, sign: KeyPair["sign"]): KeyPair => {
  let pair: Promise<KeyringPair> | undefined
  return {
    scheme,
    address: fromPublicKey(publicKey),
    publicKey,
    sign,
    signText: (text) => fromBytes(sign(utf8.encode(text))),
    polkadotPair: () => {
      pair ??= loadPolkadotPair(scheme, publicKey, secretKey)
      return pair
    }
  }
}

/** From the 64 bytes that polkadot.js calls `secretKey`: eight times the scalar, as ed25519 writes it, and the nonce. */
export const fromSecretKey = (secretKey: Uint8Array): KeyPair =>
  keyPair("sr25519", getPublicKey(secretKey), secretKey, (message) => sign(secretKey, message))

/** The PKCS #8 prefix of a 32-byte ed25519 seed. */
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex")

const fromEd25519Seed = (seed: Uint8Array): KeyPair => {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: "der", type: "pkcs8" })
  // The last 32 bytes are the public key.
  const publicKey = new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32))
  return keyPair("ed25519", publicKey, Buffer.concat([seed, publicKey]), (message) => new Uint8Array(signEd25519(null, message, key)))
}

/** From the 32 bytes that key files call `secretSeed`; for ed25519 they are also the private key. */
export const fromSeed = (seed: Uint8Array, scheme: Scheme = "sr25519"): KeyPair =>
  scheme === "ed25519" ? fromEd25519Seed(seed) : fromSecretKey(secretFromSeed(seed))

/** The 64 bytes that key files call `privateKey`, for the sr25519 key of a seed. */
export const privateKeyOf = (seed: Uint8Array): Uint8Array => {
  const privateKey = Uint8Array.from(secretFromSeed(seed))
  let carry = 0
  for (let index = 31; index >= 0; index--) {
    const byte = privateKey[index] ?? 0
    privateKey[index] = (byte >> 3) | carry
    carry = (byte & 7) << 5
  }
  return privateKey
}

/** From the 64 bytes that key files call `privateKey` for sr25519: schnorrkel's form, the scalar and the nonce. */
export const fromPrivateKey = (privateKey: Uint8Array): KeyPair => {
  const secretKey = Uint8Array.from(privateKey)
  let carry = 0
  for (let index = 0; index < 32; index++) {
    const shifted = ((privateKey[index] ?? 0) << 3) | carry
    secretKey[index] = shifted & 0xff
    carry = shifted >> 8
  }
  return fromSecretKey(secretKey)
}
