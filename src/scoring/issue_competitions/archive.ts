/** Maps failed reads of historical state to an error that names the cause. */
import { Effect, Schema } from "effect"
import { ChainUnavailable, isForgotten } from "../../layers/chain/node/Chain.ts"

/** The node has pruned the requested state. */
export class StateForgotten extends Schema.TaggedError<StateForgotten>()("StateForgotten", {
  endpoint: Schema.String,
  what: Schema.String
}) {
  override get message() {
    return `${this.endpoint} no longer has the chain's state at ${this.what}: give --endpoint the address of an archive node`
  }
}

/** Reports pruned state as `StateForgotten`; other errors pass through. `what` names the point in the past. */
export const inThePast =
  (what: string) =>
  <A, E, R>(reads: Effect.Effect<A, E | ChainUnavailable, R>): Effect.Effect<A, E | ChainUnavailable | StateForgotten, R> =>
    Effect.mapError(reads, (error) =>
      error instanceof ChainUnavailable && isForgotten(error) ? new StateForgotten({ endpoint: error.endpoint, what }) : error
    )
