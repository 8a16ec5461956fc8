/** Submits duels for judging, to this process or to workers. */
import { Context, type Effect } from "effect"
import type { DuelRecord } from "../../domain/quality/DuelRecord.ts"
import type { Duels } from "../store/DuelTables.ts"
import type { QualityUnavailable } from "../store/QualityRecords.ts"

export class DuelCourt extends Context.Tag("gittensor/DuelCourt")<
  DuelCourt,
  {
    readonly duels: Duels
    /** Submits an unfinished duel. Idempotent. */
    readonly submit: (duel: DuelRecord) => Effect.Effect<void, QualityUnavailable>
  }
>() {}
