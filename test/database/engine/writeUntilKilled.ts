/** Opens the embedded database in the given folder and writes ten blocks per transaction until killed, printing how many are committed. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option } from "effect"
import * as Database from "../../../src/layers/storage/database/Database.ts"

const [, , folder = ""] = process.argv

await Effect.runPromise(
  Effect.gen(function* () {
    const { migrate } = yield* Database.Database
    yield* migrate
    const sql = yield* SqlClient
    const [{ next }] = yield* sql<{ next: number }>`SELECT coalesce(max(number) + 1, 0) AS next FROM blocks`.pipe(
      Effect.map(([row]) => [row ?? { next: 0 }] as const)
    )
    for (let first = next; ; first += 10) {
      const numbers = Array.from({ length: 10 }, (_, index) => first + index)
      yield* Database.transaction(
        Effect.forEach(numbers, (number) => sql`INSERT INTO blocks (number, hash, time) VALUES (${number}, ${`0x${number}`}, now())`)
      )
      process.stdout.write(`${first + 10}\n`)
    }
  }).pipe(Effect.provide(Database.layer({ url: Option.none(), folder })))
)
