/** Late answers: their content fills the space reserved for it. Each answer is held back until the rest of its view is drawn. */
import { assert, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { ALICE, CAROL, HEAD } from "../support/api/seed.ts"
import { WATCHED } from "../support/web/chromium.ts"
import { everyState } from "../support/web/history.ts"
import { assertStill, lookedOn, noBrowser, settled, until } from "./support.ts"

/** The chain's head equals the index's. */
const current = { chainHead: HEAD }

/** Names of validators come later than what names them. */
const MOST = 0.02

/** Holds back the answers to these URLs. Returns a function that releases them. */
const held = async (page: Page, addresses: RegExp) => {
  const answered = Promise.withResolvers<void>()
  await page.unrouteAll()
  await page.route(addresses, async (route) => {
    await answered.promise
    await route.continue()
  })
  return () => answered.resolve()
}

describe.skipIf(noBrowser)("late answers in Chromium", () => {
  it.scopedLive("leave the filters of issues where they are, and the address's language says that it is still read", () =>
    lookedOn(everyState, {}, current, async ({ page, url }) => {
      const language = page.getByRole("combobox", { name: "Language", exact: true })
      const told = async () => [await language.inputValue(), await language.getAttribute("aria-busy")]
      const left = async () => (await page.getByRole("button", { name: "Takeable now" }).boundingBox())?.x
      for (const [query, before, after] of [
        ["", "", ""],
        ["?language=rust", "rust", "Rust"]
      ] as const) {
        const answer = await held(page, /\/v1\/stats$/)
        await page.goto(`${url}/issues${query}`)
        await page.locator(".issue-row").first().waitFor()
        const kept = await left()
        assert.deepStrictEqual(await told(), [before, "true"])
        answer()
        await settled(page)
        assert.deepStrictEqual(await told(), [after, null])
        assert.strictEqual(await left(), kept)
      }
    })
  )

  it.scopedLive("about broken rules do not move the page of a validator that only reports", () =>
    lookedOn(everyState, { width: 360, height: 740, still: false }, current, async ({ page, url, complaints }) => {
      await page.addInitScript(WATCHED)
      const answer = await held(page, /\/v1\/consensus\/evidence\?.*severity=wrong/)
      const [epochs] = await Promise.all([page.waitForResponse(/\/v1\/consensus\/epochs\?/), page.goto(`${url}/validators/${CAROL}`)])
      await epochs.finished()
      // All content that does not need the answer is drawn by the second frame.
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
      answer()
      await page.locator(".notice.fault").waitFor()
      await settled(page)
      await assertStill(page, "a validator", MOST)
      // This validator has no votes on bounties, which is a 404.
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !/status of 404/.test(one)))
    })
  )

  it.scopedLive("about the contract's settings do not move what stands below an open issue's command", () =>
    lookedOn(everyState, { still: false }, current, async ({ page, url }) => {
      await page.addInitScript(WATCHED)
      for (const width of [360, 1280, 2560]) {
        await page.setViewportSize({ width, height: width === 2560 ? 1440 : 800 })
        const answer = await held(page, /\/v1\/config$/)
        await page.goto(`${url}/issues/12`)
        await page.locator(".board").waitFor()
        await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        answer()
        await page.getByText("gittensor mine enroll 12").and(page.locator(":visible")).waitFor()
        await settled(page)
        await assertStill(page, `${width}`, MOST)
      }
    })
  )

  it.scopedLive("with the typeface leave everything where it is: a visit keeps the letters with which it began", () =>
    lookedOn(everyState, {}, current, async ({ page, url }) => {
      const places = () =>
        page.evaluate<ReadonlyArray<string>>(
          "[...document.querySelectorAll('h1, nav a, main td, main p, .ticker-items > li')].map((one) => JSON.stringify(one.getBoundingClientRect()) + one.className)"
        )
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 800 })
        const answer = await held(page, /\.woff2$/)
        // A validator's name may take another line than its address.
        const named = page.waitForResponse(/\/v1\/validators\b/)
        // The browser counts the typeface as a part of the page's loading.
        await page.goto(`${url}/events?sort=oldest`, { waitUntil: "domcontentloaded" })
        await page.locator("main tbody > tr").first().waitFor()
        await (await named).finished()
        await settled(page)
        await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        const kept = await places()
        answer()
        await until(
          page,
          "[...document.fonts].some(({ family, status }) => family.includes('Archivo') && !family.includes('until') && status === 'loaded')"
        )
        await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert.deepStrictEqual(await places(), kept, `${width}`)
      }
    })
  )

  it.scopedLive("delay the first drawing by 250 ms at most", () =>
    lookedOn(everyState, {}, current, async ({ page, url }) => {
      await page.clock.install({ time: 0 })
      await page.clock.pauseAt(1_000)
      const answer = await held(page, /\/v1\/events\?/)
      await page.goto(`${url}/events`)
      const isDrawn = "document.getElementById('root').childElementCount > 0"
      await page.clock.runFor(249)
      assert.isFalse(await page.evaluate<boolean>(isDrawn))
      await page.clock.runFor(1)
      await until(page, isDrawn)
      answer()
    })
  )

  it.scopedLive("about a match take the places of a scoreboard's shape", () =>
    lookedOn(everyState, { still: false }, current, async ({ page, url, complaints }) => {
      await page.addInitScript(WATCHED)
      const place = async (): Promise<ReadonlyArray<number>> => {
        const box = await page.locator(".board").boundingBox()
        // The element may just have been replaced by one with more data.
        return box === null ? place() : [box.x, box.width]
      }
      for (const width of [360, 1280, 2560]) {
        await page.setViewportSize({ width, height: 800 })
        const answer = await held(page, /\/v1\/competitions\/2$/)
        await page.goto(`${url}/competitions/2`)
        await page.locator("[aria-busy=true] .board").waitFor()
        const kept = await place()
        answer()
        await page.locator(".board h2").waitFor()
        await settled(page)
        assert.deepStrictEqual(await place(), kept, `${width}`)
        await assertStill(page, `${width}`)
      }
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !/status of 503/.test(one)))
    })
  )

  it.scopedLive("move nothing on a phone with a slow network", () =>
    lookedOn(everyState, { width: 360, height: 740, still: false }, current, async ({ page, context, url }) => {
      await page.addInitScript(WATCHED)
      const devtools = await context.newCDPSession(page)
      await devtools.send("Network.emulateNetworkConditions", {
        offline: false,
        latency: 400,
        downloadThroughput: 50_000,
        uploadThroughput: 50_000
      })
      for (const view of ["/", "/competitions/2", "/issues/10", `/miners/${ALICE}`]) {
        await page.goto(`${url}${view}`)
        await settled(page)
        await assertStill(page, view, 0.05)
      }
    })
  )
})
