/** The Postgres database through which validators and workers share work. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Layer, Option, type Redacted } from "effect"
import * as Database from "../layers/storage/database/Database.ts"

/** Connections in the pool: enough for the engine's messages, replies and shard locks. */
const CONNECTIONS = 8

const reachable = Effect.flatMap(SqlClient, (sql) => Database.explained(sql`SELECT 1`))

/** Fails unless the database answers. */
export const layer = (url: Redacted.Redacted<string>) =>
  Layer.effectDiscard(reachable).pipe(
    // The engine's ids have 64 bits, so integers are read as text.
    Layer.provideMerge(Database.layer({ url: Option.some(url), folder: "", maxConnections: CONNECTIONS, wholeNumbers: "texts" }))
  )
