/** The server is killed and restarted, and the stream is cut, while pages stay open. They report it, keep their content, and miss no event. */
import { connect, createServer, type Socket } from "node:net"
import type { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Runtime, Scope } from "effect"
import type { Page, Route } from "playwright-core"
import { HEAD } from "../support/api/seed.ts"
import { anyDatabase } from "../support/database/support.ts"
import { patiently } from "../support/patiently.ts"
import { everyList, everyState } from "../support/web/history.ts"
import { lookedOn, noBrowser, PROMPT, serveWithPage, settled, tab, until } from "./support.ts"

interface Wire {
  readonly url: string
  readonly cut: () => void
  /** Keeps open connections, but forwards nothing more on them. */
  readonly hush: () => void
  readonly mend: (to: string) => void
}

/** A proxy between browser and server that can be cut, so that the server is unreachable. */
const wire = Effect.acquireRelease(
  Effect.async<Wire & { readonly end: () => void }>((resume) => {
    const ends = new Set<Socket>()
    let target: number | undefined
    const server = createServer((near) => {
      if (target === undefined) {
        near.destroy()
        return
      }
      const far = connect(target, "127.0.0.1")
      const both = [
        [near, far],
        [far, near]
      ] as const
      for (const [one, other] of both) {
        ends.add(one)
        one.pipe(other)
        one.on("error", () => other.destroy())
        one.on("close", () => {
          ends.delete(one)
          other.destroy()
        })
      }
    })
    const cut = () => {
      target = undefined
      for (const one of ends) one.destroy()
    }
    const hush = () => {
      for (const one of ends) one.unpipe()
    }
    const mend = (to: string) => {
      target = Number(new URL(to).port)
    }
    const end = () => {
      cut()
      server.close()
    }
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, cut, hush, mend, end }))
    })
  }),
  ({ end }) => Effect.sync(end)
)

/** The list's rows as text: block and event. */
const rows = (page: Page) =>
  page.evaluate<ReadonlyArray<string>>(
    "[...document.querySelectorAll('[aria-label=\"Events\"] tbody > tr')].map((row) => 'block ' + row.querySelector('.call-link').textContent + ': ' + row.querySelector('summary').textContent)"
  )

const NEW_ROWS = 8

describe.skipIf(noBrowser)("a connection that breaks, in Chromium", () => {
  it.scopedLive("is restored by the page itself, in both of two tabs, and nothing is missed or shown twice", () =>
    Effect.gen(function* () {
      yield* everyState
      const { page, context, complaints } = yield* tab()
      const pages = [page, yield* Effect.promise(() => context.newPage())]
      const runtime = yield* Effect.runtime<SqlClient>()
      const happens = (block: number) => Runtime.runPromise(runtime)(everyList(block))
      const all = (act: (one: Page) => Promise<unknown>) => Promise.all(pages.map(act))
      const areLive = () => all((one) => one.getByText("Live", { exact: true }).first().waitFor())
      const areInterrupted = () => all((one) => one.getByText("Interrupted").first().waitFor())
      const have = (count: number) =>
        all((one) => until(one, `document.querySelectorAll('[aria-label="Events"] tbody > tr').length === ${count}`))

      const between = yield* wire
      const life = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
      between.mend(yield* Scope.extend(serveWithPage(PROMPT), life))
      const before = yield* Effect.promise(async () => {
        await all(async (one) => {
          await one.goto(`${between.url}/events`)
          await settled(one)
          await one.evaluate("window.notReloaded = true")
        })
        await areLive()
        const shown = await rows(page)
        await happens(HEAD + 1)
        await have(shown.length + NEW_ROWS)
        return shown
      })

      // The server is killed.
      between.cut()
      yield* Scope.close(life, Exit.void)
      yield* Effect.promise(async () => {
        await areInterrupted()
        await all((one) => one.getByText(/The server does not answer\. You see what was known at/).waitFor())
        await have(before.length + NEW_ROWS)
        await happens(HEAD + 2)
        await happens(HEAD + 3)
      })

      // A new server replaces it.
      const url = yield* serveWithPage(PROMPT)
      between.mend(url)
      yield* Effect.promise(async () => {
        await areLive()
        await have(before.length + 3 * NEW_ROWS)
        await all((one) =>
          one
            .getByText(`block ${HEAD + 3},`)
            .first()
            .waitFor()
        )
        await all((one) => until(one, "document.querySelector('.banner[data-kind=interrupted]') === null"))

        // Only the stream breaks, and is restored before the page has to report it.
        between.cut()
        await areInterrupted()
        await happens(HEAD + 4)
        between.mend(url)
        await areLive()
        await have(before.length + 4 * NEW_ROWS)
        await happens(HEAD + 5)
        await have(before.length + 5 * NEW_ROWS)

        for (const one of pages) {
          const shown = await rows(one)
          assert.strictEqual(new Set(shown).size, shown.length, "nothing is shown twice")
          assert.includeMembers([...shown], [...before], "nothing is lost")
          for (const block of [1, 2, 3, 4, 5])
            assert.strictEqual(shown.filter((row) => new RegExp(`^block ${HEAD + block}[-:]`).test(row)).length, NEW_ROWS)
          assert.strictEqual(await one.evaluate("window.notReloaded"), true)
        }
      })
      // The browser itself reports the missing server, and the 503 of an index that lags by its clock.
      assert.deepStrictEqual(
        complaints.filter((one) => !/ERR_|503/.test(one)),
        []
      )
    }).pipe(Effect.scoped, Effect.provide(anyDatabase))
  )

  it.scopedLive(
    "is one for seven tabs, more than HTTP/1.1 has connections, and goes to another tab when the one that listens is closed",
    () =>
      lookedOn(everyState, {}, PROMPT, async ({ page, context, url, run }) => {
        /** The server notices a little later that a tab was closed. */
        const isOneStream = () =>
          run(
            Effect.tryPromise(async () => assert.match(await (await fetch(`${url}/health`)).text(), /"streamClients":1\b/)).pipe(
              Effect.retry(patiently)
            )
          )
        const pages = [page]
        while (pages.length < 7) pages.push(await context.newPage())
        for (const one of pages) {
          await one.goto(`${url}/events`)
          await settled(one)
          await one.getByText("Live", { exact: true }).first().waitFor()
        }
        await isOneStream()
        const before = await rows(page)
        const have = (count: number) =>
          Promise.all(pages.map((one) => until(one, `document.querySelectorAll('[aria-label="Events"] tbody > tr').length === ${count}`)))
        await run(everyList(HEAD + 1))
        await have(before.length + NEW_ROWS)
        while (pages.length > 5) {
          await pages.shift()?.close()
          await run(everyList(HEAD + 9 - pages.length))
          await have(before.length + (8 - pages.length) * NEW_ROWS)
        }
        await isOneStream()
      })
  )

  it.scopedLive("is replaced within a minute when a proxy stops forwarding", () =>
    Effect.gen(function* () {
      yield* everyState
      const { page, complaints } = yield* tab()
      const runtime = yield* Effect.runtime<SqlClient>()
      const between = yield* wire
      between.mend(yield* serveWithPage(PROMPT))
      yield* Effect.promise(async () => {
        await page.clock.install()
        await page.goto(`${between.url}/events`)
        await settled(page)
        await page.getByText("Live", { exact: true }).first().waitFor()
        const before = await rows(page)
        between.hush()
        await Runtime.runPromise(runtime)(everyList(HEAD + 1))
        await page.clock.fastForward(60_000)
        await until(page, `document.querySelectorAll('[aria-label="Events"] tbody > tr').length === ${before.length + NEW_ROWS}`)
        await page.getByText("Live", { exact: true }).first().waitFor()
      })
      assert.deepStrictEqual(
        complaints.filter((one) => !/ERR_|503/.test(one)),
        []
      )
    }).pipe(Effect.scoped, Effect.provide(anyDatabase))
  )

  for (const [when, first] of [
    ["reaches the server late", (stream: Route) => stream.continue()],
    ["is refused at first", (stream: Route) => stream.fulfill({ status: 503 })]
  ] as const)
    it.scopedLive(`misses no block that is indexed after a list was read, if the stream ${when}`, () =>
      lookedOn(everyState, {}, PROMPT, async ({ page, url, run, complaints }) => {
        const asked = Promise.withResolvers<Route>()
        await page.route("**/v1/stream*", asked.resolve, { times: 1 })
        await page.goto(`${url}/events`)
        await settled(page)
        const before = await rows(page)
        await run(everyList(HEAD + 1))
        // The page requests /health until the server has noticed the block, before any client listens to the stream.
        await page.evaluate("void setInterval(() => document.dispatchEvent(new Event('visibilitychange')), 100)")
        await until(page, `document.querySelector('.live-head')?.textContent.includes('block ${HEAD + 1},')`)
        await first(await asked.promise)
        await until(page, `document.querySelectorAll('[aria-label="Events"] tbody > tr').length === ${before.length + NEW_ROWS}`)
        complaints.splice(0, complaints.length, ...complaints.filter((one) => !/503/.test(one)))
      })
    )
})
