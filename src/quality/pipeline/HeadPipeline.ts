/** Submits heads to the gate and to verification, in this process or in workers. */
import { Context, type Effect } from "effect"
import type { AttemptedRecord, QualityUnavailable } from "../store/QualityRecords.ts"

export class HeadPipeline extends Context.Tag("gittensor/HeadPipeline")<
  HeadPipeline,
  {
    /** Submits an unfinished attempt. Idempotent. `testCommand`: the roster's command for the repository, if any. */
    readonly submit: (unfinished: AttemptedRecord, testCommand?: string) => Effect.Effect<void, QualityUnavailable>
  }
>() {}
