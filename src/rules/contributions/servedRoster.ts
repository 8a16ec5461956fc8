/** Compares a mirror's text with the signer's commitment. It does not parse the roster: its hash, version and signature are enough. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { Signature } from "../../domain/Signature.ts"
import { envelopeOf, isSignedBy } from "../../domain/SignedDocument.ts"
import { type RosterCommitment, rosterStatement } from "../../domain/SignedRoster.ts"

/** The expected properties of a roster that is served for a subnet. */
export interface Expected {
  readonly genesis: string
  readonly netuid: number
  readonly signer: AccountAddress
  readonly committed: RosterCommitment | undefined
}

/** A version of the roster with the signer's signature. */
export interface SignedVersion extends RosterCommitment {
  readonly signature: Signature
}

/**
 * `committed`: the roster that the signer is committed to. `other-version`: by the signer, but of another version. `other-bytes`: by the signer and of the
 * committed version, but not what the signer committed to. `not-by-signer`: anything else.
 */
export type Recognised =
  | { readonly _tag: "committed" | "other-version" | "other-bytes"; readonly signed: SignedVersion }
  | { readonly _tag: "not-by-signer"; readonly why: string }

/** `version` is the last key of a canonical body. */
const VERSION_AT_END = /,"version":([1-9]\d{0,8})\}$/

export const recognise = (text: string, { committed, ...expected }: Expected): Recognised => {
  const envelope = envelopeOf(text)
  if (envelope === undefined) return { _tag: "not-by-signer", why: "it is not a signed roster" }
  const [, version] = VERSION_AT_END.exec(envelope.body.slice(-32)) ?? []
  if (version === undefined) return { _tag: "not-by-signer", why: "it is not a signed roster" }
  const signed: SignedVersion = { version: Number(version), sha256: envelope.sha256, signature: envelope.signature }
  if (!isSignedBy(rosterStatement({ ...expected, owner: expected.signer, version: signed.version }), signed))
    return { _tag: "not-by-signer", why: `it is not signed by ${expected.signer}, which signs the rosters of this subnet` }
  if (signed.version !== committed?.version) return { _tag: "other-version", signed }
  return { _tag: signed.sha256 === committed.sha256 ? "committed" : "other-bytes", signed }
}
