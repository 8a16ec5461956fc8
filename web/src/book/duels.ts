/** What validators say about duels, for the book. */
import type { QualityCost, QualityDuel } from "../api/types.ts"
import { VALIDATOR } from "./samples.ts"

const began = Date.now()
const ago = (seconds: number) => new Date(began - seconds * 1_000).toISOString()

const each = <A>(correctness: A, others: A) => ({ correctness, grounding: others, progress: others, protocol: others, efficiency: others })

const answer = (
  judge: string,
  order: "ab" | "ba",
  correctness: number,
  others: number,
  digest: string
): QualityDuel["answers"][number] => ({
  judge,
  answeredBy: `${judge}-2026-10-01`,
  order,
  state: "answered",
  shares: each(correctness, others),
  reason: "One of them saves twice in a row; the other one loses the second change.",
  wording: "duel/v1",
  artefacts: [
    { name: "question", digest: digest.repeat(32), mediaType: "application/json", bytes: 4_120, readAt: 4_812_000 },
    { name: "answer", digest: `${digest}0`.repeat(21).concat("0"), mediaType: "text/plain", bytes: 212, readAt: null }
  ]
})

const WON: QualityDuel = {
  validator: VALIDATOR,
  a: { repository: "acme/widgets", number: 77, commit: "4f1c".repeat(10) },
  b: { repository: "acme/widgets", number: 75, commit: "9a".repeat(20) },
  seedBlock: 4_811_900,
  seed: `0x${"5a".repeat(32)}`,
  result: "a",
  why: null,
  lead: 250,
  leads: each(450, 200),
  margin: 12,
  flipped: 1,
  effectiveVotes: 1_240,
  reason: null,
  judges: [
    { name: "large", family: "one", model: "large-2", vote: { lead: 400, leads: each(800, 300), flipped: false }, why: null },
    { name: "small", family: "two", model: "small-7b", vote: { lead: 100, leads: each(100, 100), flipped: true }, why: null },
    { name: "strict", family: "one", model: "strict-1", vote: null, why: "refused" }
  ],
  panel: {
    judgesPerDuel: 3,
    fallLimit: 20,
    judges: (["large", "small", "strict"] as const).map((name) => ({
      name,
      family: "one",
      model: `${name}-2`,
      answersAs: [],
      maxAnswerTokens: 2_000,
      answerFormat: "json_schema",
      temperature: name === "small" ? null : 0,
      takesSeed: true,
      canaries: name === "strict" ? null : { asked: 16, fell: 1 }
    }))
  },
  answers: [
    answer("large", "ab", 90, 70, "1a"),
    answer("large", "ba", 10, 40, "2b"),
    answer("small", "ab", 70, 70, "3c"),
    answer("small", "ba", 60, 60, "4d"),
    { ...answer("strict", "ab", 0, 0, "5e"), state: "refused", shares: null, reason: "it refused" }
  ],
  cost: 41_280,
  begunAt: ago(3_500),
  endedAt: ago(3_400)
}

const NOTHING = { result: null, why: null, lead: null, leads: null, margin: null, flipped: null, effectiveVotes: null } as const

export const duels = {
  won: WON,
  draw: { ...WON, result: "draw", lead: -80, leads: each(-160, -60), begunAt: ago(2_000) },
  none: { ...WON, result: "none", why: "too few judges", lead: null, leads: null, begunAt: ago(1_500) },
  failed: { ...WON, ...NOTHING, reason: "the head is gone from GitHub", judges: [], panel: null, answers: [], begunAt: ago(1_000) },
  open: { ...WON, ...NOTHING, judges: [], panel: null, answers: [], cost: 20_140, begunAt: ago(20), endedAt: null }
} satisfies Readonly<Record<string, QualityDuel>>

const cost = (judge: string, model: string, calls: number, amount: number): QualityCost => ({
  validator: VALIDATOR,
  stage: "duel",
  judge,
  model,
  calls,
  open: 0,
  promptTokens: 4_100 * calls,
  answerTokens: 90 * calls,
  cost: amount
})

export const costs: ReadonlyArray<QualityCost> = [
  cost("large", "large-2", 2, 30_180),
  cost("small", "small-7b", 2, 1_020),
  cost("strict", "strict-1", 1, 10_080)
]
