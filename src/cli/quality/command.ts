/** `gittensor quality …`: a validator's durable workflows, in its data folder or in the database that it shares with workers. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Config } from "effect"
import { byDefault, folder, json, judges, whenRun, wholeOption, workDatabase } from "../shared/options.ts"

const place = {
  workDatabase: Options.optional(workDatabase),
  data: folder("data").pipe(
    Options.withDescription("the data folder of a validator that works without a work database, such as ~/.gittensor/<hotkey>"),
    Options.withFallbackConfig(Config.string("GITTENSOR_DATA")),
    Options.optional
  )
}

const status = Command.make(
  "status",
  { ...place, json },
  whenRun(() => import("./quality.ts"))(({ status }) => status)
).pipe(
  Command.withDescription("show workers, how much work is done and waiting, and the pull requests that are not judged yet or could not be")
)

const pullRequest = Args.text({ name: "pull-request" }).pipe(
  Args.withDescription("the pull request: owner/name#42 or its address on GitHub; its newest head is meant")
)

const retry = Command.make(
  "retry",
  { pullRequest, ...place, json },
  whenRun(() => import("./quality.ts"))(({ retry }) => retry)
).pipe(Command.withDescription("judge a pull request again that could not be judged, or whose tests were not run"))

const cancel = Command.make(
  "cancel",
  { pullRequest, ...place, json },
  whenRun(() => import("./quality.ts"))(({ cancel }) => cancel)
).pipe(Command.withDescription("stop judging a pull request; it counts as not judged, which says nothing against it"))

const days = wholeOption("keep", "days", 0, 100_000).pipe(byDefault(30, "keep what was submitted within this many days"))

const prune = Command.make(
  "prune",
  { ...place, days, json },
  whenRun(() => import("./quality.ts"))(({ prune }) => prune)
).pipe(
  Command.withDescription("forget finished work, but not what it found out; validators and workers do this by themselves after 30 days")
)

const lastDays = wholeOption("days", "number", 1, 100_000).pipe(byDefault(30, "the last days to show, today among them (UTC)"))

const costs = Command.make(
  "costs",
  { ...place, days: lastDays, json },
  whenRun(() => import("./costs.ts"))(({ costs }) => costs)
).pipe(Command.withDescription("show what judges cost, by day, issue, stage and judge, and what is left of today's budget"))

const canaries = Command.make(
  "canaries",
  { ...place, judges, json },
  whenRun(() => import("./canaries.ts"))(({ canaries }) => canaries)
).pipe(
  Command.withDescription(
    "ask each judge about solutions with texts that are aimed at judges; a judge that falls for more of them than the panel allows is not asked in duels"
  )
)

export const quality = Command.make("quality").pipe(
  Command.withDescription("look after the durable work of validators: pull requests that are judged, and files that workers score"),
  Command.withSubcommands([status, costs, canaries, retry, cancel, prune])
)
