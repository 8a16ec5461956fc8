/**
 * A roster as its signer publishes it: signed by a hotkey whose commitment on the chain names its version and hash. Any mirror can
 * serve the bytes, because the chain says which ones are right.
 *
 * The hotkey signs six lines:
 *
 *     gittensor/roster/v1
 *     genesis 0x<64 lower-case hexadecimal digits>
 *     netuid 74
 *     owner 5…
 *     version 3
 *     sha256 <of the canonical body, 64 lower-case hexadecimal digits>
 *
 * The commitment is `gittensor/roster/v1:3:<the same 64 digits>`. It names the body's hash, not the file's: a second signature of the same body is as
 * good as the first. `emission.version` is another number, of that section's form.
 */
import { ParseResult, Schema } from "effect"
import { AccountAddress } from "./Account.ts"
import { canonicalHash } from "./canonicalJson.ts"
import { RosterDocument } from "./Roster.ts"
import { type SignedDocument, type Statement, signedDocument } from "./SignedDocument.ts"

export const ROSTER_FORMAT = "gittensor/roster/v1"

/** Increases with each roster that the signer publishes. */
const RosterVersion = Schema.Int.pipe(Schema.between(1, 999_999_999))

const RosterHash = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

export const RosterBody = Schema.Struct({
  format: Schema.Literal(ROSTER_FORMAT),
  genesis: Schema.String,
  netuid: Schema.Int.pipe(Schema.between(0, 65_535)),
  /** The hotkey that signs. The contract names it; the subnet's owner may be another. */
  owner: AccountAddress,
  roster: RosterDocument,
  version: RosterVersion
})
  .annotations({ parseOptions: { onExcessProperty: "error" } })
  .pipe(
    Schema.filter(({ roster, version }) =>
      roster.version === version
        ? undefined
        : { path: ["roster", "version"], message: `${roster.version} is not the signed version ${version}` }
    )
  )
export interface RosterBody extends Schema.Schema.Type<typeof RosterBody> {}

export interface SignedRoster extends SignedDocument<RosterBody> {}

export const rosterStatement = ({ genesis, netuid, owner, version }: Omit<RosterBody, "format" | "roster">): Statement => ({
  signer: owner,
  lines: [ROSTER_FORMAT, `genesis ${genesis}`, `netuid ${netuid}`, `owner ${owner}`, `version ${version}`]
})

/** `sign` takes the key of the signer that the body names; `Text` is the form in files and on mirrors, verified when it is read. */
export const signedRoster = signedDocument(RosterBody, rosterStatement)

const encodeBody = Schema.encodeSync(RosterBody)

/** The hash that the signer signs and commits. */
export const hashOfRosterBody = (body: RosterBody): string => canonicalHash(encodeBody(body))

/** A roster's body for a version, which replaces the roster's own version. */
export const rosterBody = (
  roster: RosterDocument,
  { genesis, netuid, owner, version }: Omit<RosterBody, "format" | "roster">
): RosterBody => ({ format: ROSTER_FORMAT, genesis, netuid, owner, roster: { ...roster, version }, version })

export const RosterCommitment = Schema.Struct({
  version: RosterVersion,
  /** The hash of the signed body. */
  sha256: RosterHash
})
export interface RosterCommitment extends Schema.Schema.Type<typeof RosterCommitment> {}

const COMMITMENT = /^gittensor\/roster\/v1:([1-9]\d{0,8}):([0-9a-f]{64})$/

/** The text of one field of the signer's commitment: `gittensor/roster/v1:<version>:<sha256>`. */
export const RosterCommitmentText = Schema.transformOrFail(Schema.String, RosterCommitment, {
  strict: true,
  decode: (text, _options, ast) => {
    const [, version, sha256] = COMMITMENT.exec(text) ?? []
    return version === undefined || sha256 === undefined
      ? ParseResult.fail(new ParseResult.Type(ast, text, `not ${ROSTER_FORMAT}:<version>:<sha256>`))
      : ParseResult.succeed({ version: Number(version), sha256 })
  },
  encode: ({ version, sha256 }) => ParseResult.succeed(`${ROSTER_FORMAT}:${version}:${sha256}`)
})
