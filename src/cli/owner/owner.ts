/** `gittensor owner …`: what the subnet's owner does with the contract. */
import * as Command from "@effect/cli/Command"
import { deploy } from "./deploy.ts"
import { registerIssue } from "./registerIssue.ts"
import { validators } from "./validators.ts"

export const owner = Command.make("owner").pipe(
  Command.withDescription("the contract's owner: deploy, register issues, choose validators"),
  Command.withSubcommands([deploy, registerIssue, validators])
)
