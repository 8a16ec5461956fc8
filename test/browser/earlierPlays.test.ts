/** A match with more plays than its answer contains: a button shows the earlier ones, and a replay all. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { COMPETITION, HEAD, seed } from "../support/api/seed.ts"
import { axe, lookedOn, noBrowser, sticksOut, until } from "./support.ts"

const MOST_PLAYS = 300

/** The number of plays before those in the match's answer: a whole page of the list, and part of another. */
const EARLIER = 120

/** A pull request is closed and opened again, once a second. */
const busy = Effect.gen(function* () {
  yield* seed
  const sql = yield* SqlClient
  yield* sql`DELETE FROM plays WHERE kind = 'merged'`
  yield* sql`DELETE FROM quality_records`
  yield* sql`INSERT INTO plays (issue, repository, number, place, at, kind, by, commit, times, seen_at)
    SELECT issue, repository, number, n, at + n * interval '1 second', CASE n % 2 WHEN 0 THEN 'reopened' ELSE 'closed' END, NULL, NULL, 1, at
    FROM plays, generate_series(1, ${MOST_PLAYS + EARLIER - 1}::integer) n WHERE kind = 'opened'`
})

/** Whether this many plays, and the change of the lead that each brought, are shown. */
const shows = (plays: number) => `document.querySelectorAll('.timeline .lead-change').length === ${plays}`

const FOCUSED = "document.activeElement?.textContent"

describe.skipIf(noBrowser)("a long match in Chromium", () => {
  it.scopedLive("shows its earlier plays by the keyboard, and keeps the focus until all are shown", () =>
    lookedOn(busy, { width: 1280, height: 800, still: true }, { chainHead: HEAD }, async ({ page, url }) => {
      await page.goto(`${url}/competitions/${COMPETITION}`)
      await until(page, shows(MOST_PLAYS))
      await page.getByRole("button", { name: "Show earlier events" }).focus()
      await page.keyboard.press("Enter")
      await until(page, shows(MOST_PLAYS + 100))
      await until(page, `${FOCUSED} === 'Show earlier events'`)
      await page.keyboard.press("Enter")
      await until(page, shows(MOST_PLAYS + EARLIER))
      await until(page, `${FOCUSED} === 'All events are shown'`)
      const [first = "", second = ""] = (await page.locator(".timeline .lead-change").allTextContents()).toReversed()
      assert.match(first, /takes the lead: is first with an open pull request$/)
      assert.strictEqual(second, "Nobody is ahead any more")
      await page.keyboard.press("Enter")
      assert.deepStrictEqual(await axe(page), [])
      await until(page, `document.querySelector('.list-foot [role=status]').textContent === '${MOST_PLAYS + EARLIER} events'`)
      await page.getByRole("button", { name: "Replay it" }).click()
      const slider = page.getByRole("slider", { name: "Moment of the match" })
      await slider.focus()
      await page.keyboard.press("Home")
      const says = (text: string) => until(page, `document.querySelector('.replay-texts')?.textContent === '${text}'`)
      await says("The match begins")
      await page.keyboard.press("ArrowRight")
      await until(page, "document.querySelector('.replay-texts')?.textContent.includes(' takes the lead: ') === true")
      const text = (await page.locator(".replay-texts").textContent()) ?? ""
      assert.strictEqual(await slider.getAttribute("max"), `${MOST_PLAYS + EARLIER + 1}`)
      // The address leads to the moment, on a phone too.
      await page.setViewportSize({ width: 360, height: 740 })
      await page.reload()
      await says(text)
      assert.deepStrictEqual([await sticksOut(page), await axe(page)], [false, []])
      await page.locator(".replay").getByRole("button", { name: "Play" }).click()
      await until(page, `document.querySelector('.replay-texts')?.textContent !== '${text}'`)
      await page.locator(".replay").getByRole("button", { name: "Pause" }).click()
    })
  )
})
