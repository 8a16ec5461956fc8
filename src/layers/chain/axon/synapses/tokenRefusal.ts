/** Miners' programs for the subnet's earlier validators send their GitHub tokens. This program refuses them, and repeats none in its answer. */
import { Effect, Layer } from "effect"
import { synapse } from "../AxonEndpoints.ts"
import { PatBroadcastSynapse, PatCheckSynapse } from "../wire/synapses.ts"

const NO_TOKENS =
  'this validator takes no GitHub tokens and keeps none: keep yours, and link your account with "gittensor mine link-github", which sends it to nobody'

export const layer = Layer.merge(
  synapse({
    synapse: PatBroadcastSynapse,
    callers: "registered",
    handle: () => Effect.succeed({ github_access_token: "", accepted: false, rejection_reason: NO_TOKENS })
  }),
  synapse({
    synapse: PatCheckSynapse,
    callers: "registered",
    handle: () => Effect.succeed({ has_pat: false, pat_valid: false, rejection_reason: NO_TOKENS })
  })
)
