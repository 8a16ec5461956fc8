/** Asks a duel's judges the questions that they have not answered, and stores each answer on arrival. */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import { Duration, Effect } from "effect"
import type { DuelOrder, Shares } from "../../domain/quality/Duel.ts"
import { type DuelAnswer, type DuelPair, type DuelSeed, duelKey, duelName } from "../../domain/quality/DuelRecord.ts"
import type { Judge, ShownPanel } from "../../domain/quality/Panel.ts"
import { type ReadAnswer, readAnswer } from "../../rules/quality/duel/answer.ts"
import { jurorsOf, modelSeedOf, nonceOf, ordersOf } from "../../rules/quality/duel/draws.ts"
import { isDropped } from "../../rules/quality/duel/outcome.ts"
import { ANSWER_SCHEMA, PROMPT, promptOf } from "../../rules/quality/duel/prompt.ts"
import { type BudgetUsedUp, type JudgeAnswer, Judges, type JudgeUnavailable } from "../judges/Judges.ts"
import { ArtefactKeeper } from "../pipeline/ArtefactKeeper.ts"
import { type Duels, DuelTables } from "../store/DuelTables.ts"
import type { ShownSides } from "./DuelSides.ts"

const digestOf = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

/** A duel's judges, and the panel from which they were drawn. */
export interface DrawnJudges {
  readonly jurors: ReadonlyArray<Judge>
  readonly panel: ShownPanel
}

/**
 * Draws a duel's judges from those that failed at most as many canaries as the panel allows. The result stays the same while the panel and its canary
 * figures do.
 */
export const jurorsFor = Effect.fn("jurorsFor")(function* (seed: DuelSeed) {
  const { judges, judges_per_duel, fall_limit } = (yield* Judges).panel
  const figures = yield* (yield* DuelTables).canaries
  const figureOf = ({ name, model }: Judge) => figures.find((one) => one.judge === name && one.model === model)
  const sound = judges.filter((judge) => {
    const figure = figureOf(judge)
    return figure === undefined || !isDropped(figure, fall_limit)
  })
  const shown = judges.map((judge) => {
    const { asked, fell } = figureOf(judge) ?? {}
    return {
      name: judge.name,
      family: judge.family,
      model: judge.model,
      answersAs: judge.answers_as,
      maxAnswerTokens: judge.max_answer_tokens,
      answerFormat: judge.answer_format,
      temperature: judge.temperature,
      takesSeed: judge.takes_seed,
      canaries: asked === undefined || fell === undefined ? null : { asked, fell }
    }
  })
  const drawn: DrawnJudges = {
    jurors: jurorsOf(seed.randomness, sound, judges_per_duel),
    panel: { judgesPerDuel: judges_per_duel, fallLimit: fall_limit, judges: shown }
  }
  return drawn
})

/** Whether a judge's present model gave an answer, to the present wording. A changed panel may have another model under the same name. */
export const isAnswerOf = ({ name, family, model }: Judge, answer: DuelAnswer): boolean =>
  answer.judge === name && answer.family === family && answer.model === model && answer.wording === PROMPT

interface Asking {
  /** `execution/activity`. */
  readonly activity: string
  readonly contract: string
  readonly pair: DuelPair
  readonly seed: DuelSeed
  readonly shown: ShownSides
  readonly duels: Duels
}

const outcomeIn = (
  heard: JudgeAnswer<ReadAnswer>
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

/** An answer whose other order another version of the model has answered is no vote: the two cannot be compared. */
const ofOneModel = (heard: JudgeAnswer<ReadAnswer>, others: ReadonlyArray<DuelAnswer>): JudgeAnswer<ReadAnswer> => {
  const other = others.find(({ answeredBy }) => answeredBy !== heard.model)
  if (other === undefined || heard._tag !== "Answered") return heard
  const why = `the model that answered is ${heard.model ?? "not named"}, and in the other order it was ${other.answeredBy ?? "not named"}`
  return { _tag: "Unreadable", why, text: heard.text, model: heard.model }
}

const askOne = Effect.fn("askOne")(function* (asking: Asking, judge: Judge, order: DuelOrder, others: ReadonlyArray<DuelAnswer>) {
  const [judges, keeper] = yield* Effect.all([Judges, ArtefactKeeper])
  const question = questionOf(asking, judge, order)
  const heard = ofOneModel(yield* judges.ask(judge, question), others)
  const texts = { question: JSON.stringify(question.messages), answer: heard.text }
  const artefacts = yield* keeper.keep([
    { name: "question", mediaType: "application/json", bytes: encoder.encode(texts.question) },
    { name: "answer", mediaType: "text/plain", bytes: encoder.encode(texts.answer) }
  ])
  yield* asking.duels.keepAnswer(asking.pair, {
    judge: judge.name,
    family: judge.family,
    model: judge.model,
    answeredBy: heard.model,
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
const isLost = (answers: ReadonlyArray<DuelAnswer>): boolean => answers.some(({ state }) => state !== "answered")

/** Why a question has no answer. */
export type Unanswered = JudgeUnavailable | BudgetUsedUp

/** Asks a judge's questions in sequence. Stops at the first answer that is no vote. */
const askJudge = Effect.fn("askJudge")(function* (asking: Asking, judge: Judge) {
  for (const order of ordersOf(asking.seed.randomness, judge.name)) {
    const answers = (yield* asking.duels.answers(asking.pair)).filter((one) => isAnswerOf(judge, one))
    if (isLost(answers)) return
    if (!answers.some((one) => one.order === order)) yield* askOne(asking, judge, order, answers)
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
