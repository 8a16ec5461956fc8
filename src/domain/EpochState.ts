/**
 * The chain's facts of one epoch: all that an audit needs besides the reports, which validators serve. The index stores them, so that an epoch can be
 * audited without a node that still has the epoch's state.
 */
import { Schema } from "effect"
import { AccountAddress, Hash32 } from "./Account.ts"
import { CommittedScores } from "./CommitmentSlot.ts"
import { AxonAddress } from "./Metagraph.ts"

const Uid = Schema.Int.pipe(Schema.between(0, 65_535))
const U16 = Schema.Int.pipe(Schema.between(0, 65_535))
const Block = Schema.NonNegativeInt
const Sha256 = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

/** Rao as decimal digits in JSON, because u64 exceeds the exact range of its numbers. */
const Rao = Schema.transform(Schema.String.pipe(Schema.pattern(/^\d{1,30}$/)), Schema.BigIntFromSelf, {
  strict: true,
  decode: (digits) => BigInt(digits),
  encode: (rao) => rao.toString()
})

/** A validator's weights for the epoch. `NotRevealed`: they are committed and still hidden. `None`: it set none after block E + D2 in the epoch. */
const FoundWeights = Schema.Union(
  Schema.TaggedStruct("Weights", { uids: Schema.Array(Uid), values: Schema.Array(U16) }),
  Schema.TaggedStruct("NotRevealed", {}),
  Schema.TaggedStruct("None", {})
)
export type FoundWeights = typeof FoundWeights.Type

/**
 * The weights that a validator holds at block E + D2 if it reaches no consensus. `Wait`: its weights on the chain still count until its next decision, so it
 * sends nothing. `SendAgain`: it sends those on the chain without `changed`, the UIDs that have another hotkey since. `Nothing`: it has none to hold.
 */
const HeldWeights = Schema.Union(
  Schema.TaggedStruct("Wait", {}),
  Schema.TaggedStruct("SendAgain", { uids: Schema.Array(Uid), values: Schema.Array(U16), changed: Schema.Array(Uid) }),
  Schema.TaggedStruct("Nothing", {})
)
export type HeldWeights = typeof HeldWeights.Type

/** A voter of the epoch: with a permit and active at block E. */
const VoterState = Schema.Struct({
  hotkey: AccountAddress,
  /** The validator's stake at block E, in rao. */
  stake: Rao,
  /** The axon that the validator had published at block E; null if none. */
  axon: Schema.NullOr(AxonAddress),
  /** The validator's commitment at block E, which is to a report of an earlier epoch. */
  before: Schema.NullOr(CommittedScores),
  /** The commitment at block E + D1, which says whether the report can count. */
  atOpening: Schema.NullOr(CommittedScores),
  /** The commitment at block E + D2, with the validators whose reports it had then. Absent in states stored before November 2026. */
  atSettling: Schema.optionalWith(Schema.NullOr(CommittedScores), { exact: true }),
  /** The commitment at block `end`. */
  atEnd: Schema.NullOr(CommittedScores),
  held: HeldWeights,
  weights: FoundWeights
})

/** The rewards of another pool; or why nobody earns from it, so that its share is recycled. */
const OtherPool = Schema.Union(
  Schema.TaggedStruct("Scored", { rewards: Schema.Array(Schema.Tuple(Uid, Schema.Int.pipe(Schema.between(0, 1_000_000)))) }),
  Schema.TaggedStruct("NothingScored", { why: Schema.String })
)

export const EpochState = Schema.Struct({
  format: Schema.Literal("gittensor/facts/v1"),
  netuid: Uid,
  genesis: Hash32,
  epoch: Schema.NonNegativeInt,
  /** E, the epoch's first block. */
  block: Block,
  /** The time of block E in seconds since 1970. */
  time: Schema.NonNegativeInt,
  /** E + D1. */
  opening: Block,
  /** E + D2. */
  settling: Block,
  /** The last block of the epoch, or the newest block that was read while the epoch lasts. */
  end: Block,
  /** Whether the epoch still lasts, so that commitments and weights may follow. */
  lasts: Schema.Boolean,
  /** Whether weights that were committed in the epoch are not revealed yet. */
  hidden: Schema.Boolean,
  /** The roster that `owner`, the hotkey that signs rosters, was committed to before block E. */
  roster: Schema.Struct({
    owner: AccountAddress,
    committed: Schema.NullOr(Schema.Struct({ version: Schema.NonNegativeInt, sha256: Sha256 }))
  }),
  /** Sorted by UID. */
  voters: Schema.Array(VoterState),
  /** All neurons at block E, sorted by UID, with the chain's consensus on each in parts of 65,535. */
  neurons: Schema.Array(Schema.Struct({ uid: Uid, hotkey: AccountAddress, consensus: U16 })),
  /** The UIDs with another hotkey at block E + D2 than at E; null: none at all. */
  changed: Schema.Array(Schema.Struct({ uid: Uid, hotkey: Schema.NullOr(AccountAddress) })),
  /** The subnet's rules for weights at block E + D2; its tempo in blocks at block E. */
  rules: Schema.Struct({
    tempo: Schema.NonNegativeInt,
    minimumWeights: Schema.NonNegativeInt,
    maximumShare: U16,
    /** How many epochs after their commitment weights are revealed; null if they are set openly. */
    revealPeriod: Schema.NullOr(Schema.NonNegativeInt)
  }),
  /** The rewards of the other pools at block E + D2, by their kind; null: not known without the contract. */
  pools: Schema.NullOr(Schema.Record({ key: Schema.String, value: OtherPool })),
  /** Validators' axons when this was read, besides the voters' axons at block E. */
  axons: Schema.Array(Schema.Struct({ hotkey: AccountAddress, ip: Schema.String, port: Schema.Int.pipe(Schema.between(1, 65_535)) }))
}).annotations({
  identifier: "EpochFacts",
  description: "What the chain says of one epoch: all that an audit needs besides the reports, which validators serve"
})
export interface EpochState extends Schema.Schema.Type<typeof EpochState> {}
