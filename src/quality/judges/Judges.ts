/**
 * Sends questions to judges over OpenAI's `/v1/chat/completions`. Each request is recorded with its maximum cost before it is sent, so the day's budget is
 * never exceeded. Strangers influence a judge's answer, so it is bounded, and the caller parses it.
 */
import { Clock, Context, Duration, Effect, Either, Layer, Option, Redacted, Ref, Schedule, Schema } from "effect"
import type { JudgeName } from "../../domain/quality/Duel.ts"
import { isModelOf, type Judge, MicroDollars, type Panel, priceOf } from "../../domain/quality/Panel.ts"
import { count, countMany, set } from "../../layers/machine/telemetry/metrics.ts"
import type { Message } from "../../rules/quality/duel/prompt.ts"
import { type CallOutcome, type CallTag, dayOf, JudgeCalls } from "../store/JudgeCalls.ts"
import type { QualityUnavailable } from "../store/QualityRecords.ts"
import type { Completion } from "./answerForms.ts"
import { type NoCompletion, sendOnce } from "./completion.ts"
import type { KeyedPanel } from "./readPanel.ts"
import { UNKNOWN_USAGE, type Usage } from "./usage.ts"

/** A judge returned no completion after all retries. `isLasting`: its server rejects such requests permanently. */
export class JudgeUnavailable extends Schema.TaggedError<JudgeUnavailable>()("JudgeUnavailable", {
  judge: Schema.String,
  reason: Schema.String,
  isLasting: Schema.Boolean
}) {
  override get message() {
    return `the judge ${this.judge} gave no answer: ${this.reason}`
  }
}

/** The next question could exceed the day's budget. */
export class BudgetUsedUp extends Schema.TaggedError<BudgetUsedUp>()("BudgetUsedUp", {
  day: Schema.String,
  budget: Schema.Number,
  spent: Schema.Number,
  /** Maximum cost of the next question. */
  needed: Schema.Number
}) {
  override get message() {
    return `the budget for judges of ${this.day} (UTC) is used up: ${this.spent} of ${this.budget} micro-dollars are spent, and the next question may cost ${this.needed}`
  }
}

export interface JudgeQuestion<A> {
  /** `execution/activity` of the workflow that asks. */
  readonly activity: string
  readonly tag: CallTag
  readonly messages: ReadonlyArray<Message>
  /** JSON schema of the answer, for servers that support one. */
  readonly schema: { readonly name: string; readonly schema: object }
  readonly seed: number
  /** Parses an answer. Left: why it is invalid. */
  readonly read: (text: string) => Either.Either<A, string>
}

/** A judge's answer. `text`: its raw text, at most 20,000 characters. `model`: how its server names the model that gave it; null: it does not. */
export type JudgeAnswer<A> = { readonly text: string; readonly model: string | null } & (
  | { readonly _tag: "Answered"; readonly value: A }
  | { readonly _tag: "Refused" }
  | { readonly _tag: "Unreadable"; readonly why: string }
)

export class Judges extends Context.Tag("gittensor/Judges")<
  Judges,
  {
    readonly panel: Panel
    /** Asks until the answer is valid or a refusal, or no retry is left. */
    readonly ask: <A>(
      judge: Judge,
      question: JudgeQuestion<A>
    ) => Effect.Effect<JudgeAnswer<A>, JudgeUnavailable | BudgetUsedUp | QualityUnavailable>
  }
>() {}

export interface JudgesOptions {
  /** Pause before the first retry, then doubled each time. */
  readonly pause?: Duration.DurationInput
  /** Attempts for a question whose request fails. */
  readonly tries?: number
}

const TEXT = 20_000

/** How often a question is asked anew because its answer could not be read. */
const UNREADABLE_RETRIES = 1

/** Of a question's requests, how many may be lost: sent, and perhaps charged, without an answer. */
const MOST_LOST = 2

/** Longest `Retry-After` to wait here. For a longer one, the caller asks again later. */
const LONGEST_WAIT = Duration.minutes(2)

type RequestFailed = NoCompletion | BudgetUsedUp | QualityUnavailable

const mayHelpNow = (error: RequestFailed): boolean =>
  error._tag === "NoCompletion" && error.again && Duration.lessThanOrEqualTo(error.wait, LONGEST_WAIT)

const readCompletion = <A>(judge: Judge, completion: Completion, read: JudgeQuestion<A>["read"]): JudgeAnswer<A> => {
  const { model } = completion
  const came = { text: (completion.text ?? completion.refusal ?? "").slice(0, TEXT), model }
  if (model !== null && !isModelOf(judge, model)) {
    const why = `its server answered by the model ${model} instead of ${judge.model}: if that is the same one, name it in the judge's "answers_as"`
    return { _tag: "Unreadable", why, ...came }
  }
  if (completion.refusal !== null) return { _tag: "Refused", ...came }
  if (completion.isCut) return { _tag: "Unreadable", why: "it was cut at the limit of its length", ...came }
  return Either.match(read(completion.text ?? ""), {
    onLeft: (why): JudgeAnswer<A> => ({ _tag: "Unreadable", why, ...came }),
    onRight: (value): JudgeAnswer<A> => ({ _tag: "Answered", value, ...came })
  })
}

const make = Effect.fn("Judges.make")(function* ({ panel, keys }: KeyedPanel, options: JudgesOptions) {
  const { pause = Duration.seconds(2), tries = 5 } = options
  const calls = yield* JudgeCalls
  const places = new Map<JudgeName, Effect.Semaphore>()
  for (const { name, at_once } of panel.judges) places.set(name, yield* Effect.makeSemaphore(at_once))

  const requestOf = <A>(judge: Judge, { messages, schema, seed }: JudgeQuestion<A>) => {
    const formats = {
      json_schema: { response_format: { type: "json_schema", json_schema: { ...schema, strict: true } } },
      json_object: { response_format: { type: "json_object" } },
      text: {}
    }
    const body = JSON.stringify({
      model: judge.model,
      messages,
      ...formats[judge.answer_format],
      [judge.tokens_parameter]: judge.max_answer_tokens,
      ...(judge.temperature === null ? {} : { temperature: judge.temperature }),
      ...(judge.takes_seed ? { seed } : {}),
      stream: false
    })
    const key = keys.get(judge.name)
    const authorization = key === undefined ? {} : { authorization: `Bearer ${Redacted.value(key)}` }
    const request = {
      url: `${judge.endpoint.replace(/(?<!\/)\/+$/, "")}/chat/completions`,
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json", ...authorization },
      body
    }
    /** The cost. Where the server reports no usage, the maximum: a token has at least one byte. */
    const costOf = ({ promptTokens, answerTokens }: Usage) =>
      priceOf(judge, promptTokens ?? Buffer.byteLength(body), answerTokens ?? judge.max_answer_tokens)
    return { request, costOf, reserved: costOf(UNKNOWN_USAGE) }
  }

  /** Sends one request, within the judge's concurrency limit and the day's budget. */
  const request = Effect.fn("Judges.request")(function* <A>(judge: Judge, question: JudgeQuestion<A>) {
    const { request, costOf, reserved } = requestOf(judge, question)
    const { activity, tag } = question
    const begun = { ...tag, activity, judge: judge.name, model: judge.model, reserved }
    const number = yield* calls.begin(begun, panel.daily_budget)
    if (Option.isNone(number)) {
      const day = dayOf(yield* Clock.currentTimeMillis)
      const spent = yield* calls.spentOn(day)
      return yield* new BudgetUsedUp({ day, budget: panel.daily_budget, spent, needed: reserved })
    }
    const end = (outcome: CallOutcome, usage: Usage, cost: MicroDollars) =>
      Effect.gen(function* () {
        yield* calls.end(number.value, { outcome, ...usage, cost })
        yield* count("gittensor_judge_requests_total", { judge: judge.name, outcome })
        yield* countMany("gittensor_judge_cost_micro_dollars_total", cost, { judge: judge.name })
        const spent = yield* calls.spentOn(dayOf(yield* Clock.currentTimeMillis))
        yield* set("gittensor_judge_budget_left_micro_dollars", Math.max(0, panel.daily_budget - spent))
      })
    const secrets = [...keys.values()].map(Redacted.value)
    return yield* sendOnce(request, Duration.seconds(judge.timeout_seconds), secrets).pipe(
      Effect.tap(({ usage }) => end("answered", usage, costOf(usage))),
      Effect.tapErrorTag("NoCompletion", ({ mayCost }) =>
        mayCost === undefined ? end("failed", UNKNOWN_USAGE, MicroDollars.make(0)) : end("lost", mayCost, costOf(mayCost))
      )
    )
  })

  const schedule = Schedule.exponential(pause).pipe(
    Schedule.jittered,
    Schedule.intersect(Schedule.recurs(tries - 1)),
    Schedule.intersect(Schedule.identity<RequestFailed>()),
    Schedule.modifyDelay(([, error], delay) => (error._tag === "NoCompletion" ? Duration.max(delay, error.wait) : delay))
  )

  /** Retries until a completion comes or no retry is left. If the last response is neither a completion nor an error, its text counts as an invalid answer. */
  const heardBy = <A>(judge: Judge, question: JudgeQuestion<A>, lost: Ref.Ref<number>) => {
    const place = places.get(judge.name)
    const one: Effect.Effect<Completion, RequestFailed> = request(judge, question)
    return (place === undefined ? one : place.withPermits(1)(one)).pipe(
      Effect.tapErrorTag("NoCompletion", ({ mayCost }) => Ref.update(lost, (before) => (mayCost === undefined ? before : before + 1))),
      Effect.retry({
        schedule,
        while: (error) => Effect.map(Ref.get(lost), (requests) => requests < MOST_LOST && mayHelpNow(error))
      }),
      Effect.map((found) => readCompletion(judge, found, question.read)),
      Effect.catchTag("NoCompletion", ({ why, again, unreadable }) =>
        unreadable === undefined
          ? Effect.fail(new JudgeUnavailable({ judge: judge.name, reason: why, isLasting: !again }))
          : Effect.succeed<JudgeAnswer<A>>({ _tag: "Unreadable", why, text: unreadable, model: null })
      )
    )
  }

  return Judges.of({
    panel,
    ask: Effect.fn("Judges.ask")(function* <A>(judge: Judge, question: JudgeQuestion<A>) {
      yield* Effect.annotateCurrentSpan({ judge: judge.name, activity: question.activity })
      const lost = yield* Ref.make(0)
      const mayAskAgain = Effect.map(Ref.get(lost), (requests) => requests < MOST_LOST)
      return yield* Effect.repeat(heardBy(judge, question, lost), {
        times: UNREADABLE_RETRIES,
        while: (heard) => (heard._tag === "Unreadable" ? mayAskAgain : Effect.succeed(false))
      })
    })
  })
})

export const layer = (keyed: KeyedPanel, options: JudgesOptions = {}): Layer.Layer<Judges, never, JudgeCalls> =>
  Layer.effect(Judges, make(keyed, options))
