/**
 * Derives facts about Finney's runtime from its metadata, for comparison with the dev chain:
 *
 *   node scripts/run.mjs --with-development scripts/chain-facts.ts ../shared/subtensor/finney-365.scale
 *
 * `--check` only compares. Not part of `npm run generate`, because the metadata isn't in this repository.
 */
import { readFileSync } from "node:fs"
import { factsOf } from "../test/support/fidelity/facts.ts"
import { factsPath, factsText } from "../test/support/fidelity/finney.ts"
import { settle } from "./settle.ts"

const [path] = process.argv.slice(2).filter((argument) => argument !== "--check")
if (path === undefined) {
  console.error("usage: scripts/chain-facts.ts [--check] METADATA (SCALE bytes, as in finney-365.scale)")
  process.exit(2)
}
settle(factsPath, factsText(factsOf(new Uint8Array(readFileSync(path)))))
