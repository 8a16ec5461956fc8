/**
 * Signatures of the subnet's messages: sr25519 in the signing context "substrate", written as 0x and 128 hexadecimal digits.
 */
import { verify as verifySr25519 } from "@scure/sr25519"
import { Schema } from "effect"
import { type AccountAddress, toPublicKey } from "./Account.ts"

/** 64 bytes as 0x and 128 lower-case hexadecimal digits. */
export const Signature = Schema.String.pipe(
  Schema.pattern(/^0x[0-9a-f]{128}$/, { message: () => "a signature is 0x and 128 lower-case hexadecimal digits" }),
  Schema.brand("Signature")
)
export type Signature = typeof Signature.Type

export const fromBytes = (bytes: Uint8Array): Signature => Signature.make(`0x${Buffer.from(bytes).toString("hex")}`)

/** Whether the account signed exactly these bytes. About 0.6 ms. */
export const verify = (message: Uint8Array, signature: Signature, signer: AccountAddress): boolean => {
  try {
    return verifySr25519(message, Buffer.from(signature.slice(2), "hex"), toPublicKey(signer))
  } catch {
    // The library throws for points that are off the curve and for a missing schnorrkel marker: both are wrong signatures.
    return false
  }
}

const utf8 = new TextEncoder()

/** Whether the account signed the UTF-8 bytes of this text. */
export const verifyText = (text: string, signature: Signature, signer: AccountAddress): boolean =>
  verify(utf8.encode(text), signature, signer)
