/** Narrates when each validator first sets weights, which is what funds the treasury. */
import type { EventRecord } from "@polkadot/types/interfaces"
import type { Vec } from "@polkadot/types-codec"
import { Effect, Ref, Stream } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import { defaultRoster } from "../domain/defaultRoster.ts"
import { neuronOf } from "../domain/Metagraph.ts"
import { type BlockReference, Chain } from "../layers/chain/Chain.ts"
import { Subnet } from "../layers/subnet/Subnet.ts"
import { ppmOfKind } from "../scoring/weights/pools.ts"
import type { BlockOfEvents } from "./feed.ts"
import { keyOf } from "./miners.ts"
import { Narrator } from "./Narrator.ts"
import { VALIDATORS } from "./settings.ts"

const PPM_PER_PERCENT = 10_000

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

/** Follows the blocks until every validator has set weights once. */
export const narrateWeights = (blocks: Stream.Stream<BlockOfEvents>, treasuryHotkey: AccountAddress) =>
  Effect.gen(function* () {
    const [chain, subnet, narrator] = yield* Effect.all([Chain, Subnet, Narrator])
    const metagraph = yield* subnet.metagraph(yield* chain.finalisedHead)
    const names = new Map<number, string>()
    for (const { name, uri } of VALIDATORS) {
      const uid = neuronOf(metagraph, (yield* keyOf(uri)).address)?.uid
      if (uid !== undefined) names.set(uid, name)
    }
    // The demo's validators have no roster, and so the built-in pools.
    const share = ppmOfKind(defaultRoster.emission, "issue_competitions") / PPM_PER_PERCENT
    const treasury = neuronOf(metagraph, treasuryHotkey)?.uid
    const left = yield* Ref.make<ReadonlySet<number>>(new Set(names.keys()))
    yield* blocks.pipe(
      Stream.mapEffect(({ block }) => settersAt(block).pipe(Effect.map((uids) => ({ block, uids })))),
      Stream.tap(({ block, uids }) =>
        Effect.gen(function* () {
          const missing = yield* Ref.get(left)
          for (const uid of uids.filter((one) => missing.has(one)))
            yield* narrator.step({
              actor: names.get(uid) ?? `UID ${uid}`,
              text: `sets weights: ${share}% to the treasury (UID ${treasury}), the rest is recycled`,
              at: block
            })
          yield* Ref.set(left, new Set([...missing].filter((uid) => !uids.includes(uid))))
        })
      ),
      Stream.takeUntilEffect(() => Effect.map(Ref.get(left), ({ size }) => size === 0)),
      Stream.runDrain
    )
  }).pipe(Effect.catchAll((error) => Effect.logWarning("could not follow the weights", error.message)))
