/** The mode in which a validator sets its weights for contributions, with the services that the mode needs. */
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
 * `own`: by its own scores. `shadow`: by its own scores, while it takes part in consensus, so that both can be compared. `consensus`: by the
 * aggregate of all validators' reports.
 */
export const WEIGHT_MODES = ["own", "shadow", "consensus"] as const
export type WeightModeName = (typeof WEIGHT_MODES)[number]

export type ConsensusServices = OpenEpoch | PeerReports | PeerArchive | Equivocations | Challenges | Openings | Settlements | Divergences

/** The validator reports its scores and counts other validators' reports. */
export interface TakingPart {
  readonly _tag: "TakingPart"
  /** Whether weights are set by the counted reports. */
  readonly sets: boolean
  /** How many records of each other report are scored again. */
  readonly rescoredRecords: number
  readonly services: Context.Context<ConsensusServices>
}

export interface Alone {
  readonly _tag: "Alone"
}

/** Without a layer, a validator sets its weights by its own scores alone. */
export class WeightMode extends Context.Reference<WeightMode>()("gittensor/WeightMode", {
  defaultValue: (): TakingPart | Alone => ({ _tag: "Alone" })
}) {}

/** The mode `shadow`, or with `sets` the mode `consensus`. */
export const layerTakingPart = (options: Omit<TakingPart, "_tag" | "services">): Layer.Layer<never, never, ConsensusServices> =>
  Layer.effect(
    WeightMode,
    Effect.map(Effect.context<ConsensusServices>(), (services): TakingPart => ({ _tag: "TakingPart", ...options, services }))
  )
