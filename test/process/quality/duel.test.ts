/** Duels while the process is killed: each question is paid for once, except those in flight; the day's budget holds, and there is one result. */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema, Stream } from "effect"
import * as StandIn from "../../../lab/devnet/judges/JudgeStandIn.ts"
import { Panel } from "../../../src/domain/quality/Panel.ts"
import { DuelTables } from "../../../src/quality/store/DuelTables.ts"
import { JudgeCalls } from "../../../src/quality/store/JudgeCalls.ts"
import { eventually, folder } from "../../support/cli/support.ts"
import { judgeText, panelOf } from "../../support/judges/panel.ts"
import { CONTRACT, type DuelProcess, PAIR, tables } from "../../support/quality/duelProcess.ts"
import { exitOf, type Killable, startKillable } from "../../support/quality/killable.ts"

const SCRIPT = fileURLToPath(new URL("../../support/quality/duelProcess.ts", import.meta.url))
const MODELS = ["fair", "noisy", "fair-two"] as const
const encodePanel = Schema.encodeSync(Panel)

/** Starts a process that runs the duel, and is killed when the scope ends. */
const startDuel = (given: DuelProcess) => startKillable(SCRIPT, given)
const errorsOf = (child: Killable) => Effect.promise(() => new Response(child.stderr).text())

/** The duel and its cost in the file. */
const stateOf = (file: string) =>
  Effect.gen(function* () {
    const duels = (yield* DuelTables).duelsOf(CONTRACT)
    const lines = yield* (yield* JudgeCalls).costs("2000-01-01")
    return {
      outcome: Option.getOrThrow(yield* duels.find(PAIR)).outcome,
      answers: (yield* duels.answers(PAIR)).length,
      calls: lines.reduce((sum, { calls }) => sum + calls, 0),
      open: lines.reduce((sum, { open }) => sum + open, 0),
      cost: lines.reduce((sum, { cost }) => sum + cost, 0)
    }
  }).pipe(Effect.provide(tables(file)))

const judgesAt = (endpoint: string) => MODELS.map((model, index) => judgeText(endpoint, model, index === 1 ? "b" : "a"))

describe("a duel", () => {
  it.scopedLive("pays each question once but for what was in flight, and has one result, whenever its process is killed", () =>
    Effect.gen(function* () {
      const { add, endpoint, requests } = yield* StandIn.start()
      const file = join(yield* folder, "quality.sqlite")
      const panel = encodePanel(panelOf(judgesAt(endpoint)))
      const hang = (times: number, model?: string) => add({ times, ...(model === undefined ? {} : { model }), what: { _tag: "Hang" } })
      /** Runs a process until it is killed or ends, and returns the questions that it asked. */
      const asked = (dieAt: DuelProcess["dieAt"], until?: Effect.Effect<true | undefined>) =>
        Effect.gen(function* () {
          const before = requests.length
          const child = yield* startDuel({ file, panel, dieAt })
          if (until !== undefined) {
            yield* eventually("the moment to kill", until)
            child.kill("SIGKILL")
          }
          const code = yield* exitOf(child)
          assert.strictEqual(child.signalCode, dieAt === null && until === undefined ? null : "SIGKILL", yield* errorsOf(child))
          if (child.signalCode === null) assert.strictEqual(code, 0)
          return requests.slice(before).map(({ body }) => body)
        }).pipe(Effect.scoped)

      hang(3)
      const first = yield* asked(
        null,
        Effect.sync(() => (requests.length === 3 ? true : undefined))
      )
      assert.strictEqual(new Set(first).size, 3, "one of each judge")
      assert.deepInclude(yield* stateOf(file), { answers: 0, calls: 3, open: 3, outcome: null })

      const second = yield* asked("answer")
      assert.includeMembers(first, second, "the same questions again")
      assert.strictEqual((yield* stateOf(file)).answers, 0)

      hang(1, "fair")
      const four = Effect.map(stateOf(file), ({ answers }) => (answers === 4 ? (true as const) : undefined))
      const third = yield* asked(null, Effect.orDie(four))
      assert.strictEqual(new Set(third).size, 5)
      const inFlight = third.filter((body) => body.includes('"model":"fair",'))
      assert.lengthOf(inFlight, 1)

      const fourth = yield* asked("result")
      assert.lengthOf(fourth, 2)
      assert.strictEqual(fourth[0], inFlight[0])
      const paid = yield* stateOf(file)
      assert.deepInclude(paid, { answers: 6, outcome: null, calls: requests.length })

      assert.deepStrictEqual(yield* asked(null), [])
      const ended = yield* stateOf(file)
      assert.deepStrictEqual({ ...ended, outcome: null }, paid)
      assert.deepInclude(ended.outcome, { result: "a", asked: 3 })
      assert.lengthOf(ended.outcome?.opinions ?? [], 3)
      assert.deepStrictEqual(yield* asked(null), [])
      assert.deepStrictEqual(yield* stateOf(file), ended)
    })
  )

  it.scopedLive("keeps within the day's budget over restarts, with what was in flight counted in full", () =>
    Effect.gen(function* () {
      const { add, endpoint, requests } = yield* StandIn.start()
      const file = join(yield* folder, "quality.sqlite")
      const run = (dailyBudget: number) =>
        startDuel({ file, panel: encodePanel(panelOf(judgesAt(endpoint), { daily_budget: dailyBudget })), dieAt: null })
      const killedAt = (dailyBudget: number, questions: number) =>
        Effect.gen(function* () {
          const child = yield* run(dailyBudget)
          yield* eventually(
            "the questions",
            Effect.sync(() => (requests.length === questions ? true : undefined))
          )
          child.kill("SIGKILL")
          yield* exitOf(child)
        }).pipe(Effect.scoped)

      // Each question reserves the same amount, so the three in flight show the amount for one.
      add({ times: 4, what: { _tag: "Hang" } })
      yield* killedAt(1_000_000, 3)
      const three = yield* stateOf(file)
      assert.deepInclude(three, { calls: 3, open: 3 })
      const budget = Math.ceil((4.5 * three.cost) / 3)
      yield* killedAt(budget, 4)
      const child = yield* run(budget)
      const log = Stream.fromReadableStream(() => child.stdout, String).pipe(Stream.decodeText(), Stream.splitLines)
      yield* Stream.runHead(Stream.filter(log, (line) => line.includes("is used up")))
      const after = yield* stateOf(file)
      assert.deepInclude(after, { calls: 4, open: 4, outcome: null })
      assert.isAtMost(after.cost, budget)
      assert.lengthOf(requests, 4)
    })
  )
})
