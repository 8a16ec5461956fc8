import { it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { variants } from "../database/support.ts"
import { seed } from "./seed.ts"
import { ask, serve } from "./serving.ts"
it.scoped("x", () => Effect.gen(function* () {
  yield* seed
  console.log("seeded")
  const url = yield* serve()
  console.log("served", yield* TestClock.sleeps())
  yield* TestClock.setTime(1_000_000)
  console.log("set 1", yield* TestClock.sleeps())
  console.log((yield* ask(`${url}/health`)).status)
  yield* TestClock.setTime(Date.UTC(2026, 0, 1))
  console.log("set 2", yield* TestClock.sleeps())
  console.log((yield* ask(`${url}/health`)).status)
}).pipe(Effect.provide(variants[0]!.layer)))
