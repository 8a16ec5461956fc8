/** Hands heads to whoever judges them: this process, or workers. */
import { Context, type Effect } from "effect"
import type { AttemptedRecord, QualityUnavailable } from "../store/QualityRecords.ts"

export class HeadJudge extends Context.Tag("gittensor/HeadJudge")<
  HeadJudge,
  {
    /**
     * Submits an attempt that has not ended. Once is enough; whoever submits it again changes nothing. `testCommand`: the roster's for the repository, if it
     * has one.
     */
    readonly submit: (unfinished: AttemptedRecord, testCommand?: string) => Effect.Effect<void, QualityUnavailable>
  }
>() {}
