/** `gittensor explain ISSUE`: the reasons for a round's pairing or a verdict. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { contract, json, network, whenRun, wholeNumber } from "../shared/options.ts"

const issue = Args.text({ name: "issue" }).pipe(
  Args.withDescription('the issue\'s number in the contract, or owner/name#42, as "gittensor mine issues" shows them')
)

const round = Options.text("round").pipe(
  Options.withPseudoName("number"),
  Options.withDescription("the round to explain (default: the one that started the issue's match, otherwise the current one)"),
  Options.mapEffect(wholeNumber("--round", 0, 4_294_967_295)),
  Options.optional
)

const verdict = Options.boolean("verdict").pipe(
  Options.withDescription("explain the verdict instead: the evidence on GitHub, the answer of each rule, and the vote")
)

const steps = Options.boolean("steps").pipe(Options.withDescription("show each step of each rating too"))

export const explain = Command.make(
  "explain",
  { issue, round, verdict, steps, network, contract, json },
  whenRun(() => import("./explain.ts"))(({ run }) => run)
).pipe(Command.withDescription("explain why two miners were matched, or none, or how a verdict was reached"))
