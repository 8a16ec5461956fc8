import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger, LogLevel } from "effect"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { Axon } from "../../../src/layers/chain/axon/Axon.ts"
import * as Dendrite from "../../../src/layers/chain/axon/Dendrite.ts"
import type { SubnetView } from "../../../src/layers/chain/subnet/SubnetView.ts"
import * as Gossip from "../../../src/scoring/issue_competitions/enrolments/EnrolmentGossip.ts"
import { Enrolments } from "../../../src/scoring/issue_competitions/enrolments/Enrolments.ts"
import { key, type Subnet, signed, storeOf, subnet, validators } from "../../support/axon/support.ts"
import * as ValidatorAxon from "../../support/axon/validatorAxon.ts"
import { unhurried } from "../../support/unhurried.ts"

interface Peer {
  readonly hotkey: KeyPair
  readonly state: Subnet
  readonly port: number
  readonly run: <A, E>(effect: Effect.Effect<A, E, Enrolments | Dendrite.Dendrite | SubnetView | Axon>) => Effect.Effect<A, E>
}

/** Starts a validator with its own store, axon and view of the subnet. */
const start = (hotkey: KeyPair) =>
  Effect.gen(function* () {
    const state = subnet()
    for (let byte = 20; byte < 60; byte++) state.registered.add(key(byte).address)
    const context = yield* Layer.build(
      Layer.fresh(
        ValidatorAxon.layer({ hotkey, hostname: "127.0.0.1", port: 0, requestsPerMinute: 1_000 }).pipe(
          Layer.provideMerge(storeOf(state)),
          Layer.provideMerge(Dendrite.layer)
        )
      )
    )
    const { port } = Context.get(context, Axon)
    return { hotkey, state, port, run: (effect) => Effect.provide(effect, context) } satisfies Peer as Peer
  })

const startAll = Effect.map(Effect.forEach(validators, start), (peers) => {
  const axons = peers.map(({ hotkey, port }) => ({ ip: "127.0.0.1", port, hotkey: hotkey.address }))
  for (const { state } of peers) state.axons = axons
  return peers
})

const take = (peer: Peer, ...messages: ReadonlyArray<ReturnType<typeof signed>>) =>
  peer.run(Effect.flatMap(Enrolments, (store) => Effect.forEach(messages, store.merge)))
const gossip = (peer: Peer) => unhurried(peer.run(Effect.flatten(Gossip.make(peer.hotkey))))
const summaryOf = (peer: Peer) => peer.run(Effect.flatMap(Enrolments, (store) => store.summary))
const sizeOf = (peer: Peer) => peer.run(Effect.flatMap(Enrolments, (store) => store.size))
/** Exactly three peers, as a tuple. */
const three = Effect.map(startAll, ([one, two, three]) =>
  one && two && three ? ([one, two, three] as const) : assert.fail("three validators")
)

describe("gossip between validators", () => {
  it.scopedLive("brings three validators with different miners to the same enrolments", () =>
    Effect.gen(function* () {
      const [one, two, three_] = yield* three
      const a = key(20)
      const b = key(21)
      yield* take(one, signed(a), signed(a, { issue: 2 }), signed(b, { sequence: 5, choice: "skip" }))
      yield* take(two, signed(b, { sequence: 4 }), signed(key(22)))
      // The same miner signed two different texts with one sequence number.
      yield* take(three_, signed(a, { validUntil: 7_000 }), signed(key(23)))
      yield* gossip(one)
      yield* gossip(two)
      yield* gossip(three_)
      yield* gossip(one)
      const expected = yield* summaryOf(one)
      assert.strictEqual(expected.size, 4)
      assert.deepStrictEqual(yield* summaryOf(two), expected)
      assert.deepStrictEqual(yield* summaryOf(three_), expected)
      // A further round exchanges nothing.
      assert.deepStrictEqual(yield* gossip(two), { peers: 2, reached: 2, received: 0, sent: 0 })
    })
  )

  it.scopedLive("exchanges more than one message can hold", () =>
    Effect.gen(function* () {
      const [one, two] = yield* three
      const many = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, index) => key(from + index)).flatMap((miner) =>
          Array.from({ length: 12 }, (_, issue) => signed(miner, { issue }))
        )
      yield* take(one, ...many(20, 45))
      yield* take(two, ...many(35, 60))
      const outcome = yield* gossip(one)
      assert.strictEqual(outcome.received, 15 * 12)
      assert.strictEqual(yield* sizeOf(two), 40 * 12)
      assert.deepStrictEqual(yield* summaryOf(two), yield* summaryOf(one))
    })
  )

  it.scopedLive("continues past what a peer refuses, and stores nothing invalid", () =>
    Effect.gen(function* () {
      const [one, two] = yield* three
      const refused = Array.from({ length: 20 }, (_, index) => key(20 + index))
      yield* take(one, ...refused.flatMap((miner) => Array.from({ length: 12 }, (_, issue) => signed(miner, { issue }))), signed(key(59)))
      for (const { address } of refused) two.state.registered.delete(address)
      yield* gossip(one)
      assert.deepStrictEqual(Array.from((yield* summaryOf(two)).keys()), [key(59).address])
    })
  )

  it.scopedLive("continues when a peer is down, and talks only to validators", () =>
    Effect.gen(function* () {
      const [one, two] = yield* three
      one.state.axons = one.state.axons.map((axon) => (axon.port === two.port ? { ...axon, port: 1 } : axon))
      yield* take(one, signed(key(20)))
      assert.deepInclude(yield* gossip(one), { peers: 2, reached: 1, sent: 1 })
      const to = { ip: "127.0.0.1", port: one.port, hotkey: one.hotkey.address }
      const error = yield* Effect.flip(two.run(Gossip.exchangeWith(key(20), to)))
      assert.match(error.message, /403.*not a validator/)
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )
})
