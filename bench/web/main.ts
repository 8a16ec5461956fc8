/**
 * `npm run bench -- web [--before=REVISION] [--slow] [--json]`: the page in Chromium, served by the server on a real Postgres with 10,000 issues: a table
 * of the largest contentful paint of each view in ten visits, with what it is and what came before it; the first load's compressed script, and the
 * longest frame while the list is scrolled through. `--before` also opens the page of a revision, served by the same server code, and adds the ratios.
 * `--slow` gives both a quarter of the CPU and a connection of 1.6 Mbit/s with 150 ms of latency, as on a mobile phone, and adds how long tasks blocked
 * some views in a minute of blocks.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { Effect } from "effect"
import { built, type Page } from "../../src/dashboard/api/page/Page.ts"
import { ALICE, BOB, HEAD, seed, VALIDATOR } from "../../test/support/api/seed.ts"
import { serve } from "../../test/support/api/serving.ts"
import { variants } from "../../test/support/database/support.ts"
import { launch, noBrowser, type Scrolled, SEEN, type Seen, scrolledThrough, WATCHED } from "../../test/support/web/chromium.ts"
import { everyList, manyIssues } from "../../test/support/web/history.ts"

const ISSUES = 10_000
/** The small, complete history beside the many issues. */
const OTHERS = 3
/** Visits of each view, after one that warms up the server. */
const VISITS = 10

/** Throttling of a slow computer and connection, by the browser's debugger. */
const SLOW = { processor: 4, line: { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 } }

const VIEWS = {
  home: "/",
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
  events: "/events"
}

/** Views that stay open. Measures by how many milliseconds tasks exceeded 50 ms, with a block every twelve seconds in which something happens. */
const LEFT_OPEN = ["home", "issues", "issue", "competition", "miner"] as const
const [BLOCKS, BLOCK] = [5, "12 seconds"] as const
/** Block numbers above those of all issues. */
const LATER = 2 * ISSUES
const BLOCKING = `window.blocking = 0
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.blocking += duration - 50 }).observe({ type: "longtask" })`

const browser = Effect.acquireRelease(Effect.promise(launch), (opened) => Effect.promise(() => opened.close()))

/** A completely loaded view, opened with an empty browser cache, until the scope ends. */
const shown = (address: string, isSlow: boolean) =>
  Effect.flatMap(browser, (one) =>
    Effect.promise(async () => {
      const page = await one.newPage({ viewport: { width: 1280, height: 800 } })
      const debugged = await page.context().newCDPSession(page)
      await debugged.send("Performance.enable", { timeDomain: "threadTicks" })
      if (isSlow) {
        await debugged.send("Network.enable")
        await debugged.send("Network.emulateNetworkConditions", SLOW.line)
        await debugged.send("Emulation.setCPUThrottlingRate", { rate: SLOW.processor })
      }
      await page.addInitScript(WATCHED)
      await page.goto(address)
      await page.locator("main h1").first().waitFor()
      await page.waitForLoadState("load")
      await page.getByText("Live", { exact: true }).first().waitFor()
      // Waits for one frame after the last answer, so that its paint is measured too.
      await page.waitForTimeout(1_000)
      return { page, debugged }
    })
  )

/** What a visit saw, with the milliseconds that the page's main thread worked. */
const opened = (address: string, isSlow: boolean) =>
  shown(address, isSlow).pipe(
    Effect.flatMap(({ debugged, page }) =>
      Effect.promise(async () => {
        const { metrics } = await debugged.send("Performance.getMetrics")
        const busy = metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN
        return { ...(await page.evaluate<Seen>(SEEN)), busy: busy * 1_000 }
      })
    ),
    Effect.scoped
  )

/** Milliseconds of blocking while blocks arrive. `next`: the first block's number. */
const blocking = (address: string, next: number) =>
  Effect.gen(function* () {
    const { page } = yield* shown(address, true)
    yield* Effect.promise(() => page.evaluate(BLOCKING))
    for (let block = next; block < next + BLOCKS; block++) yield* Effect.zipRight(everyList(block), Effect.sleep(BLOCK))
    return Math.round(yield* Effect.promise(() => page.evaluate<number>("window.blocking")))
  }).pipe(Effect.scoped)

/** Visits the addresses alternately, so that other load affects all alike. */
const visited = (addresses: ReadonlyArray<string>, isSlow: boolean) =>
  Effect.map(
    Effect.replicateEffect(
      Effect.forEach(addresses, (address) => opened(address, isSlow)),
      VISITS
    ),
    (visits) =>
      addresses.map((_, index) => {
        const seen = visits.flatMap((visit) => visit.slice(index, index + 1))
        const sorted = (figure: "paint" | "busy") => seen.map((one) => one[figure]).toSorted((a, b) => a - b)
        const most = (figure: "shift" | "script" | "requests" | "bytes") => Math.max(...seen.map((one) => one[figure]))
        const percentile = (figure: "paint" | "busy", part: number) => sorted(figure)[Math.ceil(part * seen.length) - 1] ?? Number.NaN
        return {
          fastest: percentile("paint", 0.1),
          median: percentile("paint", 0.5),
          paint: percentile("paint", 0.95),
          busy: percentile("busy", 0.5),
          what: [...new Set(seen.map(({ what }) => what))].join(" or "),
          shift: most("shift"),
          script: most("script"),
          requests: most("requests"),
          bytes: most("bytes")
        }
      })
  )

const scrolled = (url: string) =>
  Effect.flatMap(browser, (one) =>
    Effect.promise(async () => {
      const page = await one.newPage({ viewport: { width: 1280, height: 800 } })
      await page.goto(`${url}/issues?sort=oldest`)
      await page.locator(".windowed > li").first().waitFor()
      return await page.evaluate<Scrolled>(scrolledThrough(ISSUES + OTHERS))
    })
  ).pipe(Effect.scoped)

/** The page of a revision (since web/bundle.ts exists), bundled from its sources with today's packages. */
const pageOf = (revision: string): Effect.Effect<Page> =>
  Effect.suspend(() => {
    const folder = mkdtempSync(join(tmpdir(), "gittensor-bench-"))
    const { status, stderr } = spawnSync("sh", ["-c", 'git archive "$1" src web | tar -x -C "$2"', "archive", revision, folder])
    if (status !== 0) return Effect.dieMessage(`git has no web at ${revision}: ${stderr.toString().trim()}`)
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"))
    const module: Promise<{ readonly built: Effect.Effect<Page> }> = import(join(folder, "src/dashboard/api/page/Page.ts"))
    return Effect.flatten(
      Effect.map(
        Effect.promise(() => module),
        ({ built }) => built
      )
    )
  })

/** `before`: a git revision whose page is compared with today's. */
export const web = ({ before, isSlow }: { readonly before: string | undefined; readonly isSlow: boolean }) =>
  Effect.gen(function* () {
    const postgres = variants.find(({ name, skip }) => name === "Postgres" && !skip)
    if (noBrowser || postgres === undefined) return yield* Effect.dieMessage("this needs a Chromium and the programs of a Postgres")
    return yield* Effect.gen(function* () {
      yield* Effect.zipRight(seed, manyIssues(ISSUES))
      const now = yield* serve({ page: yield* built, chainHead: HEAD, perClient: 100, listeners: 100 })
      const pages =
        before === undefined ? [now] : [now, yield* serve({ page: yield* pageOf(before), chainHead: HEAD, perClient: 100, listeners: 100 })]
      const figures: Record<string, number> = {}
      const table: Record<string, Readonly<Record<string, number | string>>> = {}
      for (const url of pages) for (const view of Object.values(VIEWS)) yield* opened(url + view, false)
      for (const [name, view] of Object.entries(VIEWS)) {
        const [seen, old] = yield* visited(
          pages.map((url) => url + view),
          isSlow
        )
        if (seen === undefined) continue
        const { paint, shift, script } = seen
        figures[`${name}LargestPaintMs`] = Math.round(paint)
        table[name] = {
          "p95 ms": Math.round(paint),
          "median ms": Math.round(seen.median),
          "fastest ms": Math.round(seen.fastest),
          "largest paint": seen.what,
          "answers before": seen.requests,
          "KB before": Math.round(seen.bytes / 1_000),
          "main thread ms": Math.round(seen.busy)
        }
        figures.largestShift = Math.max(figures.largestShift ?? 0, Math.round(shift * 10_000) / 10_000)
        figures.mostScriptKilobytes = Math.max(figures.mostScriptKilobytes ?? 0, Math.round(script / 100) / 10)
        if (old !== undefined) figures[`${name}ToBefore`] = Math.round((seen.median / old.median) * 100) / 100
      }
      process.stderr.write(`${Bun.inspect.table(table)}\n`)
      for (const [index, name] of (isSlow ? LEFT_OPEN : []).entries())
        figures[`${name}BlockingMsAMinute`] = yield* blocking(now + VIEWS[name], LATER + index * BLOCKS)
      const { worst, most } = yield* scrolled(now)
      return { ...figures, scrollLongestFrameMs: Math.round(worst), scrollMostRows: most }
    }).pipe(Effect.scoped, Effect.provide(postgres.layer))
  })
