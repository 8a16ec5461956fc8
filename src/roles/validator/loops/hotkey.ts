/** The hotkey loop: detects other processes with this hotkey, and publishes the axon once this process is active. */
import { type Duration, Effect, Layer, Ref } from "effect"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { type Metagraph, neuronOf } from "../../../domain/Metagraph.ts"
import { Axon } from "../../../layers/chain/axon/Axon.ts"
import { type BlockReference, Chain } from "../../../layers/chain/node/Chain.ts"
import { HotkeyGuard } from "../HotkeyGuard.ts"
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

/** Once the layer is built, this process is active or on standby. */
export const layer = (options: HotkeyLoopOptions) =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const [chain, hotkeyGuard] = yield* Effect.all([Chain, HotkeyGuard])
      const publish = yield* makePublish(options)
      const step = (head: BlockReference) => Effect.zipRight(hotkeyGuard.look(head), publish)
      yield* hotkeyGuard.begin(yield* chain.finalisedHead)
      yield* step(yield* chain.finalisedHead)
      yield* startAtEachHead({ name: "hotkey", stepLimit: options.stepLimit }, step)
    })
  )
