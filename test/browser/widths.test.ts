/** Every view at every width, measured: no name, number or chip is cut, broken into bits, or leaves its box. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HEAD } from "../support/api/seed.ts"
import { RARE, rareStates, USUAL } from "../support/web/states.ts"
import { lookedOn, noBrowser, settled, visit } from "./support.ts"

/** Phones, tablets in portrait, and what the navigation leaves of narrow laptops. */
const WIDTHS = [360, 600, 768, 834, 1_024, 1_440]

/** Names, numbers and chips. */
const WHOLE = `.miner-name > span:last-child, .board-name strong, .side-name > span, .validator-name bdi, .track-name, .amount, .rating, .rating-move,
  .fixture-move, .record, .countdown, .clock-now, .competition-number, .figures dd, .epoch-name, .odds strong, .tug-words > *, .chip, .upset, .label, .streak,
  .nav-count, td[data-numeric]`

/** What is wrong with them, a line each: text that an ancestor cuts, or that is outside of an ancestor that shows an edge. */
const CUT = `(() => {
  const said = (element) => element.localName + [...element.classList].map((one) => "." + one).join("")
  const shown = ({ borderLeftWidth, borderLeftStyle, backgroundColor }) =>
    (borderLeftStyle !== "none" && parseFloat(borderLeftWidth) > 0) || backgroundColor !== "rgba(0, 0, 0, 0)"
  const wrong = new Set()
  for (const one of document.querySelectorAll(${JSON.stringify(WHOLE)})) {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest(".hidden, .ticker, .sankey") !== null) continue
    const rects = []
    const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT)
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      if (text.parentElement.closest(".hidden") !== null) continue
      const range = document.createRange()
      range.selectNodeContents(text)
      rects.push(...[...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1))
    }
    // Labels that do not fit on their line are not seen, which is no cut.
    const line = one.closest(".labels[data-line]")?.getBoundingClientRect().bottom ?? Infinity
    if (rects.length === 0 || rects[0].top >= line) continue
    const [left, right] = [Math.min(...rects.map((rect) => rect.left)), Math.max(...rects.map((rect) => rect.right))]
    const bottom = Math.max(...rects.map((rect) => rect.bottom))
    const what = said(one) + " “" + one.textContent.trim().slice(0, 40) + "”"
    for (let box = one; box !== null && box.localName !== "main"; box = box.parentElement) {
      const style = getComputedStyle(box)
      if (style.display === "inline" || style.display === "contents") continue
      if (style.overflowX === "auto" && box.localName === "nav") break
      const edge = box.getBoundingClientRect()
      const isBeyond = left < edge.left - 1 || right > edge.right + 1
      const isCut = style.overflowX !== "visible"
      if (isCut && (isBeyond || bottom > edge.bottom + 4)) wrong.add(what + " is cut by " + said(box))
      else if (isBeyond && (shown(style) || box.localName === "td")) wrong.add(what + " leaves " + said(box))
    }
  }
  return [...wrong]
})()`

/** All states, with names that are as long as many. */
const named = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* rareStates
  yield* sql`UPDATE miners SET github_login = 'kind-helper-' || uid WHERE github_login IS NOT NULL`
})

describe.skipIf(noBrowser)("every view in Chromium", () => {
  it.scopedLive("cuts no name, number or chip, at any width", () =>
    lookedOn(named, {}, { chainHead: HEAD + 3 }, async ({ page, url, complaints }) => {
      const wrong: Array<string> = []
      await page.goto(url)
      // A page that got its letters late shows others, which are wider.
      await page.evaluate("document.fonts.load('1em Archivo').then(() => delete document.documentElement.dataset.letters)")
      for (const view of new Set([...Object.values(USUAL), ...Object.values(RARE)])) {
        await visit(page, url + view)
        await settled(page)
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 })
          await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
          for (const line of await page.evaluate<ReadonlyArray<string>>(CUT)) wrong.push(`${view} at ${width}: ${line}`)
        }
      }
      assert.deepStrictEqual(wrong, [])
      complaints.length = 0
    })
  )
})
