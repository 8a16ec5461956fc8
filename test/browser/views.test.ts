/**
 * Every view in every state: axe finds nothing, nothing overflows, the browser does not complain, in two themes and from a phone to a wall display.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { FIRST_QUESTIONS } from "../../src/dashboard/api/definition/pages.ts"
import { pageOf } from "../../src/dashboard/api/page/Page.ts"
import { bundle } from "../../web/bundle.ts"
import { ALICE, BOB, HEAD, VALIDATOR } from "../support/api/seed.ts"
import { anyDatabase } from "../support/database/support.ts"
import { everyList, everyState } from "../support/web/history.ts"
import { RARE, rareStates, USUAL } from "../support/web/states.ts"
import { wrongIn } from "./looks.ts"
import { looked, lookedOn, noBrowser, settled, unfold, unfoldEvidence, visit } from "./support.ts"

/** The browser's own message about a 404. */
const isExpected = (complaint: string) => /the server responded with a status of 404/.test(complaint)

/** Views that no other test loads without complaints: test/browser/issues loads the rest. */
const LOADED: ReadonlyArray<string> = ["/", "/nothing-is-here", "/issues/999"]

const VIEWS = Object.values(USUAL)

/** Preload paths in the page's HTML for the current view. Paths added by scripts are absolute. */
const NAMED_AHEAD = `[...document.head.querySelectorAll("link[rel=modulepreload], link[rel=preload][as=fetch]")]
  .map((link) => link.getAttribute("href")).filter((address) => address.startsWith("/"))`

/** Components that are drawn before an answer is there. */
const WHILE_LOADING = ["Skeleton", "PageSkeleton", "MatchSkeleton", "IssueRowSkeleton"]

/** The names of all components, by their sources. React knows none for those that it memorises. */
const componentNames = (): ReadonlyArray<string> => {
  const folder = join(import.meta.dirname, "../../web/src/components")
  return readdirSync(folder)
    .filter((file) => file.endsWith(".tsx"))
    .flatMap((file) =>
      [...readFileSync(join(folder, file), "utf8").matchAll(/^export const ([A-Z][a-z]\w*) = (?!memo\b)/gm)].map(([, name = ""]) => name)
    )
}

/** The names of the components that are drawn now. The bundler tells two of one name apart by a number. */
const DRAWN = `(() => {
  const root = document.getElementById("root")
  const key = Object.keys(root).find((name) => name.startsWith("__reactContainer$"))
  const names = new Set()
  const todo = [root[key].stateNode.current]
  for (let fiber = todo.pop(); fiber; fiber = todo.pop()) {
    const type = fiber.type?.type ?? fiber.type
    if (typeof type === "function") names.add(type.name.replace(/\\d+$/, ""))
    for (const next of [fiber.child, fiber.sibling]) if (next) todo.push(next)
  }
  return [...names]
})()`

describe.skipIf(noBrowser)("every view in Chromium", () => {
  it.scopedLive("is right in every look", () =>
    lookedOn(everyState, {}, { chainHead: HEAD + 3 }, async ({ page, url, complaints }) => {
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
  )

  it.scopedLive("is right in each rare state", () =>
    lookedOn(rareStates, {}, { chainHead: HEAD + 3 }, async ({ page, url }) => {
      const wrong: Array<string> = []
      for (const [state, view] of Object.entries(RARE)) {
        await page.setViewportSize({ width: 1280, height: 800 })
        await visit(page, url + view)
        await settled(page)
        // The same parts are checked in all looks above.
        wrong.push(...(await wrongIn(page, `${view} (${state})`, "both themes")))
      }
      assert.deepStrictEqual(wrong, [])
    })
  )

  it.scopedLive("draws every component in some state", () =>
    Effect.gen(function* () {
      yield* rareStates
      const page = yield* Effect.promise(async () => pageOf((await bundle({ isReadable: true })).files))
      yield* looked({}, { chainHead: HEAD + 3, page }, async ({ page, url, complaints }) => {
        const drawn = new Set(WHILE_LOADING)
        await page.goto(url)
        for (const view of [...VIEWS, ...Object.values(RARE)]) {
          await visit(page, url + view)
          await settled(page)
          await unfold(page)
          await unfoldEvidence(page)
          for (const name of await page.evaluate<ReadonlyArray<string>>(DRAWN)) drawn.add(name)
        }
        assert.deepStrictEqual(
          componentNames().filter((name) => !drawn.has(name)),
          [],
          "give it a state in test/support/web/states.ts"
        )
        complaints.length = 0
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
    lookedOn(everyState, {}, { chainHead: HEAD + 3 }, async ({ page, url, complaints }) => {
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
  )
})
