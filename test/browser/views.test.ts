/**
 * Every view in every state: axe finds nothing, nothing overflows, the browser does not complain, in two themes and from a phone to a wall display.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HEAD } from "../support/api/seed.ts"
import { variants } from "../support/database/support.ts"
import { everyState, VIEWS } from "../support/web/history.ts"
import { axe, looked, noBrowser, settled, sticksOut } from "./support.ts"

const [{ layer } = { layer: undefined }] = variants

/** The browser's own message about a 404. */
const isExpected = (complaint: string) => /the server responded with a status of 404/.test(complaint)

/** The book shows the same component in several states, one below the other. */
const isRepeated = (view: string, line: string) => view === "/book" && line.startsWith("landmark-unique")

const LOOKS = [
  { name: "on a phone, dark", width: 360, height: 740, dark: true },
  { name: "on a laptop, light", width: 1280, height: 800, dark: false },
  { name: "on a wall, dark", width: 2560, height: 1440, dark: true }
] as const

describe.skipIf(noBrowser || layer === undefined)("every view in Chromium", () => {
  if (layer === undefined) return
  for (const { name, ...look } of LOOKS)
    it.scopedLive(name, () =>
      everyState.pipe(
        Effect.zipRight(
          looked(look, { chainHead: HEAD + 3 }, async ({ page, url, complaints }) => {
            const wrong: Array<string> = []
            for (const view of VIEWS) {
              await page.goto(url + view)
              await settled(page)
              for (const line of await axe(page)) if (!isRepeated(view, line)) wrong.push(`${view}: ${line}`)
              if (await sticksOut(page)) wrong.push(`${view}: sticks out`)
              if ((await page.locator("h1:not(.book-shown *)").count()) !== 1) wrong.push(`${view}: not one h1`)
              for (const complaint of complaints.splice(0)) if (!isExpected(complaint)) wrong.push(`${view}: ${complaint}`)
            }
            assert.deepStrictEqual(wrong, [])
          })
        ),
        Effect.provide(layer)
      )
    )
})
