/** `gittensor mine …`: names and options of the miner's commands. Their implementations are in the files beside this one. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { registerMiner } from "../register/command.ts"
import {
  addressArgument,
  callOptions,
  contract,
  idArgument,
  issueArgument,
  json,
  key,
  network,
  roster,
  whenRun,
  yes
} from "../shared/options.ts"
import { check } from "./check/command.ts"
import { claim } from "./claim/command.ts"
import { collateral } from "./collateral/command.ts"

const screen = Command.make(
  "screen",
  { network, contract, key, json },
  whenRun(() => import("./screen/openScreen.ts"))(({ run }) => run)
).pipe(Command.withDescription('open the full screen of issues, enrolments and matches; the default of "gittensor mine"'))

const all = Options.boolean("all").pipe(Options.withDescription("include paid and cancelled issues"))

const issues = Command.make(
  "issues",
  { all, network, contract, json },
  whenRun(() => import("./issues.ts"))(({ run }) => run)
).pipe(Command.withDescription("list the registered issues with bounty, funding and status"))

const agreed = Options.boolean("yes").pipe(Options.withAlias("y"), Options.withDescription("agree to the terms that are shown"))
const human = Options.boolean("human").pipe(
  Options.withDescription(
    "a person decided and writes the pull requests: with --yes, enrol also where those made with AI are refused, or where that is not known"
  )
)

const choosing = { issue: issueArgument, network, contract, key, json }

const enroll = Command.make(
  "enroll",
  { ...choosing, yes: agreed, human },
  whenRun(() => import("./enroll.ts"))(({ enroll }) => enroll)
).pipe(Command.withDescription("show what is at stake and what is paid, ask, and enrol for an issue, with every validator"))

const skip = Command.make(
  "skip",
  choosing,
  whenRun(() => import("./enroll.ts"))(({ skip }) => skip)
).pipe(Command.withDescription("tell every validator that you are online but pass on this issue"))

const status = Command.make(
  "status",
  { network, contract, key, json },
  whenRun(() => import("./status.ts"))(({ run }) => run)
).pipe(Command.withDescription("show your rating and rank, your enrolments and your matches"))

const languages = Command.make(
  "languages",
  { roster, json },
  whenRun(() => import("./languages.ts"))(({ run }) => run)
).pipe(Command.withDescription("by what the files of each language count in scores for work"))

const linkGitHub = Command.make(
  "link-github",
  { network, key, yes, json },
  whenRun(() => import("./linkGitHub.ts"))(({ run }) => run)
).pipe(Command.withDescription("link your hotkey to the GitHub account of GITTENSOR_GITHUB_TOKEN; the token is sent only to GitHub"))

const payee = Command.make(
  "payee",
  {
    match: idArgument("match", 'the match\'s number, as "gittensor mine status" shows it'),
    payee: addressArgument("coldkey", "who gets the bounty instead of your coldkey"),
    ...callOptions
  },
  whenRun(() => import("./payee.ts"))(({ run }) => run)
).pipe(Command.withDescription("name, as a competitor's own coldkey, another coldkey that gets the bounty; possible until it is paid"))

export const mine = Command.make("mine").pipe(
  Command.withDescription("work as a miner: issues, enrolments, checks of a branch, status, collateral"),
  Command.withSubcommands([screen, issues, check, languages, enroll, skip, status, registerMiner, linkGitHub, collateral, payee, claim])
)
