/** Daily vote weights of validators, and what their hotkeys have for fees: at the day's last block, or at the newest block of the current day. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import type { ValidatorInfo } from "../../../contract-client/generated.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import { type BlockReference, isPruned } from "../../../layers/chain/node/Chain.ts"
import { freeBalancesOf } from "../../../layers/chain/node/funds.ts"
import { explained } from "../../../layers/storage/database/Database.ts"
import { orReplace, wholeRows } from "../rows.ts"

export interface WhitelistWeights {
  readonly block: number
  readonly validators: ReadonlyArray<ValidatorInfo>
  /** In rao of TAO, by hotkey; empty where they could not be read. */
  readonly free: ReadonlyMap<string, bigint>
}

/** Validators' free balances for fees at a block. If the read fails, the refresh still succeeds. */
export const feesOf = (validators: ReadonlyArray<ValidatorInfo>, at: BlockReference) =>
  freeBalancesOf(
    validators.map(({ hotkey }) => hotkey),
    at
  ).pipe(
    Effect.tapError(({ message }) => Effect.logWarning("what validators have for fees could not be read", message)),
    Effect.orElseSucceed((): ReadonlyMap<string, bigint> => new Map())
  )

/** Past days checked in one pass. */
const DAYS_AT_ONCE = 400

/** The last blocks of past days with validators but without stored weights, latest first. */
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

/** Reads missing weights at the end of past days, from the latest back to the first day that the endpoint has pruned: older days are pruned too. */
export const missingDays = Effect.fn("missingDays")(function* (head: BlockReference) {
  const contract = yield* Contract
  const found: Array<WhitelistWeights> = []
  for (const at of yield* explained(lastBlocks(head.number))) {
    const electorate = yield* contract
      .read("validators", {}, at)
      .pipe(
        Effect.catchAll((error) =>
          Effect.as(
            isPruned(error)
              ? Effect.logDebug(`validators' weights are pruned up to block ${at.number}`, error.message)
              : Effect.logWarning(`validators' weights at block ${at.number} could not be read`, error.message),
            undefined
          )
        )
      )
    if (electorate === undefined) break
    const { validators } = electorate
    found.push({ block: at.number, validators, free: yield* feesOf(validators, at) })
  }
  return found
})

/** Stores weights for their block's day. A later block of the day replaces them. */
export const recordWeights = (weighed: ReadonlyArray<WhitelistWeights>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const rows = weighed.flatMap(({ block, free, validators }) =>
      validators.map(({ hotkey, weight }) => ({ hotkey, at: block, weight, free: free.get(hotkey) ?? null }))
    )
    const { answer, whole } = wholeRows(sql, "validator_stakes", rows, { day: sql`blocks.time::date` })
    yield* sql`
      INSERT INTO validator_stakes SELECT whole.* FROM ${answer}
      JOIN blocks ON blocks.number = answer.block
      JOIN validators USING (hotkey)
      CROSS JOIN LATERAL ${whole}
      ${orReplace(sql, "validator_stakes", "hotkey", "day")} WHERE validator_stakes.block < excluded.block`
  })
