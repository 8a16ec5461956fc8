/** Answers that come late: what they bring takes the place that is kept for it. Each is held back until the rest of its view is there. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { HEAD } from "../support/api/seed.ts"
import { anyDatabase } from "../support/database/support.ts"
import { everyState } from "../support/web/history.ts"
import { looked, noBrowser, settled } from "./support.ts"

/** The chain's head equals the index's. */
const current = { chainHead: HEAD }

/** Holds the answers to these addresses back. Returns what lets them through. */
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
    everyState.pipe(
      Effect.zipRight(
        looked({}, current, async ({ page, url }) => {
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
      ),
      Effect.provide(anyDatabase)
    )
  )
})
