/**
 * A canonical text with the signature of its UTF-8 bytes, and both as one text: the signed lines, then `signature 0x…` on a line of its own.
 */
import { Schema } from "effect"
import { Signature } from "./Signature.ts"

/** Canonical texts are shorter than this, in characters. */
export const MAX_TEXT = 1_024

export const SignedText = Schema.Struct({ text: Schema.String.pipe(Schema.maxLength(MAX_TEXT)), signature: Signature })
export interface SignedText extends Schema.Schema.Type<typeof SignedText> {}

const SEAL = "\nsignature "

/** The two as one text, without a newline at the end. */
export const SealedText = Schema.transform(Schema.String.pipe(Schema.maxLength(MAX_TEXT + 160)), SignedText, {
  strict: false,
  decode: (sealed) => {
    const at = sealed.lastIndexOf(SEAL)
    return { text: sealed.slice(0, Math.max(0, at)), signature: at < 0 ? "" : sealed.slice(at + SEAL.length) }
  },
  encode: ({ text, signature }) => `${text}${SEAL}${signature}`
})
