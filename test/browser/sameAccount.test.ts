/** The other hotkeys of a miner's GitHub account: on its page, and in one line of a competitor's facts. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ALICE, HEAD, seed } from "../support/api/seed.ts"
import { wrongIn } from "./looks.ts"
import { lookedOn, noBrowser, settled, visit } from "./support.ts"

const BEFORE = "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw"
const CLAIMS = "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL"

/**
 * Besides the seed's Carol, who never enrolled: a hotkey that competed before Alice with a proven link, and one that competes and only claims the
 * account.
 */
const others = Effect.gen(function* () {
  yield* seed
  const sql = yield* SqlClient
  yield* sql`INSERT INTO miners (hotkey, first_seen_at, enrolled_at, rating, provisional, won, lost, github_account, github_proven) VALUES
    (${BEFORE}, 2, 3, 1441600, false, 3, 11, 501, true), (${CLAIMS}, 2, 3, 1512000, true, 1, 0, 501, false)`
  yield* sql`INSERT INTO github_links (hotkey, linked_at, account, gist) VALUES (${BEFORE}, 2, 501, 'a'), (${CLAIMS}, 9, 501, 'b')`
})

describe.skipIf(noBrowser)("the other hotkeys of a GitHub account, in Chromium", () => {
  it.scopedLive("are named with their results; what is not proven is marked as a claim", () =>
    lookedOn(others, { width: 360, height: 740 }, { chainHead: HEAD }, async ({ page, url }) => {
      await page.goto(`${url}/miners/${ALICE}`)
      await settled(page)
      const rows = await page.locator(".same-account > li").allTextContents()
      assert.strictEqual(rows.length, 3)
      const [before = "", carol = "", claims = ""] = rows
      assert.include(before, "5HGjWA…UMaw")
      assert.include(before, "won 3, lost 11, expired 0, rated 1442")
      assert.match(before, /, proven$/)
      assert.include(carol, "never enrolled")
      for (const row of [carol, claims]) assert.match(row, /, not proven now: anyone can claim any GitHub account$/)
      assert.deepStrictEqual(await wrongIn(page, "/miners"), [])
      await page.setViewportSize({ width: 360, height: 740 })

      await visit(page, `${url}/competitions/1`)
      await settled(page)
      const line = page.locator(".competitor[data-side=a] .also-played")
      assert.deepStrictEqual(
        (await line.locator(":scope > span").allTextContents()).map((text) => text.trim()),
        ["5HGjWA…UMaw", "5CiPPs…2DjL (a claim)"]
      )
      assert.strictEqual(await page.locator(".competitor[data-side=b] .also-played").count(), 0)
    })
  )
})
