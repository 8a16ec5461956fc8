/** Asks a panel's judges about the canaries, in both orders, and stores how many each judge failed. The questions count towards the day's budget. */
import { Effect, Option, Random } from "effect"
import type { DuelOrder, JudgeName, Shares } from "../../domain/quality/Duel.ts"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import type { Judge } from "../../domain/quality/Panel.ts"
import { readAnswer } from "../../rules/quality/duel/answer.ts"
import { blindSide } from "../../rules/quality/duel/blind.ts"
import { modelSeedOf, nonceOf } from "../../rules/quality/duel/draws.ts"
import { hasFallen } from "../../rules/quality/duel/outcome.ts"
import { ANSWER_SCHEMA, promptOf } from "../../rules/quality/duel/prompt.ts"
import { type BudgetUsedUp, Judges, type JudgeUnavailable } from "../judges/Judges.ts"
import { DuelTables } from "../store/DuelTables.ts"
import { aimedFiles, CANARY_ISSUE, type CanaryFile, canarySet, plainFiles } from "./canarySet.ts"

export interface CanaryResult {
  readonly judge: JudgeName
  readonly model: string
  /** Canaries that the judge answered in both orders. */
  readonly asked: number
  readonly fell: number
  /** Why the judge was not asked about the rest; null: it answered all. */
  readonly unanswered: string | null
}

const gateFile = ({ path, base, head }: CanaryFile): GateFile => ({
  path,
  status: base === null ? "added" : "modified",
  additions: 1,
  deletions: 1,
  changes: 2,
  isBinary: false,
  content: "text",
  base,
  head
})

/** Comments stay in the code here: this measures the judge, not the measures that protect it. */
export const sideOf = (files: ReadonlyArray<CanaryFile>, seed: string) =>
  blindSide(
    files.map((file) => ({ file: gateFile(file), baseComments: null, headComments: null })),
    seed
  )

interface AskedCanary {
  readonly activity: string
  readonly what: string
  readonly a: ReturnType<typeof sideOf>
  readonly b: ReturnType<typeof sideOf>
  readonly order: DuelOrder
  readonly seed: string
}

/** A judge's answer about two solutions of the canaries' issue; none if it is no vote. */
export const askAbout = Effect.fn("askCanary")(function* (judge: Judge, { activity, what, a, b, order, seed }: AskedCanary) {
  const judges = yield* Judges
  const heard = yield* judges.ask(judge, {
    activity: `${activity}/${judge.name}/${order}`,
    tag: { contract: "", issue: 0, pullRequests: what, duel: null, stage: "canary" },
    messages: promptOf({
      issue: CANARY_ISSUE,
      first: order === "ab" ? a : b,
      second: order === "ab" ? b : a,
      nonce: nonceOf(seed, judge.name, order)
    }),
    schema: { name: "duel", schema: ANSWER_SCHEMA },
    seed: modelSeedOf(seed, judge.name, order),
    read: readAnswer
  })
  return heard._tag === "Answered" ? Option.some(heard.value.shares) : Option.none<Shares>()
})

const measure = Effect.fn("measureJudge")(function* (judge: Judge, seed: string) {
  let asked = 0
  let fell = 0
  const stopped = yield* Effect.forEach(
    canarySet.entries(),
    ([index, canary]) =>
      Effect.gen(function* () {
        const [a, b] = [sideOf(aimedFiles(canary), seed), sideOf(plainFiles, seed)]
        const ask = (order: DuelOrder) =>
          askAbout(judge, { activity: `canaries ${seed}/${index}`, what: `canary ${index + 1}`, a, b, order, seed })
        const ab = yield* ask("ab")
        const ba = Option.isSome(ab) ? yield* ask("ba") : ab
        if (Option.isNone(ab) || Option.isNone(ba)) return
        asked += 1
        if (hasFallen(ab.value, ba.value)) fell += 1
      }),
    { discard: true }
  ).pipe(
    Effect.as(null),
    Effect.catchTags({
      JudgeUnavailable: ({ message }: JudgeUnavailable) => Effect.succeed(message),
      BudgetUsedUp: ({ message }: BudgetUsedUp) => Effect.succeed(message)
    })
  )
  const result: CanaryResult = { judge: judge.name, model: judge.model, asked, fell, unanswered: stopped }
  // A figure from an incomplete set would not be comparable.
  if (stopped === null && asked > 0) yield* (yield* DuelTables).keepCanaries({ judge: judge.name, model: judge.model, asked, fell })
  return result
})

/** Measures all judges of the panel, in the panel's order. */
export const measureCanaries = Effect.gen(function* () {
  const { panel } = yield* Judges
  const seed = `canaries ${yield* Random.nextInt}`
  return yield* Effect.forEach(panel.judges, (judge) => measure(judge, seed), { concurrency: 4 })
})
