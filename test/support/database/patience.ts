/** Databases of Postgres whose time limits a test chooses. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { PgClient } from "@effect/sql-pg/PgClient"
import { Effect, type Layer } from "effect"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { LONG_PATIENCE, type Patience, sessionOf } from "../../../src/layers/storage/database/pool.ts"
import { urlOf } from "./server.ts"

/** The database at an address. `readOnly`: as the API opens it. */
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

/** For tests of anything else: no busy machine reaches these limits. */
export const PATIENT: Patience = { ...LONG_PATIENCE, connect: "5 minutes", lock: "5 minutes" }

/** Short enough for a test that reaches them. */
export const IMPATIENT: Patience = {
  connect: "500 millis",
  statement: "500 millis",
  lock: "200 millis",
  silence: "800 millis",
  abandoned: "100 millis"
}

/** An impatient database of the tests' user at a port. */
export const impatient = (port: number, database = "postgres") =>
  databaseAt(urlOf(port, database), { maxConnections: 3, patience: IMPATIENT })
