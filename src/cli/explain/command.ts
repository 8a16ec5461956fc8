/** `gittensor explain ISSUE`: why a round, or a verdict, came out as it did. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { contract, json, network, whenRun, wholeNumber } from "../shared/options.ts"

const issue = Args.text({ name: "issue" }).pipe(
  Args.withDescription('the contract\'s number of the issue, or owner/name#42, as "gittensor mine issues" shows them')
)

const round = Options.text("round").pipe(
  Options.withPseudoName("number"),
  Options.withDescription("the round to explain (default: the one that started the issue's competition, else the present one)"),
  Options.mapEffect(wholeNumber("--round", 0, 4_294_967_295)),
  Options.optional
)

const verdict = Options.boolean("verdict").pipe(
  Options.withDescription("the evidence on GitHub instead, each rule asked of it, and the vote")
)

const steps = Options.boolean("steps").pipe(Options.withDescription("each step of each rating too"))

export const explain = Command.make(
  "explain",
  { issue, round, verdict, steps, network, contract, json },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("why a pair was drawn, or none, and what a verdict stands on"))
