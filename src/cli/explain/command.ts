/** `gittensor explain ISSUE`: the reasons for a round's pairing or a verdict. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { contract, json, network, optionally, rosterSource, whenRun, wholeOption } from "../shared/options.ts"

const issue = Args.text({ name: "issue" }).pipe(
  Args.withDescription('the issue\'s number in the contract, or owner/name#42, as "gittensor mine issues" shows them')
)

const round = wholeOption("round", "number", 0, 4_294_967_295).pipe(
  optionally("the round to explain (default: the one that started the issue's match, otherwise the current one)")
)

const verdict = Options.boolean("verdict").pipe(
  Options.withDescription("explain the verdict instead: the evidence on GitHub, the answer of each rule, and the vote")
)

const steps = Options.boolean("steps").pipe(Options.withDescription("show each step of each rating too"))

export const explain = Command.make(
  "explain",
  { issue, round, verdict, steps, roster: rosterSource, network, contract, json },
  whenRun(() => import("./explain.ts"))(({ run }) => run)
).pipe(Command.withDescription("explain why two miners were matched, or none, or how a verdict was reached"))
