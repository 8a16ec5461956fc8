/** Indexes the dev chain's blocks up to the head. */
import { Effect, Layer, Option, Stream } from "effect"
import { makePass } from "../../../src/dashboard/indexer/pass.ts"
import { refreshHead } from "../../../src/dashboard/indexer/refresh/head.ts"
import * as Contract from "../../../src/layers/chain/contract/Contract.ts"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import type { Program } from "../contract/nextProgram.ts"
import { NETUID } from "../contract/subnet.ts"
import type { World } from "../contract/World.ts"

/** The services of this world's index; `of` is a program's client of the contract. */
export const on = ({ contract, endpoint }: Pick<World, "contract" | "endpoint">, of: Pick<typeof Contract, "layer"> = Contract) =>
  of.layer(contract).pipe(Layer.provideMerge(Subnet.layer(NETUID)), Layer.provideMerge(Chain.layer([endpoint])))

/** Has a program index up to the newest block once that is final, and then read the state that only the head has. Returns that block. */
export const indexBy = (program: Pick<Program["pass"], "makePass"> & Pick<Program["head"], "refreshHead">) =>
  Effect.gen(function* () {
    const chain = yield* Chain.Chain
    const newest = yield* chain.read("newest block", async (api) => (await api.rpc.chain.getHeader()).number.toNumber())
    const head = yield* chain.finalisedHeads.pipe(
      Stream.takeUntil(({ number }) => number >= newest),
      Stream.runLast,
      Effect.map(Option.getOrThrow)
    )
    const pass = yield* program.makePass
    const { at } = yield* pass(head, { fromBlock: Option.none() })
    if (at === undefined) return yield* Effect.dieMessage("nothing is indexed")
    return { at, done: yield* program.refreshHead(at) }
  })

/** Indexes by this program. */
export const index = indexBy({ makePass, refreshHead })
