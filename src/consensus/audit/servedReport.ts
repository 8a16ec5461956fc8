/** Reads what an axon served as a report. Pure. */
import { Either, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { canonicalJson } from "../../domain/canonicalJson.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { Report, reportHash, type SignedReport, signedReport } from "../../domain/Report.ts"
import { Signature } from "../../domain/Signature.ts"

/** An axon's answer, not checked yet. */
export interface Served {
  /** The validator whose report was requested. */
  readonly of: AccountAddress
  /** The hotkey whose axon answered. */
  readonly from: AccountAddress
  readonly text: string
}

export type ReadReport =
  | { readonly _tag: "Signed"; readonly report: SignedReport; readonly sha256: string }
  /** A report in the right form that the named validator did not sign. */
  | { readonly _tag: "Forged"; readonly claims: AccountAddress }
  | { readonly _tag: "NotAReport"; readonly why: string }

const decode = Schema.decodeUnknownEither(signedReport.Text)
const Unverified = Schema.Struct({ body: Report, signature: Signature })
const decodeUnverified = Schema.decodeUnknownEither(Schema.parseJson(Unverified))
const encodeUnverified = Schema.encodeSync(Unverified)

export const readServed = (text: string): ReadReport => {
  const found = decode(text)
  if (Either.isRight(found)) return { _tag: "Signed", report: found.right, sha256: reportHash(found.right.body) }
  const unverified = decodeUnverified(text)
  if (Either.isLeft(unverified)) return { _tag: "NotAReport", why: problemOf(unverified.left) }
  return canonicalJson(encodeUnverified(unverified.right)) === text
    ? { _tag: "Forged", claims: unverified.right.body.validator }
    : { _tag: "NotAReport", why: "it is not in canonical form" }
}
