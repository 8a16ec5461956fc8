/** `gittensor score-files [FILE]`: scores changed files one by one. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { roster, whenRun } from "../shared/options.ts"

const file = Args.text({ name: "file" }).pipe(
  Args.withDescription(
    'JSON lines {"path", "status", "additions", "deletions", "base": text or null, "head": text or null}; - or none reads standard input'
  ),
  Args.withDefault("-")
)

const work = Options.boolean("work").pipe(Options.withDescription("also what each file counts in scores for work"))

export const scoreFiles = Command.make(
  "score-files",
  { file, work, roster },
  whenRun(() => import("./scoreFiles.ts"))(({ run }) => run)
).pipe(Command.withDescription("the method, score, category and node counts of changed files, as JSON lines"))
