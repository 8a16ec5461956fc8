/**
 * One scored pull request of an epoch: its commits, its scores, and the miners that earned by it. A report's `root` is the Merkle root over all
 * records, so that a validator can show single ones and anybody can check them.
 */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"
import { canonicalJson } from "./canonicalJson.ts"
import { merkleRoot } from "./merkleTree.ts"

const Uid = Schema.Int.pipe(Schema.between(0, 65_535))
const Score = Schema.Number.pipe(Schema.finite(), Schema.nonNegative())
const Commit = Schema.NullOr(Schema.String)
const miner = { uid: Uid, hotkey: AccountAddress }

export const ScoredRecord = Schema.Struct({
  /** `owner/name` in lower case. */
  repository: Schema.String.pipe(Schema.pattern(/^[^A-Z]+$/)),
  number: Schema.NonNegativeInt,
  /** The commits whose files were compared. */
  base: Commit,
  head: Commit,
  state: Schema.Literal("MERGED", "OPEN"),
  /** How many of its files each rule scored. */
  methods: Schema.Record({ key: Schema.String, value: Schema.Int.pipe(Schema.positive()) }),
  /** Σ of its files' tree differences; of those of source files; and of all files' scores. */
  tokens: Score,
  source: Score,
  total: Score,
  /** The base score, before the multipliers. */
  score: Score,
  /** Its author, if that is a miner, with the earned score or, while it is open, the collateral. */
  author: Schema.NullOr(Schema.Struct({ ...miner, earned: Score, collateral: Score })),
  /** The miner whose issue it solved, with the earned score. */
  finder: Schema.NullOr(Schema.Struct({ ...miner, issue: Schema.NonNegativeInt, earned: Score }))
})
export interface ScoredRecord extends Schema.Schema.Type<typeof ScoredRecord> {}

/** Order of records: by repository, then by number. */
export const compareRecords = (left: ScoredRecord, right: ScoredRecord): number =>
  left.repository === right.repository ? left.number - right.number : left.repository < right.repository ? -1 : 1

/** An epoch's records: sorted, each pull request once. */
export const ScoredRecords = Schema.Array(ScoredRecord).pipe(
  Schema.filter((records) => {
    const index = records.findIndex((record, at) => {
      const before = records[at - 1]
      return before !== undefined && compareRecords(before, record) >= 0
    })
    return index < 0 ? undefined : { path: [index], message: "records are sorted by repository and number, each pull request once" }
  })
)

const utf8 = new TextEncoder()

/** The bytes that are hashed: the record's canonical JSON (RFC 8785). Its type is its own encoded form. */
export const recordBytes = (record: typeof ScoredRecord.Encoded): Uint8Array => utf8.encode(canonicalJson(record))

/** The Merkle root over sorted records, as 64 hexadecimal digits. */
export const recordsRoot = (records: ReadonlyArray<ScoredRecord>): string => merkleRoot(records.map(recordBytes))
