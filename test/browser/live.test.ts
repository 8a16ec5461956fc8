/** New data while the page is open: lists stay still during interaction, and update by themselves on an unattended screen. */
import { assert, describe, it } from "@effect/vitest"
import type { Page } from "playwright-core"
import { HANDS_OFF } from "../../web/src/live/hands.ts"
import { ALICE, HEAD, VALIDATOR } from "../support/api/seed.ts"
import { WATCHED } from "../support/web/chromium.ts"
import { everyList, everyState } from "../support/web/history.ts"
import { assertStill, lookedOn, noBrowser, PROMPT, type Run, settled, until } from "./support.ts"

/** A view, one of its lists, and the number of rows that a block adds to it. */
const LISTS = [
  ["/events", "Events", 8],
  ["/issues/1", "Events", 8],
  ["/issues/1", "Attestations", 1],
  ["/issues", "Issues", 1],
  ["/treasury", "Bounties paid", 1],
  ["/treasury", "Flows of the treasury", 1],
  ["/treasury", "Movements of collateral", 1],
  ["/competitions", "Matches", 1],
  [`/validators/${VALIDATOR}`, "Votes of this validator", 1],
  [`/validators/${VALIDATOR}`, "Attestations of this validator", 1],
  [`/validators/${VALIDATOR}`, "Weights", 1],
  [`/validators/${VALIDATOR}`, "Reports", 1],
  [`/validators/${VALIDATOR}`, "Epochs", 1],
  [`/validators/${VALIDATOR}`, "Divergence by epoch", 1],
  [`/miners/${ALICE}`, "Ended matches", 1],
  [`/miners/${ALICE}`, "Bounties paid", 1],
  [`/miners/${ALICE}`, "Rating changes", 1],
  [`/miners/${ALICE}`, "Movements of collateral", 1],
  [`/miners/${ALICE}`, "Registrations on the subnet", 1]
] as const

/** All views on a phone, representative ones on wider screens. */
const SIZES = [
  { width: 360, height: 740, still: false, most: 20 },
  { width: 768, height: 1024, still: false, most: 2 },
  { width: 1280, height: 800, still: false, most: 2 },
  { width: 1280, height: 800, still: true, most: 2 },
  { width: 1920, height: 1080, still: false, most: 2 }
] as const

/** A list's length. A long list draws few rows, and each states the total. */
const countOf = (list: string) =>
  `(Number(document.querySelector('ol.windowed[aria-label="${list}"] > li')?.ariaSetSize ?? 0) || document.querySelectorAll('[role=group][aria-label="${list}"] tbody > tr').length)`
/** The button above a list for rows that are held back. */
const waitingIn = (page: Page, list: string, count: number) =>
  page
    .locator(".held-rows")
    .filter({ has: page.locator(`[aria-label="${list}"]`) })
    .getByRole("button", { name: `Show ${count} new` })

type Lists = ReadonlyArray<(typeof LISTS)[number]>

const countsOf = (page: Page, lists: Lists) => page.evaluate<ReadonlyArray<number>>(`[${lists.map(([, name]) => countOf(name)).join()}]`)

/** Opens a view, waits until it receives changes, and returns the number of rows in each list. */
const opened = async (page: Page, address: string, lists: Lists): Promise<ReadonlyArray<number>> => {
  await page.goto(address)
  await settled(page)
  await page.getByText("Live", { exact: true }).and(page.locator(":visible")).first().waitFor()
  // A phone folds some lists, and begins others with a few rows. The figures over the events, which are no list, stay folded: to open them by a script
  // would move the list below them.
  await page.evaluate("for (const one of document.querySelectorAll('details.fold:not([open], :has(~ nav))')) one.open = true")
  await settled(page)
  // Not by a pointer, which would be a reader at work.
  await page.evaluate("for (const one of document.querySelectorAll('.list-foot button')) if (one.textContent === 'Show more') one.click()")
  return countsOf(page, lists)
}

const happen = async (page: Page, run: Run, block: number): Promise<void> => {
  await run(everyList(block))
  await page.locator(".live-head:visible").getByText(`block ${block},`).first().waitFor()
}

/** Simulates a reader until the page is loaded again. Otherwise a slow machine would look like a reader who has left. */
const keepUsing = async (page: Page): Promise<void> => {
  await page.keyboard.press("Shift")
  await page.evaluate(`void setInterval(() => document.dispatchEvent(new KeyboardEvent("keydown", { key: "Shift" })), ${HANDS_OFF / 10})`)
}

/** Counts, from now on, the buttons for held-back rows, however briefly they appear. */
const countOffers = (page: Page): Promise<void> =>
  page.evaluate(`window.offers = 0
    // What a browser says of a mouse that rests.
    document.dispatchEvent(new PointerEvent("pointermove"))
    new MutationObserver((all) => {
      for (const { addedNodes } of all)
        for (const added of addedNodes) if (added.matches?.(".newer") || added.querySelector?.(".newer")) window.offers += 1
    }).observe(document.body, { childList: true, subtree: true })`)

/** Each view once, with all its lists. */
const views = [...new Set(LISTS.map(([view]) => view))].map((view) => [view, LISTS.filter(([of]) => of === view)] as const)

/** The browser's own message about an index that lags by its clock. */
const isExpected = (complaint: string) => /503/.test(complaint)

describe.skipIf(noBrowser)("what comes while it is looked at, in Chromium", () => {
  for (const { most, ...size } of SIZES)
    it.scopedLive(
      `appears by itself, but waits behind a button while the reader interacts, without layout shift, at ${size.width}${size.still ? " without motion" : ""}`,
      () =>
        lookedOn(everyState, size, PROMPT, async ({ page, url, run, complaints }) => {
          await page.addInitScript(WATCHED)
          let block = HEAD
          for (const [view, lists] of views.slice(0, most)) {
            const first = await opened(page, url + view, lists)
            const then = first.map((count, index) => count + (lists[index]?.[2] ?? 0))

            block += 1
            await countOffers(page)
            await happen(page, run, block)
            for (const [index, [, name]] of lists.entries()) await until(page, `${countOf(name)} === ${then[index]}`)
            await assertStill(page, `${view}, hands off`)
            assert.strictEqual(await page.locator(".newer").count(), 0, view)
            assert.strictEqual(await page.evaluate("window.offers"), 0, `${view}: no button for rows that come by themselves`)

            await keepUsing(page)
            block += 1
            await happen(page, run, block)
            for (const [, name, more] of lists) await waitingIn(page, name, more).waitFor()
            assert.deepStrictEqual(await countsOf(page, lists), then, view)
            await assertStill(page, `${view}, hands on`)
            for (const [index, [, name, more]] of lists.entries()) {
              await waitingIn(page, name, more).press("Enter")
              await until(page, `${countOf(name)} === ${(then[index] ?? 0) + more}`)
              // The keyboard's focus continues in the list.
              await until(page, `document.activeElement?.closest('.held-rows')?.querySelector('[aria-label="${name}"]') != null`)
            }
            assert.strictEqual(await page.locator(".newer").count(), 0, view)
          }
          complaints.splice(0, complaints.length, ...complaints.filter((one) => !isExpected(one)))
        })
    )
})
