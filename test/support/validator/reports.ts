/** Invented reports with their evidence, so large that writing a file takes several writes. */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import { Duration, Schema } from "effect"
import { type AccountAddress, Hash32 } from "../../../src/domain/Account.ts"
import type { EpochEvidence } from "../../../src/domain/EpochEvidence.ts"
import { fromSeed } from "../../../src/domain/KeyPair.ts"
import { REPORT_FORMAT, type Report } from "../../../src/domain/Report.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import { cellsOf, compareRecords, rootedIn, type ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { whole } from "../../../src/rules/contributions/scoredRecords.ts"
import { baseAlone } from "../../../src/rules/contributions/scorePullRequest.ts"
import { hotkey } from "../rules/world.ts"

/** The hotkey that signs the reports. */
export const validator = fromSeed(new Uint8Array(32).fill(200))

/** A validator's default retention. */
export const retention = { reports: Duration.days(365), evidence: Duration.days(30) }

/** Forty hexadecimal digits that differ for each text. */
const commit = (text: string): string => bytesToHex(sha256(new TextEncoder().encode(text))).slice(0, 40)

/** A roster with one repository, in which `minersWith` has the cells. */
export const oneRepository = Schema.decodeUnknownSync(RosterRepositories)({ "acme/gadgets": { emission_share: 1 } })

const gadgets = oneRepository["acme/gadgets"]
if (gadgets === undefined) throw new TypeError("the roster has its repository")

/** A merged pull request of a miner in that repository, as the roster's rules score it; with `more`, as a liar may say. */
export const recordOf = (uid: number, number: number, more: Partial<ScoredRecord> = {}): ScoredRecord => {
  const files = { tokens: 12.35 + number / 7, source: 11.1 + number / 7, total: 13 + number / 7 }
  const score = baseAlone({ files: 1, tokenScore: files.tokens, sourceScore: files.source, total: files.total }, gadgets)
  const record = {
    uid,
    repository: "acme/gadgets",
    side: "author",
    number,
    author: String(1_000 + uid),
    finder: null,
    base: commit(`base ${number}`),
    head: commit(`head ${number}`),
    state: "MERGED",
    mergedAt: 1_785_000_000_000_000 + number,
    methods: { "tree-diff": 1 + (number % 7), "line-count": 2 },
    ...files,
    score,
    points: score,
    issue: 1,
    label: 1,
    decay: 1,
    review: 1,
    spam: 1,
    credibility: 1,
    share: null,
    kept: null
  } as const
  return { ...whole({ ...record, ...more }, true, false), ...more }
}

/** Records of this many pull requests, sorted; every fifth is open, and every eleventh solved an issue of a finder. */
export const records = (count: number): ReadonlyArray<ScoredRecord> =>
  Array.from({ length: count }, (_, index) => {
    const [uid, number] = [1 + (index % 200), index + 1]
    const found = { side: "finder", finder: { account: "1201", issue: 5_000 + index }, credibility: 0.9 } as const
    return [
      recordOf(uid, number, index % 5 === 4 ? { state: "OPEN", mergedAt: null, share: 0.2 } : {}),
      ...(index % 11 === 0 && index % 5 !== 4 ? [recordOf(201, number, { ...found, author: String(1_000 + uid) })] : [])
    ]
  })
    .flat()
    .toSorted(compareRecords)

/** A record behind each measured cell, without what it follows from. */
export const recordsBehind = (miners: Report["miners"]): ReadonlyArray<ScoredRecord> =>
  miners.flatMap(({ uid, cells }) =>
    (cells ?? []).flatMap(({ repository, side, sum, less, full }) =>
      sum === null ? [] : [recordOf(uid, 1, { repository, side, earned: sum, less, full })]
    )
  )

/** The miners of the support's report of an epoch: every tenth is not measured. */
const minersOf = (epoch: number) =>
  minersWith(
    Array.from({ length: 100 }, (_, uid) => ({
      uid,
      hotkey: hotkey(uid),
      value: uid % 10 === 9 ? null : 1 + ((epoch * 31 + uid * 17) % 9_000)
    }))
  )

export const evidenceParts = (epoch: number): Pick<EpochEvidence, "records" | "kept" | "miners"> => ({
  records: recordsBehind(minersOf(epoch)),
  kept: [],
  miners: Array.from({ length: 100 }, (_, uid) => ({
    uid,
    hotkey: hotkey(uid),
    account: String(1_000 + uid),
    // Incompressible digits, so that the compressed file takes several writes, too.
    repositories: [
      { repository: "acme/gadgets", pullRequests: uid / 3, issues: 0, components: { note: commit(`${epoch} ${uid}`).repeat(2) } }
    ]
  }))
})

/** Miners with one cell each, in millionths of a point; null: nothing of the miner is measured. */
export const minersWith = (
  values: ReadonlyArray<{ readonly uid: number; readonly hotkey: AccountAddress; readonly value: number | null }>
): Report["miners"] =>
  values.map(({ uid, hotkey, value }) => ({
    uid,
    hotkey,
    cells: value === null ? null : [{ repository: "acme/gadgets", side: "author", sum: value, less: 0, full: 0 }]
  }))

/** What a report says in the parts that are counted. */
export const said = (miners: Report["miners"]): Pick<Report, "settlement" | "miners" | "repositories"> => ({
  settlement: null,
  miners,
  repositories: []
})

/** The same with records behind them, by default one for each cell. */
export const rooted = (miners: Report["miners"], validator: AccountAddress, behind = recordsBehind(miners)) => ({
  ...said(miners),
  ...rootedIn(behind, validator)
})

/** Miners with the cells of these records. */
export const minersBehind = (behind: ReadonlyArray<ScoredRecord>, hotkeyOf = hotkey): Report["miners"] =>
  [...cellsOf(behind)].map(([uid, cells]) => ({ uid, hotkey: hotkeyOf(uid), cells }))

/** A report over the evidence of the same epoch. */
export const report = (epoch: number, by = validator.address): Report => ({
  format: REPORT_FORMAT,
  netuid: 74,
  genesis: Hash32.make(`0x${"01".repeat(32)}`),
  epoch,
  block: 360 * epoch,
  roster: "0".repeat(64),
  program: "0.1.0",
  validator: by,
  ...rooted(minersOf(epoch), by)
})
