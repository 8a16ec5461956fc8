/** Writes the table in docs/fairness.md of what attacks on the contributions' rules earn; `--check` only compares. */
import { readFileSync } from "node:fs"
import { Effect, Layer } from "effect"
import { playAll, tableOf } from "../lab/simulation/contributions/table.ts"
import { layerBuiltIn } from "../src/layers/chain/roster/Roster.ts"
import { layer as processes } from "../src/layers/machine/confined/asProcesses.ts"
import * as FileScorer from "../src/scoring/oss_contributions/score/FileScorer.ts"
import { withPart } from "./marked.ts"
import { settle } from "./settle.ts"

const path = "docs/fairness.md"
const services = Layer.merge(Layer.provide(FileScorer.layer({ processes: 1 }), processes), layerBuiltIn)
const all = await Effect.runPromise(Effect.provide(playAll, services))
settle(path, withPart(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"), "strategies", tableOf(all)))
