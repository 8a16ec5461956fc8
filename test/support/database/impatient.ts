/** Databases with timeouts short enough for a test. */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { PgClient } from "@effect/sql-pg/PgClient"
import { Effect, type Layer } from "effect"
import * as Database from "../../../src/layers/database/Database.ts"
import { PATIENCE, sessionOf } from "../../../src/layers/database/pool.ts"
import { urlOf } from "./server.ts"

const quick = { ...PATIENCE, connect: "500 millis", statement: "500 millis", lock: "200 millis", silence: "800 millis" } as const

/** The database of the tests' user at a port. */
export const impatient = (port: number, database = "postgres"): Layer.Layer<Database.Database | SqlClient | PgClient> =>
  Database.layerAt(
    Effect.succeed<Database.Source>({
      kind: "postgres",
      where: `postgres://127.0.0.1/${database}`,
      config: { connectionString: urlOf(port, database) },
      maxConnections: 3,
      patience: quick,
      session: (patience) => sessionOf(patience, false)
    })
  )
