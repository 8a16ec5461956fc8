/** `gittensor owner …`: names and options of the owner's commands. Their implementations are in the files beside this one, those of groups in folders. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import type { CancelReason } from "../../contract-client/generated.ts"
import { settingNames } from "../../roles/owner/settings.ts"
import {
  addressArgument,
  byDefault,
  callOptions,
  contract,
  dryRun,
  invalid,
  issueArgument,
  json,
  key,
  network,
  optionally,
  rosterSource,
  whenRun,
  yes
} from "../shared/options.ts"
import { although } from "./although.ts"
import { changes } from "./changes/command.ts"
import { config } from "./config/command.ts"
import { roster } from "./roster/command.ts"
import { suggest } from "./suggest/command.ts"
import { validators } from "./validators/command.ts"

const set = Options.keyValueMap("set").pipe(
  optionally(
    `a setting that differs from its default, as name=value (alpha 12.5, a time 2d or blocks 14400, a share 50.01%): ${settingNames.join(", ")}`
  )
)

const firstValidators = Options.text("validator").pipe(
  Options.withPseudoName("HOTKEY[:COLDKEY…]"),
  Options.withDescription("a validator to add, with the coldkeys whose stake counts (default: the hotkey's owner); may be repeated"),
  Options.repeated
)

const keepSetup = Options.boolean("keep-setup").pipe(
  Options.withDescription("stop before the set-up ends: changes apply at once, no bounty is filled and no match starts")
)

const deploy = Command.make(
  "deploy",
  { network, key, set, validators: firstValidators, keepSetup, yes, dryRun, json },
  whenRun(() => import("./deploy.ts"))(({ run }) => run)
).pipe(Command.withDescription("deploy a new contract, with a treasury that no one holds a key to"))

const issue = Args.text({ name: "issue" }).pipe(Args.withDescription("owner/name#42, or the issue's address on GitHub"))
const bounty = Options.text("bounty").pipe(Options.withDescription("what the winner gets, in alpha: 100 or 12.5"))

const registerIssue = Command.make(
  "register-issue",
  { issue, bounty, roster: rosterSource, ...although, ...callOptions },
  whenRun(() => import("./registerIssue.ts"))(({ run }) => run)
).pipe(Command.withDescription("register a GitHub issue for a bounty, after checking it on GitHub"))

/** Reasons available to the owner; the others are reserved for validators. */
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

const cancelIssue = Command.make(
  "cancel-issue",
  { issue: issueArgument, reason, ...callOptions },
  whenRun(() => import("./issueChanges.ts"))((module) => module.cancel)
).pipe(Command.withDescription("cancel an issue that has no running match; the money in its bounty goes to the next issues"))

const editIssue = Command.make(
  "edit-issue",
  {
    issue: issueArgument,
    to: Options.text("to").pipe(Options.withPseudoName("owner/name#42"), optionally("the issue's new place on GitHub")),
    bounty: Options.optional(bounty),
    roster: rosterSource,
    ...although,
    ...callOptions
  },
  whenRun(() => import("./issueChanges.ts"))((module) => module.edit)
).pipe(Command.withDescription("give an issue that has no running match another place on GitHub or another bounty; it keeps its money"))

const file = Args.text({ name: "file" }).pipe(Args.withDescription("the new version's .contract file"))

const upgrade = Command.make(
  "upgrade",
  { file, ...callOptions },
  whenRun(() => import("./upgrade.ts"))(({ run }) => run)
).pipe(Command.withDescription("replace the contract's code and keep its state; uploads the code if the chain does not have it"))

const treasury = Command.make(
  "treasury",
  { network, contract, json },
  whenRun(() => import("./treasury.ts"))(({ run }) => run)
).pipe(Command.withDescription("show where the money is, and who holds proxies of the treasury's coldkey"))

const newTreasury = Command.make(
  "new-treasury",
  callOptions,
  whenRun(() => import("./newTreasury.ts"))(({ run }) => run)
).pipe(Command.withDescription("create another treasury that no one holds a key to, for a contract whose treasury was deregistered"))

const pause = Command.make(
  "pause",
  callOptions,
  whenRun(() => import("./pause.ts"))((module) => module.pause)
).pipe(Command.withDescription("stop new issues and matches at once; running matches continue and are paid"))

const unpause = Command.make(
  "unpause",
  callOptions,
  whenRun(() => import("./pause.ts"))((module) => module.unpause)
).pipe(Command.withDescription("allow new issues and matches again"))

const transferOwnership = Command.make(
  "transfer-ownership",
  { to: addressArgument("address", "the new owner's coldkey"), ...callOptions },
  whenRun(() => import("./ownership.ts"))((module) => module.transfer)
).pipe(Command.withDescription("offer the contract to another account, which becomes its owner if it accepts within two days"))

const acceptOwnership = Command.make(
  "accept-ownership",
  callOptions,
  whenRun(() => import("./ownership.ts"))((module) => module.accept)
).pipe(Command.withDescription("accept ownership of the contract"))

const withdrawOffer = Command.make(
  "withdraw-offer",
  callOptions,
  whenRun(() => import("./ownership.ts"))((module) => module.withdraw)
).pipe(Command.withDescription("withdraw the offer of the contract, at once"))

const windUp = Command.make(
  "wind-up",
  callOptions,
  whenRun(() => import("./ending.ts"))((module) => module.windUp)
).pipe(Command.withDescription("tell the contract that its subnet has ended: twice, a day apart; anyone may do this"))

const assignRest = Command.make(
  "assign-rest",
  { to: addressArgument("address", "the account that gets what no one can claim"), ...callOptions },
  whenRun(() => import("./ending.ts"))((module) => module.assignRest)
).pipe(Command.withDescription("once the subnet has ended: announce the account that gets what no one can claim"))

const claimRest = Command.make(
  "claim-rest",
  callOptions,
  whenRun(() => import("./ending.ts"))((module) => module.claimRest)
).pipe(Command.withDescription("once the subnet has ended: pay out what no one can claim, to the account that was assigned"))

export const owner = Command.make("owner").pipe(
  Command.withDescription("own the contract: deploy it, register issues, manage validators, settings and treasury; publish the roster"),
  Command.withSubcommands([
    deploy,
    suggest,
    registerIssue,
    cancelIssue,
    editIssue,
    validators,
    config,
    changes,
    upgrade,
    treasury,
    newTreasury,
    pause,
    unpause,
    transferOwnership,
    acceptOwnership,
    withdrawOffer,
    roster,
    windUp,
    assignRest,
    claimRest
  ])
)
