import { Effect } from "effect"
import { neuronOf } from "../../../src/domain/Metagraph.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { endSetup as endSetupAs } from "../../../src/roles/owner/deploy.ts"
import { ask, eventually, keyOf, World } from "./support.ts"

/** Ends the set-up of the world's contract: from now on bounties are filled and competitions start, and changes wait a day of the contract. */
export const endSetup = Effect.gen(function* () {
  const { day } = yield* (yield* Contract).config
  yield* endSetupAs(yield* keyOf((yield* World).ownerUri), day)
})

/** Gives the validators' votes the weight of their present stake: lets two days of the contract pass, and notes the stake. */
export const weighed = Effect.gen(function* () {
  const [{ endpoint, ownerUri }, contract] = yield* Effect.all([World, Contract])
  const owner = yield* keyOf(ownerUri)
  const { day } = yield* contract.config
  for (const _ of ["first", "second"]) {
    yield* ask(endpoint, "dev_fastForward", day)
    yield* contract.send("noteWeights", {}, owner, "finalised")
  }
})

/** The UID of the contract's treasury, once the block that registered it is final: commands return when a block holds it. */
export const treasuryUid = Effect.gen(function* () {
  const [chain, contract, subnet] = yield* Effect.all([Chain, Contract, Subnet])
  const { treasuryHotkey } = yield* contract.config
  const uid = Effect.map(Effect.flatMap(chain.finalisedHead, subnet.metagraph), (metagraph) => neuronOf(metagraph, treasuryHotkey)?.uid)
  return yield* eventually("the treasury to be registered", uid)
})
