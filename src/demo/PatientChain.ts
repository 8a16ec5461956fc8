/** The demo's chain: whoever asks it waits while it does not answer, and the demo says that it waits. */
import { Clock, Duration, Effect, Layer, Ref, Schedule, Stream } from "effect"
import { Chain, type ChainUnavailable, isForgotten } from "../layers/chain/Chain.ts"
import { Narrator } from "./Narrator.ts"

/** A chain that makes no block for so long is said to stand still. Its blocks take less than a second. */
const SILENCE = Duration.seconds(8)
/** How often a request is repeated that fails although the chain answers. */
const REPEATS = 3

const mayPass = (error: { readonly _tag: string }): boolean => error._tag === "ChainUnavailable" && !isForgotten(error)

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
    if (isStill || (yield* Clock.currentTimeMillis) - at < Duration.toMillis(SILENCE)) return
    yield* Ref.set(newest, { at, isStill: true })
    yield* narrator.note(`the chain has made no block for ${Duration.format(SILENCE)}: the demo waits for it`)
  }).pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.forkScoped)

  const answers = chain.finalisedHead.pipe(Effect.retry(Schedule.spaced("1 second")))
  const patient = <A>(asked: Effect.Effect<A, ChainUnavailable>): Effect.Effect<A, ChainUnavailable> =>
    asked.pipe(
      Effect.tapError((error) => (mayPass(error) ? answers : Effect.void)),
      Effect.retry({ while: mayPass, times: REPEATS })
    )
  return Chain.of({
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
})

/** Waits for the chain that it is given. Transactions are not repeated: a sent one may be in a block. */
export const layer = Layer.scoped(Chain, make)
