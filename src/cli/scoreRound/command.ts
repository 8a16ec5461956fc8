/** `gittensor score-round FILE`: scores a recorded round like a live one. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import { json, roster, whenRun } from "../shared/options.ts"

const file = Args.text({ name: "file" }).pipe(Args.withDescription("the recorded round, a JSON document; - reads it from standard input"))

export const scoreRound = Command.make(
  "score-round",
  { file, roster, json },
  whenRun(() => import("./scoreRound.ts"))(({ run }) => run)
).pipe(Command.withDescription("the rewards, pull request scores and pools of a recorded round, as JSON"))
