/** `gittensor mine …`: the miner's commands. */
import * as Command from "@effect/cli/Command"
import { registerMiner } from "../register/command.ts"
import { check } from "./check/command.ts"
import { claim } from "./claim/command.ts"
import { collateral } from "./collateral/command.ts"
import { enroll, skip } from "./enroll/command.ts"
import { issues } from "./issues/command.ts"
import { linkGitHub } from "./linkGitHub/command.ts"
import { screen } from "./screen/command.ts"
import { status } from "./status/command.ts"

export const mine = Command.make("mine").pipe(
  Command.withDescription("work as a miner: issues, enrolments, checks of a branch, status, collateral"),
  Command.withSubcommands([screen, issues, check, enroll, skip, status, registerMiner, linkGitHub, collateral, claim])
)
