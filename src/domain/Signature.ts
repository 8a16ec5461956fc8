/**
 * Signatures of the subnet's messages: sr25519 in the signing context "substrate", or ed25519, written as 0x and 128 hexadecimal digits. An account
 * may use either scheme, as on the chain: an address does not say which kind of key it belongs to.
 */
import { createPublicKey, verify as verifyEd25519 } from "node:crypto"
import { verify as verifySr25519 } from "@scure/sr25519"
import { Schema } from "effect"
import { type AccountAddress, toPublicKey } from "./Account.ts"
import { toHex } from "./hex.ts"

/** 64 bytes as 0x and 128 lower-case hexadecimal digits. */
export const Signature = Schema.String.pipe(
  Schema.pattern(/^0x[0-9a-f]{128}$/, { message: () => "a signature is 0x and 128 lower-case hexadecimal digits" }),
  Schema.brand("Signature")
)
export type Signature = typeof Signature.Type

export const fromBytes = (bytes: Uint8Array): Signature => Signature.make(toHex(bytes))

/** The scheme of a signature. schnorrkel sets the highest bit, which an ed25519 signature never has. */
export const schemeOf = (signature: Signature): "sr25519" | "ed25519" =>
  Number.parseInt(signature.slice(-2), 16) >= 0x80 ? "sr25519" : "ed25519"

/** The SPKI prefix of a 32-byte ed25519 public key. */
const SPKI_ED25519 = Buffer.from("302a300506032b6570032100", "hex")

/** Whether the account signed exactly these bytes. Takes about 0.6 ms. */
export const verify = (message: Uint8Array, signature: Signature, signer: AccountAddress): boolean => {
  const [bytes, publicKey] = [Buffer.from(signature.slice(2), "hex"), toPublicKey(signer)]
  try {
    if (schemeOf(signature) === "sr25519") return verifySr25519(message, bytes, publicKey)
    const key = createPublicKey({ key: Buffer.concat([SPKI_ED25519, publicKey]), format: "der", type: "spki" })
    return verifyEd25519(null, message, key, bytes)
  } catch {
    // The libraries throw for points off the curve: the signature is invalid.
    return false
  }
}

const utf8 = new TextEncoder()

/** Whether the account signed the UTF-8 bytes of this text. */
export const verifyText = (text: string, signature: Signature, signer: AccountAddress): boolean =>
  verify(utf8.encode(text), signature, signer)
