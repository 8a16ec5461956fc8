/** The used items that the October 2026 runtime changed, by the names in the package bittensor 11.3.0. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { withPart } from "../../../scripts/marked.ts"
import { noPython } from "../../support/bittensor/support.ts"
import { itemsOf } from "../../support/fidelity/compare.ts"
import { finney } from "../../support/fidelity/finney.ts"
import { octoberArguments, octoberChanges, octoberNames, octoberTable } from "../../support/fidelity/october.ts"
import { used } from "../../support/fidelity/used.ts"

describe("the list of what October 2026 changed", () => {
  it.skipIf(noPython)("is complete: every used item is in both runtimes, or listed as new or gone", () => {
    const [before, now] = [itemsOf(finney()), octoberNames(process.env.GITTENSOR_TEST_PYTHON ?? "")]
    assert.isAbove(now.size, 900)
    // The package does not list events.
    const comparable = [...used.keys()].filter((item) => !item.includes(".events."))
    const changed = comparable
      .filter((item) => before.has(item) !== now.has(item))
      .map((item) => `${item}: ${now.has(item) ? "new" : "gone"}`)
    const listed = octoberChanges.flatMap(({ items, change }) =>
      change === "other arguments" ? [] : items.map((item) => `${item}: ${change}`)
    )
    assert.deepStrictEqual(changed, listed.toSorted())
    assert.deepStrictEqual(
      comparable.filter((item) => !before.has(item) && !now.has(item)),
      [],
      "used, but in neither runtime"
    )
  })

  it.skipIf(noPython)("names every used call that takes other arguments now", () => {
    const now = octoberArguments(process.env.GITTENSOR_TEST_PYTHON ?? "")
    const before = itemsOf(finney())
    const both = [...used.keys()].filter((item) => now.has(item) && before.has(item))
    assert.isAbove(both.length, 20)
    const taken = (item: string) => [...(before.get(item) ?? "").matchAll(/[(,] ?(\w+): /g)].map(([, argument = ""]) => argument)
    assert.deepStrictEqual(
      both.filter((item) => taken(item).join() !== now.get(item)?.join()),
      octoberChanges.flatMap(({ items, change }) => (change === "other arguments" ? items : []))
    )
  })

  it("is in docs/bittensor.md as npm run generate writes it", () => {
    const text = readFileSync(new URL("../../../docs/bittensor.md", import.meta.url), "utf8")
    assert.strictEqual(withPart(text, "october", octoberTable()), text)
  })
})
