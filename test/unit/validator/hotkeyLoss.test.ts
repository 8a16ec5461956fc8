/** A hotkey that is swapped, deregistered or replaced is named as what it is, and nothing is sent that the chain would refuse. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Redacted } from "effect"
import type { Metagraph, Neuron } from "../../../src/domain/Metagraph.ts"
import { Axon } from "../../../src/layers/chain/axon/Axon.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import * as FinalisedHead from "../../../src/layers/chain/node/FinalisedHead.ts"
import { sentIfRegistered } from "../../../src/layers/chain/subnet/refusals.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import * as HotkeyGuard from "../../../src/layers/protection/HotkeyGuard.ts"
import * as Concerns from "../../../src/roles/validator/Concerns.ts"
import * as HotkeyLoop from "../../../src/roles/validator/loops/hotkey.ts"
import { lossOf } from "../../../src/roles/validator/members.ts"
import * as Progress from "../../../src/roles/validator/Progress.ts"
import { Sender } from "../../../src/roles/validator/Sender.ts"
import { silentChain } from "../../support/github/silentChain.ts"
import { account, hotkey } from "../../support/rules/world.ts"

const neuron = (uid: number, change: Partial<Neuron> = {}): Neuron => ({
  uid,
  hotkey: hotkey(uid),
  coldkey: account("coldkey", uid),
  stake: 1n,
  validatorPermit: true,
  axon: null,
  lastUpdate: 0,
  registeredAt: 10,
  ...change
})
const subnetOf = (...neurons: ReadonlyArray<Neuron>): Metagraph => ({ netuid: 74, block: 100, neurons })
const own = neuron(1)

describe("a hotkey", () => {
  it("that is registered has no loss, also under another UID and after a new registration", () => {
    for (const now of [own, { ...own, registeredAt: 90 }, { ...own, uid: 2 }]) assert.isNull(lossOf(own, subnetOf(neuron(0), now)))
  })

  it("was swapped where its neuron goes on under another hotkey", () => {
    const swapped = lossOf(own, subnetOf(neuron(0), { ...own, hotkey: hotkey(9) })) ?? ""
    assert.include(
      swapped,
      `the hotkey ${own.hotkey} was swapped for ${hotkey(9)}, which has its UID 1 now: run this validator with that hotkey`
    )
  })

  it("was deregistered where its UID is somebody else's, or the coldkey's own new registration, or gone", () => {
    const other = { ...own, hotkey: hotkey(9), registeredAt: 95 }
    for (const replaced of [other, { ...other, coldkey: account("coldkey", 9) }])
      assert.include(
        lossOf(own, subnetOf(neuron(0), replaced)) ?? "",
        `was deregistered from subnet 74, where ${hotkey(9)} has had UID 1 since block 95`
      )
    assert.include(lossOf(own, subnetOf(neuron(0))) ?? "", "was deregistered from subnet 74, where UID 1 is gone: register it again")
  })
})

describe("the hotkey loop", () => {
  it.scoped("tells the loss and publishes no axon, until the hotkey is registered again", () =>
    Effect.gen(function* () {
      const key = yield* keyPairOf(Redacted.make("//Validator1"))
      const mine = neuron(1, { hotkey: key.address })
      const world = { neurons: [{ ...mine, hotkey: hotkey(9) }], block: 1 }
      const published: Array<string> = []
      const head = Effect.sync(() => ({ number: world.block, hash: "0x01" }))
      const services = Layer.mergeAll(
        Layer.succeed(Chain, silentChain({ finalisedHead: head })),
        Layer.mock(Subnet, { netuid: 74, metagraph: () => Effect.sync(() => subnetOf(...world.neurons)) }),
        Layer.mock(Sender, { publishAxon: ({ ip }) => Effect.sync(() => void published.push(ip)) }),
        Layer.succeed(Axon, { hostname: "0.0.0.0", port: 8_091 }),
        HotkeyGuard.unopposed,
        Layer.effect(Progress.Progress, Progress.make)
      ).pipe(Layer.provideMerge(FinalisedHead.snapshot), Layer.provideMerge(Concerns.layer))
      const context = yield* Layer.build(services.pipe(Layer.provide(Layer.succeed(Chain, silentChain({ finalisedHead: head })))))
      const options = { hotkey: key, metagraph: subnetOf(mine), publicAddress: "203.0.113.7", stepLimit: "1 minute" as never }
      /** As the loop starts: its first step runs while the layer is built. */
      const said = Effect.scoped(Layer.build(Layer.fresh(HotkeyLoop.layer(options)))).pipe(
        Effect.zipRight(Context.get(context, Concerns.Concerns).all),
        Effect.provide(context)
      )
      assert.match((yield* said).join(), /was swapped for/)
      assert.deepStrictEqual(published, [])
      world.neurons = [mine]
      assert.deepStrictEqual([yield* said, published], [[], ["203.0.113.7"]])
    })
  )
})

it.effect("what an unregistered hotkey would send is withheld", () =>
  Effect.gen(function* () {
    const answering = (isEmpty: boolean) =>
      silentChain({
        read: (_operation, read) => Effect.promise(() => read({ query: { subtensorModule: { uids: async () => ({ isEmpty }) } } } as never))
      })
    yield* sentIfRegistered(answering(false), 74, own.hotkey, "serve_axon")
    const withheld = yield* Effect.flip(sentIfRegistered(answering(true), 74, own.hotkey, "serve_axon"))
    assert.strictEqual(
      withheld.message,
      `"serve_axon" was not sent: the hotkey ${own.hotkey} is not registered on subnet 74, so the chain would refuse it`
    )
  })
)
