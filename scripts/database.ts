/** Writes docs/database.md from a freshly migrated database. `--check` writes nothing and fails if the file is stale. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect, Option } from "effect"
import * as Database from "../src/layers/database/Database.ts"
import { describe } from "./database/describe.ts"

const file = fileURLToPath(new URL("../docs/database.md", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "gittensor-docs-"))

const text = await Effect.flatMap(Database.Database, ({ migrate }) => migrate).pipe(
  Effect.zipRight(describe),
  Effect.provide(Database.layer({ url: Option.none(), folder })),
  Effect.runPromise
)
rmSync(folder, { recursive: true, force: true })

const isCurrent = (): boolean => {
  try {
    return readFileSync(file, "utf8") === text
  } catch {
    return false
  }
}

if (!process.argv.includes("--check")) writeFileSync(file, text)
else if (!isCurrent()) {
  console.error("docs/database.md does not match the migrations: run npm run generate and commit it")
  process.exitCode = 1
}
