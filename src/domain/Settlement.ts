/**
 * One validator's count of an epoch's reports: who reported, the aggregate, and the resulting weights. The same reports and the same chain give the
 * same aggregate.
 */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"

const Ppm = Schema.Int.pipe(Schema.between(0, 1_000_000))
const Uid = Schema.Int.pipe(Schema.between(0, 65_535))
const Sha256 = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

/** A validator with a permit at the epoch's first block. */
const SettledVoter = Schema.Struct({
  hotkey: AccountAddress,
  /** At the epoch's first block, in rao. */
  stake: Schema.BigInt,
  /** The hash of its report that was counted; null if none was. */
  report: Schema.NullOr(Sha256)
})

const SettledValue = Schema.Struct({
  uid: Uid,
  /** The UID's hotkey at the epoch's first block. */
  hotkey: AccountAddress,
  /** The median of the reports, or the chain's consensus if too little stake measured the UID. Parts per million. */
  value: Ppm,
  source: Schema.Literal("median", "chain"),
  /** The resulting part of the contributions' pool. The parts of all UIDs add up to a million, or to 0 if no weights result. */
  ppm: Ppm
})

export const Settlement = Schema.Struct({
  format: Schema.Literal("gittensor/settlement/v1"),
  epoch: Schema.NonNegativeInt,
  /** The epoch's first block. */
  block: Schema.NonNegativeInt,
  /** The hash of the roster in force. */
  roster: Sha256,
  /** Sorted by hotkey. */
  voters: Schema.Array(SettledVoter),
  /** Whether voters with at least two thirds of all voters' stake reported. */
  quorum: Schema.Boolean,
  /** Sorted by UID; empty without a quorum. */
  values: Schema.Array(SettledValue)
})
export interface Settlement extends Schema.Schema.Type<typeof Settlement> {}

/** Whether weights result from a settlement: there is a quorum, and somebody earned something. */
export const isDecided = ({ values }: Settlement): boolean => values.some(({ ppm }) => ppm > 0)
