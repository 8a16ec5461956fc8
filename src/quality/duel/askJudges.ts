/** Asks a duel's judges the questions that they have not answered, and stores each answer on arrival. */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import { Duration, Effect } from "effect"
import type { DuelOrder, Shares } from "../../domain/quality/Duel.ts"
import { type DuelAnswer, type DuelPair, type DuelSeed, duelKey, duelName } from "../../domain/quality/DuelRecord.ts"
import type { Judge, Panel } from "../../domain/quality/Panel.ts"
import { type BudgetUsedUp, type Heard, Judges, type JudgeUnavailable } from "../judges/Judges.ts"
import { ArtefactKeeper } from "../pipeline/ArtefactKeeper.ts"
import { type ReadAnswer, readAnswer } from "../rules/duel/answer.ts"
import { isDropped } from "../rules/duel/canaries.ts"
import { jurorsOf, modelSeedOf, nonceOf, ordersOf } from "../rules/duel/draws.ts"
import { ANSWER_SCHEMA, PROMPT, promptOf } from "../rules/duel/prompt.ts"
import { type Duels, DuelTables } from "../store/DuelTables.ts"
import type { Shown } from "./DuelSides.ts"

const digestOf = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

/** Judges of a panel that may be asked: those that failed at most as many canaries as the panel allows. */
const soundJudges = Effect.fn("soundJudges")(function* (panel: Panel) {
  const figures = yield* (yield* DuelTables).canaries
  return panel.judges.filter(({ name, model }) => {
    const figure = figures.find((one) => one.judge === name && one.model === model)
    return figure === undefined || !isDropped(figure, panel.fall_limit)
  })
})

/** Draws a duel's judges. The result stays the same while the panel and its canary figures do. */
export const jurorsFor = Effect.fn("jurorsFor")(function* (seed: DuelSeed) {
  const { panel } = yield* Judges
  return jurorsOf(seed.randomness, yield* soundJudges(panel), panel.judges_per_duel)
})

interface Asking {
  /** `execution/activity`. */
  readonly activity: string
  readonly contract: string
  readonly pair: DuelPair
  readonly seed: DuelSeed
  readonly shown: Shown
  readonly duels: Duels
}

const outcomeIn = (
  heard: Heard<ReadAnswer>
): { readonly state: DuelAnswer["state"]; readonly shares: Shares | null; readonly reason: string } => {
  switch (heard._tag) {
    case "Answered":
      return { state: "answered", shares: heard.value.shares, reason: heard.value.reason }
    case "Refused":
      return { state: "refused", shares: null, reason: "it refused" }
    case "Unreadable":
      return { state: "unreadable", shares: null, reason: heard.why.slice(0, 2_000) }
  }
}

const questionOf = ({ activity, contract, pair, seed, shown }: Asking, { name }: Judge, order: DuelOrder) => ({
  activity: `${activity}/${name}/${order}`,
  tag: { contract, issue: pair.issue, pullRequests: duelName(pair), duel: duelKey(pair), stage: "duel" as const },
  messages: promptOf({
    issue: shown.issue,
    first: order === "ab" ? shown.a : shown.b,
    second: order === "ab" ? shown.b : shown.a,
    nonce: nonceOf(seed.randomness, name, order)
  }),
  schema: { name: "duel", schema: ANSWER_SCHEMA },
  seed: modelSeedOf(seed.randomness, name, order),
  read: readAnswer
})

const encoder = new TextEncoder()

const askOne = Effect.fn("askOne")(function* (asking: Asking, judge: Judge, order: DuelOrder) {
  const [judges, keeper] = yield* Effect.all([Judges, ArtefactKeeper])
  const question = questionOf(asking, judge, order)
  const heard = yield* judges.ask(judge, question)
  const texts = { question: JSON.stringify(question.messages), answer: heard.text }
  const artefacts = yield* keeper.keep([
    { name: "question", mediaType: "application/json", bytes: encoder.encode(texts.question) },
    { name: "answer", mediaType: "text/plain", bytes: encoder.encode(texts.answer) }
  ])
  yield* asking.duels.keepAnswer(asking.pair, {
    judge: judge.name,
    family: judge.family,
    model: judge.model,
    order,
    ...outcomeIn(heard),
    wording: PROMPT,
    question: digestOf(texts.question),
    text: texts.answer,
    answer: digestOf(texts.answer),
    artefacts
  })
})

/** Whether a judge's answer in one order is no vote. Asking in the other order would then cost money for nothing. */
const isLost = (name: string, answers: ReadonlyArray<DuelAnswer>): boolean =>
  answers.some(({ judge, state }) => judge === name && state !== "answered")

/** Why a question has no answer. */
export type Unanswered = JudgeUnavailable | BudgetUsedUp

/** Asks a judge's questions in sequence. Stops at the first answer that is no vote. */
const askJudge = Effect.fn("askJudge")(function* (asking: Asking, judge: Judge) {
  for (const order of ordersOf(asking.seed.randomness, judge.name)) {
    const answers = (yield* asking.duels.answers(asking.pair)).filter((one) => one.judge === judge.name)
    if (isLost(judge.name, answers)) return
    if (!answers.some((one) => one.order === order)) yield* askOne(asking, judge, order)
  }
})

const askAll = (asking: Asking, jurors: ReadonlyArray<Judge>, concurrency: number | "unbounded") =>
  Effect.map(
    Effect.forEach(
      jurors,
      (judge) =>
        askJudge(asking, judge).pipe(
          Effect.as<ReadonlyArray<Unanswered>>([]),
          Effect.catchTags({ JudgeUnavailable: (error) => Effect.succeed([error]), BudgetUsedUp: (error) => Effect.succeed([error]) })
        ),
      { concurrency }
    ),
    (failures) => failures.flat()
  )

/**
 * Asks all judges concurrently, each within its own limits. Returns each judge's first reason for missing answers. Concurrent questions reserve more budget
 * than they cost; so judges for which the budget seems exhausted are asked once more, in sequence.
 */
export const askJudges = Effect.fn("askJudges")(function* (asking: Asking, jurors: ReadonlyArray<Judge>) {
  const failures = yield* askAll(asking, jurors, "unbounded")
  const isShort = failures.length < jurors.length && failures.some(({ _tag }) => _tag === "BudgetUsedUp")
  return isShort ? yield* askAll(asking, jurors, 1) : failures
})

/** Milliseconds until the next UTC day. */
export const untilTomorrow = (now: number): number => {
  const day = Duration.toMillis(Duration.days(1))
  return day - (now % day)
}
