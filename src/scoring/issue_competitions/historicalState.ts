/** Maps failed reads of historical state to an error that names the cause. */
import { Effect, Schema } from "effect"
import { ChainUnavailable, isPruned } from "../../layers/chain/node/Chain.ts"

/** The node has pruned the requested state. */
export class StatePruned extends Schema.TaggedError<StatePruned>()("StateForgotten", {
  endpoint: Schema.String,
  what: Schema.String
}) {
  override get message() {
    return `${this.endpoint} no longer has the chain's state at ${this.what}: give --endpoint the address of an archive node`
  }
}

/** Reports pruned state as `StatePruned`; other errors pass through. `what` names the point in the past. */
export const orStatePruned =
  (what: string) =>
  <A, E, R>(reads: Effect.Effect<A, E | ChainUnavailable, R>): Effect.Effect<A, E | ChainUnavailable | StatePruned, R> =>
    Effect.mapError(reads, (error) =>
      error instanceof ChainUnavailable && isPruned(error) ? new StatePruned({ endpoint: error.endpoint, what }) : error
    )
