/** Streams finalised blocks as facts, in order: with many concurrent requests, but few blocks in memory. */
import { Array as Arrays, Chunk, Effect, Option, Schedule, Stream } from "effect"
import type { OperationFailed } from "../../../domain/failures.ts"
import { messageOf } from "../../../domain/messageOf.ts"
import type { Contract } from "../../../layers/chain/contract/Contract.ts"
import { loadArtifact } from "../../../layers/chain/contract/calls.ts"
import { type BlockReference, Chain, type ChainUnavailable } from "../../../layers/chain/node/Chain.ts"
import type { BlockContents } from "../blockContents.ts"
import { castsOf } from "./casts.ts"
import { unreadableBlock } from "./errors.ts"
import { type IndexedContract, makeReader } from "./extract.ts"
import { allNeurons, neuronsOf } from "./neurons.ts"
import { type RawBlock, readRaw } from "./RawBlock.ts"
import { makeRuntimes } from "./Runtimes.ts"

export type ReadBlockError = ChainUnavailable | OperationFailed

/** Block hashes per request. */
const HASHES = 256
/** Blocks per batch of requests, and concurrent batches. */
const [TOGETHER, AT_ONCE] = [16, 3]

/** Retries take longer than the 20 s in which a lost connection is detected, so that another endpoint can take over. */
const patience = Schedule.exponential("500 millis").pipe(Schedule.jittered, Schedule.intersect(Schedule.recurs(6)))

/** Groups of the blocks from `from` to `to`, whose own hash is known. */
const references = (from: number, to: BlockReference) =>
  Stream.paginateChunkEffect(from, (first) =>
    Effect.gen(function* () {
      const last = Math.min(to.number, first + HASHES)
      const numbers = Array.from({ length: last - first }, (_, index) => first + index)
      const hashes = numbers.length === 0 ? [] : yield* (yield* Chain).claimedHashes(numbers)
      const blocks = numbers.map((number, index): BlockReference => ({ number, hash: hashes[index] ?? "" }))
      const groups = (all: ReadonlyArray<BlockReference>) => Chunk.unsafeFromArray(Arrays.chunksOf(all, TOGETHER))
      return last < to.number ? ([groups(blocks), Option.some(last)] as const) : ([groups([...blocks, to]), Option.none()] as const)
    }).pipe(Effect.retry(patience))
  )

/** Reads blocks of one contract and subnet. The reader caches runtimes. */
export const makeBlockReader = Effect.fn("indexer.makeBlockReader")(function* (
  indexed: IndexedContract,
  outcomeVotes: Contract["Type"]["outcomeVotes"]
) {
  const runtimeOf = yield* makeRuntimes
  const { contractCodec } = yield* loadArtifact
  const read = makeReader(contractCodec, indexed)

  const factsOf = (block: RawBlock, isFirst: boolean) =>
    Effect.gen(function* () {
      const runtime = yield* runtimeOf(block)
      const { registered, ...found } = yield* Effect.try({
        try: () => read(block, runtime),
        catch: (cause) => unreadableBlock(block.number, messageOf(cause))
      })
      const registrations = yield* isFirst
        ? allNeurons(indexed.netuid, block)
        : registered.length === 0
          ? Effect.succeed([])
          : neuronsOf(indexed.netuid, registered, block)
      return {
        number: block.number,
        hash: block.hash,
        parentHash: block.parentHash,
        time: block.time,
        ...found,
        registrations,
        casts: yield* castsOf(outcomeVotes, found.events, block)
      } satisfies BlockContents
    })

  const whileUnavailable = <A, R>(effect: Effect.Effect<A, ReadBlockError, R>) =>
    Effect.retry(effect, { while: ({ _tag }) => _tag === "ChainUnavailable", schedule: patience })

  /** `first`: the index's first block, which reports all neurons registered until then. */
  return ({ from, to, first }: { readonly from: number; readonly to: BlockReference; readonly first: number }) =>
    from > to.number
      ? Stream.empty
      : references(from, to).pipe(
          Stream.mapEffect((blocks) => whileUnavailable(readRaw(blocks)), { concurrency: AT_ONCE }),
          Stream.mapEffect((blocks) => whileUnavailable(Effect.forEach(blocks, (block) => factsOf(block, block.number === first)))),
          Stream.flattenIterables
        )
})
