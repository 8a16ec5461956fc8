/**
 * Proof that a key signed two different documents of which it may sign only one: two signatures of statements that differ only in the hash. It needs
 * neither document, and can be verified offline.
 */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"
import { Signature } from "./Signature.ts"
import { isSignedBy, type Statement } from "./SignedDocument.ts"

const FORMAT = "gittensor/equivocation/v1"

/** One of the two signatures, and the signed hash. */
export const SignedHash = Schema.Struct({ sha256: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)), signature: Signature })
export interface SignedHash extends Schema.Schema.Type<typeof SignedHash> {}

/** Decoding verifies both signatures. */
export const Equivocation = Schema.Struct({
  format: Schema.Literal(FORMAT),
  signer: AccountAddress,
  /** The common lines of both statements, without the last line of each, `sha256 …`. */
  lines: Schema.Array(Schema.String),
  /** Sorted by hash. */
  signed: Schema.Tuple(SignedHash, SignedHash)
}).pipe(
  Schema.filter(({ signed, ...statement }) =>
    signed[0].sha256 < signed[1].sha256 && signed.every((one) => isSignedBy(statement, one))
      ? undefined
      : "it is not two signatures by one key with different hashes"
  )
)
export interface Equivocation extends Schema.Schema.Type<typeof Equivocation> {}

/** The proof from two signatures of one statement, in any order; undefined if they are of the same hash. */
export const equivocationOf = ({ signer, lines }: Statement, one: SignedHash, other: SignedHash): Equivocation | undefined => {
  if (one.sha256 === other.sha256) return undefined
  const signed = one.sha256 < other.sha256 ? ([one, other] as const) : ([other, one] as const)
  return Equivocation.make({ format: FORMAT, signer, lines, signed })
}
