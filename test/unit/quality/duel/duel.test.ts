/** The workflow of a duel, with an in-memory engine and judges. */
import { assert, describe, it } from "@effect/vitest"
import { WorkflowEngine } from "@effect/workflow"
import { Clock, Duration, Effect, Either, Layer, Option, TestClock } from "effect"
import { IssueNumber } from "../../../../src/domain/IssueRef.ts"
import { digestOf } from "../../../../src/domain/quality/Artefact.ts"
import type { DuelOrder } from "../../../../src/domain/quality/Duel.ts"
import { type DuelPair, duelName } from "../../../../src/domain/quality/DuelRecord.ts"
import { MicroDollars } from "../../../../src/domain/quality/Panel.ts"
import { shownDuel } from "../../../../src/domain/quality/ShownDuel.ts"
import { layer as sqliteLayer } from "../../../../src/layers/storage/sqlite/client.ts"
import { duelGroup, layerDuel } from "../../../../src/quality/duel/Duel.ts"
import { DuelCourt } from "../../../../src/quality/duel/DuelCourt.ts"
import { layer as courtLayer } from "../../../../src/quality/duel/DuelCourtByEngine.ts"
import { DuelSides } from "../../../../src/quality/duel/DuelSides.ts"
import { probing } from "../../../../src/quality/duel/probeStability.ts"
import { BudgetUsedUp, type JudgeQuestion, Judges, JudgeUnavailable } from "../../../../src/quality/judges/Judges.ts"
import { ArtefactKeeper } from "../../../../src/quality/pipeline/ArtefactKeeper.ts"
import { StepFailed } from "../../../../src/quality/pipeline/HeadSteps.ts"
import { DuelTables, layer as duelTables } from "../../../../src/quality/store/DuelTables.ts"
import { layerTables } from "../../../../src/quality/store/QualityRecords.ts"
import { PROMPT } from "../../../../src/rules/quality/duel/prompt.ts"
import { judgeText, panelOf } from "../../../support/judges/panel.ts"
import { ANSWERS } from "../../../support/quality/duels.ts"
import { headOf } from "../../../support/quality/heads.ts"

const CONTRACT = "chain-contract"
const pair: DuelPair = { issue: headOf(1).issue, number: IssueNumber.make(42), a: headOf(1), b: headOf(2, 1) }
const seed = { block: 7, randomness: `0x${"ab".repeat(32)}` }
const ENDPOINT = "http://judges.test/v1"
const panel = panelOf(["one", "two", "three"].map((name, index) => judgeText(ENDPOINT, name, index === 1 ? "b" : "a")))

const side = (diff: string) => ({ files: [{ path: "a.ts", isStripped: true, diff, comments: [] }], leftOut: 0 })
const shown = { issue: { title: "Save twice", body: "" }, a: side("SIDE A"), b: side("SIDE B") }

const answer = (share: number): string =>
  JSON.stringify({ correctness: share, grounding: share, progress: share, protocol: share, efficiency: share, reason: "so" })

/** A question's order, by the solution that it shows first. */
const orderOf = ({ messages }: Pick<JudgeQuestion<unknown>, "messages">): DuelOrder => {
  const text = messages.map(({ content }) => content).join("\n")
  return text.indexOf("SIDE A") < text.indexOf("SIDE B") ? "ab" : "ba"
}

/** Stores nothing, and names every artefact. */
const keeper = Layer.succeed(ArtefactKeeper, {
  keep: (drafts) =>
    Effect.succeed(drafts.map(({ name, mediaType, bytes }) => ({ name, mediaType, bytes: bytes.length, digest: digestOf(bytes) })))
})

type Says = (judge: string, order: DuelOrder, time: number) => Effect.Effect<string, JudgeUnavailable | BudgetUsedUp>

const gone = (judge: string, isLasting = false) => new JudgeUnavailable({ judge, reason: "503", isLasting })

/** Judges with given answers. `asked` gets a line for each question. */
const world = (
  says: Says,
  asked: Array<string> = [],
  load: DuelSides["Type"]["load"] = () => Effect.succeed(shown),
  answeredBy: (judge: string, order: DuelOrder) => string | null = (judge) => judge
) => {
  const times = new Map<string, number>()
  const judges = Layer.succeed(Judges, {
    panel,
    ask: ({ name }, question) =>
      Effect.suspend(() => {
        const order = orderOf(question)
        const key = `${name} ${order}`
        asked.push(key)
        const time = (times.get(key) ?? 0) + 1
        times.set(key, time)
        return Effect.map(says(name, order, time), (text) => {
          const model = answeredBy(name, order)
          return Either.match(question.read(text), {
            onLeft: (why) => ({ _tag: "Unreadable", why, text, model }) as const,
            onRight: (value) => ({ _tag: "Answered", value, text, model }) as const
          })
        })
      })
  })
  const group = duelGroup(panel)
  return Layer.merge(layerDuel({ group }), courtLayer(group, CONTRACT)).pipe(
    Layer.provide([judges, Layer.succeed(DuelSides, { load }), keeper]),
    Layer.provideMerge(WorkflowEngine.layerMemory),
    Layer.provideMerge(duelTables),
    Layer.provideMerge(layerTables),
    Layer.provide(sqliteLayer(":memory:"))
  )
}

const submit = Effect.gen(function* () {
  const { duels, submit } = yield* DuelCourt
  yield* submit(yield* duels.begin(pair, seed))
})

/** The duel once it has ended; the clock advances in steps meanwhile. */
const ended = (pace: Duration.Duration = Duration.minutes(1)) =>
  Effect.gen(function* () {
    const { duels } = yield* DuelCourt
    for (let step = 0; step < 10_000; step++) {
      const found = yield* duels.find(pair)
      if (Option.isSome(found) && found.value.endedAt !== null) return { ...found.value, answers: yield* duels.answers(pair) }
      yield* TestClock.adjust(pace)
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
    return yield* Effect.dieMessage(`${duelName(pair)} did not end`)
  })

/** Prefers side a. */
const fair: Says = (_, order) => Effect.succeed(answer(order === "ab" ? 70 : 30))

describe("Duel/v1", () => {
  it.effect("asks each judge once in both orders, however often it is submitted, and keeps every answer", () => {
    const asked: Array<string> = []
    return Effect.gen(function* () {
      yield* submit
      yield* submit
      const { outcome, answers, reason } = yield* ended()
      assert.deepStrictEqual([outcome?.result, outcome?.lead, outcome?.asked, reason], ["a", 400, 3, null])
      assert.deepStrictEqual(asked.toSorted(), ["one ab", "one ba", "three ab", "three ba", "two ab", "two ba"])
      assert.lengthOf(answers, 6)
      assert.isTrue(answers.every(({ question, state, text }) => /^[0-9a-f]{64}$/.test(question) && state === "answered" && text !== ""))
      assert.strictEqual(new Set(answers.map(({ question }) => question)).size, 6)
      yield* submit
      yield* TestClock.adjust(Duration.hours(1))
      assert.lengthOf(asked, 6)
    }).pipe(Effect.provide(world(fair, asked)))
  })

  it.effect("counts no prose, and does not pay for its other order", () => {
    const asked: Array<string> = []
    const says: Says = (judge, order, time) => (judge === "one" ? Effect.succeed("The first one.") : fair(judge, order, time))
    return Effect.gen(function* () {
      yield* submit
      const { outcome, answers } = yield* ended()
      assert.deepStrictEqual([outcome?.result, outcome?.opinions.length, outcome?.asked], ["a", 2, 3])
      assert.lengthOf(
        asked.filter((one) => one.startsWith("one")),
        1
      )
      assert.deepStrictEqual(
        answers.filter(({ judge }) => judge === "one").map(({ state, shares, text }) => [state, shares, text]),
        [["unreadable", null, "The first one."]]
      )
    }).pipe(Effect.provide(world(says, asked)))
  })

  it.effect("counts answers under the model that gave them, and shows the panel", () => {
    const asked: Array<string> = []
    return Effect.gen(function* () {
      const { duels, submit: hand } = yield* DuelCourt
      const begun = yield* duels.begin(pair, seed)
      // Before the panel was changed, an older model had the seat of judge one, and preferred side b.
      for (const order of ["ab", "ba"] as const)
        yield* duels.keepAnswer(pair, {
          ...ANSWERS[0],
          judge: panel.judges[0]?.name ?? ANSWERS[0].judge,
          model: "older",
          order,
          wording: PROMPT
        })
      yield* hand(begun)
      const duel = yield* ended()
      assert.deepStrictEqual([duel.outcome?.opinions.length, duel.outcome?.lead], [2, 400])
      assert.sameMembers(
        asked.filter((one) => one.startsWith("one")),
        ["one ab", "one ba"]
      )
      const shownAnswers = shownDuel({ duel, answers: duel.answers, cost: MicroDollars.make(0) }).answers
      assert.isTrue(shownAnswers.every(({ model }) => model !== "older"))
      // The alias of judge three led to two versions.
      const states = shownAnswers.filter(({ judge }) => judge === "three").map(({ state }) => state)
      assert.sameMembers(states, ["answered", "unreadable"])
      assert.deepStrictEqual(
        duel.panel?.judges.map(({ name, model, canaries }) => [name, model, canaries]),
        panel.judges.map(({ name, model }) => [name, model, null])
      )
    }).pipe(
      Effect.provide(
        world(fair, asked, undefined, (judge, order) => (judge === "three" ? `three-${order === "ab" ? "0613" : "1106"}` : judge))
      )
    )
  })

  it.effect("asks judges that were away again, and only for what is missing", () => {
    const asked: Array<string> = []
    const says: Says = (judge, order, time) => (judge === "two" && order === "ab" && time < 3 ? gone(judge) : fair(judge, order, time))
    return Effect.gen(function* () {
      yield* submit
      const { outcome } = yield* ended()
      assert.strictEqual(outcome?.opinions.length, 3)
      assert.lengthOf(
        asked.filter((one) => one.startsWith("one")),
        2
      )
      // In one order it fails twice and then succeeds; in the other it succeeds at once.
      assert.lengthOf(
        asked.filter((one) => one.startsWith("two")),
        4
      )
    }).pipe(Effect.provide(world(says, asked)))
  })

  it.effect("says nothing where only one family answered, after the last try", () => {
    const asked: Array<string> = []
    const says: Says = (judge, order, time) => (judge === "two" ? gone(judge) : fair(judge, order, time))
    return Effect.gen(function* () {
      yield* submit
      const { outcome } = yield* ended(Duration.minutes(5))
      assert.deepStrictEqual([outcome?.result, outcome?.why, outcome?.opinions.length], ["none", "one family", 2])
      assert.lengthOf(
        asked.filter((one) => one.startsWith("two")),
        6
      )
    }).pipe(Effect.provide(world(says, asked)))
  })

  it.effect("does not ask again where no try helps", () => {
    const asked: Array<string> = []
    const says: Says = (judge, order, time) => (judge === "one" ? gone(judge, true) : fair(judge, order, time))
    return Effect.gen(function* () {
      yield* submit
      assert.deepStrictEqual((yield* ended()).outcome?.opinions.length, 2)
      assert.lengthOf(
        asked.filter((one) => one.startsWith("one")),
        1
      )
    }).pipe(Effect.provide(world(says, asked)))
  })

  it.effect("waits for the next day when the budget is used up, and for no more than three", () => {
    const spent = new BudgetUsedUp({ day: "1970-01-01", budget: 1, spent: 1, needed: 1 })
    const asked: Array<string> = []
    const days: Says = (judge, order, time) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        now < Duration.toMillis(Duration.days(2)) ? Effect.fail(spent) : fair(judge, order, time)
      )
    return Effect.gen(function* () {
      yield* submit
      const { outcome, endedAt } = yield* ended(Duration.hours(1))
      assert.strictEqual(outcome?.result, "a")
      assert.isAtLeast(endedAt ?? 0, Duration.toMillis(Duration.days(2)))
      assert.isBelow(endedAt ?? 0, Duration.toMillis(Duration.days(3)))
    }).pipe(
      Effect.provide(world(days, asked)),
      Effect.zipRight(
        Effect.gen(function* () {
          yield* submit
          const { outcome, endedAt, begunAt } = yield* ended(Duration.hours(1))
          assert.deepStrictEqual([outcome?.result, outcome?.why], ["none", "too few judges"])
          assert.isBelow((endedAt ?? 0) - begunAt, Duration.toMillis(Duration.days(5)))
        }).pipe(Effect.provide(world(() => Effect.fail(spent))))
      )
    )
  })

  it.effect("fails where a head is gone, without asking anybody", () => {
    const asked: Array<string> = []
    const lost = new StepFailed({ fault: "unknown", reason: "a force-push replaced it", isLasting: true })
    return Effect.gen(function* () {
      yield* submit
      const { outcome, reason } = yield* ended()
      assert.deepStrictEqual([outcome, reason, asked.length], [null, "a force-push replaced it", 0])
    }).pipe(Effect.provide(world(fair, asked, () => lost)))
  })

  it.effect("probes each judge once in a day with the same question, and counts the answers that changed", () => {
    const questions: Array<string> = []
    let day = 0
    const judges = Layer.succeed(Judges, {
      panel,
      ask: ({ name, model }, { messages, read }) =>
        Effect.suspend(() => {
          const order = questions.filter((one) => one.startsWith(`${name} `)).length % 2 === 0 ? "ab" : "ba"
          questions.push(`${name} ${JSON.stringify(messages)}`)
          if (name === "three") return Effect.fail(gone(name))
          // The second judge changes its mind in one of the orders on the second day.
          const isFirst = (order === "ab") !== (name === "two" && day === 1 && order === "ab")
          const text = answer(isFirst ? 70 : 30)
          return Effect.map(read(text), (value) => ({ _tag: "Answered", value, text, model }) as const).pipe(Effect.orDie)
        })
    })
    return Effect.gen(function* () {
      const { stability } = yield* DuelTables
      yield* probing
      // As in `ended`.
      const hours = (count: number) =>
        Effect.repeatN(
          Effect.zipRight(
            TestClock.adjust("1 hour"),
            Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
          ),
          count - 1
        )
      assert.lengthOf(questions, 0)
      yield* hours(2)
      assert.deepStrictEqual(questions.filter((one) => !one.startsWith("three")).length, 4)
      for (day = 1; day < 3; day++) yield* hours(24)
      const asked = questions.filter((one) => one.startsWith("one"))
      assert.deepStrictEqual([asked.length, new Set(asked).size], [6, 2])
      assert.deepStrictEqual(
        (yield* stability).map(({ judge, again, changed }) => [judge, again, changed]),
        [
          ["one", 4, 0],
          ["two", 4, 2]
        ]
      )
    }).pipe(
      Effect.scoped,
      Effect.provide(duelTables.pipe(Layer.provideMerge(layerTables), Layer.provide(sqliteLayer(":memory:")), Layer.merge(judges)))
    )
  })

  it.effect("does not ask judges that fell for canaries", () => {
    const asked: Array<string> = []
    return Effect.gen(function* () {
      const { keepCanaries } = yield* DuelTables
      const [one, two, three] = panel.judges
      if (one === undefined || two === undefined || three === undefined) return assert.fail("three judges")
      yield* keepCanaries({ judge: one.name, model: one.model, asked: 16, fell: 8 })
      // An older version of the model failed the canaries; this one does not.
      yield* keepCanaries({ judge: two.name, model: "older", asked: 16, fell: 16 })
      yield* keepCanaries({ judge: three.name, model: three.model, asked: 16, fell: 16 })
      yield* keepCanaries({ judge: three.name, model: three.model, asked: 16, fell: 1 })
      yield* submit
      assert.strictEqual((yield* ended()).outcome?.asked, 2)
      assert.isTrue(asked.every((name) => !name.startsWith("one")))
      // Without a second family there is no duel.
      yield* keepCanaries({ judge: two.name, model: two.model, asked: 16, fell: 9 })
      const other = { ...pair, b: headOf(3, 1) }
      const { duels, submit: hand } = yield* DuelCourt
      yield* hand(yield* duels.begin(other, seed))
      yield* TestClock.adjust(Duration.minutes(1))
      yield* Effect.iterate(0, {
        while: (step) => step < 200,
        body: (step) =>
          Effect.as(
            Effect.promise(() => new Promise((resolve) => setImmediate(resolve))),
            step + 1
          )
      })
      const found = Option.getOrThrow(yield* duels.find(other))
      assert.include(found.reason ?? "", "two families")
    }).pipe(Effect.provide(world(fair, asked)))
  })
})

describe("the tables of duels", () => {
  it.effect("keep what was written first", () =>
    Effect.gen(function* () {
      const { duels } = yield* DuelCourt
      const first = yield* duels.begin(pair, seed)
      const again = yield* duels.begin(pair, { block: 9, randomness: `0x${"cd".repeat(32)}` })
      assert.deepStrictEqual(again, first)
      yield* duels.end(pair, { outcome: null, reason: "one\0two", jurors: [], panel: null })
      yield* duels.end(pair, { outcome: null, reason: "later", jurors: [], panel: null })
      const found = Option.getOrThrow(yield* duels.find(pair))
      assert.strictEqual(found.reason, "one\ufffdtwo")
      assert.lengthOf(yield* duels.unfinished, 0)
      assert.lengthOf(yield* duels.of(pair.issue), 1)
    }).pipe(Effect.provide(world(fair)))
  )
})
