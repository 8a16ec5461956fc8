/** The champions' pool of an epoch, from the contract and the subnet as of the epoch's first block. */
import { Effect } from "effect"
import { type Emission, ppmOfKind } from "../domain/Emission.ts"
import type { Epoch } from "../domain/Epoch.ts"
import type { Metagraph } from "../domain/Metagraph.ts"
import { Contract } from "../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../layers/chain/node/Chain.ts"
import { Subnet } from "../layers/chain/subnet/Subnet.ts"
import { championRewards } from "../rules/consensus/champions.ts"

/**
 * Parts per million of the champions' pool, by UID; the rest is recycled. `metagraph`: the subnet when weights are set. Fails if the node has no
 * state of the epoch's first block, because an answer that differs from other validators' is worse than a late one.
 */
export const championsOfEpoch = Effect.fn("championsOfEpoch")(function* ({ firstBlock }: Epoch, metagraph: Metagraph) {
  yield* Effect.annotateCurrentSpan({ netuid: metagraph.netuid, block: firstBlock })
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  const at: BlockReference = { number: firstBlock, hash: yield* chain.hashOf(firstBlock) }
  const [wins, first] = yield* Effect.all(
    [
      // The contract was created after this block.
      contract.paidWins(at).pipe(Effect.catchTag("NoContract", () => Effect.succeed([]))),
      subnet.metagraph(at)
    ],
    { concurrency: 2 }
  )
  return championRewards(wins, first, metagraph)
})

/** `championsOfEpoch` if the pool has a share; otherwise reads nothing and rewards nobody. */
export const rewardsOfChampions = (epoch: Epoch, metagraph: Metagraph, emission: Emission): ReturnType<typeof championsOfEpoch> =>
  ppmOfKind(emission, "champions") === 0 ? Effect.succeed(new Map<number, number>()) : championsOfEpoch(epoch, metagraph)
