/**
 * A validator's scores of the open-source contributions in one epoch: each miner's share, and the scores behind it, signed by the validator's hotkey.
 * Written once, never changed. Weights are set by the average over these.
 *
 * The hotkey signs six lines:
 *
 *     gittensor/epoch-scores/v1
 *     genesis 0x<64 lower-case hexadecimal digits>
 *     netuid 74
 *     epoch 20000
 *     validator 5…
 *     sha256 <of the canonical scores, 64 lower-case hexadecimal digits>
 */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"
import { type SignedDocument, signedDocument } from "./SignedDocument.ts"

const Uid = Schema.Int.pipe(Schema.between(0, 65_535))
const Epoch = Schema.NonNegativeInt

const FORMAT = "gittensor/epoch-scores/v1"

/** A miner's scores in one repository. `components` explains them. */
export const RepositoryScore = Schema.Struct({
  /** As the roster spells it. */
  repository: Schema.String,
  /** For merged pull requests, less the collateral of open ones. */
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
  /** The epoch that computed the score; null if no earlier epoch did, so that there was nothing to keep. */
  measuredIn: Schema.NullOr(Epoch),
  why: Schema.String
})
export interface KeptScore extends Schema.Schema.Type<typeof KeptScore> {}

export const EpochScores = Schema.Struct({
  format: Schema.Literal(FORMAT),
  netuid: Uid,
  /** The chain's genesis hash. */
  genesis: Schema.String,
  epoch: Epoch,
  /** The epoch's first block. */
  block: Schema.NonNegativeInt,
  /** The roster's SHA-256 in hexadecimal digits. */
  roster: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  /** The program's version. */
  program: Schema.String,
  validator: AccountAddress,
  /** Parts per million of the contributions' share, by rising UID, without those who earned nothing. */
  scores: Schema.Array(Schema.Struct({ uid: Uid, hotkey: AccountAddress, value: Schema.Int.pipe(Schema.between(0, 1_000_000)) })),
  kept: Schema.Array(KeptScore),
  /** By rising UID. */
  miners: Schema.Array(
    Schema.Struct({
      uid: Uid,
      hotkey: AccountAddress,
      /** GitHub's account id. */
      account: Schema.String,
      /** Sorted by name. */
      repositories: Schema.Array(RepositoryScore)
    })
  )
})
export interface EpochScores extends Schema.Schema.Type<typeof EpochScores> {}

export interface SignedEpochScores extends SignedDocument<EpochScores> {}

/** `sign` takes the key of the validator that the scores name; `Text` is the form in files, verified when it is read. */
export const signedEpochScores = signedDocument(EpochScores, ({ genesis, netuid, epoch, validator }) => ({
  signer: validator,
  lines: [FORMAT, `genesis ${genesis}`, `netuid ${netuid}`, `epoch ${epoch}`, `validator ${validator}`]
}))
