/** The dev chain's blocks, indexed as far as they go. */
import { Effect, Layer, Option, Stream } from "effect"
import { makePass } from "../../src/indexer/pass.ts"
import { refreshHead } from "../../src/indexer/refresh/head.ts"
import * as Chain from "../../src/layers/Chain.ts"
import * as Contract from "../../src/layers/Contract.ts"
import * as Subnet from "../../src/layers/Subnet.ts"
import { NETUID, type World } from "../contract/support.ts"

export const on = ({ contract, endpoint }: World) =>
  Contract.layer(contract).pipe(Layer.provideMerge(Subnet.layer(NETUID)), Layer.provideMerge(Chain.layer([endpoint])))

/** Indexes everything up to the newest block. */
export const index = Effect.gen(function* () {
  const chain = yield* Chain.Chain
  const newest = yield* chain.read("newest block", async (api) => (await api.rpc.chain.getHeader()).number.toNumber())
  const head = yield* chain.finalisedHeads.pipe(
    Stream.takeUntil(({ number }) => number >= newest),
    Stream.runLast,
    Effect.map(Option.getOrThrow)
  )
  const pass = yield* makePass
  yield* pass(head, { fromBlock: Option.none() })
  yield* refreshHead(head)
})
