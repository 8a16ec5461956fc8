/** Finds the first block of an index: the one that created the contract. */
import { Effect, Option } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { InvalidInput, OperationFailed } from "../../domain/failures.ts"
import { type BlockReference, Chain, isPruned } from "../../layers/chain/node/Chain.ts"
import { readMap } from "../../layers/chain/node/storedMap.ts"

type Presence = "present" | "absent" | "forgotten"

const presenceAt = Effect.fn("indexer.presenceAt")(function* (contract: AccountAddress, block: number) {
  const chain = yield* Chain
  const hash = yield* chain.hashOf(block)
  return yield* readMap(chain, ["contracts", "contractInfoOf"], [[contract]], hash).pipe(
    Effect.map((found): Presence => ((found?.[0] ?? null) === null ? "absent" : "present")),
    Effect.catchIf(isPruned, () => Effect.succeed<Presence>("forgotten"))
  )
})

/** Finds the block of the creation by binary search. The contract must exist at `head`. */
const creation = Effect.fn("indexer.creation")(function* (contract: AccountAddress, head: BlockReference) {
  let [before, present]: readonly [number, number] = [-1, head.number]
  let known: Presence = "absent"
  while (present - before > 1) {
    const middle = Math.floor((before + present) / 2)
    const presence = yield* presenceAt(contract, middle)
    if (presence === "present") present = middle
    else {
      before = middle
      known = presence
    }
  }
  if (known === "forgotten")
    return yield* new OperationFailed({
      message: `the contract ${contract} already existed in block ${present}, and ${(yield* Chain).endpoint} has pruned earlier state: an index begins with the contract's creation, so use an archive node as --endpoint`
    })
  return present
})

/** The first block to index. A requested block must not be after the contract's creation, because the index needs all its events. */
export const firstBlock = Effect.fn("indexer.firstBlock")(function* (
  contract: AccountAddress,
  head: BlockReference,
  asked: Option.Option<number>
) {
  if (Option.isNone(asked)) return yield* creation(contract, head)
  const block = asked.value
  const invalid = (reason: string) => new InvalidInput({ message: `--from-block ${block} cannot be the first block: ${reason}` })
  if (block > head.number) return yield* invalid(`the finalised head is block ${head.number}`)
  if (block > 0 && (yield* presenceAt(contract, block - 1)) === "present")
    return yield* invalid("the contract is older, and an index without its first events would be wrong")
  return block
})
