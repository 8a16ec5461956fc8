/** A dev chain in its own process, for tests that kill it: `bun keptNode.ts FOLDER`. Its first line is its endpoint. */
import { Duration, Effect } from "effect"
import { devChain } from "./support.ts"

await Effect.runPromise(
  Effect.scoped(
    Effect.gen(function* () {
      const node = yield* devChain({ keep: process.argv[2] ?? "", blockTime: Duration.millis(20), retention: 200 })
      console.log(node.endpoint)
      return yield* Effect.never
    })
  )
)
