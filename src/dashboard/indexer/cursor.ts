/** The cursor and the origin of an index. Both are checked before anything is written. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { OperationFailed } from "../../domain/failures.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { Database } from "../../layers/storage/database/Database.ts"
import { tables } from "../../layers/storage/database/schema/tables.ts"

/** The chain, contract and subnet of an index, and its first block. */
export interface Origin {
  readonly genesisHash: string
  readonly contract: AccountAddress
  readonly netuid: number
  readonly firstBlock: number
}

const OriginRow = Schema.Struct({ genesis_hash: Schema.String, contract: Schema.String, netuid: Schema.Int, first_block: Schema.Int })
const BlockRow = Schema.Struct({ number: Schema.Int, hash: Schema.String })

const optionalRow = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = Schema.decodeUnknown(Schema.Array(schema))
  return (rows: unknown) => Effect.map(Effect.orDie(decode(rows)), ([row]) => Option.fromNullable(row))
}
const originRow = optionalRow(OriginRow)
const blockRow = optionalRow(BlockRow)

/** The newest stored block. */
export const cursor = Effect.gen(function* () {
  const sql = yield* SqlClient
  return yield* blockRow(yield* sql`SELECT number, hash FROM blocks ORDER BY number DESC LIMIT 1`)
})

/** The first indexed block; none before the first pass. */
export const indexedFrom = Effect.gen(function* () {
  const sql = yield* SqlClient
  return Option.map(
    yield* originRow(yield* sql`SELECT genesis_hash, contract, netuid, first_block FROM chain`),
    ({ first_block }) => first_block
  )
})

/** The stored origin, if any. Fails if it is another chain, contract or subnet. */
export const storedOrigin = Effect.fn("indexer.storedOrigin")(function* (expected: Omit<Origin, "firstBlock">) {
  const sql = yield* SqlClient
  const { where } = yield* Database
  const found = yield* originRow(yield* sql`SELECT genesis_hash, contract, netuid, first_block FROM chain`)
  if (Option.isNone(found)) return Option.none<Origin>()
  const { genesis_hash, contract, netuid, first_block } = found.value
  const compared = [
    ["the chain with genesis", genesis_hash, expected.genesisHash],
    ["the contract", contract, expected.contract],
    ["subnet", String(netuid), String(expected.netuid)]
  ] as const
  for (const [what, stored, asked] of compared)
    if (stored !== asked)
      return yield* new OperationFailed({
        message: `the database ${where} holds the index of ${what} ${stored}, not of ${asked}: use another database, or rebuild with --from-genesis`
      })
  return Option.some<Origin>({ ...expected, firstBlock: first_block })
})

export const storeOrigin = Effect.fn("indexer.storeOrigin")(function* ({ genesisHash, contract, netuid, firstBlock }: Origin) {
  const sql = yield* SqlClient
  yield* sql`INSERT INTO chain (genesis_hash, contract, netuid, first_block) VALUES (${genesisHash}, ${contract}, ${netuid}, ${firstBlock})`
})

/** Locks the cursor against other writers until the transaction ends. False if it has moved since `expected` was read. */
export const holdCursor = Effect.fn("indexer.holdCursor")(function* (expected: Option.Option<BlockReference>) {
  const sql = yield* SqlClient
  yield* sql`SELECT id FROM chain FOR UPDATE`
  const now = yield* cursor
  const [was, is] = [Option.getOrNull(expected), Option.getOrNull(now)]
  return was?.number === is?.number && was?.hash === is?.hash
})

/** A stored block differs from the chain's: a finalised block was reorganised, or the endpoint serves another chain. */
export const reorganised = (endpoint: string, { number, hash }: BlockReference, found: string) =>
  new OperationFailed({
    message: `block ${number} is stored as ${hash}, but ${endpoint} has ${found}: is it another chain? If the chain was reset, rebuild with --from-genesis. Nothing was changed`
  })

/** Fails if the chain has another block at the height of the newest stored block that the endpoint should know. */
export const checkAgainstChain = Effect.fn("indexer.checkAgainstChain")(function* (stored: BlockReference, head: BlockReference) {
  const chain = yield* Chain
  const sql = yield* SqlClient
  // A lagging endpoint knows only older blocks.
  const block =
    stored.number <= head.number
      ? Option.some(stored)
      : yield* blockRow(yield* sql`SELECT number, hash FROM blocks WHERE number = ${head.number}`)
  if (Option.isNone(block)) return
  const { number, hash } = block.value
  const found = number === head.number ? head.hash : yield* chain.hashOf(number)
  if (found !== hash) return yield* reorganised(chain.endpoint, block.value, found)
})

/** Records of the index's actions outside the database. */
const KEPT_TABLES: ReadonlySet<string> = new Set(["github_comments"])

/** Empties the index's tables, all of which can be read from the chain again. Other tables, such as the workflow engine's, stay. */
export const emptyTables = Effect.gen(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly name: string }>`
    SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename IN ${sql.in(Object.keys(tables).filter((name) => !KEPT_TABLES.has(name)))}`
  if (rows.length > 0) yield* sql.unsafe(`TRUNCATE ${rows.map(({ name }) => name).join(", ")}`)
})
