/**
 * Every view in every state: axe finds nothing, nothing overflows, the browser does not complain, in two themes and from a phone to a wall display.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HEAD } from "../support/api/seed.ts"
import { anyDatabase } from "../support/database/support.ts"
import { everyState, VIEWS } from "../support/web/history.ts"
import { wrongIn } from "./looks.ts"
import { looked, noBrowser, settled, visit } from "./support.ts"

/** The browser's own message about a 404. */
const isExpected = (complaint: string) => /the server responded with a status of 404/.test(complaint)

/** Views that no other test loads without complaints: test/browser/issues loads the rest. */
const LOADED: ReadonlyArray<string> = ["/", "/book", "/nothing-is-here", "/issues/999", "/?wall"]

/** The book shows the same component in several states, one below the other. */
const isRepeated = (line: string) => line.startsWith("/book") && line.includes(": landmark-unique ")

describe.skipIf(noBrowser)("every view in Chromium", () => {
  it.scopedLive("is right in every look", () =>
    everyState.pipe(
      Effect.zipRight(
        looked({}, { chainHead: HEAD + 3 }, async ({ page, url, complaints }) => {
          const wrong: Array<string> = []
          for (const view of VIEWS) {
            await page.setViewportSize({ width: 1280, height: 800 })
            if (LOADED.includes(view)) await page.goto(url + view)
            else await visit(page, url + view)
            await settled(page)
            if ((await page.locator("h1:not(.book-shown *)").count()) !== 1) wrong.push(`${view}: not one h1`)
            // The book shows each component by itself, so that its size changes no colour, and axe takes as long there as for ten views.
            const found = await wrongIn(page, view, view === "/book" ? "both themes" : "each look")
            for (const line of found) if (!isRepeated(line)) wrong.push(line)
            for (const complaint of complaints.splice(0)) if (!isExpected(complaint)) wrong.push(`${view}: ${complaint}`)
          }
          assert.deepStrictEqual(wrong, [])
        })
      ),
      Effect.provide(anyDatabase)
    )
  )
})
