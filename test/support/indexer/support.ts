/** Indexes a contract on the dev chain, in this process. */
import { Duration, Effect, Layer, Logger, Option, Ref, Schedule, Stream } from "effect"
import { contractLayer } from "../../../src/cli/shared/chainServices.ts"
import { follow } from "../../../src/dashboard/indexer/follow.ts"
import { indexAlone } from "../../../src/dashboard/indexer/lock.ts"
import { forgetAll, makePass, type Pass } from "../../../src/dashboard/indexer/pass.ts"
import type { Refresh } from "../../../src/dashboard/indexer/refreshing.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { type BlockReference, Chain } from "../../../src/layers/chain/node/Chain.ts"
import { NETUID } from "../contract/subnet.ts"
import type { World } from "../contract/World.ts"
import { PATIENCE } from "../watchdog.ts"

export interface Subject {
  readonly endpoint: string
  readonly contract: AccountAddress
}

const noRefresh: Refresh = {
  head: () => Effect.void,
  gitHub: Effect.void,
  consensus: () => Effect.succeed(0),
  quality: Effect.void,
  suggestions: Effect.void,
  burdens: Effect.void
}

/** Each index has its own connection, as separate processes have. */
const layers = ({ endpoint, contract }: Subject) => Layer.fresh(contractLayer({ network: { endpoint, netuid: NETUID }, contract }))

const onePass = (fromBlock: Option.Option<number>) =>
  Effect.gen(function* () {
    yield* indexAlone
    const pass = yield* makePass
    return yield* pass(yield* (yield* Chain).finalisedHead, { fromBlock })
  }).pipe(Effect.scoped)

/** Indexes once, up to the finalised head. */
export const passed = (of: Subject, fromBlock: Option.Option<number> = Option.none()) => onePass(fromBlock).pipe(Effect.provide(layers(of)))

/** Indexes once from an endpoint that has `stored`, but continues on another branch: the node was replaced during the pass. */
export const passedAcross = (of: Subject, stored: BlockReference) =>
  Effect.flatMap(Chain, (chain) => {
    const hashOf = (number: number) => (number === stored.number ? Effect.succeed(stored.hash) : chain.hashOf(number))
    return Effect.provideService(onePass(Option.none()), Chain, { ...chain, hashOf })
  }).pipe(Effect.provide(layers(of)))

/** Deletes the index and indexes again from the start. */
export const rebuilt = (of: Subject) => Effect.zipRight(forgetAll, onePass(Option.none())).pipe(Effect.provide(layers(of)))

/** Waits until the chain's newest block is final. */
export const finalised = (of: World) =>
  Effect.gen(function* () {
    const head = yield* of.block
    yield* Effect.flatMap(Chain, ({ finalisedHeads }) =>
      finalisedHeads.pipe(
        Stream.takeUntil(({ number }) => number >= head),
        Stream.runDrain
      )
    )
    return head
  }).pipe(Effect.provide(layers(of)))

/** Follows the chain until the scope closes. Refreshes nothing but what is given. */
export const following = (of: Subject, refresh: Partial<Refresh> = {}) =>
  Effect.gen(function* () {
    const at = yield* Ref.make(0)
    const said: Array<string> = []
    const listening = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ message }) => {
        said.push(String(message))
      })
    )
    const onPass = (pass: Pass) => Ref.set(at, pass.at?.number ?? 0)
    const fiber = yield* follow({
      fromBlock: Option.none(),
      fromGenesis: false,
      refresh: { ...noRefresh, ...refresh },
      githubEvery: Duration.minutes(1),
      onPass
    }).pipe(Effect.provide(layers(of)), Effect.provide(listening), Effect.forkScoped)
    const once = (what: string, happened: Effect.Effect<boolean>) =>
      happened.pipe(
        Effect.repeat({ until: (yes) => yes, schedule: Schedule.spaced("20 millis") }),
        Effect.raceFirst(Effect.flatMap(fiber.await, (exit) => Effect.dieMessage(`it ended: ${String(exit)}`))),
        Effect.timeoutFail({
          duration: PATIENCE,
          onTimeout: () => new Error(`${what}: not after ${Duration.format(Duration.millis(PATIENCE))}`)
        })
      )
    const isAt = (block: number) => Effect.map(Ref.get(at), (now) => now >= block)
    const hasSaid = (words: string) => Effect.sync(() => said.some((line) => line.includes(words)))
    return {
      /** Waits until the index is at this block. */
      reached: (block: number) => once(`block ${block}`, isAt(block)),
      /** Waits until the log contains these words. */
      logged: (words: string) => once(words, hasSaid(words))
    }
  })
