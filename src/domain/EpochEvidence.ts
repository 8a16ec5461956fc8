/**
 * The evidence behind a report: the records of the scored pull requests, every miner's scores with their parts, and the scores that stand in for
 * missing evidence. It stays with the validator, which shows single records on request. Signed like the report, so that a damaged file is noticed.
 */
import { Schema } from "effect"
import { AccountAddress, Hash32 } from "./Account.ts"
import { type Report, reportHash } from "./Report.ts"
import { rootedIn, ScoredRecords } from "./ScoredRecord.ts"
import { signedDocument } from "./SignedDocument.ts"

const Uid = Schema.Int.pipe(Schema.between(0, 65_535))
const Epoch = Schema.NonNegativeInt

const EVIDENCE_FORMAT = "gittensor/evidence/v1"

/** A miner's scores in one repository. `components` explains them. */
const RepositoryScore = Schema.Struct({
  /** The repository's name as the roster spells it. */
  repository: Schema.String,
  /** For merged pull requests, minus the collateral of open ones. */
  pullRequests: Schema.Number.pipe(Schema.finite(), Schema.nonNegative()),
  /** For issues that the miner found and somebody else solved. */
  issues: Schema.Number.pipe(Schema.finite(), Schema.nonNegative()),
  components: Schema.Record({ key: Schema.String, value: Schema.Unknown })
})
export interface RepositoryScore extends Schema.Schema.Type<typeof RepositoryScore> {}

/** A score of an earlier epoch that stands in for this one's, because evidence was missing. */
export const KeptScore = Schema.Struct({
  uid: Uid,
  hotkey: AccountAddress,
  repository: Schema.String,
  /** What the kept score replaces: one pull request, by its number, or the miner's issues. Left out: the miner's whole score in the repository. */
  only: Schema.optional(Schema.Union(Schema.NonNegativeInt, Schema.Literal("issues"))),
  /** The epoch that computed the score; null if no earlier epoch did, so that there is no score to keep. */
  measuredIn: Schema.NullOr(Epoch),
  why: Schema.String
})
export interface KeptScore extends Schema.Schema.Type<typeof KeptScore> {}

export const MinerScores = Schema.Struct({
  uid: Uid,
  hotkey: AccountAddress,
  /** GitHub's account id. */
  account: Schema.String,
  /** Sorted by name. */
  repositories: Schema.Array(RepositoryScore)
})
export interface MinerScores extends Schema.Schema.Type<typeof MinerScores> {}

export const EpochEvidence = Schema.Struct({
  format: Schema.Literal(EVIDENCE_FORMAT),
  netuid: Uid,
  genesis: Hash32,
  epoch: Epoch,
  /** The epoch's first block. */
  block: Schema.NonNegativeInt,
  validator: AccountAddress,
  /** The SHA-256 of the report's body. */
  report: Schema.String,
  records: ScoredRecords,
  kept: Schema.Array(KeptScore),
  /** Sorted by UID. */
  miners: Schema.Array(MinerScores)
})
export interface EpochEvidence extends Schema.Schema.Type<typeof EpochEvidence> {}

/** `Text` is the form in files, verified when it is decoded. */
export const signedEpochEvidence = signedDocument(EpochEvidence, ({ format, genesis, netuid, epoch, validator }) => ({
  signer: validator,
  lines: [format, `genesis ${genesis}`, `netuid ${netuid}`, `epoch ${epoch}`, `validator ${validator}`]
}))

/** The evidence of a report. `parts`: of the same report, whose root must be that of the records. */
export const evidenceOf = (report: Report, parts: Pick<EpochEvidence, "records" | "kept" | "miners">): EpochEvidence => ({
  format: EVIDENCE_FORMAT,
  netuid: report.netuid,
  genesis: report.genesis,
  epoch: report.epoch,
  block: report.block,
  validator: report.validator,
  report: reportHash(report),
  ...parts
})

/** Why evidence does not belong to a report; undefined if it does. */
export const whyForeign = (evidence: EpochEvidence, report: Report): string | undefined => {
  if (evidence.report !== reportHash(report)) return "it belongs to another report of the epoch"
  const { leaves, root } = rootedIn(evidence.records, report.validator)
  return leaves === report.leaves && root === report.root ? undefined : "its records are not those of the report"
}
