/** The Postgres database through which validators and workers share work. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Context, Effect, Layer, Option, type Redacted } from "effect"
import * as Database from "../layers/storage/database/Database.ts"

export class WorkDatabase extends Context.Tag("gittensor/WorkDatabase")<
  WorkDatabase,
  {
    /** Server and database name, without the password. */
    readonly where: string
  }
>() {}

/** Connections in the pool: enough for the engine's messages, replies and shard locks. */
const CONNECTIONS = 8

const reachable = Effect.flatMap(SqlClient, (sql) => Database.explained(sql`SELECT 1`))

/** Fails unless the database answers. */
export const layer = (url: Redacted.Redacted<string>) =>
  Layer.effect(
    WorkDatabase,
    Effect.gen(function* () {
      const { where } = yield* Database.Database
      yield* reachable
      return WorkDatabase.of({ where })
    })
  ).pipe(
    // The engine's ids have 64 bits, so integers are read as text.
    Layer.provideMerge(Database.layer({ url: Option.some(url), folder: "", maxConnections: CONNECTIONS, wholeNumbers: "texts" }))
  )
