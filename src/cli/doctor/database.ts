/** Checks the index's database: connection, schema, and blocks behind the chain. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option, Schema } from "effect"
import { formatBlocks } from "../../domain/Blocks.ts"
import * as Database from "../../layers/storage/database/Database.ts"
import type { DatabaseOptions } from "../shared/options.ts"
import { ok, warning, wrong } from "./Check.ts"

const Newest = Schema.Tuple(Schema.Struct({ number: Schema.NullOr(Schema.NumberFromString) }))

/** Warn if the index is more blocks behind than this. */
const MOST_BLOCKS_BEHIND = 50

/** `final`: the chain's finalised block, if known. */
export const databaseResult = ({ database: url, data }: DatabaseOptions, final: Effect.Effect<Option.Option<number>>) =>
  Effect.gen(function* () {
    const folder = join(data, "database")
    const isEmbedded = Option.isNone(url)
    if (isEmbedded && !existsSync(folder))
      return wrong(`there is no database at ${folder}, and no DATABASE_URL`, "gittensor index --follow makes it, or set DATABASE_URL")
    const checked = yield* Effect.gen(function* () {
      const { check, where } = yield* Database.Database
      const { server, schema } = yield* check
      const rows = yield* Database.explained(Effect.flatMap(SqlClient, (sql) => sql`SELECT max(number)::text AS number FROM blocks`))
      const [{ number }] = yield* Effect.orDie(Schema.decodeUnknown(Newest)(rows))
      return { where, number, text: `${where}: Postgres ${Math.floor(server / 10_000)}.${server % 10_000}, schema ${schema}` }
    }).pipe(Effect.provide(Database.layer({ url, folder, readOnly: true, maxConnections: 1 })))
    const { number, text } = checked
    const index = "is gittensor index running? its log says what it waits for"
    if (number === null) return warning(`${text}, nothing indexed yet`, index)
    const behind = Option.map(yield* final, (head) => Math.max(0, head - number))
    const so = `${text}, block ${number}${Option.isSome(behind) ? `, ${formatBlocks(behind.value)} behind` : ""}`
    return Option.isSome(behind) && behind.value > MOST_BLOCKS_BEHIND ? wrong(so, index) : ok(so)
  })
