/** Duels by `gittensor work --judges` on a real Postgres: workers are killed between answers, and each duel runs once. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Option, Redacted, Schema } from "effect"
import * as StandIn from "../../../lab/devnet/judges/JudgeStandIn.ts"
import { IssueNumber, IssueRef } from "../../../src/domain/IssueRef.ts"
import { DuelPair, duelName } from "../../../src/domain/quality/DuelRecord.ts"
import { Panel } from "../../../src/domain/quality/Panel.ts"
import * as PullRequestHeads from "../../../src/layers/github/PullRequestHeads.ts"
import { layerClient } from "../../../src/layers/storage/durable/engine.ts"
import * as Executions from "../../../src/layers/storage/durable/executions.ts"
import { duelGroup } from "../../../src/quality/duel/Duel.ts"
import { DuelCourt } from "../../../src/quality/duel/DuelCourt.ts"
import { layer as courtLayer } from "../../../src/quality/duel/DuelCourtByEngine.ts"
import * as DuelTables from "../../../src/quality/store/DuelTables.ts"
import * as JudgeCalls from "../../../src/quality/store/JudgeCalls.ts"
import { layerTables } from "../../../src/quality/store/QualityRecords.ts"
import * as WorkDatabase from "../../../src/quality/WorkDatabase.ts"
import { ALICE } from "../../support/api/seed.ts"
import { eventually, folder, start } from "../../support/cli/support.ts"
import { freshUrl, postgresIsAvailable } from "../../support/database/support.ts"
import { freePort } from "../../support/freePort.ts"
import { CALC, gitStory } from "../../support/github/gitStory.ts"
import { judgeText, panelOf } from "../../support/judges/panel.ts"

const CONTRACT = "chain-contract"
const decodePair = Schema.decodeUnknownSync(DuelPair)
const seedOf = (block: number) => ({ block, randomness: `0x${block.toString(16).padStart(64, "0")}` })

/** Bob's pull requests of the story, and one of Cleo's. */
const PAIRS = [
  [2, 4],
  [3, 4]
] as const
/** Three judges in both orders. */
const QUESTIONS = PAIRS.length * 6

const headOf = (number: number, account: number) =>
  Effect.map(
    Effect.flatMap(PullRequestHeads.PullRequestHeads, ({ read }) =>
      read(new IssueRef({ repository: CALC, number: IssueNumber.make(number) }))
    ),
    ({ head, base }) => ({ issue: 3, hotkey: ALICE, account, repository: CALC, number, commit: head, base })
  )

describe.skipIf(!postgresIsAvailable)("duels by workers", () => {
  it.scopedLive("are held once each, and every question is paid once but for the one in flight when all workers are killed", () =>
    Effect.gen(function* () {
      const { env: gitHub } = yield* gitStory()
      const { add, endpoint, requests } = yield* StandIn.start()
      const database = yield* freshUrl("empty")
      const judges = join(yield* folder, "judges.json")
      const panel = panelOf([
        judgeText(endpoint, "fair", "one"),
        judgeText(endpoint, "noisy", "two"),
        judgeText(endpoint, "fair-two", "one", { key_variable: "MODEL_KEY" })
      ])
      writeFileSync(judges, JSON.stringify(Schema.encodeSync(Panel)(panel)))
      const worker = Effect.gen(function* () {
        const port = yield* Effect.promise(freePort)
        const env = { ...gitHub, GITTENSOR_WORK_DATABASE: database, MODEL_KEY: "sk-0123456789" }
        const running = yield* start(["work", "--take", "verify", "--judges", judges, "--port", String(port), "--json"], env)
        yield* running.ready
        return running
      })
      const group = duelGroup(panel)
      const services = Layer.merge(courtLayer(group, CONTRACT), JudgeCalls.layer).pipe(
        Layer.provide(layerClient(group)),
        Layer.provide(DuelTables.layer),
        Layer.provide(layerTables),
        Layer.provideMerge(WorkDatabase.layer(Redacted.make(database))),
        Layer.provideMerge(PullRequestHeads.layer)
      )
      yield* Effect.gen(function* () {
        const { duels, submit } = yield* DuelCourt
        const { costs } = yield* JudgeCalls.JudgeCalls
        const pairs = yield* Effect.forEach(PAIRS, ([bobs, cleos]) =>
          Effect.map(Effect.all([headOf(bobs, 1), headOf(cleos, 2)]), ([a, b]) => decodePair({ issue: 3, number: 1, a, b }))
        )
        const answersOf = Effect.map(Effect.forEach(pairs, duels.answers), (answers) => answers.flat().length)
        const totals = Effect.map(costs("2000-01-01"), (lines) => ({
          calls: lines.reduce((sum, { calls }) => sum + calls, 0),
          open: lines.reduce((sum, { open }) => sum + open, 0)
        }))

        const first = yield* Effect.all([worker, worker], { concurrency: 2 })
        add({ model: "fair", what: { _tag: "Hang" } })
        for (const [index, pair] of pairs.entries()) yield* submit(yield* duels.begin(pair, seedOf(index + 1)))
        yield* eventually(
          "all answers but those that wait for the one that hangs",
          Effect.map(answersOf, (count) => (count === QUESTIONS - 2 ? true : undefined))
        )
        assert.deepStrictEqual(yield* totals, { calls: QUESTIONS - 1, open: 1 })
        for (const { signal } of first) yield* signal("SIGKILL")
        for (const { exited } of first) yield* exited

        yield* worker
        const ended = yield* eventually(
          "the duels to end",
          Effect.map(Effect.forEach(pairs, duels.find), (found) => {
            const all = found.flatMap(Option.toArray)
            return all.every(({ endedAt }) => endedAt !== null) ? all : undefined
          })
        )
        for (const { outcome, pair, reason } of ended)
          assert.deepStrictEqual([outcome?.asked, outcome?.opinions.length], [3, 3], `${duelName(pair)}: ${reason}`)
        assert.deepStrictEqual(yield* totals, { calls: QUESTIONS + 1, open: 1 })
        const bodies = requests.map(({ body }) => body)
        assert.lengthOf(bodies, QUESTIONS + 1)
        assert.strictEqual(new Set(bodies).size, QUESTIONS)
        const isSecond = (body: string, index: number) => bodies.indexOf(body) < index
        assert.deepStrictEqual(
          requests.filter(({ body }, index) => isSecond(body, index)).map(({ model }) => model),
          ["fair"]
        )
        yield* eventually(
          "the end of both executions",
          Effect.map(Executions.workState, ({ workflows }) =>
            workflows.every(({ finished, unfinished }) => finished === PAIRS.length && unfinished === 0) ? true : undefined
          )
        )
      }).pipe(Effect.provide(services), Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(gitHub)))))
    })
  )
})
