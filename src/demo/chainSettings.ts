/** What the demo changes on its chain, with the sudo key that everybody knows. */
import { Effect } from "effect"
import type { KeyPair } from "../domain/KeyPair.ts"
import { Chain } from "../layers/chain/Chain.ts"
import { ACTIVITY_CUTOFF, NETUID, TEMPO } from "./settings.ts"

/** Sets how long an epoch is, and how long validators count that set no weights. */
export const setChainSettings = Effect.fn("demo.chainSettings")(function* (sudo: KeyPair) {
  const chain = yield* Chain
  return yield* chain.submit({
    label: "set the tempo and the activity cutoff",
    signer: sudo,
    call: ({ tx }) => {
      const [asRoot, batch] = [tx.sudo?.sudo, tx.utility?.batchAll]
      const [tempo, cutoff] = [tx.adminUtils?.sudoSetTempo, tx.adminUtils?.sudoSetActivityCutoff]
      if (asRoot === undefined || batch === undefined || tempo === undefined || cutoff === undefined)
        throw new Error("this chain has no such settings")
      return batch([asRoot(tempo(NETUID, TEMPO)), asRoot(cutoff(NETUID, ACTIVITY_CUTOFF))])
    }
  })
})
