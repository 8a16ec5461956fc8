/** Writes the table of languages in docs/reference/scoring.md from the comparison of grammars; `--check` only compares. */
import { readFileSync } from "node:fs"
import { languagesTable } from "./grammars/table.ts"
import { withPart } from "./marked.ts"
import { settle } from "./settle.ts"

const path = "docs/reference/scoring.md"
settle(path, withPart(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"), "languages", languagesTable()))
