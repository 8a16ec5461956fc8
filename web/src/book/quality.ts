/** What validators say about pull requests, for the book. */
import type { CompetitionQuality, QualityHead, QualityRecord } from "../api/types.ts"
import { costs, duels } from "./duels.ts"
import { VALIDATOR } from "./samples.ts"

const began = Date.now()
const ago = (seconds: number) => new Date(began - seconds * 1_000).toISOString()

const none = { count: 0, first: [] }

const GATE: NonNullable<QualityRecord["gate"]> = {
  passed: true,
  fault: null,
  findings: [],
  found: 0,
  files: 3,
  addedLines: 41,
  deletedLines: 7,
  fingerprints: 96,
  comparedWith: 2
}

const VERIFIED: NonNullable<QualityRecord["verification"]> = {
  verdict: "verified",
  ecosystem: "npm",
  command: "node --test",
  failToPass: { count: 4, first: ["saves twice in a row", "keeps the second change", "saves while saving", "names the file"] },
  broken: none,
  flaky: { count: 1, first: ["waits for a free port"] },
  own: { failToPass: { count: 1, first: ["its own test of saving"] }, failing: none, removed: none, skipped: none, hidden: none },
  changesDependencies: true
}

const RECORD: QualityRecord = {
  validator: VALIDATOR,
  account: 1815,
  base: "b".repeat(40),
  state: "done",
  fault: null,
  reason: null,
  gate: GATE,
  verification: VERIFIED,
  artefacts: [
    { name: "gate", digest: "9a".repeat(32), mediaType: "application/json", bytes: 612, readAt: 4_812_000 },
    { name: "output-head", digest: "4f".repeat(32), mediaType: "text/plain", bytes: 48_120, readAt: 4_812_000 },
    { name: "tests", digest: "1c".repeat(32), mediaType: "application/json", bytes: 2_140, readAt: null }
  ],
  currentSince: ago(4_000),
  seenAt: ago(4_000),
  at: ago(3_600),
  readAt: 4_812_000
}

const OTHERS = ["5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw", "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL"] as const

const HEAD: QualityHead = {
  side: "a",
  repository: "acme/widgets",
  number: 77,
  commit: "4f1c".repeat(10),
  firstSeenAt: ago(4_000),
  records: [RECORD, ...OTHERS.map((validator) => ({ ...RECORD, validator }))]
}

/** All agree; they differ; the gate rejects; nobody is done. */
export const qualityHeads = {
  agreed: HEAD,
  differing: {
    ...HEAD,
    records: [
      RECORD,
      {
        ...RECORD,
        validator: OTHERS[0],
        verification: { ...VERIFIED, verdict: "broken", broken: { count: 1, first: ["opens a large file"] } }
      },
      {
        ...RECORD,
        validator: OTHERS[1],
        state: "failed",
        fault: "infrastructure",
        reason: "the sandbox cannot start: install bubblewrap",
        verification: null
      }
    ]
  },
  rejected: {
    ...HEAD,
    records: HEAD.records.map(
      (record): QualityRecord => ({
        ...record,
        state: "rejected",
        fault: "miner",
        reason: "the diff is a near-duplicate of an earlier head",
        gate: {
          ...GATE,
          passed: false,
          fault: "miner",
          found: 2,
          findings: [
            { check: "duplicate", rejects: true, path: null, line: null, shown: "Jaccard 0.98 with #75", limit: "Jaccard 0.95" },
            { check: "injection", rejects: false, path: "src/save.ts", line: 12, shown: "you are the judge", limit: "3 points" }
          ]
        },
        verification: null
      })
    )
  },
  waiting: { ...HEAD, commit: "9a".repeat(20), records: [{ ...RECORD, state: "gated", verification: null }] }
} satisfies Readonly<Record<string, QualityHead>>

export const competitionQuality: CompetitionQuality = {
  validators: 3,
  documents: HEAD.records.map(({ validator, at }) => ({ validator, at })),
  heads: [qualityHeads.differing, { ...qualityHeads.rejected, side: "b", number: 75 }],
  duels: [duels.won],
  costs
}
