/** The whole page by keyboard alone: every view is reachable, the focus is visible, and there is no keyboard trap. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { HEAD } from "../support/api/seed.ts"
import { everyState } from "../support/web/history.ts"
import { axe, lookedOn, noBrowser, settled, until } from "./support.ts"

interface Focused {
  readonly tag: string
  readonly name: string
  /** Whether an outline is visible around it or around its visible substitute. */
  readonly ring: boolean
  readonly top: number
  readonly left: number
  readonly inMain: boolean
  /** Which side of a competition it belongs to; "" for none. */
  readonly part: string
}

/** The focused element, as a reader sees it. */
const focused = (page: Page) =>
  page.evaluate<Focused>(`(() => {
    const element = document.activeElement ?? document.body
    const drawn = (one) => one !== null && getComputedStyle(one).outlineStyle !== "none" && parseFloat(getComputedStyle(one).outlineWidth) > 0
    const label = element.labels?.[0]
    const { top, left } = element.getBoundingClientRect()
    return {
      tag: element.tagName,
      name: (element.getAttribute("aria-label") ?? label?.textContent ?? element.textContent ?? "").trim().slice(0, 80),
      ring: drawn(element) || drawn(element.nextElementSibling),
      top: top + scrollY,
      left,
      inMain: element.closest("main") !== null,
      part: element.closest(".competitor, .board-side")?.dataset.side ?? ""
    }
  })()`)

/** Presses Tab until this has the focus. Asserts that the focus is visible at each stop on the way. */
const tabTo = async (page: Page, name: string | RegExp): Promise<Focused> => {
  const passed: Array<string> = []
  for (let presses = 0; presses < 250; presses++) {
    await page.keyboard.press("Tab")
    const at = await focused(page)
    if (at.tag !== "BODY") assert.isTrue(at.ring, `${page.url()}: the focus is not seen at ${at.tag} "${at.name}"`)
    if (typeof name === "string" ? at.name === name : name.test(at.name)) return at
    passed.push(at.name)
  }
  return assert.fail(`${page.url()}: ${name} is not reached by Tab, but ${passed.slice(0, 40).join(" | ")}`)
}

const follow = async (page: Page, name: string | RegExp, path: RegExp): Promise<void> => {
  await tabTo(page, name)
  await page.keyboard.press("Enter")
  await page.waitForURL(path)
  await settled(page)
  await until(page, "document.activeElement?.tagName === 'H1'")
}

/** Every stop of a newly opened view after the skip link, until the focus leaves the page or returns to its top. */
const stops = async (page: Page): Promise<ReadonlyArray<Focused>> => {
  await page.keyboard.press("Tab")
  assert.strictEqual((await focused(page)).name, "Skip to content")
  const found: Array<Focused> = []
  for (let presses = 0; presses < 400; presses++) {
    await page.keyboard.press("Tab")
    const at = await focused(page)
    if (at.tag === "BODY" || at.name === "Skip to content") return found
    found.push(at)
  }
  return assert.fail(`${page.url()}: Tab does not come to an end after ${found.at(-1)?.name}`)
}

describe.skipIf(noBrowser)("the page by keyboard", () => {
  it.scopedLive("leads from the issues to the theme", () =>
    lookedOn(everyState, { width: 1280, height: 800 }, { chainHead: HEAD }, async ({ page, url }) => {
      await page.goto(`${url}/issues`)
      await settled(page)
      await page.keyboard.press("Tab")
      assert.strictEqual((await focused(page)).name, "Skip to content")
      await page.keyboard.press("Enter")
      await page.keyboard.press("Tab")
      assert.isTrue((await focused(page)).inMain, "the skip link leads into the content")

      // Issues: search, order, filters.
      await tabTo(page, "Search")
      await page.keyboard.type("an issue that is comp")
      await until(page, "location.search === '?search=an+issue+that+is+comp'")
      await until(page, "document.querySelectorAll('.issue-row').length === 1")
      await tabTo(page, /^Order/)
      await page.keyboard.press("ArrowDown")
      await until(page, "location.search.includes('sort=oldest')")
      await tabTo(page, /^Competing$/)
      await page.keyboard.press("Space")
      await until(page, "location.search.includes('status=Competing')")

      // Issue → competition → miner.
      await follow(page, "An issue that is competing", /\/issues\/10$/)
      await follow(page, "Watch match 2", /\/competitions\/2$/)
      await page.goto(`${url}/competitions/1`)
      await settled(page)
      await tabTo(page, /^The vote/)
      await page.keyboard.press("Enter")
      await tabTo(page, "Votes for the pair")
      await page.keyboard.press("Enter")
      await page.locator("details[open] > summary").getByText("Votes for the pair").waitFor()
      await tabTo(page, "fields of CompetitionStarted")
      await page.keyboard.press("Enter")
      await page.locator(".timeline details[open]").getByText('"competition": 1').first().waitFor()
      await page.evaluate("document.querySelector('h1').focus()")
      await follow(page, "login-1", /\/miners\/5/)

      // Through the navigation, wherever the focus is.
      for (const [name, path] of [
        ["Leaderboard", /\/leaderboard$/],
        ["Network", /\/validators$/],
        ["Treasury", /\/treasury$/],
        ["Events", /\/events$/]
      ] as const) {
        await page.evaluate("document.querySelector('.skip').focus()")
        await follow(page, name, path)
        if (name === "Leaderboard") {
          await tabTo(page, /^Who/)
          await page.keyboard.press("ArrowDown")
          await until(page, "location.search === '?who=all'")
        }
        if (name === "Network") await follow(page, /^Opentensor 5DAAnr/, /\/validators\/5/)
        if (name === "Events") {
          await tabTo(page, "Calls")
          await page.keyboard.press("Enter")
          await until(page, "location.search === '?show=calls'")
          await tabTo(page, /^Result/)
          await page.keyboard.press("ArrowDown")
          await page.keyboard.press("ArrowDown")
          await until(page, "location.search === '?show=calls&success=false'")
        }
      }

      // The theme.
      const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor")
      const light = await ground()
      await page.evaluate("document.querySelector('.skip').focus()")
      await tabTo(page, /^System/)
      await page.keyboard.press("ArrowRight")
      await page.keyboard.press("ArrowRight")
      await until(page, `getComputedStyle(document.body).backgroundColor !== ${JSON.stringify(light)}`)
    })
  )

  it.scopedLive("leaves each view at its end, and every stop is visible", () =>
    lookedOn(everyState, { width: 1280, height: 800 }, { chainHead: HEAD }, async ({ page, url }) => {
      for (const view of [
        "/issues",
        "/issues/1",
        "/competitions",
        "/competitions/1",
        "/miners",
        "/leaderboard",
        "/treasury",
        "/validators",
        "/consensus/2",
        "/events"
      ]) {
        await page.goto(url + view)
        await settled(page)
        const all = await stops(page)
        assert.isAbove(all.filter(({ inMain }) => inMain).length, 3, view)
        for (const { ring, tag, name } of all) assert.isTrue(ring, `${view}: the focus is not seen at ${tag} "${name}"`)
      }
    })
  )

  it.scopedLive("moves from row to row on a phone, both sides of a match in turn, and through the drawer", () =>
    lookedOn(everyState, { width: 360, height: 740 }, { chainHead: HEAD }, async ({ page, url }) => {
      await page.goto(`${url}/competitions/1`)
      await settled(page)
      // One side after the other, each from top to bottom, then everything below them: on the scoreboard, and in the sections with each side's
      // details.
      const all = (await stops(page)).filter(({ inMain }) => inMain)
      for (const [index, { top, name, part }] of all.entries()) {
        const before = all[index - 1]
        if (before !== undefined && before.part === part)
          assert.isAtLeast(top, before.top - 40, `"${name}" comes after "${before.name}", which stands below it`)
      }
      const parts = all.map(({ part }) => part).filter((part, index, list) => part !== list[index - 1])
      assert.deepStrictEqual(parts, ["", "a", "b", "", "a", "b", ""])
      await page.goto(`${url}/treasury`)
      await settled(page)
      await page.evaluate("document.querySelector('h1').focus()")
      await tabTo(page, "More")
      await page.keyboard.press("Enter")
      await page.getByRole("dialog").waitFor()
      // The focus stays inside the drawer.
      for (let presses = 0; presses < 20; presses++) {
        await page.keyboard.press("Tab")
        const inside = await page.evaluate("document.activeElement === document.body || document.activeElement.closest('dialog') !== null")
        assert.isTrue(inside)
      }
      await page.keyboard.press("Escape")
      await until(page, "document.querySelector('dialog[open]') === null")
      assert.strictEqual((await focused(page)).name, "More", "the focus comes back")
      await page.keyboard.press("Enter")
      await follow(page, "Validators", /\/validators$/)
    })
  )

  it.scopedLive("has single keys to search, to walk through lists and to go to views, which can be turned off", () =>
    lookedOn(everyState, {}, { chainHead: HEAD + 3 }, async ({ page, url }) => {
      await page.goto(`${url}/miners`)
      await settled(page)
      await page.keyboard.press("j")
      const first = await focused(page)
      await page.keyboard.press("j")
      const second = await focused(page)
      assert.deepStrictEqual([first.tag, second.tag, second.inMain], ["A", "A", true])
      assert.isAbove(second.top, first.top)
      await page.keyboard.press("k")
      assert.strictEqual((await focused(page)).name, first.name)
      await page.keyboard.press("Enter")
      await page.waitForURL(/\/miners\/5/)
      // A row opens itself, whatever other links it contains first.
      for (const [view, opened] of [
        ["/competitions", /\/competitions\/\d+$/],
        ["/issues", /\/issues\/\d+$/]
      ] as const) {
        await page.goto(url + view)
        await settled(page)
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await page.waitForURL(opened)
      }
      await page.keyboard.press("g")
      await page.keyboard.press("i")
      await page.waitForURL(/\/issues$/)
      await settled(page)
      await page.keyboard.press("Control+k")
      await page.waitForURL(/\/search$/)
      await until(page, "document.activeElement?.tagName === 'INPUT'")
      await page.keyboard.type("login-1")
      await page.getByRole("region", { name: "Miners" }).getByRole("link", { name: "login-1" }).waitFor()
      assert.strictEqual(new URL(page.url()).search, "?q=login-1")
      await page.getByRole("searchbox").fill("crash")
      for (const [kind, found] of [
        ["Issues", "Crash when saving"],
        ["Matches", "Crash when saving"],
        ["Repositories", "acme/widgets"]
      ] as const)
        await page.getByRole("region", { name: kind }).getByRole("link", { name: found, exact: true }).waitFor()
      assert.deepStrictEqual(await axe(page), [])
      await page.getByRole("region", { name: "Repositories" }).getByRole("link", { name: "acme/widgets" }).click()
      await page.waitForURL(/\/repositories\/acme\/widgets$/)
      await settled(page)
      await page.keyboard.press("g")
      await page.keyboard.press("i")
      await page.waitForURL(/\/issues$/)
      await settled(page)
      await page.keyboard.press("/")
      await until(page, "document.activeElement?.tagName === 'INPUT'")
      // Typed into the field, not executed as a shortcut.
      await page.keyboard.type("gc?")
      await until(page, "document.activeElement.value === 'gc?' && document.querySelector('dialog[open]') === null")
      await until(page, "location.search.includes('gc')")
      await page.evaluate("document.activeElement.blur()")
      await page.keyboard.press("?")
      await until(page, "document.querySelector('.shortcuts[open]') !== null")
      assert.deepStrictEqual(await axe(page), [])
      await page.keyboard.press("Escape")
      await until(page, "document.querySelector('dialog[open]') === null")
      await page.keyboard.press("?")
      await page.getByLabel("Use single keys").uncheck()
      await page.keyboard.press("Escape")
      await page.reload()
      await settled(page)
      for (const key of ["?", "g", "c"]) await page.keyboard.press(key)
      await page.getByRole("button", { name: "Shortcuts" }).click()
      assert.include(page.url(), "/issues")
      assert.isFalse(await page.getByLabel("Use single keys").isChecked())
    })
  )

  it.scopedLive("shows exact amounts on focus and on touch", () =>
    lookedOn(everyState, { width: 1280, height: 800 }, { chainHead: HEAD }, async ({ page, url, run }) => {
      const { SqlClient } = await import("@effect/sql/SqlClient")
      await run(Effect.flatMap(SqlClient, (sql) => sql`UPDATE miners SET earned = 1234567891234 WHERE uid = 1`))
      await page.goto(`${url}/leaderboard`)
      await settled(page)
      await tabTo(page, /^1,234\.56/)
      await page.locator(".tip").getByText("1,234.567891234 alpha (1234567891234 rao)").waitFor()
      await page.keyboard.press("Escape")
      assert.strictEqual(await page.locator(".tip").count(), 0)
      // A relative time shows its local time.
      await page.goto(`${url}/issues`)
      await settled(page)
      const { name } = await tabTo(page, / ago/)
      assert.include(await page.locator(".tip").textContent(), "your time", name)
      await page.locator("time").first().dispatchEvent("pointerup", { pointerType: "touch" })
      await page.locator(".tip").getByText("your time").waitFor()
    })
  )
})
