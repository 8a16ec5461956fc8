import { readFileSync } from "node:fs"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { MOST_PAY_RATIO, playAll, tableOf } from "../../lab/simulation/contributions/table.ts"
import { withPart } from "../../scripts/marked.ts"
import { layerBuiltIn } from "../../src/layers/chain/roster/Roster.ts"
import * as FileScorer from "../../src/scoring/oss_contributions/score/FileScorer.ts"
import { processes } from "../support/processes.ts"

layer(Layer.merge(Layer.provide(FileScorer.layer({ processes: 1 }), processes), layerBuiltIn))(
  "what somebody tries instead of working more",
  (it) => {
    it.effect(
      "earns at most a tenth more than the same work by the rules that pay for work, but for what docs/fairness.md says is left",
      () =>
        Effect.gen(function* () {
          const all = yield* playAll
          const paid = all.filter(({ work }) => work > MOST_PAY_RATIO)
          for (const { name, residual } of paid) assert.isDefined(residual, name)
          assert.isAtMost(paid.length, 7)
          const document = readFileSync(new URL("../../docs/fairness.md", import.meta.url), "utf8")
          assert.strictEqual(withPart(document, "strategies", tableOf(all)), document, "docs/fairness.md is stale: run npm run generate")
        })
    )
  }
)
