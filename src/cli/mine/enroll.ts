/** `gittensor mine enroll ISSUE` and `gittensor mine skip ISSUE`. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import { Effect } from "effect"
import type { Choice } from "../../domain/Enrolment.ts"
import { contract, json, key, network, whenRun, wholeNumber } from "../options.ts"

const issue = Args.text({ name: "issue" }).pipe(
  Args.mapEffect((text) => Effect.mapError(wholeNumber("issue", 1, 4_294_967_295)(text), ({ error }) => error)),
  Args.withDescription('the contract\'s number of the issue, as "gittensor mine issues" shows it')
)

const command = (name: string, choice: Choice, description: string) =>
  Command.make(
    name,
    { issue, network, contract, key, json },
    whenRun(
      () => import("../run/enroll.ts"),
      ({ run }) => run(choice)
    )
  ).pipe(Command.withDescription(description))

export const enroll = command("enroll", "enrol", "enrol for an issue with every validator")
export const skip = command("skip", "skip", "say that you are there and pass on this issue")
