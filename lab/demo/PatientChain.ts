/** The demo's chain: requests and transactions wait while the node does not answer, and the demo reports that it waits. */
import { Clock, Duration, Effect, Layer, Option, Ref, Schedule, Stream } from "effect"
import {
  type BlockReference,
  Chain,
  type ChainUnavailable,
  layer as chainAt,
  type Inclusion,
  isPruned,
  type SendGuard,
  type SignedTransaction
} from "../../src/layers/chain/node/Chain.ts"
import { includedBetween } from "./includedTransaction.ts"
import { Narrator } from "./Narrator.ts"

/** A chain without a new block for this long is reported as stalled. Its blocks take less than a second. */
const STALLED_AFTER = Duration.seconds(8)
/** How often a failed request is retried while the chain answers. */
const REPEATS = 3
/** Within this many blocks, a transaction that reached the node is in its pool or in a block. */
const SETTLED_BLOCKS = 3

const mayPass = (error: { readonly _tag: string }): boolean => error._tag === "ChainUnavailable" && !isPruned(error)

const make = Effect.gen(function* () {
  const [chain, narrator] = yield* Effect.all([Chain, Narrator])
  const newest = yield* Ref.make({ at: yield* Clock.currentTimeMillis, isStill: false })
  yield* chain.finalisedHeads.pipe(
    Stream.runForEach(({ number }) =>
      Effect.gen(function* () {
        const { isStill } = yield* Ref.getAndSet(newest, { at: yield* Clock.currentTimeMillis, isStill: false })
        if (isStill) yield* narrator.note(`the chain moves again, at block ${number}: the demo goes on`)
      })
    ),
    Effect.forkScoped
  )
  yield* Effect.gen(function* () {
    const { at, isStill } = yield* Ref.get(newest)
    if (isStill || (yield* Clock.currentTimeMillis) - at < Duration.toMillis(STALLED_AFTER)) return
    yield* Ref.set(newest, { at, isStill: true })
    yield* narrator.note(`the chain has made no block for ${Duration.format(STALLED_AFTER)}: the demo waits for it`)
  }).pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.forkScoped)

  const answers = chain.finalisedHead.pipe(Effect.retry(Schedule.spaced("1 second")))
  const patient = <A>(asked: Effect.Effect<A, ChainUnavailable>): Effect.Effect<A, ChainUnavailable> =>
    asked.pipe(
      Effect.tapError((error) => (mayPass(error) ? answers : Effect.void)),
      Effect.retry({ while: mayPass, times: REPEATS })
    )
  const reads = Chain.of({
    ...chain,
    finalisedHead: patient(chain.finalisedHead),
    hashOf: (block) => patient(chain.hashOf(block)),
    hashesOf: (blocks) => patient(chain.hashesOf(blocks)),
    timeAt: (hash) => patient(chain.timeAt(hash)),
    read: (operation, read) => patient(chain.read(operation, read)),
    readAt: (operation, hash, read) => patient(chain.readAt(operation, hash, read)),
    request: (operation, method, parameters) => patient(chain.request(operation, method, parameters)),
    storageAt: (keys, at) => patient(chain.storageAt(keys, at)),
    feeOf: (submission) => patient(chain.feeOf(submission))
  })

  const isInPool = ({ signer, nonce }: SignedTransaction) =>
    Effect.map(
      reads.read("next nonce of an account", async (api) => (await api.rpc.system.accountNextIndex(signer)).toNumber()),
      (next) => next > nonce
    )

  /** Where one of these attempts was included after a block. None: the chain has forgotten all of them, so a retry cannot execute twice. */
  const included = (attempts: ReadonlyArray<SignedTransaction>, after: BlockReference) => {
    const last = attempts.at(-1)
    if (last === undefined) return Effect.as(answers, Option.none<Inclusion>())
    return reads.finalisedHeads.pipe(
      Stream.zipWithIndex,
      Stream.mapEffect(([head, index]) =>
        Effect.gen(function* () {
          // The pool is asked first: a transaction that leaves it meanwhile is found in a block.
          const isPending = index < SETTLED_BLOCKS || (yield* isInPool(last))
          const inclusion = yield* includedBetween(attempts, after, head)
          return { inclusion, isPending }
        })
      ),
      Stream.takeUntil(({ inclusion, isPending }) => Option.isSome(inclusion) || !isPending),
      Stream.runLast,
      Effect.map(Option.flatMap(({ inclusion }) => inclusion)),
      Effect.provideService(Chain, reads)
    )
  }

  const submit: Chain["Type"]["submit"] = (submission) =>
    Effect.gen(function* () {
      const before = yield* reads.finalisedHead
      const sent = yield* Ref.make<ReadonlyArray<SignedTransaction>>([])
      const guard: SendGuard = (transaction) =>
        Effect.zipRight(
          Ref.update(sent, (all) => [...all, transaction]),
          submission.guard?.(transaction) ?? Effect.void
        )
      return yield* chain.submit({ ...submission, guard }).pipe(
        Effect.catchTag("ChainUnavailable", (error) =>
          Effect.flatMap(Ref.get(sent), (attempts) => included(attempts, before)).pipe(
            Effect.flatMap(Option.match({ onNone: () => Effect.fail(error), onSome: Effect.succeed }))
          )
        ),
        Effect.retry({ while: mayPass, times: REPEATS })
      )
    })
  return Chain.of({ ...reads, submit })
})

/** The connection to a chain, retried for up to a minute. */
export const connected = (endpoint: string) =>
  Layer.retry(chainAt([endpoint]), Schedule.spaced("1 second").pipe(Schedule.upTo("1 minute"), Schedule.whileInput(mayPass)))

/** Wraps a chain with waiting. A transaction is sent again only when the chain has neither included it nor still has it in its pool. */
export const layer = Layer.scoped(Chain, make)
