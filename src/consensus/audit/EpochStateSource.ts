/** Where an audit has the facts of an epoch from: a node that still has the epoch's state, or an index that has written them down. */
import { Context, type Effect } from "effect"
import type { EpochState } from "../../domain/EpochState.ts"

/** An error that says what to do. */
export interface FactsMissing {
  readonly _tag: string
  readonly message: string
}

export class EpochStateSource extends Context.Tag("gittensor/FactSource")<
  EpochStateSource,
  { readonly of: (epoch: number) => Effect.Effect<EpochState, FactsMissing> }
>() {}
