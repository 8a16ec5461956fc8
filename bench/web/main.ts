/**
 * `npm run bench -- web [--json]`: the page in a Chromium in front of `gittensor serve` on a real Postgres with 10,000 issues: the largest contentful
 * paint of each view after one visit to warm the server, the first load's compressed script, and the longest frame while the list is scrolled through.
 */
import { PgClient } from "@effect/sql-pg"
import { Effect, Redacted } from "effect"
import { ALICE, BOB, seed, VALIDATOR } from "../../test/support/api/seed.ts"
import { freshUrl, postgresIsAvailable } from "../../test/support/database/support.ts"
import { launch, noBrowser, type Scrolled, SEEN, type Seen, scrolledThrough, WATCHED } from "../../test/support/web/chromium.ts"
import { manyIssues } from "../../test/support/web/history.ts"
import { serving } from "../serving.ts"

const ISSUES = 10_000
/** The small, complete history beside the many issues. */
const OTHERS = 3

const VIEWS = {
  issues: "/issues",
  issue: "/issues/1",
  competitions: "/competitions",
  competition: "/competitions/1",
  miners: "/miners",
  miner: `/miners/${ALICE}`,
  leaderboard: "/leaderboard",
  headToHead: `/head-to-head?a=${ALICE}&b=${BOB}`,
  treasury: "/treasury",
  validators: "/validators",
  validator: `/validators/${VALIDATOR}`,
  events: "/events",
  stats: "/stats"
}

const browser = Effect.acquireRelease(Effect.promise(launch), (opened) => Effect.promise(() => opened.close()))

/** Opens each view with an empty browser cache. */
const opened = (view: string, url: string) =>
  Effect.flatMap(browser, (one) =>
    Effect.promise(async () => {
      const page = await one.newPage({ viewport: { width: 1280, height: 800 } })
      await page.addInitScript(WATCHED)
      await page.goto(url + view)
      await page.locator("main h1").first().waitFor()
      await page.waitForLoadState("load")
      await page.getByText("Live", { exact: true }).first().waitFor()
      // Waits for one frame after the last answer, so that its paint is measured too.
      await page.waitForTimeout(1_000)
      return await page.evaluate<Seen>(SEEN)
    })
  ).pipe(Effect.scoped)

const scrolled = (url: string) =>
  Effect.flatMap(browser, (one) =>
    Effect.promise(async () => {
      const page = await one.newPage({ viewport: { width: 1280, height: 800 } })
      await page.goto(`${url}/issues?sort=oldest`)
      await page.locator(".windowed > li").first().waitFor()
      return await page.evaluate<Scrolled>(scrolledThrough(ISSUES + OTHERS))
    })
  ).pipe(Effect.scoped)

export const web = Effect.gen(function* () {
  if (noBrowser || !postgresIsAvailable) return yield* Effect.dieMessage("this needs a Chromium and the programs of a Postgres")
  const url = yield* freshUrl("migrated")
  yield* seed.pipe(Effect.zipRight(manyIssues(ISSUES)), Effect.provide(PgClient.layer({ url: Redacted.make(url) })))
  const { baseUrl } = yield* serving(url)
  const figures: Record<string, number> = {}
  yield* opened(VIEWS.issues, baseUrl)
  for (const [name, view] of Object.entries(VIEWS)) {
    yield* opened(view, baseUrl)
    const { paint, shift, script } = yield* opened(view, baseUrl)
    figures[`${name}LargestPaintMs`] = Math.round(paint)
    figures.largestShift = Math.max(figures.largestShift ?? 0, Math.round(shift * 10_000) / 10_000)
    figures.mostScriptKilobytes = Math.max(figures.mostScriptKilobytes ?? 0, Math.round(script / 100) / 10)
  }
  const { worst, most } = yield* scrolled(baseUrl)
  return { ...figures, scrollLongestFrameMs: Math.round(worst), scrollMostRows: most }
}).pipe(Effect.scoped)
