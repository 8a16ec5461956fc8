/** Writes the changes of the October 2026 runtime into docs/bittensor.md; `--check` only compares. */
import { readFileSync } from "node:fs"
import { octoberTable } from "../test/support/fidelity/october.ts"
import { withPart } from "./marked.ts"
import { settle } from "./settle.ts"

const path = "docs/bittensor.md"
settle(path, withPart(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"), "october", octoberTable()))
