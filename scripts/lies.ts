/** Writes the table in docs/consensus.md of how often lies in a report's records are found; `--check` only compares. */
import { readFileSync } from "node:fs"
import { lieTable } from "../test/support/consensus/fieldLies.ts"
import { withPart } from "./marked.ts"
import { settle } from "./settle.ts"

const path = "docs/consensus.md"
settle(path, withPart(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"), "lies", lieTable()))
