import { Effect } from "effect"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import type { World } from "../../support/contract/World.ts"

/** The newest block, which contains transactions that were just sent. The finalised head lags by a moment. */
export const newest = (stage: World) =>
  Effect.gen(function* () {
    const number = yield* stage.block
    return { number, hash: yield* (yield* Chain).hashOf(number) }
  })
