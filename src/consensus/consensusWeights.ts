/** Decides what a validator sends for contributions in the mode `consensus`, once an epoch is settled. */
import { Effect } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import type { Epoch } from "../domain/Epoch.ts"
import { type Metagraph, neuronOf } from "../domain/Metagraph.ts"
import { isDecided, type Settlement } from "../domain/Settlement.ts"
import type { BlockReference } from "../layers/chain/node/Chain.ts"
import { activityCutoffAt } from "../layers/chain/subnet/selectiveMetagraph.ts"
import { weightsAt } from "../layers/chain/subnet/weightsOnChain.ts"
import { Settlements } from "../layers/storage/dataFolder/Settlements.ts"
import { type ChainWeight, HELD_EPOCHS, holdAt } from "../rules/consensus/hold.ts"

/**
 * `Agreed`: what the reports come to. `Left`: the weights on the chain stay. `Held`: the
 * weights on the chain are sent again. `Own`: this validator's own scores.
 */
export type ConsensusWeights =
  | { readonly _tag: "Agreed" }
  | { readonly _tag: "Left" }
  | { readonly _tag: "Held"; readonly weights: ReadonlyArray<ChainWeight> }
  | { readonly _tag: "Own"; readonly why: string }

/** How many epochs in a row are known to have had no consensus, this one included; at most HELD_EPOCHS + 1. An epoch without a settlement here is none of them. */
const epochsWithout = Effect.fn("epochsWithout")(function* (epoch: number) {
  const settlements = yield* Settlements
  for (let without = 1; without <= HELD_EPOCHS; without++) {
    const before = yield* settlements.read(epoch - without)
    if (before === undefined || isDecided(before)) return without
  }
  return HELD_EPOCHS + 1
})

export interface SettledEpoch {
  readonly epoch: Epoch
  readonly settlement: Settlement
  /** Blocks of an epoch. */
  readonly tempo: number
  /** The subnet at `at`. */
  readonly metagraph: Metagraph
  /** The epoch's block E + D2, at which every validator decides. */
  readonly at: BlockReference
}

/** What to send in an epoch. Validators with the same reports decide alike, because all facts are read at the same block. */
export const consensusWeights = Effect.fn("consensusWeights")(function* (
  { epoch, settlement, tempo, metagraph, at }: SettledEpoch,
  validator: AccountAddress
) {
  const decided = (weights: ConsensusWeights) => weights
  if (isDecided(settlement)) return decided({ _tag: "Agreed" })
  const own = neuronOf(metagraph, validator)
  if (own === undefined) return decided({ _tag: "Own", why: "this hotkey is not registered" })
  const [onChain, activityCutoff] = yield* Effect.all([weightsAt(at, [own.uid]), activityCutoffAt(at)], { concurrency: 2 })
  const held = holdAt({
    own,
    neurons: metagraph.neurons,
    onChain: onChain.get(own.uid) ?? [],
    epochsWithout: yield* epochsWithout(epoch.index),
    activityCutoff,
    nextBlock: at.number + tempo
  })
  switch (held._tag) {
    case "Wait":
      return decided({ _tag: "Left" })
    case "SendAgain":
      return decided({ _tag: "Held", weights: held.weights })
    case "OwnScores":
      return decided({ _tag: "Own", why: held.why })
  }
})
