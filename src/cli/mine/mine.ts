/** `gittensor mine …`: what a miner does. */
import * as Command from "@effect/cli/Command"
import { registerMiner } from "../register.ts"
import { collateral } from "./collateral.ts"
import { enroll, skip } from "./enroll.ts"
import { issues } from "./issues.ts"
import { linkGitHub } from "./linkGitHub.ts"
import { screen } from "./screen.ts"
import { status } from "./status.ts"

export const mine = Command.make("mine").pipe(
  Command.withDescription("a miner: open issues, enrolments, standing, collateral"),
  Command.withSubcommands([screen, issues, enroll, skip, status, registerMiner, linkGitHub, collateral])
)
