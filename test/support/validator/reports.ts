/** Invented reports with their evidence, so large that writing a file takes several writes. */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import { Duration, Schema } from "effect"
import { type AccountAddress, Hash32 } from "../../../src/domain/Account.ts"
import type { EpochEvidence } from "../../../src/domain/EpochEvidence.ts"
import { fromSeed } from "../../../src/domain/KeyPair.ts"
import { REPORT_FORMAT, type Report } from "../../../src/domain/Report.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import { recordsRoot, type ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { hotkey } from "../rules/world.ts"

/** The hotkey that signs the reports. */
export const validator = fromSeed(new Uint8Array(32).fill(200))

/** A validator's default retention. */
export const retention = { reports: Duration.days(365), evidence: Duration.days(30) }

/** Forty hexadecimal digits that differ for each text. */
const commit = (text: string): string => bytesToHex(sha256(new TextEncoder().encode(text))).slice(0, 40)

/** Records of this many pull requests, sorted. */
export const records = (count: number, epoch = 0): ReadonlyArray<ScoredRecord> =>
  Array.from({ length: count }, (_, index) => ({
    repository: "acme/gadgets",
    number: index + 1,
    base: commit(`base ${epoch} ${index}`),
    head: commit(`head ${epoch} ${index}`),
    state: index % 5 === 4 ? "OPEN" : "MERGED",
    methods: { "tree-diff": 1 + (index % 7), "line-count": 2 },
    tokens: 12.35 + index / 7,
    source: 11.1 + index / 7,
    total: 13 + index / 7,
    score: (index % 30) + 0.25,
    author: { uid: 1 + (index % 200), hotkey: hotkey(1 + (index % 200)), earned: index / 3, collateral: 0 },
    finder: index % 11 === 0 ? { uid: 201, hotkey: hotkey(201), issue: 5_000 + index, earned: 0.1 + 0.2 } : null
  }))

export const evidenceParts = (epoch: number): Pick<EpochEvidence, "records" | "kept" | "miners"> => ({
  records: records(40, epoch),
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

/** A roster with one repository, in which `minersWith` has the cells. */
export const oneRepository = Schema.decodeUnknownSync(RosterRepositories)({ "acme/gadgets": { emission_share: 1 } })

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

/** A report over the evidence of the same epoch. */
export const report = (epoch: number): Report => ({
  format: REPORT_FORMAT,
  netuid: 74,
  genesis: Hash32.make(`0x${"01".repeat(32)}`),
  epoch,
  block: 360 * epoch,
  roster: "0".repeat(64),
  program: "0.1.0",
  validator: validator.address,
  ...said(
    minersWith(
      Array.from({ length: 100 }, (_, uid) => ({
        uid,
        hotkey: hotkey(uid),
        value: uid % 10 === 9 ? null : 1 + ((epoch * 31 + uid * 17) % 9_000)
      }))
    )
  ),
  leaves: evidenceParts(epoch).records.length,
  root: recordsRoot(evidenceParts(epoch).records)
})
