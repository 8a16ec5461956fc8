/** One pass from the cursor to a finalised block: reads, applies and stores whole blocks. */
import { Duration, Effect, Option, Ref, Stream } from "effect"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { elapsedMillis } from "../../layers/machine/effects/elapsed.ts"
import { Database, explained, transaction } from "../../layers/storage/database/Database.ts"
import { makeApply } from "./apply/apply.ts"
import type { BlockContents } from "./blockContents.ts"
import { firstBlock } from "./creation.ts"
import { checkAgainstChain, cursor, emptyTables, holdCursor, type Origin, reorganised, storedOrigin, storeOrigin } from "./cursor.ts"
import { AlreadyIndexing } from "./errors.ts"
import { IndexMonitor } from "./health.ts"
import { makeBlockReader } from "./read/readBlocks.ts"

/** Logs the progress of a long run. */
const LOG_INTERVAL = Duration.seconds(10)

const formatDuration = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 360) / 10} h`

interface Progress {
  /** Counts stored blocks. */
  readonly add: (blocks: number) => Effect.Effect<void>
  readonly total: Effect.Effect<number>
}

/** Logs block, rate and time left every ten seconds until the scope closes. */
const report = Effect.fn("indexer.progress")(function* (from: number, to: number) {
  const done = yield* Ref.make(0)
  const began = yield* elapsedMillis
  const line = Effect.gen(function* () {
    const blocks = yield* Ref.get(done)
    const seconds = ((yield* elapsedMillis) - began) / 1000
    const rate = blocks / seconds
    yield* Effect.logInfo("indexing").pipe(
      Effect.annotateLogs({
        block: from + blocks - 1,
        of: to,
        "blocks/s": Math.round(rate * 10) / 10,
        left: rate > 0 ? formatDuration((to - from + 1 - blocks) / rate) : "unknown"
      })
    )
  })
  yield* line.pipe(Effect.delay(LOG_INTERVAL), Effect.forever, Effect.forkScoped)
  const progress: Progress = { add: (blocks) => Ref.update(done, (before) => before + blocks), total: Ref.get(done) }
  return progress
})

/** Blocks stored in one transaction while catching up. A killed run reads at most these again. */
const BLOCKS_PER_TRANSACTION = 256
/** Maximum time between two transactions with a slow endpoint. */
const BATCH_TIME = "2 seconds"
/** Batches read ahead while another is stored. */
const READ_AHEAD = 2

export interface Pass {
  /** The first stored block; undefined: none was new. */
  readonly from: number | undefined
  readonly blocks: number
  readonly seconds: number
  /** The part of `seconds` for storing; the rest is reading and decoding. */
  readonly storingSeconds: number
  /** The newest stored block. */
  readonly at: BlockReference | undefined
  readonly head: BlockReference
}

export interface PassOptions {
  readonly fromBlock: Option.Option<number>
}

/** The database's origin: the stored one, or else the one found on the chain, which is then stored. */
const resolveOrigin = Effect.fn("indexer.resolveOrigin")(function* (head: BlockReference, { fromBlock }: PassOptions) {
  const [{ genesisHash }, { address }, { netuid }] = yield* Effect.all([Chain, Contract, Subnet])
  const of = { genesisHash, contract: address, netuid }
  const stored = yield* explained(storedOrigin(of))
  if (Option.isSome(stored)) return stored.value
  const origin: Origin = { ...of, firstBlock: yield* firstBlock(address, head, fromBlock) }
  yield* transaction(storeOrigin(origin))
  yield* Effect.logInfo("starting a new index").pipe(Effect.annotateLogs({ contract: address, "first block": origin.firstBlock }))
  return origin
})

/** Empties the index, so that the next pass starts at the contract's creation. Does nothing unless the chain answers. */
export const forgetAll = Effect.gen(function* () {
  yield* (yield* Chain).finalisedHead
  yield* transaction(emptyTables)
})

/** Prepares consecutive passes to finalised blocks, which share runtimes and state. */
export const makePass = Effect.gen(function* () {
  const [chain, { address, otherEdition, outcomeVotes }, { netuid }, { where }] = yield* Effect.all([Chain, Contract, Subnet, Database])
  const monitor = yield* IndexMonitor
  const read = yield* makeBlockReader({ contract: address, netuid }, outcomeVotes)
  const apply = yield* makeApply
  const told = yield* Ref.make<string | null>(null)
  /** At the start, after the contract's code changed, and after the chain was away. */
  const mayHaveNewCode = yield* Ref.make(true)

  /** Reports that the contract runs another edition's code: its unknown events are stored as bytes. Asked again at the next pass if it fails. */
  const tellEdition = (head: BlockReference) =>
    Effect.gen(function* () {
      const note = yield* otherEdition(head)
      yield* Ref.set(mayHaveNewCode, false)
      yield* monitor.edition(note)
      if ((yield* Ref.getAndSet(told, note)) !== note && note !== null) yield* Effect.logWarning(note)
    }).pipe(
      Effect.catchAll(({ message }) => Effect.logDebug("the contract's edition could not be read", message)),
      Effect.whenEffect(Ref.get(mayHaveNewCode))
    )

  /** Stores blocks and moves the cursor in one transaction. */
  const store = (blocks: ReadonlyArray<BlockContents>, before: Ref.Ref<Option.Option<BlockReference>>) =>
    Effect.gen(function* () {
      let parent = yield* Ref.get(before)
      for (const { number, hash, parentHash } of blocks) {
        if (Option.isSome(parent) && parent.value.hash !== parentHash) return yield* reorganised(chain.endpoint, parent.value, parentHash)
        parent = Option.some({ number, hash })
      }
      const expected = yield* Ref.get(before)
      yield* transaction(
        Effect.gen(function* () {
          if (!(yield* holdCursor(expected))) return yield* new AlreadyIndexing({ where })
          yield* apply(blocks)
        })
      )
      yield* Ref.set(before, parent)
      if (blocks.some(({ hasNewCode }) => hasNewCode)) yield* Ref.set(mayHaveNewCode, true)
    })

  return Effect.fn("indexer.pass")(
    function* (head: BlockReference, options: PassOptions) {
      const began = yield* elapsedMillis
      yield* tellEdition(head)
      const origin = yield* resolveOrigin(head, options)
      const start = yield* explained(cursor)
      if (Option.isSome(start)) yield* explained(checkAgainstChain(start.value, head))
      const from = Option.match(start, { onNone: () => origin.firstBlock, onSome: ({ number }) => number + 1 })
      const at = yield* Ref.make(start)
      const progress = yield* report(from, head.number)
      const storing = yield* Ref.make(Duration.zero)
      yield* read({ from, to: head, first: origin.firstBlock }).pipe(
        Stream.groupedWithin(BLOCKS_PER_TRANSACTION, BATCH_TIME),
        Stream.buffer({ capacity: READ_AHEAD }),
        Stream.runForEach((blocks) =>
          store([...blocks], at).pipe(
            Effect.timed,
            Effect.flatMap(([took]) => Ref.update(storing, Duration.sum(took))),
            Effect.zipRight(progress.add(blocks.length)),
            Effect.zipRight(Ref.get(at)),
            Effect.flatMap((newest) => monitor.stored(blocks.length, newest))
          )
        )
      )
      yield* tellEdition(head)
      const blocks = yield* progress.total
      return {
        from: blocks === 0 ? undefined : from,
        blocks,
        seconds: ((yield* elapsedMillis) - began) / 1000,
        storingSeconds: Duration.toSeconds(yield* Ref.get(storing)),
        at: Option.getOrUndefined(yield* Ref.get(at)),
        head
      } satisfies Pass
    },
    Effect.scoped,
    Effect.tapError(({ _tag }) => Ref.set(mayHaveNewCode, true).pipe(Effect.when(() => _tag === "ChainUnavailable")))
  )
})
