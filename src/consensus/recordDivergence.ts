/** Records how this validator's own scores differ from the validators' aggregate. */
import { Array as Arrays, Effect } from "effect"
import { Hash32 } from "../domain/Account.ts"
import { type EpochDivergence, signedDivergence, WINDOW_EPOCHS, windowOf } from "../domain/Divergence.ts"
import type { KeyPair } from "../domain/KeyPair.ts"
import { isDecided } from "../domain/Settlement.ts"
import { Chain } from "../layers/chain/node/Chain.ts"
import { Subnet } from "../layers/chain/subnet/Subnet.ts"
import { set } from "../layers/machine/telemetry/metrics.ts"
import { Divergences } from "../layers/storage/dataFolder/Divergences.ts"
import { PeerArchive } from "../layers/storage/dataFolder/PeerArchive.ts"
import { Reports } from "../layers/storage/dataFolder/Reports.ts"
import { Settlements } from "../layers/storage/dataFolder/Settlements.ts"
import { epochDivergence } from "../rules/consensus/epochDivergence.ts"
import { HELD_EPOCHS } from "../rules/consensus/hold.ts"

/** The last epoch with consensus before this one, if weights may still be held by it. */
const consensusBefore = Effect.fn("consensusBefore")(function* (epoch: number) {
  const settlements = yield* Settlements
  for (let back = 1; back <= HELD_EPOCHS; back++) {
    const before = yield* settlements.read(epoch - back)
    if (before !== undefined && isDecided(before)) return before
  }
  return undefined
})

const divergenceOf = Effect.fn("divergenceOf")(function* (epoch: number) {
  const [settlements, archive, peers] = yield* Effect.all([Settlements, Reports, PeerArchive])
  const settlement = yield* settlements.read(epoch)
  if (settlement === undefined) return []
  const own = (yield* archive.read(epoch))?.body
  const reports = [...(yield* peers.of(epoch)).values()].map(({ body }) => body)
  return [
    epochDivergence({
      settlement,
      own,
      reports: own === undefined || reports.some(({ validator }) => validator === own.validator) ? reports : [...reports, own],
      before: yield* consensusBefore(epoch)
    })
  ]
})

const show = Effect.fn("showDivergence")(function* ({ sameTop, spearmanPpm }: EpochDivergence) {
  if (sameTop !== null) yield* set("gittensor_consensus_same_best_miner", sameTop ? 1 : 0)
  if (spearmanPpm !== null) yield* set("gittensor_consensus_rank_correlation_ratio", spearmanPpm / 1_000_000)
})

/**
 * Adds a settled epoch to the window, and earlier ones that were settled and not added because the process ended in between. Does nothing if the
 * window already has the epoch: its published figures never change.
 */
export const recordDivergence = Effect.fn("recordDivergence")(function* (hotkey: KeyPair, epoch: number) {
  const [divergences, chain, subnet] = yield* Effect.all([Divergences, Chain, Subnet])
  const known = (yield* divergences.current)?.window.epochs ?? []
  const newest = known.at(-1)?.epoch ?? -1
  if (newest >= epoch) return
  const missing = Arrays.range(Math.max(newest + 1, epoch + 1 - WINDOW_EPOCHS, 0), epoch)
  const added = (yield* Effect.forEach(missing, divergenceOf)).flat()
  if (added.length === 0) return
  const epochs = windowOf([...known, ...added])
  yield* divergences.keep(
    signedDivergence.sign(
      {
        format: "gittensor/divergence/v1",
        netuid: subnet.netuid,
        genesis: Hash32.make(chain.genesisHash),
        validator: hotkey.address,
        epochs
      },
      hotkey
    )
  )
  yield* Effect.forEach(epochs.slice(-1), show, { discard: true })
})
