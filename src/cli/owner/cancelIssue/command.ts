/** `gittensor owner cancel-issue ISSUE`. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import type { CancelReason } from "../../../contract-client/generated.ts"
import { byDefault, callOptions, invalid, issueArgument, whenRun } from "../../shared/options.ts"

/** The reasons that an owner may give; the others are reserved for validators. */
const reasons: ReadonlyMap<string, CancelReason> = new Map([
  ["owner", { _tag: "Owner" }],
  ["not-planned", { _tag: "NotPlanned" }],
  ["duplicate", { _tag: "Duplicate" }],
  ["deleted", { _tag: "Deleted" }],
  ["transferred", { _tag: "Transferred" }],
  ["repository-gone", { _tag: "RepositoryGone" }],
  ["solved-outside", { _tag: "SolvedOutside" }]
])
const names = [...reasons.keys()].join(", ")

const reason = Options.text("reason").pipe(
  byDefault("owner", `the reason, public on the chain: ${names}`),
  Options.mapEffect((name) => {
    const known = reasons.get(name)
    return known === undefined
      ? Effect.fail(invalid(`--reason "${name}" is not one that an owner may give: use one of ${names}`))
      : Effect.succeed(known)
  })
)

export const cancelIssue = Command.make(
  "cancel-issue",
  { issue: issueArgument, reason, ...callOptions },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("cancel an issue that has no running competition; what its bounty holds goes to the next issues"))
