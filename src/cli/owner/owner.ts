/** `gittensor owner …`: what the subnet's owner does with the contract. */
import * as Command from "@effect/cli/Command"
import { cancelIssue } from "./cancelIssue.ts"
import { changes } from "./changes.ts"
import { config } from "./config.ts"
import { deploy } from "./deploy.ts"
import { newTreasury } from "./newTreasury.ts"
import { acceptOwnership, transferOwnership } from "./ownership.ts"
import { pause, unpause } from "./pause.ts"
import { recycleSlashed } from "./recycleSlashed.ts"
import { registerIssue } from "./registerIssue.ts"
import { treasury } from "./treasury.ts"
import { upgrade } from "./upgrade.ts"
import { validators } from "./validators.ts"

export const owner = Command.make("owner").pipe(
  Command.withDescription("the contract's owner: deploy, issues, validators, settings, treasury"),
  Command.withSubcommands([
    deploy,
    registerIssue,
    cancelIssue,
    validators,
    config,
    changes,
    upgrade,
    treasury,
    newTreasury,
    recycleSlashed,
    pause,
    unpause,
    transferOwnership,
    acceptOwnership
  ])
)
