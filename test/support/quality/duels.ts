/** A duel of the seed's two competitors, as a validator stores it: three judges, of which one prefers the solution shown first, and one refuses. */
import { IssueNumber } from "../../../src/domain/IssueRef.ts"
import { digestOf } from "../../../src/domain/quality/Artefact.ts"
import { type DuelOrder, Family, JudgeName, type Shares } from "../../../src/domain/quality/Duel.ts"
import type { JudgeCost } from "../../../src/domain/quality/JudgeCost.ts"
import { MicroDollars, type ShownPanel } from "../../../src/domain/quality/Panel.ts"
import type { HeldDuel, IssueDuels, KeptAnswer } from "../../../src/domain/quality/ShownDuel.ts"
import { outcomeOf } from "../../../src/rules/quality/duel/outcome.ts"
import { BOB } from "../api/seed.ts"
import { commit, qualityRecord, second } from "./records.ts"

const juror = (name: string, family: string) => ({ name: JudgeName.make(name), family: Family.make(family), model: `${name}-2` })
export const JURORS = [juror("fair", "one"), juror("first", "two"), juror("refusing", "one")] as const
export const PANEL: ShownPanel = {
  judgesPerDuel: 3,
  fallLimit: 20,
  judges: JURORS.map((one) => ({
    ...one,
    answersAs: [],
    maxAnswerTokens: 2_000,
    answerFormat: "json_schema",
    temperature: 0,
    takesSeed: true,
    canaries: { asked: 16, fell: 1 }
  }))
}
const [FAIR, FIRST, REFUSING] = JURORS

const shares = (correctness: number, others: number): Shares => ({
  correctness,
  grounding: others,
  progress: others,
  protocol: others,
  efficiency: others
})

const kept = (one: (typeof JURORS)[number], order: DuelOrder, said: Shares | null, reason: string): KeptAnswer => {
  const question = JSON.stringify([{ role: "user", content: `${one.name} ${order}` }])
  const text = said === null ? "I cannot help with that." : JSON.stringify({ ...said, reason })
  const [asked, came] = [Buffer.from(question), Buffer.from(text)]
  return {
    judge: one.name,
    family: one.family,
    model: one.model,
    answeredBy: `${one.model}-2026-10-01`,
    order,
    state: said === null ? "refused" : "answered",
    shares: said,
    reason,
    wording: "duel/v1",
    question: digestOf(asked),
    text,
    answer: digestOf(came),
    artefacts: [
      { name: "question", digest: digestOf(asked), mediaType: "application/json", bytes: asked.length },
      { name: "answer", digest: digestOf(came), mediaType: "text/plain", bytes: came.length }
    ]
  }
}

export const ANSWERS: readonly [KeptAnswer, ...ReadonlyArray<KeptAnswer>] = [
  kept(FAIR, "ab", shares(90, 70), "The FIRST saves twice."),
  kept(FAIR, "ba", shares(10, 40), "The SECOND saves twice."),
  kept(FIRST, "ab", shares(70, 70), "The FIRST is better."),
  kept(FIRST, "ba", shares(40, 45), "The SECOND is better."),
  kept(REFUSING, "ab", null, "it refused")
]

const [A, B] = [qualityRecord().head, qualityRecord({ head: { hotkey: BOB, account: 502, number: 78, commit: commit("c") } }).head]

/** The duel with these changes. */
export const heldDuel = ({
  duel,
  ...change
}: Partial<Omit<HeldDuel, "duel">> & { readonly duel?: Partial<HeldDuel["duel"]> } = {}): HeldDuel => ({
  answers: ANSWERS,
  cost: MicroDollars.make(1_234),
  ...change,
  duel: {
    pair: { issue: A.issue, number: IssueNumber.make(1), a: A, b: B },
    seed: { block: 30, randomness: `0x${"5a".repeat(32)}` },
    begunAt: second(30),
    outcome: outcomeOf(
      JURORS,
      ANSWERS.flatMap(({ judge, order, shares: said }) => (said === null ? [] : [{ judge, order, shares: said }]))
    ),
    reason: null,
    endedAt: second(35),
    jurors: JURORS,
    panel: PANEL,
    ...duel
  }
})

const costOf = (judge: (typeof JURORS)[number], calls: number, cost: number): JudgeCost => ({
  stage: "duel",
  judge: judge.name,
  model: judge.model,
  calls,
  open: 0,
  promptTokens: 400 * calls,
  answerTokens: 60 * calls,
  cost: MicroDollars.make(cost)
})

export const COSTS: ReadonlyArray<JudgeCost> = [costOf(FAIR, 2, 500), costOf(FIRST, 2, 480), costOf(REFUSING, 1, 254)]

/** The published document of a validator with these duels. */
export const issueDuels = (...duels: ReadonlyArray<HeldDuel>): IssueDuels => ({ duels, costs: COSTS })
