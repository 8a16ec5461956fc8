/**
 * Every message and every event of the contract on the dev chain, indexed, on every view: axe finds nothing and nothing sticks out. With
 * GITTENSOR_SCREENSHOTS=docs/ui the views are also kept as pictures there, at three widths in two themes.
 */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Logger, LogLevel, Redacted, Schema } from "effect"
import type { Page } from "playwright-core"
import { refreshGitHub } from "../../src/indexer/refresh/gitHub.ts"
import { GitHubDisplay, makeWith } from "../../src/layers/GitHubDisplay.ts"
import { ask } from "../api/serving.ts"
import { type World, world } from "../contract/support.ts"
import { variants } from "../database/support.ts"
import { number, story, WIDGETS } from "../github/story.ts"
import { everything, settings } from "../indexer/everything.ts"
import { index, on } from "./chain.ts"
import { axe, noBrowser, serveWithPage, settled, sticksOut, tab } from "./support.ts"

const [{ layer } = { layer: undefined }] = variants

const folder = process.env.GITTENSOR_SCREENSHOTS
const THEMES = ["light", "dark"] as const
const WIDTHS = [
  [360, 740],
  [1280, 800],
  [2560, 1440]
] as const

const Ids = Schema.Struct({ items: Schema.Array(Schema.Struct({ id: Schema.Int })) })
const Hotkeys = Schema.Struct({ items: Schema.Array(Schema.Struct({ hotkey: Schema.String })) })

/** Every view with what the chain made. */
const viewsOf = (url: string) =>
  Effect.gen(function* () {
    const get = <A, I>(path: string, schema: Schema.Schema<A, I>) =>
      Effect.flatMap(ask(url + path), ({ json }) => Schema.decodeUnknown(schema)(json()))
    const issues = yield* get("/v1/issues", Ids)
    const competitions = yield* get("/v1/competitions", Ids)
    const { items: miners } = yield* get("/v1/leaderboard", Hotkeys)
    const { items: validators } = yield* get("/v1/validators", Hotkeys)
    const [a, b] = miners.map(({ hotkey }) => hotkey)
    return [
      "/issues",
      ...issues.items.map(({ id }) => `/issues/${id}`),
      "/competitions",
      ...competitions.items.map(({ id }) => `/competitions/${id}`),
      "/miners",
      `/miners/${a}`,
      "/leaderboard",
      `/head-to-head?a=${a}&b=${b}`,
      "/treasury",
      "/validators",
      `/validators/${validators[0]?.hotkey}`,
      "/events",
      "/stats"
    ]
  })

const nameOf = (view: string) =>
  view
    .slice(1)
    .replace(/\?.*/, "")
    .replace(/5\w{46,}/, "one")
    .replaceAll("/", "-")

/** Kept at their first screen, as a reader sees them. */
const photograph = async (page: Page, url: string, views: ReadonlyArray<string>) => {
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  for (const theme of THEMES)
    for (const [width, height] of WIDTHS) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme: theme })
      for (const view of views) {
        await page.goto(url + view)
        await settled(page)
        await page.screenshot({ path: join(folder, `${nameOf(view)}-${width}-${theme}.jpg`), type: "jpeg", quality: 70 })
      }
    }
}

/** Pull requests of both competitors of the running competition, one of them too early. */
const pullRequests = (gitHub: Effect.Effect.Success<ReturnType<typeof story>>, running: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const [times] = yield* sql<{ readonly started: Date; readonly open: Date }>`SELECT s.time AS started, o.time AS open FROM competitions
      JOIN blocks s ON s.number = started_at JOIN blocks o ON o.number = submissions_from WHERE issue = ${running}`
    if (times === undefined) return yield* Effect.dieMessage("no competition runs")
    for (const [author, at] of [
      ["bob", times.started],
      ["cleo", times.open]
    ] as const)
      yield* gitHub.control.openPullRequest({
        payload: {
          repository: WIDGETS,
          title: `By ${author}`,
          author,
          closes: [number(4)],
          files: [{ path: "a.ts", additions: 3, deletions: 1 }],
          at: at.getTime()
        }
      })
    const { observer, url } = gitHub
    const display = yield* makeWith({
      url,
      tokens: [Redacted.make(observer.token)],
      timeout: Duration.seconds(2),
      patience: Duration.seconds(5),
      pause: Duration.millis(5)
    })
    yield* refreshGitHub({ within: "30 seconds" }).pipe(Effect.provideService(GitHubDisplay, display))
  })

const played = (of: World) =>
  Effect.gen(function* () {
    const gitHub = yield* story({ limits: { pointsPerMinute: 100_000 } })
    for (const title of ["two", "three", "four", "five"])
      yield* gitHub.control.openIssue({ payload: { repository: WIDGETS, title: `Something is wrong with part ${title}`, author: "ada" } })
    yield* gitHub.control.remark({
      payload: { repository: WIDGETS, number: number(4), by: "ada", remark: { _tag: "Labeled", label: "bug" } }
    })
    const { running } = yield* everything(of, gitHub)
    yield* index
    yield* pullRequests(gitHub, running)
  })

describe.skipIf(noBrowser || layer === undefined)("everything that can happen, in Chromium", () => {
  if (layer === undefined) return
  it.scopedLive(
    "is on the views, and axe finds nothing",
    () =>
      Effect.gen(function* () {
        const of = yield* world(settings)
        yield* Effect.gen(function* () {
          yield* played(of)
          const sql = yield* SqlClient
          const [head] = yield* sql<{ readonly number: number }>`SELECT max(number) AS number FROM blocks`
          const url = yield* serveWithPage({ chainHead: head?.number ?? 0 })
          const views = yield* viewsOf(url)
          const { page, complaints } = yield* tab()
          yield* Effect.promise(async () => {
            const wrong: Array<string> = []
            for (const view of views) {
              await page.goto(url + view)
              await settled(page)
              for (const line of await axe(page)) wrong.push(`${view}: ${line}`)
              for (const [width, height] of WIDTHS) {
                await page.setViewportSize({ width, height })
                if (await sticksOut(page)) wrong.push(`${view} at ${width}: sticks out`)
              }
            }
            assert.deepStrictEqual([...wrong, ...complaints], [])
            await photograph(page, url, views)
          })
        }).pipe(Effect.provide(on(of)))
      }).pipe(Effect.provide(Layer.merge(layer, Logger.minimumLogLevel(LogLevel.Warning)))),
    folder === undefined ? 180_000 : 600_000
  )
})
