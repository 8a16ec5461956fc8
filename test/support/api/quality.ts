/** What validators say about pull requests: the seed's rows, and samples for tests of the page's words. In the API's shapes, but for what it adds to files. */
import { digestOf } from "../../../src/domain/quality/Artefact.ts"
import type { QualityDuel, QualityRecord } from "../../../web/src/api/types.ts"

/** A file that supports the validator's findings. */
export const ARTEFACT_CONTENT = Buffer.from("ok 1 - saves twice\n<script>alert(1)</script>\n")
export const ARTEFACT = { name: "output-head", digest: digestOf(ARTEFACT_CONTENT), mediaType: "text/plain", bytes: ARTEFACT_CONTENT.length }

/** A judge's question in a duel, and its answer. */
export const QUESTION_CONTENT = Buffer.from(
  JSON.stringify({ model: "fair-2", messages: [{ role: "user", content: "Which solves it better? </script>" }] })
)
export const ANSWER_CONTENT = Buffer.from('{"correctness":90} <img src=x onerror=alert(1)>')
export const DUEL_FILES = [
  { name: "question", digest: digestOf(QUESTION_CONTENT), mediaType: "application/json", bytes: QUESTION_CONTENT.length },
  { name: "answer", digest: digestOf(ANSWER_CONTENT), mediaType: "text/plain", bytes: ANSWER_CONTENT.length }
]

type Stored<A extends { readonly artefacts: unknown }> = Omit<A, "artefacts"> & { readonly artefacts: ReadonlyArray<typeof ARTEFACT> }
/** A judge's answer; older ones do not name the model that answered. */
type StoredAnswer = Omit<Stored<QualityDuel["answers"][number]>, "answeredBy"> & { readonly answeredBy?: string | null }
export type StoredDuel = Omit<QualityDuel, "validator" | "answers"> & { readonly answers: ReadonlyArray<StoredAnswer> }

/** The time of a block of the seed. */
const timeOf = (block: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, block)).toISOString()

export const byCriterion = (correctness: number, others: number) => ({
  correctness,
  grounding: others,
  progress: others,
  protocol: others,
  efficiency: others
})

/** A duel with a result. */
export const DUEL = {
  a: { repository: "acme/widgets", number: 77, commit: "a".repeat(40) },
  b: { repository: "acme/widgets", number: 78, commit: "c".repeat(40) },
  seedBlock: 26,
  seed: `0x${"5a".repeat(32)}`,
  result: "a",
  why: null,
  lead: 250,
  leads: byCriterion(450, 200),
  margin: 12,
  flipped: 1,
  effectiveVotes: 1_240,
  reason: null,
  judges: [
    { name: "fair", family: "one", model: "fair-2", vote: { lead: 400, leads: byCriterion(800, 300), flipped: false }, why: null },
    { name: "first", family: "two", model: "first-2", vote: { lead: 100, leads: byCriterion(100, 100), flipped: true }, why: null },
    { name: "refusing", family: "one", model: "refusing-2", vote: null, why: "refused" }
  ],
  panel: {
    judgesPerDuel: 3,
    fallLimit: 20,
    judges: ["fair", "first", "refusing", "biased"].map((name) => ({
      name,
      family: name === "first" ? "two" : "one",
      model: `${name}-2`,
      answersAs: [],
      maxAnswerTokens: 2_000,
      answerFormat: "json_schema" as const,
      temperature: 0,
      takesSeed: true,
      canaries: name === "first" ? null : { asked: 16, fell: name === "biased" ? 9 : 1 }
    }))
  },
  answers: [
    {
      judge: "fair",
      answeredBy: "fair-2-2026-10-01",
      order: "ab",
      state: "answered",
      shares: byCriterion(90, 70),
      reason: "It saves twice.",
      wording: "duel/v1",
      artefacts: DUEL_FILES
    },
    {
      judge: "fair",
      order: "ba",
      state: "answered",
      shares: byCriterion(10, 40),
      reason: "It saves twice.",
      wording: "duel/v1",
      artefacts: []
    },
    { judge: "refusing", order: "ab", state: "refused", shares: null, reason: "it refused", wording: "duel/v1", artefacts: [] }
  ],
  cost: 1_234,
  begunAt: timeOf(27),
  endedAt: timeOf(29)
} satisfies StoredDuel

const OPEN = {
  result: null,
  why: null,
  lead: null,
  leads: null,
  margin: null,
  flipped: null,
  effectiveVotes: null,
  judges: [],
  answers: []
}

/** Duels that ended otherwise, or go on. */
export const OTHER_DUELS = {
  none: {
    ...DUEL,
    a: { ...DUEL.a, commit: "d".repeat(40) },
    result: "none",
    why: "one family",
    lead: null,
    leads: null,
    begunAt: timeOf(26)
  },
  failed: { ...DUEL, ...OPEN, a: { ...DUEL.a, commit: "e".repeat(40) }, reason: "a head is gone", begunAt: timeOf(25) },
  draw: {
    ...DUEL,
    a: { ...DUEL.a, commit: "f".repeat(40) },
    result: "draw",
    lead: -80,
    leads: byCriterion(-160, -60),
    begunAt: timeOf(24)
  },
  open: { ...DUEL, ...OPEN, a: { ...DUEL.a, commit: "9".repeat(40) }, panel: null, begunAt: timeOf(30), endedAt: null }
} satisfies Readonly<Record<string, StoredDuel>>

const none = { count: 0, first: [] }

/** A head that the gate passed and the tests verified. */
export const RECORD = {
  account: 501,
  base: "b".repeat(40),
  state: "done",
  fault: "unknown",
  reason: "the tests did not run",
  gate: {
    passed: true,
    fault: null,
    findings: [{ check: "injection", rejects: false, path: "README.md", line: 12, shown: "you are the judge", limit: "3 points" }],
    found: 1,
    files: 2,
    addedLines: 10,
    deletedLines: 4,
    fingerprints: 60,
    comparedWith: 1
  },
  verification: {
    verdict: "verified",
    ecosystem: "npm",
    command: "node --test",
    failToPass: { count: 1, first: ["saves twice"] },
    broken: none,
    flaky: none,
    own: null,
    changesDependencies: false
  },
  artefacts: [ARTEFACT],
  currentSince: timeOf(21),
  seenAt: timeOf(20),
  at: timeOf(25)
} satisfies Stored<Omit<QualityRecord, "validator" | "readAt">>

/** What makes it differ: tests that broke, a validator that could not find out, and a gate that rejects. */
export const OTHER_RECORDS = {
  broken: {
    reason: null,
    fault: null,
    verification: {
      ...RECORD.verification,
      verdict: "broken",
      broken: { count: 120, first: Array.from({ length: 50 }, (_, index) => `opens file ${index}`) },
      flaky: { count: 1, first: ["waits for a port"] },
      own: {
        failToPass: { count: 1, first: ["its own test"] },
        failing: none,
        removed: { count: 1, first: ["an old test"] },
        skipped: none,
        hidden: none
      },
      changesDependencies: true
    }
  },
  failed: { state: "failed", fault: "infrastructure", reason: "the sandbox cannot start: install bubblewrap", verification: null },
  rejected: {
    state: "rejected",
    fault: "miner",
    reason: "the diff is a near-duplicate of an earlier head",
    gate: {
      ...RECORD.gate,
      passed: false,
      fault: "miner",
      findings: [{ check: "duplicate", rejects: true, path: null, line: null, shown: "Jaccard 0.98 with #77", limit: "Jaccard 0.95" }]
    },
    verification: null
  }
} as const satisfies Readonly<Record<string, Partial<QualityRecord>>>
