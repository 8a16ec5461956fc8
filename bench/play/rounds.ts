/** The process of a play that scores: a round for each line of its input, which says the time in milliseconds since 1970. */
import { createInterface } from "node:readline"
import { Effect, Layer, ManagedRuntime } from "effect"
import { layer as confined } from "../../src/layers/confined/chosen.ts"
import { Contributions } from "../../src/layers/github/contributions/Contributions.ts"
import { loadAndScoreFiles } from "../../src/scoring/oss_contributions/score/scoreLoadedFiles.ts"
import { processorSeconds, requestFor, services } from "../contributions/world.ts"
import { megabytesOf } from "../memory.ts"
import type { Round } from "./Round.ts"

const [url = "", folder = "", tokens = "", accounts = "", repositories = ""] = process.argv.slice(2)

const round = (now: number) =>
  Effect.gen(function* () {
    const [started, startedCpu] = [performance.now(), processorSeconds()]
    const { cost } = yield* Contributions
    const before = yield* cost
    const { missing, totals } = yield* loadAndScoreFiles(requestFor(repositories.split(","), accounts.split(","), now))
    const after = yield* cost
    return {
      scored: totals.size,
      missing: missing.length,
      seconds: Math.round((performance.now() - started) / 100) / 10,
      cpuSeconds: Math.round((processorSeconds() - startedCpu) * 10) / 10,
      points: after.points - before.points,
      megabytes: Math.round(megabytesOf("self", "VmRSS")),
      peak: Math.round(megabytesOf("self", "VmHWM"))
    } satisfies Round
  })

const runtime = ManagedRuntime.make(
  services(url, tokens.split(","), folder, true).layer.pipe(Layer.provideMerge(confined("where-possible")), Layer.orDie)
)
for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(await runtime.runPromise(round(Number(line)))))
