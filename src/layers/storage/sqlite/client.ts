/** A SQLite file behind `SqlClient`, for libraries. It uses one connection, as such a file allows one writer. */
import { mkdirSync } from "node:fs"
import { dirname } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import * as SqliteClient from "@effect/sql-sqlite-bun/SqliteClient"
import { Effect, Layer } from "effect"
import { withFailingTransactions } from "../../machine/effects/failingTransactions.ts"

/** Committed data survives kill -9 and a power loss. Another process, such as a command beside a daemon, may read and write in between. */
const PRAGMAS = ["busy_timeout = 5000", "synchronous = FULL"]

/** Opens the file until the scope ends; creates it and its folder if missing. A file that cannot be opened is a defect. */
export const layer = (file: string) =>
  Layer.effectDiscard(
    Effect.flatMap(Effect.map(SqlClient, withFailingTransactions), (sql) =>
      Effect.forEach(PRAGMAS, (pragma) => sql.unsafe(`PRAGMA ${pragma}`))
    ).pipe(Effect.orDie)
  ).pipe(
    Layer.provideMerge(
      Layer.unwrapEffect(
        Effect.sync(() => {
          mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
          return SqliteClient.layer({ filename: file })
        })
      )
    )
  )
