/** The source of an epoch's facts for an audit: a node that still has the epoch's state, or an index that recorded them. */
import { Context, type Effect } from "effect"
import type { EpochState } from "../../domain/EpochState.ts"

/** An error whose message names the remedy. */
export interface FactsMissing {
  readonly _tag: string
  readonly message: string
}

export class EpochStateSource extends Context.Tag("gittensor/FactSource")<
  EpochStateSource,
  { readonly of: (epoch: number) => Effect.Effect<EpochState, FactsMissing> }
>() {}
