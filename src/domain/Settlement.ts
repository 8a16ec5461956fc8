/**
 * One validator's count of an epoch's reports: who reported, and what was measured. The same reports and the same chain give the same settlement, and
 * shares follow from it by the roster's rules.
 */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"
import { canonicalHash } from "./canonicalJson.ts"
import { cellName, type Report } from "./Report.ts"

const Uid = Schema.Int.pipe(Schema.between(0, 65_535))
const Sha256 = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

/** A validator with a permit at the epoch's first block. */
const SettledVoter = Schema.Struct({
  hotkey: AccountAddress,
  /** The validator's stake at the epoch's first block, in rao. */
  stake: Schema.BigInt,
  /** The hash of its report that was counted; null if none was. */
  report: Schema.NullOr(Sha256)
})

const Count = Schema.NonNegativeInt

/** A miner's score in a repository, in millionths of a point. A cell that is not listed is 0. */
export const SettledCell = Schema.Struct({
  uid: Uid,
  /** The UID's hotkey at the epoch's first block. */
  hotkey: AccountAddress,
  ...cellName,
  /** The median of what it earned, less collateral; and of its points before decay. */
  net: Count,
  full: Count,
  /** The epoch of the reports: an earlier one where too little stake measured the cell in this one. */
  measuredIn: Count
})
export interface SettledCell extends Schema.Schema.Type<typeof SettledCell> {}

/** A repository with maintainers among the miners, or that lost thousandths of its share. */
const SettledRepository = Schema.Struct({
  repository: cellName.repository,
  maintainers: Schema.Array(Schema.Struct({ uid: Uid, hotkey: AccountAddress })),
  lost: Count,
  measuredIn: Count
})
export interface SettledRepository extends Schema.Schema.Type<typeof SettledRepository> {}

/** The miner that gets the whole pool, where the roster gives it to one. */
const Leader = Schema.Struct({
  uid: Uid,
  hotkey: AccountAddress,
  /** The miner that was ahead of the leader by the margin, and in how many settlements in a row; null if none was. */
  challenger: Schema.NullOr(Schema.Struct({ hotkey: AccountAddress, epochs: Count }))
})
export interface Leader extends Schema.Schema.Type<typeof Leader> {}

/** The scores that the roster's rules turn into shares. */
export interface MeasuredScores {
  readonly cells: ReadonlyArray<Omit<SettledCell, "measuredIn">>
  readonly repositories: ReadonlyArray<Omit<SettledRepository, "measuredIn">>
  readonly leader?: Leader | undefined
}

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
  /** The hash of the earlier settlement that reports of more than half of the reports' stake name; null if there is none. */
  previous: Schema.NullOr(Sha256),
  /** Sorted by UID, repository and side; empty without a quorum. */
  cells: Schema.Array(SettledCell),
  /** Sorted by name; empty without a quorum. */
  repositories: Schema.Array(SettledRepository),
  /** Only where the roster gives the pool to one miner, and somebody earned something. */
  leader: Schema.optional(Leader)
})
export interface Settlement extends Schema.Schema.Type<typeof Settlement> {}

/** Whether weights result from a settlement: there is a quorum, and somebody earned something. */
export const isDecided = ({ cells }: Settlement): boolean => cells.some(({ net }) => net > 0)

const encode = Schema.encodeSync(Settlement)

/** The hash by which reports name a settlement. */
export const settlementHash = (settlement: Settlement): string => canonicalHash(encode(settlement))

/** The scores of one report, as if it alone counted. A score that it did not measure counts as 0. */
export const measuredBy = ({ miners, repositories }: Pick<Report, "miners" | "repositories">): MeasuredScores => ({
  cells: miners.flatMap(({ uid, hotkey, cells }) =>
    (cells ?? []).flatMap(({ repository, side, sum, less, full }) =>
      sum === null ? [] : [{ uid, hotkey, repository, side, net: Math.max(0, sum - less), full }]
    )
  ),
  repositories: repositories.map(({ repository, maintainers, lost }) => ({ repository, maintainers: maintainers ?? [], lost }))
})
