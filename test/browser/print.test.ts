/** The printed page: no navigation, dark on white in every theme, no clipped content, and long lists as far as they were loaded. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { HEAD } from "../support/api/seed.ts"
import { everyState, manyIssues } from "../support/web/history.ts"
import { axe, lookedOn, noBrowser, settled, until, visit } from "./support.ts"

/** A4 portrait and landscape without margins, in CSS pixels. */
const PAPER = [718, 1047] as const

const VIEWS = [
  "/competitions/1",
  "/competitions/2",
  "/issues",
  "/issues/1",
  "/events",
  "/leaderboard",
  "/treasury",
  "/validators",
  "/consensus/2"
] as const

/** Elements that are clipped or wider than the paper. */
const cutOff = (page: Page) =>
  page.evaluate<ReadonlyArray<string>>(`[...document.querySelectorAll("#content *")].filter((one) => {
    // On narrow paper, as on a phone, each row of a table is a card that names its columns.
    if (one.closest(".hidden, svg, .avatar, thead") !== null || one.getClientRects().length === 0) return false
    const { left, right } = one.getBoundingClientRect()
    const clips = getComputedStyle(one).overflowX !== "visible" && one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1
    return clips || left < -1 || right > document.documentElement.clientWidth + 1
  }).map((one) => one.outerHTML.slice(0, 120))`)

describe.skipIf(noBrowser)("the page on paper, in Chromium", () => {
  it.scopedLive("is complete, without navigation, and dark on white in the dark theme too", () =>
    lookedOn(
      everyState.pipe(
        Effect.zipRight(manyIssues(60)),
        Effect.zipRight(
          Effect.flatMap(
            SqlClient,
            (sql) => sql`UPDATE issues SET title = ${"A title that takes more than one line on any paper ".repeat(4)} WHERE id = 120`
          )
        )
      ),
      { width: 1280, height: 800, dark: true },
      { chainHead: HEAD },
      async ({ page, url }) => {
        await page.goto(`${url}/issues`)
        await page.locator("nav.side").getByText("Dark").click()
        const wrong: Array<string> = []
        for (const view of VIEWS) {
          await visit(page, url + view)
          await settled(page)
          await page.emulateMedia({ media: "print" })
          for (const width of PAPER) {
            await page.setViewportSize({ width, height: 1_000 })
            for (const line of await cutOff(page)) wrong.push(`${view} on ${width}: ${line}`)
          }
          if (view === "/issues") {
            await until(page, "document.querySelectorAll('.windowed > li').length === 68")
            await page.getByText("A title that takes more than one line").waitFor()
          }
          for (const hidden of ["nav.side", "nav.bottom", "header.top", ".filters", ".skip", ".ticker", ".watch"])
            assert.strictEqual(await page.locator(hidden).locator("visible=true").count(), 0, `${view}: ${hidden}`)
          assert.strictEqual(await page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
          for (const line of await axe(page, "contrast")) wrong.push(`${view}: ${line}`)
          await page.emulateMedia({ media: "screen" })
          await page.setViewportSize({ width: 1280, height: 800 })
        }
        assert.deepStrictEqual(wrong, [])
      }
    )
  )
})
