/** How validators' own scores differ from the consensus, by their own statements: fetched from their axons, verified, and stored once per epoch. */
import { Effect, Option, Schema } from "effect"
import { signedDivergence } from "../../../../domain/Divergence.ts"
import type { EpochState } from "../../../../domain/EpochState.ts"
import { PeerReports } from "../../../../layers/chain/axon/reports/PeerReports.ts"
import { contained } from "../../../../layers/machine/effects/contained.ts"
import { explained, transaction } from "../../../../layers/storage/database/Database.ts"
import { cursor } from "../../cursor.ts"
import { insertWhole } from "../../rows.ts"

/** Validators asked concurrently. One that stalls takes three seconds. */
const CONCURRENCY = 16

const decode = Schema.decodeUnknownEither(signedDivergence.Text)

/** Reads the windows of an epoch's voters. A validator's first statement about an epoch stays. */
export const readDivergences = Effect.fn("readDivergences")(function* ({ axons, voters, genesis, netuid, epoch }: EpochState) {
  const peers = yield* PeerReports
  const hotkeys = new Set(voters.map(({ hotkey }) => hotkey))
  const windows = yield* Effect.forEach(
    axons.filter(({ hotkey }) => hotkeys.has(hotkey)),
    (axon) => {
      const reading = peers.divergence(axon).pipe(
        Effect.map((text) => Option.getRight(decode(text))),
        Effect.map(Option.filter(({ body }) => body.validator === axon.hotkey && body.genesis === genesis && body.netuid === netuid)),
        Effect.orElseSucceed(() => Option.none())
      )
      return contained("peer", axon.hotkey, reading, () => Effect.succeedNone)
    },
    { concurrency: CONCURRENCY }
  )
  const at = Option.match(yield* explained(cursor), { onNone: () => 0, onSome: ({ number }) => number })
  const rows = windows
    .flatMap(Option.toArray)
    .flatMap(({ body }) =>
      body.epochs.flatMap((one) =>
        one.epoch <= epoch && one.block <= at
          ? [{ ...one, validator: body.validator, at: one.block, spearman: one.spearmanPpm, readAt: at }]
          : []
      )
    )
  if (rows.length > 0) yield* transaction(insertWhole("consensus_divergences", rows, "keeping"))
})
