/**
 * What a validator measured of the open-source contributions in one epoch: each miner's share, and the scores behind it. Written once, never changed; weights
 * are set by the average over these.
 */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"

const Uid = Schema.Int.pipe(Schema.between(0, 65_535))
const Epoch = Schema.NonNegativeInt

/** A miner's scores in one repository; `components` explains them. */
export const RepositoryScore = Schema.Struct({
  /** As the roster writes it. */
  repository: Schema.String,
  /** By its merged pull requests, less what open ones hold back. */
  pullRequests: Schema.Number.pipe(Schema.finite(), Schema.nonNegative()),
  /** By issues that it found and another solved. */
  issues: Schema.Number.pipe(Schema.finite(), Schema.nonNegative()),
  components: Schema.Record({ key: Schema.String, value: Schema.Unknown })
})
export interface RepositoryScore extends Schema.Schema.Type<typeof RepositoryScore> {}

/** Why and since when a miner's score in a repository is not this epoch's own. */
export const KeptScore = Schema.Struct({
  uid: Uid,
  hotkey: AccountAddress,
  repository: Schema.String,
  /** The epoch that it was measured in; null: in none before, so that there was nothing to keep. */
  measuredIn: Schema.NullOr(Epoch),
  why: Schema.String
})
export interface KeptScore extends Schema.Schema.Type<typeof KeptScore> {}

export const EpochScores = Schema.Struct({
  format: Schema.Literal("gittensor/epoch-scores/v1"),
  netuid: Uid,
  /** The chain's genesis hash. */
  genesis: Schema.String,
  epoch: Epoch,
  /** The epoch's first block. */
  block: Schema.NonNegativeInt,
  /** The sha256 of what is scored and by which figures, in hexadecimal digits. */
  roster: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)),
  /** The version of the program. */
  program: Schema.String,
  validator: AccountAddress,
  /** Parts per million of the contributions' share, rising by UID; who has none is not named. */
  scores: Schema.Array(Schema.Struct({ uid: Uid, hotkey: AccountAddress, ppm: Schema.Int.pipe(Schema.between(0, 1_000_000)) })),
  /** Scores that an earlier epoch measured, because GitHub did not tell everything in this one. */
  kept: Schema.Array(KeptScore),
  /** Rising by UID. */
  miners: Schema.Array(
    Schema.Struct({
      uid: Uid,
      hotkey: AccountAddress,
      /** GitHub's id. */
      account: Schema.String,
      /** Rising by name. */
      repositories: Schema.Array(RepositoryScore)
    })
  )
})
export interface EpochScores extends Schema.Schema.Type<typeof EpochScores> {}
