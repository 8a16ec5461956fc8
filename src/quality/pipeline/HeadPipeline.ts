/** Hands heads to whoever gates and verifies them: this process, or workers. */
import { Context, type Effect } from "effect"
import type { AttemptedRecord, QualityUnavailable } from "../store/QualityRecords.ts"

export class HeadPipeline extends Context.Tag("gittensor/HeadPipeline")<
  HeadPipeline,
  {
    /**
     * Submits an attempt that has not ended. Once is enough; whoever submits it again changes nothing. `testCommand`: the roster's for the repository, if it
     * has one.
     */
    readonly submit: (unfinished: AttemptedRecord, testCommand?: string) => Effect.Effect<void, QualityUnavailable>
  }
>() {}
