/** Computes weights from the rewards for contributions, which needs the roster's pools and the rewards of the other pools. */
import { Context, type Effect } from "effect"
import type { EpochState } from "../../domain/EpochState.ts"
import type { LeafRules } from "../../rules/consensus/challenge.ts"
import type { WeightInputs } from "./examineWeights.ts"

/** Weights cannot be compared. `missing` says which option would allow it. `later`: another attempt may succeed. */
export interface Unknown {
  readonly missing: string
  readonly later?: boolean
}

export class Weighing extends Context.Tag("gittensor/Weighing")<
  Weighing,
  {
    /** `inForce`: the hash of the roster that the epoch's reports must name; null if there is no report. */
    readonly of: (facts: EpochState, inForce: string | null) => Effect.Effect<WeightInputs | Unknown>
    /** The rules by which that roster scores single records; undefined where the roster is not known. */
    readonly leaves: (facts: EpochState, inForce: string | null) => Effect.Effect<Pick<LeafRules, "whyFalse"> | undefined>
  }
>() {}
