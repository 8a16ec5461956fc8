/** `npm run database`: prints, as Markdown, what each table and column of a freshly migrated database means. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Option } from "effect"
import * as Database from "../src/layers/storage/database/Database.ts"
import { describe } from "./database/describe.ts"

const folder = mkdtempSync(join(tmpdir(), "gittensor-docs-"))

const text = await Effect.flatMap(Database.Database, ({ migrate }) => migrate).pipe(
  Effect.zipRight(describe),
  Effect.provide(Database.layer({ url: Option.none(), folder })),
  Effect.runPromise
)
rmSync(folder, { recursive: true, force: true })

console.log(text)
