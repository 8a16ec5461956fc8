/** Narrates each validator's first weights, which fund the treasury. */
import type { EventRecord } from "@polkadot/types/interfaces"
import type { Vec } from "@polkadot/types-codec"
import { Effect, Ref, Stream } from "effect"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { type Metagraph, neuronOf } from "../../src/domain/Metagraph.ts"
import { type BlockReference, Chain } from "../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../src/layers/chain/subnet/Subnet.ts"
import { weightsAt } from "../../src/layers/chain/subnet/weightsOnChain.ts"
import { Cast } from "./Cast.ts"
import type { BlockOfEvents } from "./feed.ts"
import { keyOf } from "./miners.ts"
import { Narrator } from "./Narrator.ts"
import { VALIDATORS } from "./settings.ts"
import { weightsText } from "./weightsText.ts"

/** The demo's validators in a metagraph. */
export const validatorsIn = (metagraph: Metagraph) =>
  Effect.map(
    Effect.forEach(VALIDATORS, ({ name, uri }) =>
      Effect.map(keyOf(uri), ({ address }) => ({ name, neuron: neuronOf(metagraph, address) }))
    ),
    (found) => found.flatMap(({ name, neuron }) => (neuron === undefined ? [] : [{ name, ...neuron }]))
  )

/** The UIDs whose weights were set in a block. */
const settersAt = (block: BlockReference) =>
  Effect.flatMap(Chain, (chain) =>
    chain.readAt("weights set in a block", block.hash, async (at, api) => {
      const records = (await at.query.system?.events?.()) as Vec<EventRecord> | undefined
      return (records ?? [])
        .filter(({ event }) => api.events.subtensorModule?.WeightsSet?.is(event) ?? false)
        .map(({ event }) => Number(event.data[1]?.toString()))
    })
  )

/** Weights in words, with the receivers' names. */
export const weightsLine = (
  weights: ReadonlyArray<readonly [uid: number, value: number]>,
  metagraph: Metagraph,
  treasuryHotkey: AccountAddress
) =>
  Effect.map(
    Effect.flatMap(Cast, ({ names }) => names),
    (names) => {
      const hotkeys = new Map(metagraph.neurons.map(({ uid, hotkey }) => [uid, hotkey]))
      const nameOf = (uid: number) => {
        const hotkey = hotkeys.get(uid)
        return (hotkey === undefined ? undefined : names.get(hotkey)) ?? `UID ${uid}`
      }
      return weightsText(weights, neuronOf(metagraph, treasuryHotkey)?.uid, nameOf)
    }
  )

/** Follows the blocks until every validator has set weights once. */
export const narrateFirstWeights = (blocks: Stream.Stream<BlockOfEvents>, treasuryHotkey: AccountAddress) =>
  Effect.gen(function* () {
    const [chain, subnet, narrator] = yield* Effect.all([Chain, Subnet, Narrator])
    const validators = yield* validatorsIn(yield* subnet.metagraph(yield* chain.finalisedHead))
    const left = yield* Ref.make(validators)
    const narrate = (block: BlockReference, { name, uid }: (typeof validators)[number]) =>
      Effect.gen(function* () {
        const [metagraph, weights] = yield* Effect.all([subnet.metagraph(block), weightsAt(block, [uid])])
        const text = `sets weights: ${yield* weightsLine(weights.get(uid) ?? [], metagraph, treasuryHotkey)}`
        yield* narrator.step({ actor: name, text, at: block })
      })
    yield* blocks.pipe(
      Stream.mapEffect(({ block }) => settersAt(block).pipe(Effect.map((uids) => ({ block, uids })))),
      Stream.tap(({ block, uids }) =>
        Effect.gen(function* () {
          const missing = yield* Ref.get(left)
          yield* Effect.forEach(
            missing.filter(({ uid }) => uids.includes(uid)),
            (one) => narrate(block, one),
            { discard: true }
          )
          yield* Ref.set(
            left,
            missing.filter(({ uid }) => !uids.includes(uid))
          )
        })
      ),
      Stream.takeUntilEffect(() => Effect.map(Ref.get(left), ({ length }) => length === 0)),
      Stream.runDrain
    )
  }).pipe(Effect.catchAll((error) => Effect.logWarning("could not follow the weights", error.message)))
