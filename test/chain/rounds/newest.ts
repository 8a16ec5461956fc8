import { Effect } from "effect"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import type { World } from "../../support/contract/World.ts"

/** The newest block. It contains what was just sent, which the finalised head does only a moment later. */
export const newest = (stage: World) =>
  Effect.gen(function* () {
    const number = yield* stage.block
    return { number, hash: yield* (yield* Chain).hashOf(number) }
  })
