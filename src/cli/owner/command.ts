/** `gittensor owner …`: the commands of the contract's owner. */
import * as Command from "@effect/cli/Command"
import { cancelIssue } from "./cancelIssue/command.ts"
import { changes } from "./changes/command.ts"
import { config } from "./config/command.ts"
import { deploy } from "./deploy/command.ts"
import { assignRest, claimRest, collectTao, windUp } from "./ending/command.ts"
import { newTreasury } from "./newTreasury/command.ts"
import { acceptOwnership, transferOwnership, withdrawOffer } from "./ownership/command.ts"
import { pause, unpause } from "./pause/command.ts"
import { recycle } from "./recycle/command.ts"
import { registerIssue } from "./registerIssue/command.ts"
import { roster } from "./roster/command.ts"
import { treasury } from "./treasury/command.ts"
import { upgrade } from "./upgrade/command.ts"
import { validators } from "./validators/command.ts"

export const owner = Command.make("owner").pipe(
  Command.withDescription("own the contract: deploy it, register issues, manage validators, settings and treasury; publish the roster"),
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
    recycle,
    pause,
    unpause,
    transferOwnership,
    acceptOwnership,
    withdrawOffer,
    roster,
    windUp,
    collectTao,
    assignRest,
    claimRest
  ])
)
