/**
 * `npm run fidelity`: writes the table of differences from Finney in contracts/devnet-runtime/README.md, and prints the newest release of Subtensor that
 * the dev chain claims, with what it leaves out. `--check` only compares.
 */
import { readFileSync } from "node:fs"
import { Effect } from "effect"
import { leftOut, newestRelease } from "../lab/devnet/chain/releases.ts"
import { differences } from "../test/support/fidelity/compare.ts"
import { devFacts } from "../test/support/fidelity/devFacts.ts"
import { finney } from "../test/support/fidelity/finney.ts"
import { differencesTable } from "../test/support/fidelity/table.ts"
import { used } from "../test/support/fidelity/used.ts"
import { withPart } from "./marked.ts"
import { settle } from "./settle.ts"

const path = "contracts/devnet-runtime/README.md"
const found = differences(await Effect.runPromise(devFacts), finney(), used.keys())
settle(path, withPart(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"), "differences", differencesTable(found)))

if (!process.argv.includes("--check"))
  console.log(
    [
      `the dev chain has the rules of Subtensor's release ${newestRelease}, and differs in ${found.length} items of the metadata. It leaves out:`,
      ...leftOut.map(({ number, what, why }) => `${number}  ${what} (${why})`)
    ].join("\n")
  )
