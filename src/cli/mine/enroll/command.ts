/** `gittensor mine enroll ISSUE` and `gittensor mine skip ISSUE`. */
import * as Command from "@effect/cli/Command"
import type { Choice } from "../../../domain/Enrolment.ts"
import { contract, issueArgument, json, key, network, whenRun } from "../../shared/options.ts"

const command = (name: string, choice: Choice, description: string) =>
  Command.make(
    name,
    { issue: issueArgument, network, contract, key, json },
    whenRun(
      () => import("./run.ts"),
      ({ run }) => run(choice)
    )
  ).pipe(Command.withDescription(description))

export const enroll = command("enroll", "enrol", "enrol for an issue, with every validator")
export const skip = command("skip", "skip", "tell every validator that you are online but pass on this issue")
