/** `gittensor mcp`: the miner's commands as tools for coding agents. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { contract, key, network, roster, whenRun } from "../shared/options.ts"

const allowSigning = Options.boolean("allow-signing").pipe(
  Options.withDescription("let the tools enrol and skip sign with the hotkey, each time only after you confirmed it in the agent's client")
)

export const mcp = Command.make(
  "mcp",
  { network, contract: Options.optional(contract), key, roster, allowSigning },
  whenRun(() => import("./mcp.ts"))(({ run }) => run)
).pipe(Command.withDescription("serve issues, matches, explanations and checks to a coding agent, by the Model Context Protocol on stdio"))
