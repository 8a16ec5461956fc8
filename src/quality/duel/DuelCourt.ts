/** Hands duels to whoever asks the judges: this process, or workers. */
import { Context, type Effect } from "effect"
import type { DuelRecord } from "../../domain/quality/DuelRecord.ts"
import type { Duels } from "../store/DuelTables.ts"
import type { QualityUnavailable } from "../store/QualityRecords.ts"

export class DuelCourt extends Context.Tag("gittensor/DuelCourt")<
  DuelCourt,
  {
    readonly duels: Duels
    /** Submits a duel that has not ended. Once is enough; whoever submits it again changes nothing. */
    readonly submit: (duel: DuelRecord) => Effect.Effect<void, QualityUnavailable>
  }
>() {}
