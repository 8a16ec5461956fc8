/** `gittensor score OWNER/REPO#N`, `gittensor score --miner LOGIN`: the scores of pull requests, explained. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import { microsecondsOf } from "../../domain/Instant.ts"
import { invalid, json, optionally, roster, whenRun } from "../shared/options.ts"

const pullRequest = Args.text({ name: "pull-request" }).pipe(
  Args.withDescription("the pull request to explain: owner/name#42 or its address on GitHub"),
  Args.optional
)

const miner = Options.text("miner").pipe(
  Options.withPseudoName("login"),
  optionally("all pull requests of this GitHub account in the roster's repositories instead")
)

const at = Options.text("at").pipe(
  Options.withPseudoName("time"),
  Options.withDescription("the moment to score for, such as 2026-08-01T12:00:00Z (default: now)"),
  Options.mapEffect((text) => {
    const moment = microsecondsOf(text)
    return Number.isNaN(moment) ? Effect.fail(invalid(`--at "${text}" is not a time such as 2026-08-01T12:00:00Z`)) : Effect.succeed(moment)
  }),
  Options.optional
)

export const score = Command.make(
  "score",
  { pullRequest, miner, roster, at, json },
  whenRun(() => import("./score.ts"))(({ run }) => run)
).pipe(Command.withDescription("a pull request's score file by file and factor by factor, or all of a miner's"))
