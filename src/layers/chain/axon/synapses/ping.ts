/** Bittensor's ping, for registered hotkeys. */
import { Effect } from "effect"
import { synapse } from "../AxonEndpoints.ts"
import { PingSynapse } from "../wire/synapses.ts"

export const layer = synapse({ synapse: PingSynapse, callers: "registered", handle: () => Effect.succeed({}) })
