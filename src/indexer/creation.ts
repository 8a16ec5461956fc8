/** In which block a contract was created: where an index begins. */
import { Effect, Option } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import { type BlockReference, Chain, isForgotten } from "../layers/chain/Chain.ts"
import { readMap } from "../layers/chain/storedMap.ts"
import { CreationForgotten, InvalidFirstBlock } from "./errors.ts"

type Presence = "there" | "absent" | "forgotten"

const presenceAt = Effect.fn("indexer.presenceAt")(function* (contract: AccountAddress, block: number) {
  const chain = yield* Chain
  const hash = yield* chain.hashOf(block)
  return yield* readMap(chain, ["contracts", "contractInfoOf"], [[contract]], hash).pipe(
    Effect.map((found): Presence => ((found?.[0] ?? null) === null ? "absent" : "there")),
    Effect.catchIf(isForgotten, () => Effect.succeed<Presence>("forgotten"))
  )
})

/** The block of the creation, by halving the chain's past. The contract must be there at `head`. */
const creation = Effect.fn("indexer.creation")(function* (contract: AccountAddress, head: BlockReference) {
  let [before, there]: readonly [number, number] = [-1, head.number]
  let known: Presence = "absent"
  while (there - before > 1) {
    const middle = Math.floor((before + there) / 2)
    const presence = yield* presenceAt(contract, middle)
    if (presence === "there") there = middle
    else {
      before = middle
      known = presence
    }
  }
  if (known === "forgotten") return yield* new CreationForgotten({ endpoint: (yield* Chain).endpoint, contract, block: there })
  return there
})

/** The first block to read. One that is asked for must not lie after the contract's creation, whose events everything else stands on. */
export const firstBlock = Effect.fn("indexer.firstBlock")(function* (
  contract: AccountAddress,
  head: BlockReference,
  asked: Option.Option<number>
) {
  if (Option.isNone(asked)) return yield* creation(contract, head)
  const block = asked.value
  if (block > head.number) return yield* new InvalidFirstBlock({ block, reason: `the finalised head is block ${head.number}` })
  if (block > 0 && (yield* presenceAt(contract, block - 1)) === "there")
    return yield* new InvalidFirstBlock({ block, reason: `the contract is older, and an index without its beginning would be wrong` })
  return block
})
