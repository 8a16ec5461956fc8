/** The page when nothing is going on: home replays the last match, and events that repeat each other are one row. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HEAD, seed, VALIDATOR } from "../support/api/seed.ts"
import { wrongIn } from "./looks.ts"
import { lookedOn, noBrowser, settled, visit } from "./support.ts"

/** As many notes of stake as one block of validators sends, with another event before and after. */
const withNotes = Effect.gen(function* () {
  yield* seed
  const sql = yield* SqlClient
  const fields = JSON.stringify({ entries: [{ validator: VALIDATOR, weight: "1" }] })
  yield* sql`INSERT INTO events (block, index, name, fields)
    SELECT ${HEAD}, n, CASE n WHEN 50 THEN 'Paused' ELSE 'WeightsNoted' END, ${fields}::jsonb FROM generate_series(50, 55) n`
})

describe.skipIf(noBrowser)("a quiet subnet in Chromium", () => {
  it.scopedLive("replays the last match at home, from its beginning", () =>
    lookedOn(seed, {}, { chainHead: HEAD }, async ({ page, url }) => {
      await visit(page, `${url}/`)
      const last = page.locator("section", { has: page.getByRole("heading", { name: "The newest result" }) })
      const moment = last.getByRole("slider", { name: "Moment of the match" })
      await moment.waitFor()
      assert.strictEqual(await moment.inputValue(), "0")
      assert.include(await last.textContent(), "The match begins")
      await settled(page)
      assert.deepStrictEqual(await wrongIn(page, "/"), [])
      await last.getByRole("button", { name: "Play" }).click()
      await last.getByRole("button", { name: "Play" }).waitFor()
      assert.strictEqual(await moment.inputValue(), await moment.getAttribute("max"))
      assert.strictEqual(new URL(page.url()).search, "", "the address is home's")
    })
  )

  it.scopedLive("folds events that repeat each other, unless they were asked for", () =>
    lookedOn(withNotes, {}, { chainHead: HEAD }, async ({ page, url }) => {
      await visit(page, `${url}/events?from=${HEAD}&kind=contract`)
      const rows = page.getByRole("group", { name: "Events" }).locator("tbody tr")
      await rows.first().waitFor()
      assert.strictEqual(await rows.count(), 2)
      await rows.first().getByText("and 4 more like this").click()
      assert.strictEqual(await rows.first().getByText("The stake of 1 validator was recorded").count(), 5)
      assert.deepStrictEqual(await wrongIn(page, "/events"), [])
      await visit(page, `${url}/events?from=${HEAD}&name=WeightsNoted`)
      await rows.first().waitFor()
      assert.strictEqual(await rows.count(), 5)
    })
  )
})
