/** A repository's page, as its maintainers read it. */
import { assert, describe, it } from "@effect/vitest"
import { HEAD, seed } from "../support/api/seed.ts"
import { lookedOn, noBrowser, visit } from "./support.ts"

const LACKS = "; the accounts of 1 miner could not be found, so their pull requests are among the others'"

describe.skipIf(noBrowser)("a repository's page in Chromium", () => {
  it.scopedLive("shows what pull requests ask of its maintainers, and unknown as unknown", () =>
    lookedOn(seed, {}, { chainHead: HEAD }, async ({ page, url }) => {
      /** Waits until the maintainers' section contains this. */
      const says = async (repository: string, words: string) => {
        await visit(page, `${url}/repositories/${repository}`)
        await page.getByRole("region", { name: "For its maintainers" }).getByText(words).waitFor()
      }
      await says("acme/widgets", LACKS)
      const rows = await page.getByRole("group", { name: "What pull requests ask of its maintainers" }).locator("tbody tr").all()
      const cells = await Promise.all(rows.map((row) => row.locator("td").allTextContents()))
      assert.deepStrictEqual(cells, [
        ["opened", "1", "1"],
        ["merged", "0", "0"],
        ["closed without a merge", "1", "0"],
        ["closed by maintainers", "1 (100% of those decided)", "0"],
        ["waiting for an answer", "0", "1"],
        ["never answered", "0", "1"],
        ["median time to the first answer", "1 min (of 1 answered)", "none known"],
        ["opened for each merged", "none merged", "none merged"]
      ])
      await says("acme/widgets", "Its files and settings neither ask for bounties nor refuse them. Read on")
      await says("acme/widgets", '"bounties: true" has no effect here: there is no line "repository: acme/widgets"')
      await says("acme/widgets", "keys that have no effect here: tst")
      await says("acme/gears", "What its files say about bounties is unknown")
      await says("acme/gears", "is unknown: GitHub did not show any")
      await visit(page, `${url}/repositories/acme/nothing`)
      await page.getByText("No page has this address").waitFor()
    })
  )
})
