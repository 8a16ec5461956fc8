/** The program that `npm run bench -- scoring` measures, on a machine without a sandbox. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Driver } from "../../../bench/scoring/driver.ts"
import { folder } from "../../support/folder.ts"
import { root } from "../../support/sources.ts"

it.scopedLive("its answers stay apart from the warning that there is no sandbox", () =>
  Effect.gen(function* () {
    const place = yield* folder
    const [pairs, scores] = [join(place, "pairs.jsonl"), join(place, "scores.json")]
    writeFileSync(pairs, JSON.stringify({ grammar: "typescript", base: "export const a = 1\n", head: "export const a = 2 + 3\n" }))
    const ours = [process.execPath, join(root, "bench/scoring/ours.ts"), "1"]
    // Nothing is found here, so neither is a sandbox.
    const driver = new Driver({ command: ["env", `PATH=${place}`, ...ours], oneCore: false })
    yield* Effect.addFinalizer(() => Effect.promise(() => driver.end()))
    // Throws when a line is anything else than the answer.
    yield* Effect.promise(() => driver.run("load", pairs))
    yield* Effect.promise(() => driver.run("score", scores))
    const [score] = JSON.parse(readFileSync(scores, "utf8"))
    assert.isAbove(score.score, 0)
  })
)
