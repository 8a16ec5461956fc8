/** Reads of the past: what to say when the node has forgotten it. */
import { Effect, Schema } from "effect"
import { ChainUnavailable, isForgotten } from "../../layers/chain/Chain.ts"

/** The node keeps the state of its latest blocks only, and what was asked is older. */
export class StateForgotten extends Schema.TaggedError<StateForgotten>()("StateForgotten", {
  endpoint: Schema.String,
  what: Schema.String
}) {
  override get message() {
    return `${this.endpoint} no longer has the chain's state at ${this.what}: give --endpoint the address of an archive node, which keeps all of it`
  }
}

/** Tells a node that has forgotten from one that does not answer. `what` is where in the past the reads are. */
export const inThePast =
  (what: string) =>
  <A, E, R>(reads: Effect.Effect<A, E | ChainUnavailable, R>): Effect.Effect<A, E | ChainUnavailable | StateForgotten, R> =>
    Effect.mapError(reads, (error) =>
      error instanceof ChainUnavailable && isForgotten(error) ? new StateForgotten({ endpoint: error.endpoint, what }) : error
    )
