/** Floods, garbage and lies of hostile miners and validators cost an axon little, store nothing, and block nobody else. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger, LogLevel } from "effect"
import * as fc from "fast-check"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { Axon, type AxonOptions } from "../../../src/layers/chain/axon/Axon.ts"
import * as Dendrite from "../../../src/layers/chain/axon/Dendrite.ts"
import type { Synapse } from "../../../src/layers/chain/axon/wire/Synapse.ts"
import { GossipSynapse, MAX_GOSSIPED } from "../../../src/layers/chain/axon/wire/synapses.ts"
import type { SubnetView } from "../../../src/layers/chain/subnet/SubnetView.ts"
import * as Gossip from "../../../src/scoring/issue_competitions/enrolments/EnrolmentGossip.ts"
import { Enrolments } from "../../../src/scoring/issue_competitions/enrolments/Enrolments.ts"
import { askAt } from "../../../src/scoring/issue_competitions/enrolments/HeldEnrolments.ts"
import { key, type Subnet, signed, storeOf, stranger, subnet } from "../../support/axon/support.ts"
import * as ValidatorAxon from "../../support/axon/validatorAxon.ts"
import { serve } from "../../support/serve.ts"

const validators = [11, 12, 13, 14, 15].map(key)
const miners = Array.from({ length: 20 }, (_, index) => key(20 + index))
const [first, second] = validators
const [miner, other] = miners
if (first === undefined || second === undefined || miner === undefined || other === undefined) throw new Error("no cast")

interface Peer {
  readonly hotkey: KeyPair
  readonly state: Subnet
  readonly port: number
  readonly run: <A, E>(effect: Effect.Effect<A, E, Enrolments | Dendrite.Dendrite | SubnetView | Axon>) => Effect.Effect<A, E>
}

const start = (hotkey: KeyPair, settings: Partial<AxonOptions> = {}) =>
  Effect.gen(function* () {
    const state = subnet()
    for (const { address } of [...validators, ...miners]) state.registered.add(address)
    const context = yield* Layer.build(
      Layer.fresh(
        ValidatorAxon.layer({ requestsPerMinute: 10_000, ...settings, hotkey, hostname: "127.0.0.1", port: 0 }).pipe(
          Layer.provideMerge(storeOf(state, ":memory:", validators)),
          Layer.provideMerge(Dendrite.layer)
        )
      )
    )
    const { port } = Context.get(context, Axon)
    return { hotkey, state, port, run: (effect) => Effect.provide(effect, context) } satisfies Peer as Peer
  })

const targetOf = ({ hotkey, port }: Peer) => ({ ip: "127.0.0.1", port, hotkey: hotkey.address })
const size = (peer: Peer) => peer.run(Effect.flatMap(Enrolments, (store) => store.size))
const summaryOf = (peer: Peer) => peer.run(Effect.flatMap(Enrolments, (store) => store.summary))
const submit = (peer: Peer, message: ReturnType<typeof signed>) =>
  peer.run(Effect.flatMap(Enrolments, (store) => Effect.either(store.submit(message))))
const send = (peer: Peer, from: KeyPair, synapse: Synapse, body: Record<string, string | ReadonlyArray<string>>) =>
  peer.run(Effect.flatMap(Dendrite.Dendrite, (dendrite) => Effect.either(dendrite.send({ from, to: targetOf(peer), synapse, body }))))

describe("an axon under attack", () => {
  it.scopedLive("refuses 10,000 gossiped enrolments of unregistered keys within seconds, and stores none", () =>
    Effect.gen(function* () {
      const peer = yield* start(first)
      const template = signed(miner).text
      const seal = `signature 0x${"00".repeat(64)}`
      const forged = Array.from({ length: 10_000 }, (_, index) => {
        const unknown = key(100 + (index % 100)).address
        return `${template.replace(/hotkey \S+/, `hotkey ${unknown}`).replace(/sequence \d+/, `sequence ${index + 1}`)}\n${seal}`
      })
      const started = process.cpuUsage()
      for (let at = 0; at < forged.length; at += MAX_GOSSIPED) {
        const answer = yield* send(peer, second, GossipSynapse, {
          summary: [],
          enrolments: forged.slice(at, at + MAX_GOSSIPED),
          cursor: ""
        })
        assert.strictEqual(answer._tag, "Right")
      }
      // CPU time of this process, because the machine may be busy.
      assert.isBelow(process.cpuUsage(started).user / 1_000_000, 20)
      assert.strictEqual(yield* size(peer), 0)
      assert.strictEqual((yield* submit(peer, signed(miner)))._tag, "Right", "an honest one is taken afterwards")
    })
  )

  it.scopedLive("limits one miner's flood, and refuses nobody else's enrolment for it", () =>
    Effect.gen(function* () {
      const peer = yield* start(first)
      const outcomes = yield* Effect.forEach(
        Array.from({ length: 300 }, (_, issue) => signed(miner, { issue })),
        (one) => submit(peer, one)
      )
      assert.strictEqual(outcomes.filter(({ _tag }) => _tag === "Right").length, 256)
      assert.strictEqual(yield* size(peer), 256)
      assert.strictEqual((yield* submit(peer, signed(other)))._tag, "Right")
      assert.strictEqual((yield* submit(peer, signed(miner, { issue: 7, sequence: 2 })))._tag, "Right", "it may still change its mind")
    })
  )

  it.scopedLive("refuses garbage in gossip with a 4xx status, and changes nothing", () =>
    Effect.gen(function* () {
      const peer = yield* start(first)
      yield* submit(peer, signed(miner))
      const before = yield* summaryOf(peer)
      const text = fc.oneof(
        fc.string({ maxLength: 200 }),
        fc.constantFrom(signed(miner).text, `${miner.address} ${"0".repeat(32)}`, miner.address)
      )
      const texts = fc.array(text, { maxLength: 5 })
      yield* Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(fc.record({ summary: texts, enrolments: texts, cursor: text }), async (body) => {
            const answer = await Effect.runPromise(send(peer, second, GossipSynapse, body))
            if (answer._tag === "Left") {
              assert.strictEqual(answer.left._tag, "AxonRefused")
              assert.isTrue(
                answer.left._tag === "AxonRefused" && answer.left.status >= 400 && answer.left.status < 500,
                answer.left.message
              )
            }
            assert.deepStrictEqual(await Effect.runPromise(summaryOf(peer)), before)
          }),
          { numRuns: 100 }
        )
      )
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )

  it.scopedLive("leaves a validator that lies in its summaries and answers after a bounded exchange", () =>
    Effect.gen(function* () {
      const honest = yield* start(first)
      for (const one of miners) yield* submit(honest, signed(one))
      let asked = 0
      let shown = 0
      // Every digest differs, and there are always more pages.
      const liar = yield* serve(async (request) => {
        asked += 1
        const body = (await request.json()) as { readonly enrolments: ReadonlyArray<unknown> }
        shown += body.enrolments.length
        return Response.json({ enrolments: [], differing: [...miners, ...validators].map(({ address }) => address), cursor: "5" })
      })
      const to = { ip: "127.0.0.1", port: liar.port ?? 0, hotkey: second.address }
      const outcome = yield* honest.run(Gossip.exchangeWith(first, to))
      assert.deepStrictEqual(outcome, { received: 0, sent: shown })
      assert.isAtMost(asked, 4)
      assert.isAtMost(shown, 2 * miners.length)
      // The same false claims in a request: a summary of hotkeys without enrolments, with random digests.
      const summary = miners.map(({ address }) => `${address} ${"ab".repeat(16)}`)
      const answer = yield* send(honest, second, GossipSynapse, { summary, enrolments: [], cursor: "" })
      assert.strictEqual(answer._tag, "Right")
      assert.strictEqual(yield* size(honest), miners.length)
    })
  )

  it.scopedLive("tells a miner only about its own enrolments", () =>
    Effect.gen(function* () {
      const peer = yield* start(first)
      yield* submit(peer, signed(miner, { issue: 3 }))
      yield* submit(peer, signed(other, { issue: 4 }))
      const own = yield* peer.run(askAt(miner, targetOf(peer)))
      assert.deepStrictEqual(
        own.enrolments.map(({ text }) => /issue (\d+)/.exec(text)?.[1]),
        ["3"]
      )
      assert.deepStrictEqual((yield* peer.run(askAt(first, targetOf(peer)))).enrolments, [])
      const refused = yield* Effect.flip(peer.run(askAt(stranger, targetOf(peer))))
      assert.match(refused.message, /403/)
    })
  )
})

/** Messages with sender and receiver, and the validators that are partitioned meanwhile. */
const anyHistory = fc.record({
  words: fc.array(
    fc.record({
      validator: fc.nat(4),
      miner: fc.nat(5),
      issue: fc.integer({ min: 1, max: 3 }),
      sequence: fc.integer({ min: 1, max: 4 }),
      choice: fc.constantFrom("enrol" as const, "skip" as const),
      // Some expire before the validators can exchange them.
      validUntil: fc.constantFrom(1_050, 8_000)
    }),
    { minLength: 5, maxLength: 25 }
  ),
  /** The side of the partition for each round and validator. Side 2 is cut off from everyone. */
  sides: fc.array(fc.array(fc.nat(2), { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 3 })
})

describe("five validators", () => {
  it.live("hold and count the same enrolments after partitions and lost messages", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(anyHistory, ({ words, sides }) =>
          Effect.runPromise(
            Effect.gen(function* () {
              const peers = yield* Effect.forEach(validators, (hotkey) => start(hotkey))
              const meet = (sideOf: (index: number) => number) =>
                Effect.forEach(
                  peers.entries(),
                  ([index, peer]) => {
                    peer.state.axons = peers.flatMap((one, at) => (sideOf(at) === sideOf(index) && sideOf(at) !== 2 ? [targetOf(one)] : []))
                    return peer.run(Effect.flatten(Gossip.make(peer.hotkey)))
                  },
                  { discard: true }
                )
              const share = Math.ceil(words.length / sides.length)
              for (const [round, side] of sides.entries()) {
                for (const { validator, miner: index, ...word } of words.slice(round * share, (round + 1) * share)) {
                  const [peer, hotkey] = [peers[validator], miners[index]]
                  if (peer !== undefined && hotkey !== undefined) yield* submit(peer, signed(hotkey, word))
                }
                yield* meet((index) => side[index] ?? 0)
                for (const { state } of peers) state.block += 30
              }
              yield* meet(() => 0)
              const [one, ...others] = yield* Effect.forEach(peers, (peer) =>
                peer.run(
                  Effect.flatMap(Enrolments, (store) =>
                    Effect.all({ summary: store.summary, counted: store.snapshot(peer.state.block), size: store.size })
                  )
                )
              )
              for (const held of others) assert.deepStrictEqual(held, one)
              // A further round exchanges nothing.
              const quiet = yield* Effect.forEach(peers, (peer) => peer.run(Effect.flatten(Gossip.make(peer.hotkey))))
              assert.isTrue(quiet.every(({ received, sent }) => received === 0 && sent === 0))
            }).pipe(Effect.scoped, Logger.withMinimumLogLevel(LogLevel.None))
          )
        ),
        { numRuns: Math.ceil(6 * Number(process.env.PROPERTY_SCALE ?? 1)) }
      )
    )
  )
})
