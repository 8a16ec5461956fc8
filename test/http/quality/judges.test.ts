/** Asking judges over HTTP: faults, retries, costs and the day's budget. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Layer, Option, Redacted } from "effect"
import * as StandIn from "../../../lab/devnet/judges/JudgeStandIn.ts"
import { type JudgeName, JudgeName as Name } from "../../../src/domain/quality/Duel.ts"
import { MicroDollars, type Panel } from "../../../src/domain/quality/Panel.ts"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import { type JudgeQuestion, Judges, type JudgesOptions, layer as judgesLayer } from "../../../src/quality/judges/Judges.ts"
import { type BegunCall, layer as callsLayer, dayOf, JudgeCalls } from "../../../src/quality/store/JudgeCalls.ts"
import { layerTables } from "../../../src/quality/store/QualityRecords.ts"
import { readAnswer } from "../../../src/rules/quality/duel/answer.ts"
import { ANSWER_SCHEMA, promptOf } from "../../../src/rules/quality/duel/prompt.ts"
import { headWorkflowIn, judgeText, panelOf } from "../../support/judges/panel.ts"

const KEY = "sk-not-a-real-key"

const sideOf = (code: string) => ({ files: [{ path: "a.ts", isStripped: true, diff: `a.ts\n@@\n+${code}`, comments: [] }], leftOut: 0 })

const question: JudgeQuestion<Either.Either.Right<ReturnType<typeof readAnswer>>> = {
  activity: "execution/ask/fair/ab",
  tag: { contract: "chain-contract", issue: 3, pullRequests: "acme/widgets#1 against acme/widgets#2", duel: null, stage: "duel" },
  messages: promptOf({
    issue: { title: "Save twice", body: "It loses data." },
    first: sideOf("quality=80"),
    second: sideOf("quality=40"),
    nonce: "0123"
  }),
  schema: { name: "duel", schema: ANSWER_SCHEMA },
  seed: 7,
  read: readAnswer
}

const calls = callsLayer.pipe(Layer.provide(layerTables), Layer.provide(sqliteLayer(":memory:")))

const world = (panel: Panel, options: JudgesOptions = {}, keys: ReadonlyMap<JudgeName, Redacted.Redacted> = new Map()) =>
  judgesLayer({ panel, keys }, { pause: Duration.millis(1), ...options }).pipe(Layer.provideMerge(calls))

/** Judges of all kinds; the second family completes a panel. */
const everybody = (endpoint: string, more: Parameters<typeof judgeText>[3] = {}) =>
  panelOf(
    ["fair", "prose", "refusing", "filtered", "wordy", "slow"].map((model, index) =>
      judgeText(endpoint, model, index % 2 === 0 ? "one" : "two", more)
    )
  )

const ask = (panel: Panel, name: string, more: Partial<typeof question> = {}) =>
  Effect.flatMap(Judges, (judges) => judges.ask(headWorkflowIn(panel, name), { ...question, ...more }))

const today = Effect.flatMap(JudgeCalls, ({ costs }) => costs("2000-01-01"))

describe("a judge", () => {
  it.scopedLive("answers, and its tokens are paid by its prices", () =>
    Effect.gen(function* () {
      const { endpoint, requests } = yield* StandIn.start()
      const panel = everybody(endpoint, { key_variable: "MODEL_KEY" })
      const keys = new Map(panel.judges.map(({ name }) => [name, Redacted.make(KEY)]))
      yield* Effect.gen(function* () {
        const heard = yield* ask(panel, "fair")
        assert.deepStrictEqual(heard._tag === "Answered" ? heard.value.shares.correctness : heard, 70)
        const [request] = requests
        assert.strictEqual(request?.authorization, `Bearer ${KEY}`)
        const sent = JSON.parse(request?.body ?? "{}")
        assert.deepStrictEqual(
          [sent.model, sent.seed, sent.temperature, sent.max_tokens, sent.response_format.json_schema.strict],
          ["fair", 7, 0, 2_000, true]
        )
        const [line] = yield* today
        assert.deepStrictEqual(
          [line?.issue, line?.stage, line?.judge, line?.calls, line?.open, line?.cost],
          [3, "duel", Name.make("fair"), 1, 0, MicroDollars.make((line?.promptTokens ?? 0) + 4 * (line?.answerTokens ?? 0))]
        )
      }).pipe(Effect.provide(world(panel, {}, keys)))
    })
  )

  it.scopedLive.each([
    ["prose", "Unreadable", 2],
    ["wordy", "Unreadable", 2],
    ["refusing", "Refused", 1],
    ["filtered", "Refused", 1]
  ] as const)("%s is %s", ([model, tag, times]) =>
    Effect.gen(function* () {
      const { endpoint, requests } = yield* StandIn.start()
      const panel = everybody(endpoint)
      const heard = yield* ask(panel, model).pipe(Effect.provide(world(panel)))
      assert.strictEqual(heard._tag, tag)
      assert.lengthOf(requests, times)
    })
  )

  it.scopedLive("is asked again after faults that pass, and each request is in the costs", () =>
    Effect.gen(function* () {
      const { endpoint, requests, add } = yield* StandIn.start()
      const panel = everybody(endpoint)
      add({ what: { _tag: "Status", status: 429, retryAfter: "0.02" } })
      add({ what: { _tag: "Status", status: 500 } })
      add({ what: { _tag: "Cut" } })
      yield* Effect.gen(function* () {
        assert.strictEqual((yield* ask(panel, "fair"))._tag, "Answered")
        assert.lengthOf(requests, 4)
        const [line] = yield* today
        assert.deepStrictEqual([line?.calls, line?.open], [4, 0])
        // A cut response may be charged, so the budget counts its maximum cost.
        assert.isAbove(line?.cost ?? 0, 4 * 2_000)
      }).pipe(Effect.provide(world(panel)))
    })
  )

  it.scopedLive("is given up after the last try, or at once where no try helps", () =>
    Effect.gen(function* () {
      const { endpoint, requests, add } = yield* StandIn.start()
      const panel = everybody(endpoint, { key_variable: "MODEL_KEY" })
      const keys = new Map(panel.judges.map(({ name }) => [name, Redacted.make(KEY)]))
      yield* Effect.gen(function* () {
        add({ what: { _tag: "Status", status: 503 }, times: 3 })
        const busy = yield* Effect.flip(ask(panel, "fair"))
        assert.deepStrictEqual(
          [busy._tag, busy._tag === "JudgeUnavailable" && busy.isLasting, requests.length],
          ["JudgeUnavailable", false, 3]
        )
        add({ what: { _tag: "Status", status: 401, body: `${KEY} is not known` } })
        const refused = yield* Effect.flip(ask(panel, "fair"))
        assert.deepStrictEqual([refused._tag === "JudgeUnavailable" && refused.isLasting, requests.length], [true, 4])
        assert.notInclude(refused.message, KEY)
        assert.include(refused.message, "401")
        // A request never waits for an hour.
        add({ what: { _tag: "Status", status: 429, retryAfter: "3600" } })
        const later = yield* Effect.flip(ask(panel, "fair"))
        assert.deepStrictEqual([later._tag === "JudgeUnavailable" && later.isLasting, requests.length], [false, 5])
      }).pipe(Effect.provide(world(panel, { tries: 3 }, keys)))
    })
  )

  it.scopedLive.each([
    ["Cut", "JudgeUnavailable"],
    ["Garbage", "Unreadable"]
  ] as const)("whose answers are lost is not paid more than twice: %s", ([fault, ended]) =>
    Effect.gen(function* () {
      const { endpoint, requests, add } = yield* StandIn.start()
      const panel = everybody(endpoint)
      add({ what: fault === "Cut" ? { _tag: fault } : { _tag: fault, body: "<html>" }, times: 9 })
      const heard = yield* Effect.either(ask(panel, "fair")).pipe(Effect.provide(world(panel)))
      assert.deepStrictEqual([Either.merge(heard)._tag, requests.length], [ended, 2])
    })
  )

  it.scopedLive("that says nothing is left after its time, and may have cost", () =>
    Effect.gen(function* () {
      const { endpoint, add } = yield* StandIn.start()
      const panel = everybody(endpoint, { timeout_seconds: 1 })
      add({ what: { _tag: "Hang" } })
      yield* Effect.gen(function* () {
        const error = yield* Effect.flip(ask(panel, "fair"))
        assert.include(error.message, "said nothing for 1s")
        assert.isAbove((yield* today)[0]?.cost ?? 0, 0)
      }).pipe(Effect.provide(world(panel, { tries: 1 })))
    })
  )

  it.scopedLive("that can't be reached costs nothing", () =>
    Effect.gen(function* () {
      const panel = everybody("http://127.0.0.1:9/v1")
      yield* Effect.gen(function* () {
        assert.include((yield* Effect.flip(ask(panel, "fair"))).message, "can't be reached")
        const [line] = yield* today
        assert.deepStrictEqual([line?.calls, line?.cost], [2, MicroDollars.make(0)])
      }).pipe(Effect.provide(world(panel, { tries: 2 })))
    })
  )

  it.scopedLive("is asked no more at once than its panel says", () =>
    Effect.gen(function* () {
      const { endpoint, requests, mostAtOnce } = yield* StandIn.start()
      const panel = everybody(endpoint, { at_once: 2 })
      yield* Effect.all(
        Array.from({ length: 6 }, () => ask(panel, "slow")),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(world(panel)))
      assert.deepStrictEqual([requests.length, mostAtOnce()], [6, 2])
    })
  )
})

describe("the day's budget", () => {
  it.scopedLive("stops asking before it is exceeded, whatever is asked at once, and a restart changes nothing", () =>
    Effect.gen(function* () {
      const { endpoint, requests } = yield* StandIn.start()
      const panel = { ...everybody(endpoint), daily_budget: MicroDollars.make(20_000) }
      yield* Effect.gen(function* () {
        const answers = yield* Effect.all(
          Array.from({ length: 8 }, () => Effect.either(ask(panel, "fair"))),
          { concurrency: "unbounded" }
        )
        const stopped = answers.flatMap((one) => (Either.isLeft(one) ? [one.left] : []))
        assert.isAbove(stopped.length, 0)
        assert.strictEqual(requests.length, 8 - stopped.length)
        assert.isTrue(stopped.every(({ _tag }) => _tag === "BudgetUsedUp"))
        assert.include(stopped[0]?.message ?? "", "of 20000 micro-dollars")
        const { spentOn, begin } = yield* JudgeCalls
        const day = dayOf(Date.now())
        assert.isAtMost(yield* spentOn(day), 20_000)
        // A process that died in the middle of a question: its reservation stays.
        const before = yield* spentOn(day)
        const budget = MicroDollars.make(20_000)
        const reserved = MicroDollars.make(budget - before)
        const call: BegunCall = { ...question.tag, activity: "a/b", judge: Name.make("fair"), model: "fair", reserved }
        assert.isTrue(Option.isSome(yield* begin(call, budget)))
        assert.isTrue(Option.isNone(yield* begin({ ...call, reserved: MicroDollars.make(1) }, budget)))
        assert.strictEqual(yield* spentOn(day), budget)
        const asked = requests.length
        const restarted = yield* Effect.flip(ask(panel, "fair").pipe(Effect.provide(Layer.fresh(judgesLayer({ panel, keys: new Map() })))))
        assert.deepStrictEqual([restarted._tag, requests.length], ["BudgetUsedUp", asked])
      }).pipe(Effect.provide(world(panel)))
    })
  )
})
