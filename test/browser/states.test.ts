/**
 * Every view when it is empty, loading, or gets an error, when the server is gone, and when the index lags: it explains its state, and axe finds
 * nothing, in every colour scheme.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HEAD, seed } from "../support/api/seed.ts"
import { anyDatabase } from "../support/database/support.ts"
import { everyState } from "../support/web/history.ts"
import { DETAILS, LISTS } from "../support/web/states.ts"
import { wrongIn } from "./looks.ts"
import { looked, lookedOn, noBrowser, settled, until, visit } from "./support.ts"

/** The browser's own messages about error responses. */
const isExpected = (complaint: string) => /ERR_|Failed to load resource/.test(complaint)

describe.skipIf(noBrowser)("states in Chromium", () => {
  it.scopedLive("empty: each view says what it will show, and why it does not yet", () =>
    looked({}, {}, async ({ page, url, complaints }) => {
      const wrong: Array<string> = []
      for (const view of LISTS) {
        await visit(page, url + view)
        await settled(page)
        await page.getByText("Nothing is indexed yet").waitFor()
        await page.locator(".state h2").first().waitFor()
        wrong.push(...(await wrongIn(page, view)))
      }
      for (const [index, view] of DETAILS.entries()) {
        await visit(page, url + view)
        await page.getByRole("heading", { name: "Not found" }).waitFor()
        wrong.push(...(await wrongIn(page, view, index === 0 ? "each look" : "one look")))
      }
      assert.deepStrictEqual(wrong, [])
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !isExpected(one)))
    }).pipe(Effect.provide(anyDatabase))
  )

  it.scopedLive("no JavaScript: says so at the top, with links to what needs none", () =>
    lookedOn(seed, { width: 360, height: 740, scripts: false }, { chainHead: HEAD }, async ({ page, url, complaints }) => {
      await page.goto(`${url}/competitions/1`)
      const box = await page.getByRole("heading", { name: "This page needs JavaScript" }).boundingBox()
      assert.isBelow(box?.y ?? Number.NaN, 100)
      const links = await page.locator("noscript a").all()
      assert.isAbove(links.length, 3)
      for (const link of links) {
        assert.isTrue(await link.isVisible())
        assert.strictEqual((await fetch(url + (await link.getAttribute("href")))).status, 200)
      }
      // After a few seconds the browser says that nothing used what the HTML asks for ahead.
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes("was preloaded using link preload")))
    })
  )

  it.scopedLive("loading: each view reserves its space", () =>
    lookedOn(seed, {}, { chainHead: HEAD }, async ({ page, url, context }) => {
      await context.route(/\/v1\/(?!stream)/, () => undefined)
      // No request times out, so that every view stays in its loading state during the checks.
      await page.addInitScript("AbortSignal.timeout = () => new AbortController().signal")
      const wrong: Array<string> = []
      for (const view of [...LISTS, ...DETAILS]) {
        await visit(page, url + view)
        await page.waitForSelector("main .skeleton, main [aria-busy=true]")
        // A skeleton has no text, so its colours cannot be wrong.
        wrong.push(...(await wrongIn(page, view, "one look")))
      }
      assert.deepStrictEqual(wrong, [])
    })
  )

  it.scopedLive("server errors: each view says so, and what to do", () =>
    lookedOn(seed, {}, { chainHead: HEAD }, async ({ page, url, context, complaints }) => {
      await context.route(/\/v1\/(?!stream)/, (route) =>
        route.fulfill({ status: 500, contentType: "application/json", body: '{"message":"the answer could not be made","details":[]}' })
      )
      const wrong: Array<string> = []
      for (const [index, view] of [...LISTS, ...DETAILS].entries()) {
        await visit(page, url + view)
        await page.getByRole("heading", { name: "The server reported an error" }).first().waitFor()
        // Each view shows the same message.
        wrong.push(...(await wrongIn(page, view, index === 0 ? "each look" : "one look")))
      }
      // Continues once the errors stop.
      await context.unroute(/\/v1\/(?!stream)/)
      await page.getByRole("button", { name: "Ask again" }).first().click()
      await page.locator('.competitor[data-side="a"]').waitFor()
      assert.deepStrictEqual(wrong, [])
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !isExpected(one)))
    })
  )

  it.scopedLive("the server is gone for a while: known data stays, and becomes live again", () =>
    lookedOn(everyState, {}, { chainHead: HEAD }, async ({ page, url, context, complaints }) => {
      await context.route("**/v1/stream*", (route) => route.abort())
      await page.goto(`${url}/issues`)
      await page.locator("main").getByRole("link", { name: "Crash when saving" }).first().waitFor()
      await page.getByText("Interrupted").first().waitFor()
      await page.getByText(/The server does not answer. You see what was known at/).waitFor()
      const wrong = await wrongIn(page, "/issues")
      await page.setViewportSize({ width: 1280, height: 800 })
      await context.unroute("**/v1/stream*")
      await page.getByText("Live", { exact: true }).first().waitFor()
      await until(page, "document.querySelector('.banner') === null")
      assert.deepStrictEqual(wrong, [])
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !isExpected(one)))
    })
  )

  it.scopedLive("the index is behind, or the chain cannot be reached", () =>
    lookedOn(everyState, {}, {}, async ({ page, url, complaints }) => {
      const wrong: Array<string> = []
      for (const [index, view] of [...LISTS, ...DETAILS].entries()) {
        await visit(page, url + view)
        await settled(page)
        // The history is from January, so the newest block is old by the clock, and no chain says otherwise.
        await page.getByText(/Either the index is behind or the chain cannot be reached/).waitFor()
        // Each view has the same banner; other tests check the view without it.
        wrong.push(...(await wrongIn(page, view, index === 0 ? "each look" : "one look")))
      }
      await visit(page, `${url}/issues/12`)
      await page.getByText(`was takeable at block ${HEAD}`).waitFor()
      assert.strictEqual(await page.getByText("takeable now").count(), 0)
      await until(page, "document.querySelectorAll('.banner').length === 1")
      assert.deepStrictEqual(wrong, [])
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !isExpected(one)))
    })
  )
})
