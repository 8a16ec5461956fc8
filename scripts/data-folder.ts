/** Writes the table of the data folder's files in docs/operate.md; `--check` only compares. */
import { readFileSync } from "node:fs"
import { Effect } from "effect"
import { dataFolderTable } from "../test/support/store/releases.ts"
import { withPart } from "./marked.ts"
import { settle } from "./settle.ts"

const path = "docs/operate.md"
const table = await Effect.runPromise(dataFolderTable)
settle(path, withPart(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"), "data folder", table))
