/** Writes the generated tables of docs/verdicts.md; `--check` only compares. */
import { readFileSync } from "node:fs"
import { withTables } from "../test/http/verdicts/document.ts"
import { settle } from "./settle.ts"

const path = "docs/verdicts.md"
settle(path, withTables(readFileSync(new URL(`../${path}`, import.meta.url), "utf8")))
