/** What kind of chain the endpoint has. */
import { Effect } from "effect"
import { Chain } from "./Chain.ts"

/** Whether a node's answer to system_chainType names a chain for development. */
export const isForDevelopment = (kind: unknown): boolean => kind === "Development" || kind === "Local"

/** Whether the chain says that it is one for development. */
export const isDevelopmentChain = Effect.flatMap(Chain, (chain) =>
  Effect.map(chain.request("kind of the chain", "system_chainType", []), isForDevelopment)
)
