/**
 * A validator's report: every miner's share of the contributions' pool in one epoch, measured as of the epoch's first block and signed by the
 * validator's hotkey. Written once, never changed.
 *
 * The hotkey signs six lines:
 *
 *     gittensor/report/v1
 *     genesis 0x<64 lower-case hexadecimal digits>
 *     netuid 74
 *     epoch 20000
 *     validator 5…
 *     sha256 <of the canonical body, 64 lower-case hexadecimal digits>
 *
 * The validator also commits the last line's hash on the chain. It is not the hash of the signed document, because one body can have many signatures.
 */
import { Schema } from "effect"
import { AccountAddress, Hash32 } from "./Account.ts"
import { canonicalHash } from "./canonicalJson.ts"
import { type SignedDocument, type Statement, signedDocument } from "./SignedDocument.ts"

export const REPORT_FORMAT = "gittensor/report/v1"

/** The parts into which a report divides the contributions' pool. */
export const WHOLE_POOL = 1_000_000

/** The most UIDs of a report. */
const MAX_SCORES = 4_096

/** The most characters of a signed report, which are all ASCII: each score takes at most 100. */
const MAX_TEXT = 1_000 + 100 * MAX_SCORES

/** The root encodes the number of leaves in four bytes. */
const MAX_LEAVES = 2 ** 32 - 1

const Uid = Schema.Int.pipe(Schema.between(0, 65_535))
const Sha256 = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

/** A miner's part of the pool. */
export const ReportedScore = Schema.Struct({
  uid: Uid,
  /** The UID's hotkey at the epoch's first block. */
  hotkey: AccountAddress,
  /** Parts per million of the contributions' pool. null: not measured. */
  value: Schema.NullOr(Schema.Int.pipe(Schema.between(1, WHOLE_POOL)))
})
export interface ReportedScore extends Schema.Schema.Type<typeof ReportedScore> {}

export const Report = Schema.Struct({
  format: Schema.Literal(REPORT_FORMAT),
  netuid: Uid,
  /** The chain's genesis hash. */
  genesis: Hash32,
  epoch: Schema.NonNegativeInt,
  /** The epoch's first block. */
  block: Schema.NonNegativeInt,
  /** The roster's SHA-256. */
  roster: Sha256,
  /** The program's version. */
  program: Schema.String.pipe(Schema.pattern(/^[!-~]{1,64}$/)),
  validator: AccountAddress,
  /** Sorted by UID. A UID that is missing earned nothing. UID 0 has what nobody earned and recycles it; its value is null while a miner's is. */
  scores: Schema.Array(ReportedScore).pipe(
    Schema.maxItems(MAX_SCORES),
    Schema.filter((scores) => {
      const index = scores.findIndex(({ uid }, at) => uid <= (scores[at - 1]?.uid ?? -1))
      return index < 0 ? undefined : { path: [index, "uid"], message: "scores are sorted by rising UID, each once" }
    })
  ),
  /** How many records are under the root. Challenged records are picked by index, so the validator is bound to this number. */
  leaves: Schema.Int.pipe(Schema.between(0, MAX_LEAVES)),
  /** The Merkle root over the records of the epoch's scored pull requests. */
  root: Sha256
})
export interface Report extends Schema.Schema.Type<typeof Report> {}

export interface SignedReport extends SignedDocument<Report> {}

/** The identity of a report: a validator may sign only one for each. */
export interface ReportOf extends Pick<Report, "netuid" | "epoch" | "validator"> {
  readonly genesis: string
}

/** The statement that a validator signs about its report, without the report's contents. */
export const reportStatement = ({ genesis, netuid, epoch, validator }: ReportOf): Statement => ({
  signer: validator,
  lines: [REPORT_FORMAT, `genesis ${genesis}`, `netuid ${netuid}`, `epoch ${epoch}`, `validator ${validator}`]
})

/** `sign` takes the key of the validator that the report names; `Text` is the canonical document, verified when it is decoded. */
export const signedReport = signedDocument(Report, reportStatement, MAX_TEXT)

const encode = Schema.encodeSync(Report)

/** Cache of hashes: an audit may count the same reports hundreds of times, and hashing one takes longer than counting it. */
const hashes = new WeakMap<Report, string>()

/** The SHA-256 of a report's canonical body, which its signature names and which is committed on the chain. */
export const reportHash = (body: Report): string => {
  const before = hashes.get(body)
  if (before !== undefined) return before
  const hash = canonicalHash(encode(body))
  hashes.set(body, hash)
  return hash
}
