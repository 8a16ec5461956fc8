/**
 * Every message and every event of the contract on the dev chain, indexed, in every view: each outcome of a competition is shown, payments are shown
 * exactly, axe finds nothing and nothing overflows.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, LogLevel, Schema } from "effect"
import type { Page } from "playwright-core"
import { exactAlpha } from "../../web/src/format/amount.ts"
import { ask } from "../support/api/serving.ts"
import { world } from "../support/contract/newWorld.ts"
import type { World } from "../support/contract/World.ts"
import { anyDatabase } from "../support/database/support.ts"
import { number, story, WIDGETS } from "../support/github/story.ts"
import { index, on } from "../support/indexer/chain.ts"
import { everything, settings } from "../support/indexer/everything.ts"
import { loadPullRequests, openPullRequests } from "../support/indexer/pullRequests.ts"
import { wrongIn } from "./looks.ts"
import { noBrowser, serveWithPage, settled, tab, visit } from "./support.ts"

const Ids = Schema.Struct({ items: Schema.Array(Schema.Struct({ id: Schema.Int, status: Schema.String })) })
const Hotkeys = Schema.Struct({ items: Schema.Array(Schema.Struct({ hotkey: Schema.String })) })

/** Every view of the chain's data, named by its content. */
const viewsOf = (url: string) =>
  Effect.gen(function* () {
    const get = <A, I>(path: string, schema: Schema.Schema<A, I>) =>
      Effect.flatMap(ask(url + path), ({ json }) => Schema.decodeUnknown(schema)(json()))
    const issues = yield* get("/v1/issues", Ids)
    const competitions = yield* get("/v1/competitions", Ids)
    const { items: miners } = yield* get("/v1/miners?sort=won", Hotkeys)
    const { items: validators } = yield* get("/v1/validators?current=true", Hotkeys)
    const [a, b] = miners.map(({ hotkey }) => hotkey)
    return {
      home: "/",
      issues: "/issues",
      ...Object.fromEntries(issues.items.map(({ id, status }) => [`issue-${id}-${status.toLowerCase()}`, `/issues/${id}`])),
      competitions: "/competitions",
      ...Object.fromEntries(
        competitions.items.map(({ id, status }) => [`competition-${id}-${status.toLowerCase()}`, `/competitions/${id}`])
      ),
      miners: "/miners",
      miner: `/miners/${a}`,
      leaderboard: "/leaderboard",
      "head-to-head": `/head-to-head?a=${a}&b=${b}`,
      treasury: "/treasury",
      validators: "/validators",
      validator: `/validators/${validators[0]?.hotkey}`,
      events: "/events",
      "how-it-works": "/how-it-works"
    }
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
    yield* openPullRequests(gitHub, running)
    yield* loadPullRequests(gitHub)
  })

/** The text with which each ended competition states its outcome. */
const endings = (page: Page) =>
  page.evaluate<ReadonlyArray<string>>("[...document.querySelectorAll('.ending')].map((one) => one.dataset.kind)")

describe.skipIf(noBrowser)("everything that can happen, in Chromium", () => {
  it.scopedLive("is in the views, and axe finds nothing", () =>
    Effect.gen(function* () {
      const of = yield* world(settings)
      yield* Effect.gen(function* () {
        yield* played(of)
        const sql = yield* SqlClient
        const [head] = yield* sql<{ readonly number: number }>`SELECT max(number) AS number FROM blocks`
        const [paid] = yield* sql<{
          readonly amount: string
          readonly competition: number
        }>`SELECT amount::text, competition FROM payouts`
        const url = yield* serveWithPage({ chainHead: head?.number ?? 0 })
        const views = yield* viewsOf(url)
        const { page, complaints } = yield* tab()
        yield* Effect.promise(async () => {
          const wrong: Array<string> = []
          const ended: Array<string> = []
          const statuses = new Set<string>()
          for (const [name, view] of Object.entries(views)) {
            await visit(page, url + view)
            await settled(page)
            ended.push(...(await endings(page)))
            if (name.startsWith("issue-")) statuses.add((await page.locator(".page-head .chip").first().textContent()) ?? "")
            // The same parts are checked in all looks by the tests of views.
            wrong.push(...(await wrongIn(page, view, "one look")))
          }
          assert.deepStrictEqual([...wrong, ...complaints], [])
          assert.sameMembers(ended, ["expired", "expired", "void", "void", "won", "won"], "each end of a real run is told")
          assert.sameMembers([...statuses], ["Funding", "Competing", "Cancelled", "Paid"])
          // The amount shown is what the winner was paid, to the last rao.
          const exact = `${exactAlpha(paid?.amount ?? "0")} alpha`
          for (const view of [`/competitions/${paid?.competition}`, "/treasury", "/issues/1"]) {
            await visit(page, url + view)
            await settled(page)
            assert.isAbove(await page.locator(`.amount[title^="${exact}"]`).count(), 0, `${view}: ${exact}`)
          }
        })
      }).pipe(Effect.provide(on(of)))
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(anyDatabase, Logger.minimumLogLevel(LogLevel.Warning))))
  )
})
