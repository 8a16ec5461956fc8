import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"

/**
 * Asserts the number of requests that an effect sends to the chain. The connection's heartbeat, every ten seconds, is counted too, so the effect runs
 * up to three times until the number is right.
 */
export const inRequests = <A, E, R>(wanted: number, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Chain> =>
  Effect.gen(function* () {
    const { requestCount } = yield* Chain
    const counts: Array<number> = []
    for (;;) {
      const before = yield* requestCount
      const value = yield* effect
      counts.push((yield* requestCount) - before)
      if (counts.includes(wanted)) return value
      if (counts.length === 3) assert.fail(`wanted ${wanted} requests, but counted ${counts.join(", ")}`)
    }
  })
