/** Postgres databases with time limits that a test chooses. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { PgClient } from "@effect/sql-pg/PgClient"
import { Effect, type Layer } from "effect"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { LONG_PATIENCE, type Patience, sessionOf } from "../../../src/layers/storage/database/pool.ts"
import { urlOf } from "./server.ts"

/** The database at a URL. `readOnly`: as the API opens it. */
export const databaseAt = (
  url: string,
  {
    maxConnections,
    patience,
    readOnly = false
  }: { readonly maxConnections: number; readonly patience: Patience; readonly readOnly?: boolean }
): Layer.Layer<Database.Database | SqlClient | PgClient> =>
  Database.layerAt(
    Effect.succeed<Database.Source>({
      kind: "postgres",
      where: `postgres://127.0.0.1${new URL(url).pathname}`,
      config: { connectionString: url },
      maxConnections,
      patience,
      session: (patience) => sessionOf(patience, readOnly)
    })
  )

/** For tests that are not about time limits: no busy machine reaches them. */
export const PATIENT: Patience = { ...LONG_PATIENCE, connect: "5 minutes", lock: "5 minutes" }

/** Short enough for tests that wait for them. */
export const IMPATIENT: Patience = {
  connect: "500 millis",
  statement: "500 millis",
  lock: "200 millis",
  silence: "800 millis",
  abandoned: "100 millis"
}

/** A database of the tests' user at a port, with short time limits. */
export const impatient = (port: number, database = "postgres") =>
  databaseAt(urlOf(port, database), { maxConnections: 3, patience: IMPATIENT })
