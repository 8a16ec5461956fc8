import { Clock, Effect, Option, type Scope } from "effect"
import { type Block, makeBlock, nextStateRoot, transactionHash } from "./Block.ts"
import { decodeHeader, encodeHeader } from "./codec/header.ts"
import type { BareHex } from "./codec/hex.ts"
import { compact, concat, lengthPrefixed, ScaleReader, unsigned } from "./codec/scale.ts"
import { decodeRefusal, decodeValidity, type ValidTransaction } from "./codec/validity.ts"
import type { StorageFailed } from "./DevChainError.ts"
import { makePacer } from "./eventLoop.ts"
import type { BuiltBlock, CallOutcome, Executor, RuntimeTrap } from "./executor/Executor.ts"
import { InvalidTransaction, type PoolError, UnverifiableTransaction } from "./pool/PoolError.ts"
import { type PooledTransaction, TransactionPool, type Watcher } from "./pool/TransactionPool.ts"
import * as Shield from "./shield.ts"
import { codeKey, timestampKey } from "./state/keys.ts"
import type { Change, StateStore, StateView } from "./state/StateStore.ts"

/** Clients must see a block's announcement before its finality; otherwise polkadot.js may miss one of the two (polkadot-js/api#2890). */
const finalityLag = "150 millis"

/** While many empty blocks are built at once, clients are notified of only one block in this many. */
const announceEvery = 250

const encoder = new TextEncoder()
const timestampInherent = encoder.encode("timstap0")

/** Validates every extrinsic as if it came from outside the node. */
const externalSource = new Uint8Array([2])

export type BuildError = RuntimeTrap | StorageFailed

export type BlockListener = (block: Block) => void

export interface ChainClock {
  /** Milliseconds added per block, regardless of real time. Undefined: the chain follows the wall clock. */
  readonly step: number | undefined
}

export interface ChainOptions {
  readonly executor: Executor
  readonly store: StateStore
  /** All blocks since genesis. */
  readonly blocks: ReadonlyArray<Block>
  readonly clock: ChainClock
  /** Makes a block durable before it is announced. */
  readonly persist: (block: Block, changes: ReadonlyArray<Change>, floor: number) => Effect.Effect<void, StorageFailed>
}

/** A chain without forks: its blocks, state and transaction pool, and the building of new blocks. */
export interface Chain {
  readonly pool: TransactionPool
  readonly genesis: Block
  readonly head: () => Block
  readonly finalized: () => Block
  readonly blockAt: (number: number) => Block | undefined
  readonly blockOf: (hash: BareHex) => Block | undefined
  /** The state after a block; undefined if it is no longer retained. */
  readonly stateOf: (block: Block) => StateView | undefined
  readonly changesOf: (block: Block) => ReadonlyArray<Change>
  /** Calls the runtime on a block's state and discards what it writes. */
  readonly call: (state: StateView, method: string, argument: Uint8Array) => Effect.Effect<CallOutcome, RuntimeTrap>
  /** Validates a transaction and adds it to the pool. Returns its hash. */
  readonly submit: (bytes: Uint8Array, watcher?: Watcher) => Effect.Effect<BareHex, PoolError>
  /** Builds a block from the ready transactions. Waits for a build that is already running. */
  readonly build: Effect.Effect<Block, BuildError>
  /** Builds `count` blocks in a row and announces only some of them. Returns the last one. */
  readonly fastForward: (count: number) => Effect.Effect<Block, BuildError>
  /** Sets the chain's clock so that the next block has this time, in milliseconds since 1970. The clock never goes back. */
  readonly travelTo: (time: number) => Effect.Effect<void>
  readonly onBlock: (listener: BlockListener) => () => void
  readonly onFinalized: (listener: BlockListener) => () => void
  /** Adds a listener for transactions that enter the pool. */
  readonly onTransaction: (listener: () => void) => () => void
}

const listeners = <A extends ReadonlyArray<unknown>>() => {
  const all = new Set<(...args: A) => void>()
  return {
    add: (listener: (...args: A) => void) => {
      all.add(listener)
      return () => {
        all.delete(listener)
      }
    },
    tell: (...args: A) => {
      for (const listener of [...all]) listener(...args)
    }
  }
}

const codeOf = (state: StateView): Uint8Array => state.get("", codeKey) ?? new Uint8Array()

/** The timestamp of the state's block, in milliseconds since 1970; 0 without one. */
const lastTime = (state: StateView): number => {
  const value = state.get("", timestampKey)
  return value === undefined ? 0 : Number(new ScaleReader(value).unsigned(8))
}

/** Validates a transaction by the runtime, on the state of a block. */
const validateOn = (executor: Executor, state: StateView, bytes: Uint8Array, on: Block) =>
  executor
    .call(codeOf(state), state, "TaggedTransactionQueue_validate_transaction", concat([externalSource, bytes, Uint8Array.fromHex(on.hash)]))
    .pipe(
      Effect.mapError((trap) => new UnverifiableTransaction({ reason: trap.reason })),
      Effect.flatMap(({ result }): Effect.Effect<ValidTransaction, InvalidTransaction> => {
        const validity = decodeValidity(result)
        return "provides" in validity ? Effect.succeed(validity) : new InvalidTransaction({ kind: validity.kind, text: validity.text })
      })
    )

/** Sorts candidates by the runtime's result. Those in neither list wait for the next block. */
const sortOut = (candidates: ReadonlyArray<PooledTransaction>, built: BuiltBlock) => {
  const taken: Array<PooledTransaction> = []
  const refused: Array<PooledTransaction> = []
  candidates.forEach((candidate, index) => {
    const applied = built.applied[index]
    if (applied === undefined) return
    const refusal = applied instanceof Uint8Array ? decodeRefusal(applied) : applied
    if (refusal === undefined) taken.push(candidate)
    // The block is full, or the transaction with the preceding nonce did not fit.
    else if (!("name" in refusal && (refusal.name === "ExhaustsResources" || refusal.name === "Future"))) refused.push(candidate)
  })
  return { taken, refused }
}

/** The runtime's input for the next block. `time`: in milliseconds since 1970. */
const nextBlockOn = (parent: Block, time: number, candidates: ReadonlyArray<PooledTransaction>) => ({
  header: encodeHeader({
    parentHash: Uint8Array.fromHex(parent.hash),
    number: parent.number + 1,
    stateRoot: new Uint8Array(32),
    extrinsicsRoot: new Uint8Array(32),
    digest: []
  }),
  inherentData: concat([compact(1), timestampInherent, lengthPrefixed(unsigned(time, 8))]),
  extrinsics: candidates.map(({ bytes }) => bytes)
})

const blockOn = (parent: Block, built: BuiltBlock, taken: ReadonlyArray<PooledTransaction>): Block => {
  const header = { ...decodeHeader(built.header), stateRoot: nextStateRoot(parent.header.stateRoot, built.changes) }
  return makeBlock(header, [...built.inherents, ...taken.map(({ bytes }) => bytes)])
}

const encryptedIn = (changes: ReadonlyArray<Change>): ReadonlyArray<Uint8Array> => {
  const brought = changes.find(({ child, key }) => child === "" && key === Shield.encryptedKey)?.value
  if (brought === undefined || brought === null) return []
  const reader = new ScaleReader(brought)
  return Array.from({ length: Number(reader.compact()) }, () => reader.lengthPrefixed())
}

/** Tracks which blocks are final, and the transactions that wait for it. `blocks` grows with the chain. */
const makeFinality = (blocks: ReadonlyArray<Block>) => {
  const newFinal = listeners<[Block]>()
  /** Watched transactions by the number of the block that included them, until it is final. */
  const included = new Map<number, ReadonlyArray<PooledTransaction>>()
  let finalNumber = blocks.length - 1
  return {
    onFinalized: newFinal.add,
    finalized: () => blocks[finalNumber],
    include: (block: Block, taken: ReadonlyArray<PooledTransaction>): void => {
      if (taken.length > 0) included.set(block.number, taken)
    },
    finalize: (block: Block, announce: boolean): void => {
      for (const number of [...included.keys()].filter((number) => number <= block.number).sort((a, b) => a - b)) {
        const hash = blocks[number]?.hash ?? block.hash
        for (const { watchers } of included.get(number) ?? []) for (const watcher of watchers) watcher({ kind: "finalized", hash })
        included.delete(number)
      }
      if (block.number <= finalNumber) return
      finalNumber = block.number
      if (announce) newFinal.tell(block)
    }
  }
}

export const make = (options: ChainOptions): Effect.Effect<Chain, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { executor, store } = options
    const scope = yield* Effect.scope
    const pool = new TransactionPool()
    const shield = yield* Shield.make
    const blocks = [...options.blocks]
    const numbers = new Map(blocks.map((block) => [block.hash, block.number]))
    const [genesis] = blocks
    if (genesis === undefined) return yield* Effect.dieMessage("a chain needs its genesis block")
    const buildPermit = yield* Effect.makeSemaphore(1)
    const newBlock = listeners<[Block]>()
    const finality = makeFinality(blocks)
    const newTransaction = listeners<[]>()
    let clockOffset = 0

    const head = (): Block => blocks.at(-1) ?? genesis
    const stateOf = (block: Block) => (block.number < store.floor ? undefined : store.at(block.number))
    const call = (state: StateView, method: string, argument: Uint8Array) => executor.call(codeOf(state), state, method, argument)

    const nextTime = (state: StateView) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const last = lastTime(state)
        if (options.clock.step !== undefined && last > 0) return last + options.clock.step
        return Math.max(now + clockOffset, last + 1)
      })

    const submit: Chain["submit"] = Effect.fn("Chain.submit")(function* (bytes, watcher) {
      const hash = transactionHash(bytes)
      const refused = pool.refusal(hash, yield* Clock.currentTimeMillis)
      if (refused !== undefined) return yield* refused
      let on = head()
      let valid = yield* validateOn(executor, store.at(on.number), bytes, on)
      // A new block may have provided what the transaction seemed to require.
      while (on !== head()) {
        on = head()
        valid = yield* validateOn(executor, store.at(on.number), bytes, on)
      }
      const failed = pool.refusal(hash, yield* Clock.currentTimeMillis) ?? pool.add(hash, bytes, valid, on.number, watcher)
      if (failed !== undefined) return yield* failed
      newTransaction.tell()
      return hash
    })

    /** Submits a block's encrypted transactions. Those that cannot be decrypted, or are invalid then, are dropped. */
    const submitEncrypted = (all: ReadonlyArray<Uint8Array>) =>
      Effect.forEach(all, (encrypted) =>
        Effect.flatMap(shield.open(encrypted), (opened) => (Option.isSome(opened) ? Effect.ignore(submit(opened.value)) : Effect.void))
      )

    const buildOne = (announce: boolean) =>
      Effect.gen(function* () {
        const parent = head()
        const state = store.at(parent.number)
        const time = yield* nextTime(state)
        const candidates = pool.candidates()
        const built = yield* executor.build(codeOf(state), state, nextBlockOn(parent, time, candidates))
        const { taken, refused } = sortOut(candidates, built)
        const block = blockOn(parent, built, taken)
        yield* options.persist(block, built.changes, store.floorAt(block.number))
        store.write(block.number, built.changes)
        blocks.push(block)
        numbers.set(block.hash, block.number)
        const now = yield* Clock.currentTimeMillis
        pool.included(taken)
        for (const { hash } of refused) pool.invalid(hash, now)
        pool.expire(block.number)
        finality.include(block, taken)
        for (const { watchers } of taken) for (const watcher of watchers) watcher({ kind: "inBlock", hash: block.hash })
        if (announce) newBlock.tell(block)
        const encrypted = encryptedIn(built.changes)
        if (encrypted.length > 0) yield* Effect.forkIn(submitEncrypted(encrypted), scope)
        if (announce || taken.length > 0) {
          yield* Effect.forkIn(
            Effect.delay(
              Effect.sync(() => finality.finalize(block, announce)),
              finalityLag
            ),
            scope
          )
        }
        return block
        // Interrupting a build could lose transactions from the pool.
      }).pipe(Effect.uninterruptible)

    const fastForward = (count: number) =>
      Effect.gen(function* () {
        const pace = makePacer()
        for (let left = count; left > 1; left--) {
          yield* buildOne(left % announceEvery === 0)
          yield* pace
        }
        return yield* buildOne(true)
      })

    return {
      pool,
      genesis,
      head,
      finalized: () => finality.finalized() ?? genesis,
      blockAt: (number) => blocks[number],
      blockOf: (hash) => {
        const number = numbers.get(hash)
        return number === undefined ? undefined : blocks[number]
      },
      stateOf,
      changesOf: (block) => store.changesOf(block.number),
      call,
      submit,
      build: buildPermit.withPermits(1)(buildOne(true)),
      fastForward: (count) => buildPermit.withPermits(1)(fastForward(count)),
      travelTo: (time) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          clockOffset = Math.max(clockOffset, time - now)
        }),
      onBlock: newBlock.add,
      onFinalized: finality.onFinalized,
      onTransaction: newTransaction.add
    }
  })
