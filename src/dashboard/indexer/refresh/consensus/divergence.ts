/** How validators' own scores differ from the consensus, by their own statements: fetched from their axons, verified, and stored once per epoch. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option, Schema } from "effect"
import { type DivergenceWindow, type EpochDivergence, signedDivergence } from "../../../../domain/Divergence.ts"
import type { EpochState } from "../../../../domain/EpochState.ts"
import { PeerReports } from "../../../../layers/chain/axon/reports/PeerReports.ts"
import { contained } from "../../../../layers/machine/effects/contained.ts"
import { explained, transaction } from "../../../../layers/storage/database/Database.ts"
import { cursor } from "../../cursor.ts"

/** Validators asked concurrently. One that stalls takes three seconds. */
const CONCURRENCY = 16

const decode = Schema.decodeUnknownEither(signedDivergence.Text)

const rowOf = ({ validator }: DivergenceWindow, one: EpochDivergence, readAt: number) => ({
  validator,
  epoch: one.epoch,
  block: one.block,
  report: one.report,
  reporting: one.reporting,
  voters: one.voters,
  quorum: one.quorum,
  same_top: one.sameTop,
  spearman_ppm: one.spearmanPpm,
  overlap: one.overlap,
  overlap_of: one.overlapOf,
  copyable: one.copyable,
  copies: one.copies,
  read_at: readAt
})

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
    .flatMap(({ body }) => body.epochs.flatMap((one) => (one.epoch <= epoch && one.block <= at ? [rowOf(body, one, at)] : [])))
  if (rows.length === 0) return
  yield* transaction(
    Effect.flatMap(
      SqlClient,
      (sql) => sql`
        INSERT INTO consensus_divergences
        SELECT * FROM jsonb_populate_recordset(NULL::consensus_divergences, ${JSON.stringify(rows)}::jsonb)
        ON CONFLICT (validator, epoch) DO NOTHING`
    )
  )
})
