/** A canonical text and the signature of its UTF-8 bytes. Also as one text: the signed lines, then a line `signature 0x…`. */
import { Schema } from "effect"
import { Signature } from "./Signature.ts"

/** The maximum length of a canonical text in characters. */
export const MAX_TEXT = 1_024

export const SignedText = Schema.Struct({ text: Schema.String.pipe(Schema.maxLength(MAX_TEXT)), signature: Signature })
export interface SignedText extends Schema.Schema.Type<typeof SignedText> {}

const SIGNATURE_LINE = "\nsignature "

/** Text and signature as one text, without a final newline. */
export const SealedText = Schema.transform(Schema.String.pipe(Schema.maxLength(MAX_TEXT + 160)), SignedText, {
  strict: false,
  decode: (sealed) => {
    const at = sealed.lastIndexOf(SIGNATURE_LINE)
    return { text: sealed.slice(0, Math.max(0, at)), signature: at < 0 ? "" : sealed.slice(at + SIGNATURE_LINE.length) }
  },
  encode: ({ text, signature }) => `${text}${SIGNATURE_LINE}${signature}`
})
