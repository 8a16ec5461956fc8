/**
 * Refreshes current state in the tables: UIDs and their owners, committed GitHub accounts, validators' names, axons and vote weights, the treasury's free
 * money, and the price of alpha. Reads the state of the newest indexed block.
 */

import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option } from "effect"
import type { Treasury } from "../../../contract-client/generated.ts"
import { clipped } from "../../../domain/clipped.ts"
import type { AxonAddress, Metagraph } from "../../../domain/Metagraph.ts"
import { onOneLine } from "../../../domain/onOneLine.ts"
import { type TreasuryTrouble, treasuryState } from "../../../domain/TreasuryTrouble.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import { troublesOfTreasury } from "../../../layers/chain/contract/treasuryTroubles.ts"
import type { BlockReference } from "../../../layers/chain/node/Chain.ts"
import { alphaPrice } from "../../../layers/chain/subnet/alphaPrice.ts"
import { namesOf } from "../../../layers/chain/subnet/identities.ts"
import { Subnet } from "../../../layers/chain/subnet/Subnet.ts"
import { explained, transaction } from "../../../layers/storage/database/Database.ts"
import { recordLinks } from "../links.ts"
import { given, rowOf, update } from "../rows.ts"
import { feesOf, missingDays, recordWeights } from "./stakes.ts"

/** Length in transactions of the change log, which database triggers write, and by which `serve` invalidates cached answers. */
const LOGGED_TRANSACTIONS = 100_000

/** Deletes old rows of the change log, and rows from another server if this database is a copy: their transaction ids are not comparable. */
export const shortenLog = Effect.flatMap(
  SqlClient,
  (sql) => sql`DELETE FROM change_log WHERE transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint - ${LOGGED_TRANSACTIONS}
    OR transaction >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`
)

const addressOf = (axon: AxonAddress | null) => (axon === null ? null : `${axon.ip}:${axon.port}`)

/**
 * Locks the row that storing blocks locks first, so that the two cannot deadlock. Returns false if a refresh at a later block is already recorded.
 */
const isNewest = (at: BlockReference) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const [known] = yield* sql<{ readonly treasury_at: number | null }>`SELECT treasury_at FROM chain FOR UPDATE`
    return (known?.treasury_at ?? 0) <= at.number
  })

/** Every neuron becomes a miner with its UID; miners without a neuron lose theirs. What blocks stored since `at` say about a UID stays. */
const recordNeurons = ({ neurons }: Metagraph, at: BlockReference) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const neuron = sql`${given(
      sql,
      "miners",
      neurons.map((one) => rowOf("miners", one))
    )} AS neuron`
    // UIDs are unique, so UIDs that changed hands are cleared before they are assigned.
    yield* sql`
      UPDATE miners SET uid = NULL
      WHERE uid IS NOT NULL AND NOT EXISTS (
        SELECT FROM ${neuron} WHERE neuron.hotkey = miners.hotkey AND neuron.uid = miners.uid
      ) AND NOT EXISTS (SELECT FROM registrations AS later WHERE later.held_from > ${at.number} AND later.uid = miners.uid)`
    // A hotkey registered before the first indexed block was first seen in that block.
    yield* sql`
      INSERT INTO miners (hotkey, coldkey, uid, registered_at, first_seen_at)
      SELECT neuron.hotkey, neuron.coldkey, neuron.uid, neuron.registered_at, greatest(neuron.registered_at, chain.first_block)
      FROM ${neuron}, chain
      WHERE NOT EXISTS (
        SELECT FROM registrations AS later WHERE later.held_from > ${at.number} AND (later.uid = neuron.uid OR later.hotkey = neuron.hotkey)
      )
      ON CONFLICT (hotkey) DO UPDATE SET coldkey = excluded.coldkey, uid = excluded.uid, registered_at = excluded.registered_at
      WHERE (miners.coldkey, miners.uid, miners.registered_at) IS DISTINCT FROM (excluded.coldkey, excluded.uid, excluded.registered_at)`
    const validators = neurons.map(({ uid, hotkey, validatorPermit, axon }) => ({
      uid,
      hotkey,
      permit: validatorPermit,
      axon: addressOf(axon)
    }))
    yield* sql`
      UPDATE validators SET uid = now.uid, permit = now.permit, axon = now.axon
      FROM (
        SELECT listed.hotkey, neuron.uid, coalesce(neuron.permit, false) AS permit, neuron.axon
        FROM validators AS listed
        LEFT JOIN ${given(sql, "validators", validators)} AS neuron USING (hotkey)
      ) AS now
      WHERE validators.hotkey = now.hotkey
        AND (validators.uid, validators.permit, validators.axon) IS DISTINCT FROM (now.uid, now.permit, now.axon)`
  })

/** Maximum length of a validator's name. */
const LONGEST_NAME = 40

/** A name for display: on one line, without invisible characters. Null: nothing is left. */
const shownName = (name: string | undefined): string | null => clipped(onOneLine(name ?? ""), LONGEST_NAME) || null

const recordNames = (names: ReadonlyArray<{ readonly hotkey: string; readonly name: string | null }>) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql`UPDATE validators SET name = now.name
      FROM ${given(sql, "validators", names)} AS now
      WHERE validators.hotkey = now.hotkey AND validators.name IS DISTINCT FROM now.name`
  )

/** Names in the on-chain identities of these hotkeys' owners. */
const validatorNames = ({ neurons }: Metagraph, hotkeys: ReadonlyArray<string>, at: BlockReference) =>
  Effect.gen(function* () {
    const listed = new Set(hotkeys)
    const own = neurons.filter(({ hotkey }) => listed.has(hotkey))
    const names = yield* namesOf([...new Set(own.map(({ coldkey }) => coldkey))], at)
    return own.map(({ coldkey, hotkey }) => ({ hotkey, name: shownName(names.get(coldkey)) }))
  })

/** Stores the price; undefined: the chain no longer has one. */
const recordPrice = (price: bigint | undefined, at: BlockReference) =>
  update("chain", [rowOf("chain", { id: 1, alphaPrice: price ?? null, alphaPriceAt: price === undefined ? null : at.number })], "id")

const recordTreasury = ({ fresh, aged, agedAt }: Treasury, troubles: ReadonlyArray<TreasuryTrouble>, at: BlockReference) => {
  const { earns, pays, why } = treasuryState(troubles)
  const treasury = { fresh, aged, agedAt, treasuryAt: at.number, treasuryEarns: earns, treasuryPays: pays, treasuryWhy: why }
  return update("chain", [rowOf("chain", { ...treasury, id: 1 })], "id")
}

/** Counts of what was refreshed, for the log. */
export interface HeadRefreshed {
  readonly block: number
  readonly neurons: number
  readonly validators: number
  /** Number of past days whose stakes were read too. */
  readonly days: number
}

/** Reads the state of the newest indexed block, and missing stakes at the end of past days as far back as the endpoint has state. Reads everything before writing. */
export const refreshHead = Effect.fn("refreshHead")(function* (at: BlockReference) {
  const [subnet, contract] = yield* Effect.all([Subnet, Contract])
  if (yield* contract.read("ended", {}, at)) {
    // The netuid may belong to another subnet now: the contract's neurons, links and weights stay as last seen.
    yield* recordPrice(undefined, at)
    return { block: at.number, neurons: 0, validators: 0, days: 0 } satisfies HeadRefreshed
  }
  const [metagraph, { validators }, treasury, troubles, price] = yield* Effect.all(
    [
      subnet.metagraph(at),
      contract.read("validators", {}, at),
      contract.read("treasury", {}, at),
      Effect.flatMap(contract.read("config", {}, at), (config) => troublesOfTreasury(config, at)),
      // A failed read of the price fails nothing: the old price stays, with its block.
      Effect.option(Effect.tapError(alphaPrice(at), ({ message }) => Effect.logWarning("the price of alpha could not be read", message)))
    ],
    { concurrency: 5 }
  )
  const [commitments, names, free, past] = yield* Effect.all(
    [
      subnet.commitments(
        at,
        metagraph.neurons.map(({ hotkey }) => hotkey)
      ),
      // Names are for display: if they cannot be read, the old ones stay.
      validatorNames(
        metagraph,
        validators.map(({ hotkey }) => hotkey),
        at
      ).pipe(
        Effect.tapError(({ message }) => Effect.logWarning("validators' names could not be read", message)),
        Effect.option
      ),
      feesOf(validators, at),
      missingDays(at)
    ],
    { concurrency: 4 }
  )
  yield* transaction(
    Effect.gen(function* () {
      if (!(yield* isNewest(at))) return
      yield* recordNeurons(metagraph, at)
      yield* recordLinks(commitments.map(({ account, block, fields }) => ({ hotkey: account, block, fields })))
      yield* recordWeights([{ block: at.number, validators, free }, ...past])
      if (Option.isSome(names)) yield* recordNames(names.value)
      yield* recordTreasury(treasury, troubles, at)
      if (Option.isSome(price)) yield* recordPrice(price.value, at)
    })
  )
  yield* explained(shortenLog)
  return { block: at.number, neurons: metagraph.neurons.length, validators: validators.length, days: past.length } satisfies HeadRefreshed
})
