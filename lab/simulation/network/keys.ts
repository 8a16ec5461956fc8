/** Accounts and keys derived from names, and two ways of signing: real signatures, and a cheap substitute for long runs. */
import { type AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import { fromSeed, type KeyPair } from "../../../src/domain/KeyPair.ts"
import { Signature, verifyText } from "../../../src/domain/Signature.ts"

const digest = (text: string): Uint8Array => new Uint8Array(new Bun.CryptoHasher("blake2b256").update(text).digest())

/** The account of a name, without a key. */
export const accountNamed = (name: string): AccountAddress => fromPublicKey(digest(`account ${name}`))

/** The key of a name; the same in every run. */
export const keyNamed = (name: string): KeyPair => fromSeed(digest(`key ${name}`))

export interface Signing {
  readonly name: "sr25519" | "stand-in"
  readonly sign: (key: KeyPair, text: string) => Signature
  readonly verifies: (text: string, signature: Signature, signer: AccountAddress) => boolean
}

/** The subnet's real signatures: about 1 ms to sign and 0.6 ms to verify. */
export const sr25519: Signing = { name: "sr25519", sign: (key, text) => key.signText(text), verifies: verifyText }

const seal = (text: string, signer: string): Signature => {
  const half = new Bun.CryptoHasher("blake2b256").update(`${signer} ${text}`).digest("hex")
  return Signature.make(`0x${half}${half}`)
}

/**
 * A hash of the text and the signer's address instead of a signature. It detects a changed text or signer equally well. Anybody could forge it, but
 * nobody in a simulation does.
 */
export const standIn: Signing = {
  name: "stand-in",
  sign: (key, text) => seal(text, key.address),
  verifies: (text, signature, signer) => signature === seal(text, signer)
}
