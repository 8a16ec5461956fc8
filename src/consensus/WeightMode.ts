/** By what a validator sets its weights for contributions, with the services that this takes. */
import { Context, Effect, Layer } from "effect"
import type { OpenEpoch } from "../layers/chain/axon/reports/OpenEpoch.ts"
import type { PeerReports } from "../layers/chain/axon/reports/PeerReports.ts"
import type { Challenges } from "../layers/storage/dataFolder/Challenges.ts"
import type { Divergences } from "../layers/storage/dataFolder/Divergences.ts"
import type { Equivocations } from "../layers/storage/dataFolder/Equivocations.ts"
import type { Openings } from "../layers/storage/dataFolder/Openings.ts"
import type { PeerArchive } from "../layers/storage/dataFolder/PeerArchive.ts"
import type { Settlements } from "../layers/storage/dataFolder/Settlements.ts"

/**
 * `own`: by its own scores. `shadow`: by its own scores, and it takes part in consensus, so that the two can be compared. `consensus`: by what the validators
 * measured together.
 */
export const WEIGHT_MODES = ["own", "shadow", "consensus"] as const
export type WeightModeName = (typeof WEIGHT_MODES)[number]

export type ConsensusServices = OpenEpoch | PeerReports | PeerArchive | Equivocations | Challenges | Openings | Settlements | Divergences

/** The validator reports its scores and counts those of others. */
export interface TakingPart {
  readonly _tag: "TakingPart"
  /** Whether weights are set by what is counted. */
  readonly sets: boolean
  /** Whether a report counts only if its hash was committed on the chain before reports were opened. */
  readonly requireCommitment: boolean
  /** How many records of each other report are scored again. */
  readonly rescoredRecords: number
  readonly services: Context.Context<ConsensusServices>
}

export interface Alone {
  readonly _tag: "Alone"
}

/** Without a layer, a validator sets its weights alone, by its own scores. */
export class WeightMode extends Context.Reference<WeightMode>()("gittensor/WeightMode", {
  defaultValue: (): TakingPart | Alone => ({ _tag: "Alone" })
}) {}

/** The mode `shadow`, or with `sets` the mode `consensus`. */
export const layerTakingPart = (options: Omit<TakingPart, "_tag" | "services">): Layer.Layer<never, never, ConsensusServices> =>
  Layer.effect(
    WeightMode,
    Effect.map(Effect.context<ConsensusServices>(), (services): TakingPart => ({ _tag: "TakingPart", ...options, services }))
  )
