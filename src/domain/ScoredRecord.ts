/**
 * A leaf of a report: what one pull request gave one miner on one side, with everything that it follows from. A report's `root` is that of the Merkle tree
 * over all of them, so that a validator can show single ones and anybody can check them.
 */
import { Schema } from "effect"
import type { AccountAddress } from "./Account.ts"
import { canonicalJson } from "./canonicalJson.ts"
import { merkleTree, type SummedLeaf } from "./merkleTree.ts"
import { cellName, compareCells, Millionths, type ReportedMiner, Uid } from "./Report.ts"

const Score = Schema.Number.pipe(Schema.finite(), Schema.nonNegative())
const Commit = Schema.NullOr(Schema.String)
/** A GitHub account id. */
const Account = Schema.NullOr(Schema.String)

export const ScoredRecord = Schema.Struct({
  uid: Uid,
  ...cellName,
  number: Schema.NonNegativeInt,
  /** The GitHub account id of the pull request's author; null if the account was deleted. */
  author: Account,
  /** On the finder's side: the issue that the pull request solved, and the account id of the issue's author. */
  finder: Schema.NullOr(Schema.Struct({ account: Account, issue: Schema.NonNegativeInt })),
  /** The commits whose files were compared. */
  base: Commit,
  head: Commit,
  state: Schema.Literal("MERGED", "OPEN"),
  /** In microseconds since 1970; null while it is open. */
  mergedAt: Schema.NullOr(Schema.Int),
  /** How many of its files each rule scored. */
  methods: Schema.Record({ key: Schema.String, value: Schema.Int.pipe(Schema.positive()) }),
  /** Σ of its files' tree differences; of those of source files; and of all files' scores. */
  tokens: Score,
  source: Score,
  total: Score,
  /** The base score, as if its author had no other pull request, before the multipliers. */
  score: Score,
  /** The base that its author's other pull requests leave, and the multipliers. `review` of an open one raises its collateral. */
  points: Score,
  issue: Score,
  label: Score,
  decay: Score,
  review: Score,
  spam: Schema.Literal(0, 1),
  credibility: Score,
  /** For an open pull request, the part that is collateral. On the finder's side under `"scoring": "work"`, the finder's part. Otherwise null. */
  share: Schema.NullOr(Score),
  /** The results, in millionths of a point: the points earned, the collateral, and the points before decay where the repository is scored for work. */
  earned: Millionths,
  less: Millionths,
  full: Millionths,
  /** The epoch that measured it, if this one could not; null if this one did. */
  kept: Schema.NullOr(Schema.NonNegativeInt)
})
export interface ScoredRecord extends Schema.Schema.Type<typeof ScoredRecord> {}

/** Order of records: by UID, repository, side and number. */
export const compareRecords = (left: ScoredRecord, right: ScoredRecord): number =>
  left.uid - right.uid || compareCells(left, right) || left.number - right.number

/** An epoch's records: sorted, each once. */
export const ScoredRecords = Schema.Array(ScoredRecord).pipe(
  Schema.filter((records) => {
    const index = records.findIndex((record, at) => {
      const before = records[at - 1]
      return before !== undefined && compareRecords(before, record) >= 0
    })
    return index < 0 ? undefined : { path: [index], message: "records are sorted by UID, repository, side and number, each once" }
  })
)

const utf8 = new TextEncoder()

/** A record as a leaf. Its bytes, the canonical JSON (RFC 8785), name the validator too, so that a copy is nobody's own. */
export const leafOf = (record: ScoredRecord, validator: AccountAddress): SummedLeaf => ({
  bytes: utf8.encode(canonicalJson({ ...record, validator })),
  sums: [record.earned, record.less, record.full]
})

/** The tree of a validator's sorted records. */
export const treeOf = (records: ReadonlyArray<ScoredRecord>, validator: AccountAddress) =>
  merkleTree(records.map((record) => leafOf(record, validator)))

/** The fields of a report that bind its records: how many there are, and the root of their tree. */
export const rootedIn = (records: ReadonlyArray<ScoredRecord>, validator: AccountAddress) => ({
  leaves: records.length,
  root: treeOf(records, validator).root
})

/** The cells of these records by UID, sorted like them: the sums of each miner, repository and side. */
export const cellsOf = (records: ReadonlyArray<ScoredRecord>): ReadonlyMap<number, NonNullable<ReportedMiner["cells"]>> => {
  const cells = new Map<number, Array<NonNullable<ReportedMiner["cells"]>[number]>>()
  for (const { uid, repository, side, earned, less, full } of records) {
    const own = cells.get(uid) ?? []
    cells.set(uid, own)
    const last = own.at(-1)
    if (last?.repository === repository && last.side === side)
      own[own.length - 1] = { ...last, sum: (last.sum ?? 0) + earned, less: last.less + less, full: last.full + full }
    else own.push({ repository, side, sum: earned, less, full })
  }
  return cells
}
