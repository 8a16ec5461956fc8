import { makeWorld, NOW } from "./contributions/world.ts"
import { Effect } from "effect"
import { megabytesOf } from "./memory.ts"
const times = Number(process.argv[2])
await Effect.runPromise(Effect.scoped(Effect.gen(function* () {
  const t = performance.now()
  const world = yield* makeWorld({ repositories: 50 * times, miners: 256, pullRequests: 4877 * times, tokens: 17 }, { _tag: "Fixed", at: NOW })
  console.log("built", performance.now() - t, megabytesOf("self", "VmHWM"), megabytesOf("self", "VmRSS"))
  Bun.gc(true)
  const { heapStats } = yield* Effect.promise(() => import("bun:jsc"))
  console.log(megabytesOf("self", "VmRSS"), heapStats().heapSize / 1e6, Object.entries(heapStats().objectTypeCounts).toSorted((a, b) => b[1] - a[1]).slice(0, 14))
  yield* Effect.sleep(1)
  void world
})))
