/** `gittensor vote ISSUE …`: votes that a validator's operator casts by hand. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Option, Schema } from "effect"
import type { CancelReason } from "../../contract-client/generated.ts"
import { AccountAddress } from "../../domain/Account.ts"
import { callOptions, invalid, issueArgument, optionally, whenRun, wholeOption } from "../shared/options.ts"

const hotkey = (name: string, description: string) =>
  Options.text(name).pipe(Options.withPseudoName("hotkey"), Options.withSchema(AccountAddress), Options.withDescription(description))

const solvedBy = hotkey("solved-by", "this competitor solved it, by the pull request that --pull-request names, or --commit").pipe(
  Options.optional
)

const pullRequest = wholeOption("pull-request", "number", 1, 4_294_967_295).pipe(
  optionally("the competitor's pull request, of the issue's repository")
)

const commit = Options.text("commit").pipe(
  Options.withPseudoName("hash"),
  Options.filterMap(
    (hash) => (/^[0-9a-f]{7,40}$/.test(hash) ? Option.some(hash) : Option.none()),
    "--commit takes a commit's hash: 7 to 40 digits of 0 to 9 and a to f"
  ),
  optionally("in place of --pull-request: the commit by which the project landed the competitor's open pull request by hand")
)

/** Reasons without parameters. */
const reasons: ReadonlyMap<string, CancelReason> = new Map([
  ["not-planned", { _tag: "NotPlanned" }],
  ["duplicate", { _tag: "Duplicate" }],
  ["deleted", { _tag: "Deleted" }],
  ["transferred", { _tag: "Transferred" }],
  ["repository-gone", { _tag: "RepositoryGone" }],
  ["solved-outside", { _tag: "SolvedOutside" }],
  ["refused", { _tag: "Refused" }]
])
const names = [...reasons.keys()].join(", ")

const cancel = Options.text("cancel").pipe(
  Options.withPseudoName("reason"),
  Options.withDescription(`cancel it, for one of these reasons: ${names}`),
  Options.mapEffect((name) => {
    const known = reasons.get(name)
    return known === undefined ? Effect.fail(invalid(`--cancel "${name}" is no reason: use one of ${names}`)) : Effect.succeed(known)
  }),
  Options.optional
)

const unsolved = Options.boolean("unsolved").pipe(
  Options.withDescription("nobody solved it by the deadline; each competitor that --spare does not name loses collateral")
)

const spare = Options.text("spare").pipe(
  Options.withPseudoName("hotkey"),
  Options.repeated,
  Options.withSchema(Schema.mutable(Schema.Array(AccountAddress))),
  Options.withDescription("a competitor that loses nothing by --unsolved; may be given twice")
)

const dissolve = Options.boolean("dissolve").pipe(
  Options.withDescription("dissolve the competing pair; neither competitor loses collateral")
)

const withdraw = Options.boolean("withdraw").pipe(Options.withDescription("withdraw this validator's vote"))

export const vote = Command.make(
  "vote",
  { issue: issueArgument, solvedBy, pullRequest, commit, cancel, unsolved, spare, dissolve, withdraw, ...callOptions },
  whenRun(() => import("./vote.ts"))(({ run }) => run)
).pipe(
  Command.withDescription(
    "vote by hand, as a validator, on how an issue ends. A validator that runs leaves the vote alone until GitHub's record says otherwise"
  )
)
