/** The executable's empty database, from which an index starts. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Option } from "effect"
import * as Database from "../../src/layers/storage/database/Database.ts"
import { open } from "../../src/layers/storage/database/engine.ts"

/** A database with all tables and no rows, as an archive of its files. */
export const emptyDatabase = async (): Promise<Uint8Array> => {
  const folder = mkdtempSync(join(tmpdir(), "gittensor-database-"))
  try {
    const migrated = Effect.flatMap(Database.Database, ({ migrate }) => migrate)
    await Effect.runPromise(Effect.provide(migrated, Database.layer({ url: Option.none(), folder })))
    const engine = await open(join(folder, "data"))
    await engine.exec("CHECKPOINT")
    const dump = await engine.dumpDataDir("none")
    await engine.close()
    return await dump.bytes()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
