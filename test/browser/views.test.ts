/**
 * Every view in every state: axe finds nothing, nothing overflows, the browser does not complain, in two themes and from a phone to a wall display.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { FIRST_QUESTIONS } from "../../src/dashboard/api/definition/pages.ts"
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

/** Paths that the page's HTML names for the view it is about. What its scripts add is absolute. */
const NAMED_AHEAD = `[...document.head.querySelectorAll("link[rel=modulepreload], link[rel=preload][as=fetch]")]
  .map((link) => link.getAttribute("href")).filter((address) => address.startsWith("/"))`

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

  it.scopedLive("is named in its HTML with its script and its first question, which are then asked for once", () =>
    everyState.pipe(
      Effect.zipRight(
        looked({}, { chainHead: HEAD + 3 }, async ({ page, url, complaints }) => {
          const asked: Array<string> = []
          page.on("request", (request) => asked.push(request.url().slice(url.length)))
          const [wrong, ahead]: [Array<string>, Set<string>] = [[], new Set()]
          for (const view of VIEWS.filter((one) => !one.includes("?"))) {
            asked.length = 0
            await page.goto(url + view)
            await settled(page)
            const named = await page.evaluate<ReadonlyArray<string>>(NAMED_AHEAD)
            for (const address of named) {
              const times = asked.filter((one) => one === address).length
              if (times !== 1) wrong.push(`${view}: ${address} was asked for ${times} times`)
              ahead.add(address.startsWith("/v1/") ? address : address.replace(/-.*/, ""))
            }
          }
          complaints.length = 0
          assert.deepStrictEqual(wrong, [])
          for (const [name, question] of Object.entries(FIRST_QUESTIONS)) {
            const script = `/assets/${name.charAt(0).toUpperCase()}${name.slice(1)}Page`
            assert.isTrue(ahead.has(script), script)
            if (!question.includes(":")) assert.isTrue(ahead.has(question), question)
          }
        })
      ),
      Effect.provide(anyDatabase)
    )
  )
})
