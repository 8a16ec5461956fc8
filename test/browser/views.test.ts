/**
 * Every view in every state: axe finds nothing, nothing overflows, the browser does not complain, in two themes and from a phone to a wall display.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { FIRST_QUESTIONS } from "../../src/dashboard/api/definition/pages.ts"
import { pageOf } from "../../src/dashboard/api/page/Page.ts"
import { BOOK, bundle } from "../../web/bundle.ts"
import { ALICE, BOB, HEAD, VALIDATOR } from "../support/api/seed.ts"
import { anyDatabase } from "../support/database/support.ts"
import { everyList, everyState, VIEWS } from "../support/web/history.ts"
import { wrongIn } from "./looks.ts"
import { looked, noBrowser, settled, visit } from "./support.ts"

/** The browser's own message about a 404. */
const isExpected = (complaint: string) => /the server responded with a status of 404/.test(complaint)

/** Views that no other test loads without complaints: test/browser/issues loads the rest. */
const LOADED: ReadonlyArray<string> = ["/", "/nothing-is-here", "/issues/999", "/?wall"]

/** Preload paths in the page's HTML for the current view. Paths added by scripts are absolute. */
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
            if ((await page.locator("h1").count()) !== 1) wrong.push(`${view}: not one h1`)
            wrong.push(...(await wrongIn(page, view, "each look")))
            for (const complaint of complaints.splice(0)) if (!isExpected(complaint)) wrong.push(`${view}: ${complaint}`)
          }
          assert.deepStrictEqual(wrong, [])
        })
      ),
      Effect.provide(anyDatabase)
    )
  )

  it.scopedLive("has components that are right in each of their states, which the component book shows", () =>
    Effect.gen(function* () {
      yield* everyState
      const book = yield* Effect.promise(async () => pageOf((await bundle(BOOK)).files))
      yield* looked({}, { chainHead: HEAD + 3, page: book }, async ({ page, url, complaints }) => {
        // A view that needs no request first.
        await page.goto(`${url}/me`)
        await settled(page)
        assert.strictEqual(await page.locator("h1:not(.book-shown *)").count(), 1)
        // Each component is shown alone, so its size changes no colour. Axe takes as long as for ten views.
        const wrong = await wrongIn(page, "book", "both themes")
        // The same component is there in several states, one below the other.
        assert.deepStrictEqual(
          wrong.filter((line) => !line.includes(": landmark-unique ")),
          []
        )
        // The book has no ticker, which the HTML of all views asks for ahead.
        complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes("was preloaded using link preload")))
      })
    }).pipe(Effect.provide(anyDatabase))
  )

  it.scopedLive("is at most 6,000 px long on a phone, however long its lists are", () =>
    Effect.gen(function* () {
      yield* everyState
      for (let block = 1; block <= 40; block++) yield* everyList(1_000 + block)
      yield* looked({ width: 360, height: 740 }, { chainHead: 1_040 }, async ({ page, url }) => {
        await page.goto(url)
        const long = ["/validators", `/validators/${VALIDATOR}`, "/treasury", `/miners/${ALICE}`, "/issues/1", "/competitions/1", "/issues"]
        const records = ["", "?show=calls", "?show=ratings", "?show=registrations"].map((shown) => `/events${shown}`)
        for (const view of [...long, ...records, "/competitions", `/head-to-head?a=${ALICE}&b=${BOB}`]) {
          await visit(page, url + view)
          await settled(page)
          assert.isAtMost(await page.evaluate<number>("document.documentElement.scrollHeight"), 6_000, view)
        }
        await visit(page, `${url}/treasury`)
        await settled(page)
        const payouts = page.locator(".table[data-look], .table").filter({ hasText: "Bounties paid" }).locator("tbody tr")
        const few = await payouts.count()
        await page.getByRole("button", { name: "Show more" }).first().click()
        assert.isAbove(await payouts.count(), few)
      })
    }).pipe(Effect.provide(anyDatabase))
  )

  it.scopedLive("marks the chosen theme and the view in the reader's own colours", () =>
    looked({ forcedColors: true }, {}, async ({ page, url, complaints }) => {
      await page.goto(`${url}/me`)
      await settled(page)
      const marked = `(() => {
        const mark = document.body.appendChild(document.createElement("mark"))
        mark.style.cssText = "forced-color-adjust: none; background: Highlight"
        const colourOf = (one) => getComputedStyle(one).backgroundColor
        return [...document.querySelectorAll(".theme input:checked + span, nav a[aria-current=page]")]
          .filter((one) => one.checkVisibility()).map((one) => colourOf(one) === colourOf(mark))
      })()`
      assert.deepStrictEqual(await page.evaluate(marked), [true, true])
      complaints.length = 0
    }).pipe(Effect.provide(anyDatabase))
  )

  it.scopedLive("has the API's description beside it, which is right too", () =>
    looked({}, {}, async ({ page, url }) => {
      await page.goto(`${url}/docs`)
      await page.evaluate("[...document.querySelectorAll('details')].slice(0, 3).forEach((one) => { one.open = true })")
      const wrong = await wrongIn(page, "/docs", "both themes")
      // The words of its tables break, so that none is wider than the page.
      assert.deepStrictEqual(
        wrong.filter((line) => !line.endsWith("a table cannot be scrolled")),
        []
      )
    }).pipe(Effect.provide(anyDatabase))
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
          assert.isTrue(ahead.has("/assets/main"), "what a view's script shares with another one's, and imports first")
        })
      ),
      Effect.provide(anyDatabase)
    )
  )
})
