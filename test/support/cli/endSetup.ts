import { Effect } from "effect"
import { endSetup as endSetupAs } from "../../../src/roles/owner/deploy.ts"
import { keyOf, World } from "./support.ts"

/** Ends the set-up of the world's contract: bounties are filled and competitions start from now on, and changes wait one block. */
export const endSetup = Effect.gen(function* () {
  const { ownerUri } = yield* World
  yield* endSetupAs(yield* keyOf(ownerUri), 1)
})
