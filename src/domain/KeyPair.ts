/**
 * A key that signs, as the rest of the program sees it: the secret stays in the closure and no printing shows it.
 */
import type { KeyringPair } from "@polkadot/keyring/types"
import { getPublicKey, secretFromSeed, sign } from "@scure/sr25519"
import { type AccountAddress, fromPublicKey, SS58_PREFIX } from "./Account.ts"
import { fromBytes, type Signature } from "./Signature.ts"

export interface KeyPair {
  readonly address: AccountAddress
  readonly publicKey: Uint8Array
  /** 64 bytes of sr25519 in the context "substrate"; two calls differ, both verify. About 0.9 ms. */
  readonly sign: (message: Uint8Array) => Uint8Array
  /** The signature of the UTF-8 bytes of a text. */
  readonly signText: (text: string) => Signature
  /** The same key for polkadot.js, which is loaded the first time. */
  readonly polkadotPair: () => Promise<KeyringPair>
}

const utf8 = new TextEncoder()

const loadPolkadotPair = async (publicKey: Uint8Array, secretKey: Uint8Array): Promise<KeyringPair> => {
  const { Keyring } = await import("@polkadot/keyring")
  const { cryptoWaitReady } = await import("@polkadot/util-crypto")
  await cryptoWaitReady()
  return new Keyring({ type: "sr25519", ss58Format: SS58_PREFIX }).createFromPair({ publicKey, secretKey })
}

/** From the 64 bytes that polkadot.js calls `secretKey`: eight times the scalar, as ed25519 writes it, and the nonce. */
export const fromSecretKey = (secretKey: Uint8Array): KeyPair => {
  const publicKey = getPublicKey(secretKey)
  let pair: Promise<KeyringPair> | undefined
  return {
    address: fromPublicKey(publicKey),
    publicKey,
    sign: (message) => sign(secretKey, message),
    signText: (text) => fromBytes(sign(secretKey, utf8.encode(text))),
    polkadotPair: () => {
      pair ??= loadPolkadotPair(publicKey, secretKey)
      return pair
    }
  }
}

/** From the 32 bytes that key files call `secretSeed`. */
export const fromSeed = (seed: Uint8Array): KeyPair => fromSecretKey(secretFromSeed(seed))

/** From the 64 bytes that key files call `privateKey`: schnorrkel's own form, the scalar itself and the nonce. */
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
