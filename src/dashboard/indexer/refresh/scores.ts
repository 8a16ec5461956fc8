/** Contribution scores, which are not on chain: read from the archive of a validator on this machine. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Context, Effect } from "effect"
import { OperationFailed } from "../../../domain/failures.ts"
import type { BlockReference } from "../../../layers/chain/node/Chain.ts"
import { explained, transaction } from "../../../layers/storage/database/Database.ts"
import { type EpochMiners, readOnly } from "../../../layers/storage/dataFolder/Reports.ts"
import { wholeRows } from "../rows.ts"

/** The archive's folder; without one, scores are not indexed. */
export class ArchiveFolder extends Context.Reference<ArchiveFolder>()("gittensor/ArchiveFolder", {
  defaultValue: (): { readonly path: string | undefined } => ({ path: undefined })
}) {}

interface OriginRow {
  readonly genesis_hash: string
  readonly netuid: number
}

/** One row for each miner and repository. */
const rowsOf = ({ epoch, block, kept, miners }: EpochMiners) =>
  miners.flatMap(({ hotkey, repositories }) =>
    repositories.map(({ repository, pullRequests, issues, components }) => {
      const mark = kept.find((one) => one.hotkey === hotkey && one.repository === repository && one.only === undefined)
      return {
        epoch,
        at: block,
        hotkey,
        repository,
        score: pullRequests + issues,
        components: {
          contributions: pullRequests,
          discoveries: issues,
          ...components,
          ...(mark === undefined ? {} : { measured_in: mark.measuredIn, why: mark.why })
        }
      }
    })
  )

/** Stores an epoch's scores. Skips blocks and miners that the index does not have. */
const record = (scores: EpochMiners) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql`
      INSERT INTO scores SELECT answer.* FROM ${wholeRows(sql, "scores", rowsOf(scores), {}).answer}
      JOIN blocks ON blocks.number = answer.block
      JOIN miners ON miners.hotkey = answer.hotkey
      ON CONFLICT (epoch, hotkey, repository) DO NOTHING`
  })

/** Stores epochs that the index has reached and not yet stored. Returns their number. `looked` collects epochs to skip next time. */
export const refreshScores = Effect.fn("refreshScores")(function* (at: BlockReference, looked: Set<number>) {
  const { path: folder } = yield* ArchiveFolder
  if (folder === undefined) return 0
  const sql = yield* SqlClient
  const [origin] = yield* explained(sql<OriginRow>`SELECT genesis_hash, netuid FROM chain`)
  if (origin === undefined) return 0
  const archive = readOnly(folder)
  const known = new Set(
    (yield* explained(sql<{ readonly epoch: number | string }>`SELECT DISTINCT epoch FROM scores`)).map(({ epoch }) => Number(epoch))
  )
  let taken = 0
  for (const epoch of (yield* archive.epochs).filter((one) => !known.has(one) && !looked.has(one))) {
    const scores = yield* archive.miners(epoch)
    if (scores === undefined || scores.block > at.number) continue
    if (scores.genesis !== origin.genesis_hash || scores.netuid !== origin.netuid)
      return yield* new OperationFailed({
        message: `the scores of epoch ${epoch} in ${folder} belong to another chain or subnet: use the folder of a validator of this subnet (--scores)`
      })
    yield* transaction(record(scores))
    looked.add(epoch)
    taken += 1
  }
  return taken
})
