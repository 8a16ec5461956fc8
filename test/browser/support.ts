/** The page in a real Chromium, with the real server and a real database. If no Chromium is installed, its tests are skipped by name. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { resolve } from "node:path"
import type { SqlClient } from "@effect/sql/SqlClient"
import { afterAll, assert } from "@effect/vitest"
import { Effect, Runtime, type Scope } from "effect"
import type { Browser, BrowserContext, Page } from "playwright-core"
import { read } from "../../src/api/page/Page.ts"
import type { Database } from "../../src/layers/database/Database.ts"
import { type ServingOptions, serve } from "../support/api/serving.ts"
import { launch } from "../support/web/chromium.ts"

export { noBrowser } from "../support/web/chromium.ts"

/** One browser for all tests of a file, because starting it takes a second. */
let launched: Promise<Browser> | undefined
const browser = Effect.promise(() => {
  launched ??= launch()
  return launched
})
afterAll(async () => (await launched)?.close())

const builtPage = read(resolve(import.meta.dirname, "../../web/built.page"))

/** The server with the page, on the database in context. */
export const serveWithPage = (settings: ServingOptions = {}) => Effect.flatMap(builtPage, (page) => serve({ ...settings, page }))

export interface Look {
  readonly width?: number
  readonly height?: number
  readonly dark?: boolean
  readonly still?: boolean
  /** Replaces the page's colours with the reader's own. */
  readonly forcedColors?: boolean
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
  forcedColors = false
}: Look = {}): Effect.Effect<Opened, never, Scope.Scope> =>
  Effect.gen(function* () {
    const started = yield* browser
    const context = yield* Effect.acquireRelease(
      Effect.promise(() =>
        started.newContext({
          viewport: { width, height },
          colorScheme: dark ? "dark" : "light",
          reducedMotion: still ? "reduce" : "no-preference",
          forcedColors: forcedColors ? "active" : "none"
        })
      ),
      (opened) => Effect.promise(() => opened.close())
    )
    const page = yield* Effect.promise(() => context.newPage())
    page.setDefaultTimeout(15_000)
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

/** Serves the database in context, opens a tab, and runs the test in it. Fails if the browser complained of anything. */
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
  })

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: ReadonlyArray<{ readonly html: string; readonly failureSummary?: string }>
}

/** What axe finds wrong with the current view, one line each. */
export const axe = async (page: Page): Promise<ReadonlyArray<string>> => {
  // Evaluated through the debugger, which the page's policy does not restrict, so the policy stays unchanged.
  await page.evaluate(`window.axe === undefined && void (() => { ${axeSource} })()`)
  const violations = await page.evaluate<ReadonlyArray<Violation>>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)"
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id} (${help}): ${html.slice(0, 200)} ${failureSummary ?? ""}`)
  )
}

/** Whether the page scrolls sideways. */
export const sticksOut = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth")

/** Waits until an expression holds in the page. Polls through the debugger, because the page's policy forbids evaluating text. */
export const until = async (page: Page, expression: string): Promise<void> => {
  for (const began = performance.now(); performance.now() - began < 15_000; ) {
    if (await page.evaluate<boolean>(`(${expression}) || new Promise((done) => requestAnimationFrame(() => done(Boolean(${expression}))))`))
      return
  }
  assert.fail(`${page.url()}: ${expression} did not come true`)
}

/** Waits until nothing is loading: no skeleton is left. */
export const settled = async (page: Page): Promise<void> => {
  await page.waitForSelector("main h1")
  // The component book shows skeletons as examples.
  await until(page, "[...document.querySelectorAll('.skeleton, [aria-busy=true]')].every((one) => one.closest('.book-shown') !== null)")
}
