/** How weights follow from the rewards for contributions, which depends on the roster's pools and on who earns from the other ones. */
import { Context, type Effect } from "effect"
import type { EpochState } from "../../domain/EpochState.ts"
import type { WeightInputs } from "./examineWeights.ts"

/** The text says what there is to give so that weights can be compared. `later`: the same question may be answered another time. */
export interface Unknown {
  readonly missing: string
  readonly later?: boolean
}

export class Weighing extends Context.Tag("gittensor/Weighing")<
  Weighing,
  {
    /** `inForce`: the hash of the roster that the epoch's reports must name; null if there is no report. */
    readonly of: (facts: EpochState, inForce: string | null) => Effect.Effect<WeightInputs | Unknown>
  }
>() {}
