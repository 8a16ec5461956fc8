/** The hotkey loop: looks for other processes with this hotkey, tells if it is not registered any more, and publishes the axon once this process is the one at work. */
import { type Duration, Effect, Layer, Ref } from "effect"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { type Metagraph, neuronOf } from "../../../domain/Metagraph.ts"
import { Axon } from "../../../layers/chain/axon/Axon.ts"
import { type BlockReference, Chain } from "../../../layers/chain/node/Chain.ts"
import { Subnet } from "../../../layers/chain/subnet/Subnet.ts"
import { HotkeyGuard } from "../../../layers/protection/HotkeyGuard.ts"
import { Concerns } from "../Concerns.ts"
import { lossOf } from "../members.ts"
import { Sender } from "../Sender.ts"
import { startAtEachHead } from "./loop.ts"

export interface HotkeyLoopOptions {
  readonly hotkey: KeyPair
  /** The subnet at process start. */
  readonly metagraph: Metagraph
  /** The address to publish on the subnet. Undefined: nothing is published. */
  readonly publicAddress: string | undefined
  readonly stepLimit: Duration.Duration
}

/** Publishes the axon's address once, unless the subnet already has it. */
const makePublish = Effect.fn("validator.publishAxon")(function* ({ hotkey, metagraph, publicAddress }: HotkeyLoopOptions) {
  const [hotkeyGuard, sender, { port }] = yield* Effect.all([HotkeyGuard, Sender, Axon])
  const known = neuronOf(metagraph, hotkey.address)?.axon
  const isDone = yield* Ref.make(publicAddress === undefined || (known?.ip === publicAddress && known.port === port))
  if (publicAddress === undefined && (known ?? null) === null)
    yield* Effect.logWarning("no axon is published, so miners cannot reach this validator: give the machine's public address to --axon-ip")
  return Effect.gen(function* () {
    if ((yield* Ref.get(isDone)) || !(yield* hotkeyGuard.isAtWork) || publicAddress === undefined) return
    yield* sender.publishAxon({ ip: publicAddress, port })
    yield* Ref.set(isDone, true)
  })
})

/** How often to look whether the hotkey is registered, in blocks. */
const LOOK_EVERY = 10

/** Tells what became of a hotkey that is not registered any more. The answer is whether it is. */
const makeRegistrationWatch = Effect.fn("validator.registrationWatch")(function* ({ hotkey, metagraph }: HotkeyLoopOptions) {
  const [subnet, { report }] = yield* Effect.all([Subnet, Concerns])
  const last = yield* Ref.make({ own: neuronOf(metagraph, hotkey.address), isRegistered: true, nextLook: 0 })
  return Effect.fn("validator.registration")(function* (head: BlockReference) {
    const before = yield* Ref.get(last)
    if (before.own === undefined || head.number < before.nextLook) return before.isRegistered
    const now = yield* subnet.metagraph(head)
    const loss = lossOf(before.own, now)
    yield* report("hotkey", loss)
    yield* Ref.set(last, {
      own: neuronOf(now, hotkey.address) ?? before.own,
      isRegistered: loss === null,
      nextLook: head.number + LOOK_EVERY
    })
    return loss === null
  })
})

/** Once the layer is built, this process works or stands by. */
export const layer = (options: HotkeyLoopOptions) =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const [chain, hotkeyGuard] = yield* Effect.all([Chain, HotkeyGuard])
      const [publish, isRegistered] = yield* Effect.all([makePublish(options), makeRegistrationWatch(options)])
      const step = (head: BlockReference) => Effect.zipRight(hotkeyGuard.look(head), Effect.whenEffect(publish, isRegistered(head)))
      yield* hotkeyGuard.begin(yield* chain.finalisedHead)
      yield* step(yield* chain.finalisedHead)
      yield* startAtEachHead({ name: "hotkey", stepLimit: options.stepLimit }, step)
    })
  )
