/**
 * The time between blocks: short while the stage is set, and long while the validators start. Later it follows the validators, because the node itself
 * builds blocks on time even on a busy machine, so epochs would pass before the validators have measured anything.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import { Array as Arrays, Effect, type Option, Ref, Stream } from "effect"
import { Chain } from "../../src/layers/chain/node/Chain.ts"
import { Feed, firstOf } from "./feed.ts"
import { Narrator } from "./Narrator.ts"
import { BLOCK_PERIOD, BLOCK_TIME, contractSettings } from "./settings.ts"

/** The longest time between two blocks, in ms. */
const LONGEST_BLOCK_TIME = 2_000
/** How many blocks pass between two measurements. */
const LOOK_EVERY = 8

/** The time between blocks while validators start, in ms: so few blocks pass that they find the round before them. */
const WAITING_PERIOD = 4_000
/** How many blocks before a round the chain waits for the validators: so many as miners need to enrol. */
const BEFORE_ROUND = 4

const build = (period: number) =>
  Effect.flatMap(Chain, ({ request }) => request("the time between blocks", "dev_setBlockBuildMode", [period]))

/** Lets the chain wait shortly before a round, where the validators start. */
export const waitBeforeRound = Effect.gen(function* () {
  const { subscribe } = yield* Feed
  const { roundLength } = contractSettings
  yield* firstOf(yield* subscribe, ({ block }) => (block.number % roundLength >= roundLength - BEFORE_ROUND ? block : undefined))
  yield* build(WAITING_PERIOD)
}).pipe(Effect.scoped)

/** The next time between two blocks, in ms, at least `shortest`. `share`: the share of the latest blocks that the slowest validator has processed. */
export const nextPeriod = (period: number, share: number, shortest = BLOCK_PERIOD): number => {
  if (share < 0.7) return Math.min(LONGEST_BLOCK_TIME, Math.round(period * 1.5))
  return share > 0.9 ? Math.max(shortest, Math.round(period / 1.25)) : period
}

/** How many steps of a loop have ended since the validator started, failed ones included, by its metrics. */
export const stepsIn = (metrics: string, loop: string): number =>
  [...metrics.matchAll(/^gittensor_loop_(?:steps|failures)_total\{loop="(\w+)"\} (\d+)$/gm)].reduce(
    (sum, [, name, count]) => (name === loop ? sum + Number(count) : sum),
    0
  )

/** How many blocks the validator with these metrics has processed: its round loop makes one step a block. */
const stepsAt = (port: number) =>
  Effect.flatMap(HttpClient.HttpClient, (client) => client.get(`http://127.0.0.1:${port}/metrics`)).pipe(
    Effect.flatMap(({ text }) => text),
    Effect.scoped,
    Effect.timeout("5 seconds"),
    Effect.map((text) => [port, stepsIn(text, "round")] as const),
    Effect.option
  )

interface Look {
  readonly block: number
  /** How many blocks each validator has processed, by its metrics port. */
  readonly steps: ReadonlyMap<number, number>
}

/** The slowest validator's share of the blocks between two measurements, without validators that started in between. Undefined if none is left. */
const slowest = (before: Look, now: Look): number | undefined => {
  const shares = [...now.steps].flatMap(([port, steps]) => {
    const then = before.steps.get(port)
    return then === undefined || steps < then ? [] : [(steps - then) / (now.block - before.block)]
  })
  return shares.length === 0 ? undefined : Math.min(...shares)
}

interface MeasuredValidator {
  /** Its metrics port; none while it is being restarted. */
  readonly metricsPort: Effect.Effect<Option.Option<number>>
}

/** Begins with the usual time between blocks, and adapts it to the validators until the scope ends. */
export const adaptBlockTime = Effect.fn("demo.adaptBlockTime")(function* (validators: ReadonlyArray<MeasuredValidator>) {
  const [{ subscribe, head }, narrator] = yield* Effect.all([Feed, Narrator])
  const last = yield* Ref.make<Look>({ block: 0, steps: new Map() })
  const period = yield* Ref.make(BLOCK_PERIOD)

  const setPeriod = (before: number, next: number) =>
    Effect.gen(function* () {
      yield* build(next)
      yield* Ref.set(period, next)
      if (before === BLOCK_PERIOD)
        yield* narrator.step({ actor: "chain", text: "builds blocks more slowly: the validators cannot keep up on this machine" })
      else if (next === BLOCK_PERIOD) yield* narrator.step({ actor: "chain", text: `builds a block every ${BLOCK_TIME} again` })
    })

  const look = Effect.gen(function* () {
    const before = yield* Ref.get(last)
    if ((yield* head).number < before.block + LOOK_EVERY) return
    const ports = Arrays.getSomes(yield* Effect.all(validators.map(({ metricsPort }) => metricsPort)))
    const found = yield* Effect.forEach(ports, stepsAt, { concurrency: "unbounded" })
    const now: Look = { block: (yield* head).number, steps: new Map(Arrays.getSomes(found)) }
    yield* Ref.set(last, now)
    const share = slowest(before, now)
    const was = yield* Ref.get(period)
    const next = share === undefined ? was : nextPeriod(was, share)
    if (next !== was) yield* setPeriod(was, next)
  })

  yield* build(BLOCK_PERIOD)
  yield* narrator.step({ actor: "chain", text: `builds a block every ${BLOCK_TIME}` })
  const blocks = yield* subscribe
  yield* blocks.pipe(
    Stream.runForEach(() => look),
    Effect.catchAll((error) => Effect.logWarning("the time between blocks cannot be adapted", error.message)),
    Effect.provide(FetchHttpClient.layer),
    Effect.forkScoped
  )
})
