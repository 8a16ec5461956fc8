/** The scoring process of `play`: a round for each line of its input, which is the time in milliseconds since 1970. */
import { Database } from "bun:sqlite"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { Duration, Effect, Layer, ManagedRuntime, Option } from "effect"
import { Contributions } from "../../src/layers/github/contributions/Contributions.ts"
import { LONG_RUNNING, tidyMemory } from "../../src/layers/machine/telemetry/memory.ts"
import { methodsOf } from "../../src/rules/contributions/files/totals.ts"
import { scoreLoadedFiles } from "../../src/scoring/oss_contributions/score/scoreLoadedFiles.ts"
import { processorSeconds, requestFor, services } from "../contributions/world.ts"
import { confined, megabytesOf } from "../machine.ts"
import type { Round } from "./Round.ts"

const [url = "", folder = "", limit = "", tokens = "", accounts = "", repositories = ""] = process.argv.slice(2)

const { caches, layer } = services(url, tokens.split(","), folder)

/** The number of scores in a file of entries. */
const entriesIn = (file: string): number => {
  const database = new Database(join(caches, file), { readonly: true })
  const entries = database.query("SELECT count(*) FROM entries").values()[0]?.[0]
  database.close()
  return Number(entries)
}

const round = (now: number) =>
  Effect.gen(function* () {
    const [started, startedCpu] = [performance.now(), processorSeconds()]
    const { cost, forgetRound, load } = yield* Contributions
    const before = yield* cost
    const request = { ...requestFor(repositories.split(","), accounts.split(","), now), goesOn: true }
    const scoring = Effect.flatMap(load(request), (loaded) => scoreLoadedFiles(loaded, ({ files }) => methodsOf(files)))
    const ended = yield* Effect.timeoutOption(Effect.zipLeft(scoring, forgetRound), Duration.minutes(Number(limit)))
    const after = yield* cost
    return {
      isEnded: Option.isSome(ended),
      scored: Option.match(ended, { onNone: () => 0, onSome: ({ totals }) => totals.size }),
      onDisk: entriesIn("scored.sqlite"),
      missing: Option.match(ended, { onNone: () => 0, onSome: ({ missing }) => missing.length }),
      seconds: Math.round((performance.now() - started) / 100) / 10,
      cpuSeconds: Math.round((processorSeconds() - startedCpu) * 10) / 10,
      points: after.points - before.points,
      megabytes: Math.round(megabytesOf("self", "VmRSS")),
      peak: Math.round(megabytesOf("self", "VmHWM"))
    } satisfies Round
  })

const tidied = Layer.scopedDiscard(Effect.forkScoped(tidyMemory(LONG_RUNNING)))
const runtime = ManagedRuntime.make(layer.pipe(Layer.merge(tidied), Layer.provideMerge(confined), Layer.orDie))
for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(await runtime.runPromise(round(Number(line)))))
