/** The page in a real Chromium, with the real server and a real database. If no Chromium is installed, its tests are skipped by name. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { SqlClient } from "@effect/sql/SqlClient"
import { assert } from "@effect/vitest"
import { Effect, Runtime, type Scope } from "effect"
import type { Browser, BrowserContext, Page } from "playwright-core"
import { built } from "../../src/dashboard/api/page/Page.ts"
import type { Database } from "../../src/layers/storage/database/Database.ts"
import { type ServingOptions, serve } from "../support/api/serving.ts"
import { anyDatabase } from "../support/database/support.ts"
import { PATIENCE } from "../support/watchdog.ts"
import { launchWith, SEEN, SETTLED, type Seen } from "../support/web/chromium.ts"

export { noBrowser } from "../support/web/chromium.ts"

/** A test's page is open too briefly for the engine's last optimising tier, or for frequent and concurrent garbage collection, to pay off. */
const ENGINE = "--js-flags=--no-turbofan --min-semi-space-size=32 --single-threaded-gc"

/** One browser for all tests of this process, with which it ends, because starting a browser takes a second. */
let launched: Promise<Browser> | undefined
const browser = Effect.promise(() => {
  launched ??= launchWith([ENGINE])
  return launched
})

/** For tests that wait for new blocks: the stream polls more often than once a second, and the chain is not ahead of the index. */
export const PROMPT = { every: "200 millis", chainHead: 1 } as const satisfies ServingOptions

/** The server with the page, or another one of the settings, on the database in context. */
export const serveWithPage = (settings: ServingOptions = {}) => Effect.flatMap(built, (page) => serve({ page, ...settings }))

export interface Look {
  readonly width?: number
  readonly height?: number
  readonly dark?: boolean
  readonly still?: boolean
  /** Whether forced colours replace the page's colours. */
  readonly forcedColors?: boolean
  /** Whether scripts run. */
  readonly scripts?: boolean
}

export interface Opened {
  readonly page: Page
  readonly context: BrowserContext
  /** The browser's complaints: errors, blocked scripts, failed requests. A test that does not check them fails if there are any. */
  readonly complaints: Array<string>
}

/** An empty tab. Closing it checks for complaints of the browser. */
export const tab = ({
  width = 1280,
  height = 800,
  dark = false,
  still = true,
  forcedColors = false,
  scripts = true
}: Look = {}): Effect.Effect<Opened, never, Scope.Scope> =>
  Effect.gen(function* () {
    const started = yield* browser
    const context = yield* Effect.acquireRelease(
      Effect.promise(() =>
        started.newContext({
          viewport: { width, height },
          colorScheme: dark ? "dark" : "light",
          reducedMotion: still ? "reduce" : "no-preference",
          forcedColors: forcedColors ? "active" : "none",
          javaScriptEnabled: scripts
        })
      ),
      (opened) => Effect.promise(() => opened.close())
    )
    context.setDefaultTimeout(PATIENCE)
    const page = yield* Effect.promise(() => context.newPage())
    const complaints: Array<string> = []
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`))
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        complaints.push(`${message.type()}: ${message.text()} ${message.location().url}`)
      }
    })
    return { page, context, complaints }
  })

/** Runs a test's effect on the database while the page is open. */
export type Run = <A, E>(effect: Effect.Effect<A, E, SqlClient | Database>) => Promise<A>

/** Serves the database in context, opens a tab, runs the test in it, then closes both. Fails if the browser complained. */
export const looked = (
  look: Look,
  settings: ServingOptions,
  body: (opened: Opened & { readonly url: string; readonly run: Run }) => Promise<void>
) =>
  Effect.gen(function* () {
    const runtime = yield* Effect.runtime<SqlClient | Database>()
    const url = yield* serveWithPage(settings)
    const opened = yield* tab(look)
    yield* Effect.promise(() => body({ ...opened, url, run: (effect) => Runtime.runPromise(runtime)(effect) }))
    assert.deepStrictEqual(opened.complaints, [])
  }).pipe(Effect.scoped)

/** The same on a database of its own, which an effect fills first. */
export const lookedOn = <A, E>(history: Effect.Effect<A, E, SqlClient | Database>, ...rest: Parameters<typeof looked>) =>
  history.pipe(Effect.zipRight(looked(...rest)), Effect.provide(anyDatabase))

/**
 * Navigates to a view as a link within the page does, on an already loaded page. Loading costs as much CPU time as an axe check, and would also load
 * axe again. A new path is always a new view without state of the previous one.
 */
export const visit = async (page: Page, address: string): Promise<void> => {
  const [from, to] = [new URL(page.url()), new URL(address)]
  if (from.origin !== to.origin || from.pathname === to.pathname) {
    await page.goto(address)
    return
  }
  const quoted = JSON.stringify(address)
  await page.evaluate(`history.pushState({ key: ${quoted} }, "", ${quoted}); dispatchEvent(new PopStateEvent("popstate"))`)
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** The rules that axe applies: all, or the contrast of colours alone. */
export type Rules = "all" | "contrast"

const RULES: Readonly<Record<Rules, object>> = {
  // Off by default, because it is new in WCAG 2.2.
  all: { rules: { "target-size": { enabled: true } } },
  contrast: { runOnly: ["color-contrast"] }
}

/**
 * Axe records the source and the selector of every element that it examines. Only those of faulty elements are needed, so this code derives them
 * itself.
 */
const LEAN = { resultTypes: ["violations"], selectors: false, elementRef: true }

/** What axe finds wrong with the current view, one line each. */
export const axe = async (page: Page, rules: Rules = "all"): Promise<ReadonlyArray<string>> => {
  // Evaluated through the debugger, which the page's policy does not restrict, so the policy stays unchanged.
  const options = JSON.stringify({ ...LEAN, ...RULES[rules] })
  const run = () =>
    page.evaluate<ReadonlyArray<string> | undefined>(`window.axe?.run(document, ${options}).then(({ violations }) =>
      violations.flatMap(({ id, help, nodes }) => nodes.slice(0, 3).map(({ element, failureSummary }) =>
        id + " (" + help + "): " + element?.outerHTML.slice(0, 200) + " " + (failureSummary ?? ""))))`)
  let lines = await run()
  if (lines === undefined) {
    await page.evaluate(`void (() => { ${axeSource}; window.axe.configure({ noHtml: true }) })()`)
    lines = await run()
  }
  return lines ?? assert.fail("axe was not loaded")
}

/** Whether the page scrolls sideways. */
export const sticksOut = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth")

/** Tables that overflow their container, and tiles that are alone in the last row. */
export const misplaced = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate<ReadonlyArray<string>>(`(() => {
    const cut = [...document.querySelectorAll('.table-scroll')]
      .filter((one) => one.scrollWidth > one.clientWidth + 1)
      .map((one) => one.ariaLabel + ': is ' + one.scrollWidth + ' wide in ' + one.clientWidth)
    const bare = [...document.querySelectorAll('table')].filter((one) => one.closest('.table-scroll') === null).map(() => 'a table cannot be scrolled')
    const lone = [...document.querySelectorAll('.figures')].flatMap((tiles) => {
      const tops = [...tiles.children].map((tile) => Math.round(tile.getBoundingClientRect().top))
      const inLast = tops.filter((top) => top === tops.at(-1)).length
      return tops.length > 1 && inLast === 1 ? ['a tile is alone in the last row'] : []
    })
    return [...cut, ...bare, ...lone]
  })()`)

/** A navigation aborts evaluations in the previous page. */
const isNavigation = (error: unknown) => error instanceof Error && /context was destroyed|because of a navigation/.test(error.message)

/** Resolves to true when the expression holds, to false after `patience` ms. Evaluates after every change of the document. */
const held = (expression: string, patience: number) => `new Promise((done, failed) => {
  const holds = () => Boolean(${expression})
  const look = () => { try { if (holds()) end(true) } catch (error) { failed(error) } }
  const observer = new MutationObserver(look)
  // The address, the focus and styles change without a change of the document.
  const clock = setInterval(look, 50)
  const late = setTimeout(() => end(false), ${patience})
  const end = (result) => { observer.disconnect(); clearInterval(clock); clearTimeout(late); done(result) }
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  look()
})`

/** Waits until an expression holds in the page. Evaluated through the debugger, because the page's policy forbids evaluating text. */
export const until = async (page: Page, expression: string): Promise<void> => {
  const end = performance.now() + PATIENCE
  while (performance.now() < end) {
    try {
      if (await page.evaluate<boolean>(held(expression, end - performance.now()))) return
    } catch (error) {
      if (!isNavigation(error)) throw error
    }
  }
  assert.fail(`${page.url()}: ${expression} did not come true`)
}

/** Unfolds the findings on each pull request, those too that appear while it waits for others. */
export const unfoldEvidence = (page: Page): Promise<void> =>
  until(
    page,
    `[...document.querySelectorAll('main .quality-more')]
      .reduce((all, one) => { if (!one.open) one.open = true; return all && one.children.length > 1 }, true)`
  )

/** Waits until nothing is loading: no skeleton is left. */
export const settled = (page: Page): Promise<void> => until(page, SETTLED)

/**
 * Fails with what moved since the page was opened, if it is more than `most`: 1 is a whole screen that moves by its own height. It waits for animations
 * and the last paint. Needs WATCHED.
 */
export const assertStill = async (page: Page, where: string, most = 0.01): Promise<void> => {
  await page.evaluate(
    "Promise.allSettled(document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity).map(({ finished }) => finished)).then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))))"
  )
  const { moved, shift } = await page.evaluate<Seen>(SEEN)
  assert.isBelow(shift, most, `${where}: ${moved.join("; ")}`)
}

/** Opens what a phone folds at first. */
export const unfold = (page: Page): Promise<void> =>
  page.evaluate("for (const one of document.querySelectorAll('details.fold:not([open])')) one.open = true")
