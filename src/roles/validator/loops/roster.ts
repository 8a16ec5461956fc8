/** The roster loop's step: finds new rosters before their epoch begins, and reports problems with them. */
import { Effect } from "effect"
import type { BlockReference } from "../../../layers/chain/node/Chain.ts"
import { Rosters } from "../../../scoring/rosters/Rosters.ts"
import { Concerns } from "../Concerns.ts"

export const make = Effect.gen(function* () {
  const [rosters, concerns] = yield* Effect.all([Rosters, Concerns])
  return Effect.fn("validator.roster")(function* (head: BlockReference) {
    const { committed, inUse, signer } = yield* rosters.look(head)
    yield* concerns.report("roster committed", committed)
    yield* concerns.report("roster in use", inUse)
    yield* concerns.report("roster signer", signer)
  })
})
