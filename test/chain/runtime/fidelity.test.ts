/**
 * Compares the dev chain's metadata with Finney's item by item. On failure, either make the runtime like Finney's, or list the difference with its
 * reason in test/support/fidelity/differences.ts and run `npm run generate`.
 */
import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { withPart } from "../../../scripts/marked.ts"
import { differences, itemsOf } from "../../support/fidelity/compare.ts"
import { devFacts } from "../../support/fidelity/devFacts.ts"
import { listedDifferences } from "../../support/fidelity/differences.ts"
import { factsOf } from "../../support/fidelity/facts.ts"
import { factsPath, factsText, finney } from "../../support/fidelity/finney.ts"
import { octoberChanges } from "../../support/fidelity/october.ts"
import { differencesTable } from "../../support/fidelity/table.ts"
import { used } from "../../support/fidelity/used.ts"

const root = new URL("../../../", import.meta.url)
const metadata = new URL("../shared/subtensor/finney-365.scale", root)

describe("the dev chain's metadata", () => {
  it.live("differs from Finney's only where that is listed with a reason", () =>
    Effect.gen(function* () {
      const found = differences(yield* devFacts, finney(), used.keys())
      const listed = listedDifferences.flatMap(({ items }) => items)
      assert.deepStrictEqual([...new Set(listed)].length, listed.length, "an item is listed twice")
      const unlisted = found.filter(({ item }) => !listed.includes(item))
      assert.deepStrictEqual(unlisted, [], "differences that are not listed")
      const gone = listed.filter((item) => !found.some((difference) => difference.item === item))
      assert.deepStrictEqual(gone, [], "listed differences that no longer exist")
      const readme = readFileSync(new URL("contracts/devnet-runtime/README.md", root), "utf8")
      assert.strictEqual(withPart(readme, "differences", differencesTable(found)), readme, "its table is stale: run npm run generate")
      console.log(`${used.size} items are used; the dev chain differs in ${found.length} items, for ${listedDifferences.length} reasons`)
    })
  )
})

describe("the facts about Finney", () => {
  it("name what is used, but for what October 2026 added", () => {
    const known = itemsOf(finney())
    const newer = [...used.keys()].filter((item) => !known.has(item))
    const listed = octoberChanges.flatMap(({ change, items }) => (change === "new" ? items : []))
    assert.deepStrictEqual(newer, [...listed].sort())
  })

  it.skipIf(!existsSync(metadata))("are what scripts/chain-facts.ts derives from Finney's metadata (needs ../shared)", () => {
    const derived = factsText(factsOf(new Uint8Array(readFileSync(metadata))))
    assert.isTrue(readFileSync(new URL(factsPath, root), "utf8") === derived, `${factsPath} is stale: run scripts/chain-facts.ts`)
  })
})
