/** `gittensor quality canaries`, `costs` and `status`, with judges of a simulated server. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { start } from "../../../lab/devnet/judges/JudgeStandIn.ts"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import { DuelTables, layer as duelTables } from "../../../src/quality/store/DuelTables.ts"
import { layerTables } from "../../../src/quality/store/QualityRecords.ts"
import { folder, run } from "../../support/cli/support.ts"
import { judgeText } from "../../support/judges/panel.ts"
import { heldDuel } from "../../support/quality/duels.ts"

const KEY = "sk-abcdefghijkl"

describe("gittensor quality", () => {
  it.scopedLive("measures how often judges fall, and shows what that cost and what is left", () =>
    Effect.gen(function* () {
      const { endpoint, requests } = yield* start()
      const data = yield* folder
      const judges = join(data, "judges.json")
      const panel = {
        daily_budget: 1_000_000,
        judges: [judgeText(endpoint, "fair", "one"), judgeText(endpoint, "gullible", "two", { key_variable: "MODEL_KEY" })]
      }
      writeFileSync(judges, JSON.stringify(panel))
      const canaries = (env: Readonly<Record<string, string>>) => run(["quality", "canaries", "--data", data, "--judges", judges], env)
      const nowhere = yield* canaries({ MODEL_KEY: KEY })
      assert.notStrictEqual(nowhere.code, 0)
      assert.include(nowhere.stderr, "does not exist")
      const { duel } = heldDuel()
      yield* Effect.gen(function* () {
        const duels = (yield* DuelTables).duelsOf("chain-contract")
        yield* duels.begin(duel.pair, duel.seed)
        const { outcome, jurors, panel } = duel
        if (outcome !== null) yield* duels.end(duel.pair, { outcome, reason: null, jurors, panel })
      }).pipe(Effect.provide(duelTables.pipe(Layer.provide(layerTables), Layer.provide(sqliteLayer(join(data, "quality.sqlite"))))))
      const status = yield* run(["quality", "status", "--data", data], {})
      assert.match(status.stdout, /^duel +acme\/widgets#77 against acme\/widgets#78 +a +20/m)
      const before = yield* run(["quality", "costs", "--data", data], {})
      assert.include(before.stdout, "no judge was asked")
      const keyless = yield* canaries({})
      assert.include(keyless.stderr, "set MODEL_KEY")
      assert.lengthOf(requests, 0)
      const measured = yield* canaries({ MODEL_KEY: KEY })
      assert.deepStrictEqual([measured.code, measured.stderr], [0, ""])
      assert.match(measured.stdout, /^fair +fair +fell for 0 of 16 \(0%\)\s*$/m)
      assert.match(measured.stdout, /^gullible.* fell for 6 of 16 .*is not asked in duels: more than 20%$/m)
      assert.strictEqual(requests.at(-1)?.authorization ?? `Bearer ${KEY}`, `Bearer ${KEY}`)
      const costs = yield* run(["quality", "costs", "--data", data, "--json"], {})
      const { today, lines, total } = JSON.parse(costs.stdout)
      assert.strictEqual(today.spent, total)
      assert.strictEqual(today.left, 1_000_000 - total)
      assert.deepStrictEqual(
        lines.map(({ judge, stage, calls, open }: Record<string, unknown>) => [judge, stage, calls, open]),
        [
          ["fair", "canary", 32, 0],
          ["gullible", "canary", 32, 0]
        ]
      )
    })
  )
})
