/** Accounts of a simulation, made from names, and two ways of signing: the subnet's own, and a cheap stand-in for long runs. */
import { type AccountAddress, fromPublicKey } from "../../domain/Account.ts"
import { fromSeed, type KeyPair } from "../../domain/KeyPair.ts"
import { Signature, verifyText } from "../../domain/Signature.ts"

const digest = (text: string): Uint8Array => new Uint8Array(new Bun.CryptoHasher("blake2b256").update(text).digest())

/** The account of a name that nobody signs for. */
export const accountNamed = (name: string): AccountAddress => fromPublicKey(digest(`account ${name}`))

/** The key of a name: the same one in every run. */
export const keyNamed = (name: string): KeyPair => fromSeed(digest(`key ${name}`))

export interface Signing {
  readonly name: "sr25519" | "stand-in"
  readonly sign: (key: KeyPair, text: string) => Signature
  readonly verifies: (text: string, signature: Signature, signer: AccountAddress) => boolean
}

/** The subnet's own signatures: about 1 ms to make and 0.6 ms to check. */
export const sr25519: Signing = { name: "sr25519", sign: (key, text) => key.signText(text), verifies: verifyText }

const seal = (text: string, signer: string): Signature => {
  const half = new Bun.CryptoHasher("blake2b256").update(`${signer} ${text}`).digest("hex")
  return Signature.make(`0x${half}${half}`)
}

/**
 * A hash of the text and the signer's address in place of a signature: it tells a changed text or another signer as surely, but anybody
 * could make it. Nobody in a simulation does.
 */
export const standIn: Signing = {
  name: "stand-in",
  sign: (key, text) => seal(text, key.address),
  verifies: (text, signature, signer) => signature === seal(text, signer)
}
