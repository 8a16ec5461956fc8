/** What validators' votes weigh, a row for each day: that of its last block, or of the newest while the day lasts. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import type { ValidatorInfo } from "../../contract-client/generated.ts"
import { type BlockReference, isForgotten } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import { explained } from "../../layers/database/Database.ts"

/** The whitelist with its weights at an indexed block. */
export interface Weighed {
  readonly block: number
  readonly validators: ReadonlyArray<ValidatorInfo>
}

/** Days of the past that are looked at in one pass. */
const DAYS_AT_ONCE = 400

/** The last blocks of past days on which there were validators, and whose weights are not known; the latest first. */
const lastBlocks = (head: number) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql<{ readonly number: number; readonly hash: string }>`
      SELECT ended.number, ended.hash
      FROM (
        SELECT min(time)::date AS first, max(time)::date AS last FROM blocks WHERE number IN (${head}, (SELECT first_block FROM chain))
      ) AS span,
      generate_series(greatest(span.first, span.last - ${DAYS_AT_ONCE}::integer), span.last - 1, interval '1 day') AS midnight,
      LATERAL (
        SELECT number, hash, time::date AS day FROM blocks WHERE time < midnight + interval '1 day' ORDER BY time DESC LIMIT 1
      ) AS ended
      WHERE ended.day = midnight::date
        AND EXISTS (SELECT FROM validators WHERE added_at <= ended.number AND (removed_at IS NULL OR removed_at > ended.number))
        AND NOT EXISTS (SELECT FROM validator_stakes AS known WHERE known.day = ended.day AND known.block = ended.number)
      ORDER BY ended.number DESC`
  )

/**
 * The weights at the ends of past days for which there are none yet, from the latest back to the first that the endpoint has forgotten: what is older, it has
 * forgotten too.
 */
export const missingDays = Effect.fn("missingDays")(function* (head: BlockReference) {
  const contract = yield* Contract
  const found: Array<Weighed> = []
  for (const at of yield* explained(lastBlocks(head.number))) {
    const validators = yield* contract
      .read("validators", {}, at)
      .pipe(
        Effect.catchAll((error) =>
          Effect.as(
            isForgotten(error)
              ? Effect.logDebug(`what validators' votes weighed is not to be had of block ${at.number} and before`, error.message)
              : Effect.logWarning(`what validators' votes weighed at block ${at.number} is not read`, error.message),
            undefined
          )
        )
      )
    if (validators === undefined) break
    found.push({ block: at.number, validators })
  }
  return found
})

/** Writes weights down, each for the day of its block; of two blocks of one day the later counts. */
export const recordWeights = (weighed: ReadonlyArray<Weighed>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const given = weighed.flatMap(({ block, validators }) =>
      validators.map(({ hotkey, weight }) => ({ hotkey, block, weight: weight.toString() }))
    )
    yield* sql`
      INSERT INTO validator_stakes (hotkey, day, weight, block)
      SELECT hotkey, time::date, weight, block
      FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS known (hotkey text, block integer, weight numeric)
      JOIN blocks ON blocks.number = known.block
      JOIN validators USING (hotkey)
      ON CONFLICT (hotkey, day) DO UPDATE SET weight = excluded.weight, block = excluded.block
      WHERE validator_stakes.block < excluded.block`
  })
