import type { Chain } from "../Chain.ts"
import { constant, type Methods } from "./Method.ts"
import type { Identity } from "./system.ts"

/** `chainSpec_v1_*`: what a client may know before it follows the chain. */
export const chainSpecMethods = (chain: Chain, identity: Identity): Methods => ({
  chainSpec_v1_chainName: constant(identity.chain),
  chainSpec_v1_genesisHash: constant(`0x${chain.genesis.hash}`),
  chainSpec_v1_properties: constant(identity.properties)
})
