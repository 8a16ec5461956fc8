/** The exported page in Chromium, from a web server for static files: under a prefix, without rewrites, and without an API. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { makePublisher } from "../../src/dashboard/api/export/publish.ts"
import { readSnapshot } from "../../src/dashboard/api/export/snapshot.ts"
import { built } from "../../src/dashboard/api/page/Page.ts"
import { folderObjects } from "../../src/layers/storage/objects/folderObjects.ts"
import { ALICE, BOB, HEAD, VALIDATOR } from "../support/api/seed.ts"
import { anyDatabase } from "../support/database/support.ts"
import { folder } from "../support/folder.ts"
import { everyState } from "../support/web/history.ts"
import { axe, noBrowser, settled, tab, until } from "./support.ts"

/** A web server for the files of a folder, under a prefix. */
const staticServer = (files: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const asked: Array<string> = []
      const server = Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        fetch: async ({ url }) => {
          const { pathname } = new URL(url)
          asked.push(pathname)
          const file = Bun.file(join(files, pathname.replace(/^\/some\/prefix\//, "")))
          return pathname.startsWith("/some/prefix/") && (await file.exists()) ? new Response(file) : new Response("no", { status: 404 })
        }
      })
      return { url: `http://127.0.0.1:${server.port}/some/prefix/index.html`, asked, stop: () => server.stop(true) }
    }),
    ({ stop }) => Effect.promise(stop)
  )

const VIEWS: ReadonlyArray<readonly [view: string, text: string]> = [
  ["/", "Live"],
  ["/issues", "issue"],
  ["/issues?status=Open&sort=target", "Issues"],
  ["/issues/1", "Votes"],
  ["/competitions", "Matches"],
  ["/competitions/1", "Match"],
  ["/miners?sort=earned", "Miners"],
  [`/miners/${ALICE}`, "Rating"],
  ["/leaderboard", "Leaderboard"],
  [`/head-to-head?a=${ALICE}&b=${BOB}`, "Head"],
  ["/treasury", "Treasury"],
  ["/validators", "Validators"],
  [`/validators/${VALIDATOR}`, "Weights"],
  ["/events", "Events"],
  ["/how-it-works?part=pairing", "draws two from the better half"]
]

describe.skipIf(noBrowser)("the exported page in Chromium", () => {
  it.scopedLive("shows every view without an API, says how old it is, and follows the next snapshot", () =>
    Effect.gen(function* () {
      yield* everyState
      const files = yield* folder
      const publish = makePublisher(yield* folderObjects(files, "public"), yield* built)
      const snapshot = (yield* readSnapshot) ?? assert.fail("nothing is indexed")
      const now = () => new Date().toISOString()
      yield* publish({ ...snapshot, time: now() })
      const { url, asked } = yield* staticServer(files)
      const { page, complaints } = yield* tab()
      yield* Effect.promise(async () => {
        await page.goto(url)
        await page.locator("main h1").waitFor()
        for (const [view, text] of VIEWS) {
          await page.goto(`${url}#${view}`)
          await settled(page)
          const shown = (await page.locator("main").textContent()) ?? ""
          assert.include(shown, text, view)
          for (const trouble of ["Not found", "cannot be reached", "went wrong", "Invalid request"]) assert.notInclude(shown, trouble, view)
          assert.deepStrictEqual([view, ...(await axe(page))], [view])
        }
        assert.include((await page.locator(".side .live").textContent()) ?? "", `as of block ${HEAD}`)
        assert.strictEqual(await page.locator(".banner").count(), 0)
        assert.strictEqual(await page.locator("a[href^='/']").count(), 0, "no link leaves the prefix")

        // The findings' files are links to copies, which show untrusted HTML as text.
        await page.goto(`${url}#/competitions/1`)
        await settled(page)
        for (const _ of ["the findings", "what they contain"]) {
          await page.evaluate("for (const more of document.querySelectorAll('main details')) more.open = true")
          await settled(page)
        }
        await until(page, 'document.querySelector(\'main a[href^="./files/"][href$=".txt"]\') !== null')
        await until(page, 'document.querySelector(\'main a[href^="./files/"][href$=".json"]\') !== null')
        const file = await page.evaluate<readonly [string, string]>(
          "fetch(document.querySelector('main a[href$=\".txt\"]').href).then(async (answer) => [answer.headers.get('content-type'), await answer.text()])"
        )
        assert.match(file[0], /^text\/plain/)
        assert.include(file[1], "<script>alert(1)</script>")

        // Links and "back" work, and the skip link moves the focus within the view.
        await page.goto(`${url}#/issues`)
        await settled(page)
        await page.locator("main a[href^='#/issues/']").first().click()
        await until(page, "/^#\\/issues\\/\\d+$/.test(location.hash)")
        await settled(page)
        await page.evaluate("document.querySelector('a.skip').click()")
        await settled(page)
        assert.notInclude((await page.locator("main").textContent()) ?? "", "Not found")
        await page.goBack()
        await page.goBack()
        await until(page, "location.hash === '#/issues'")
      })
      // The next snapshot is old: the page notices it without a reload, and warns.
      yield* publish({ ...snapshot, block: HEAD + 1, time: new Date(Date.now() - 1_200_000).toISOString() })
      yield* Effect.promise(async () => {
        await page.goto(`${url}#/competitions/999`)
        await until(page, `document.querySelector('.banner')?.textContent.includes('as of block ${HEAD + 1}')`)
        await until(page, "document.querySelector('main').textContent.includes('The export has no id 999')")
      })
      assert.deepStrictEqual(complaints, [])
      assert.deepStrictEqual(
        asked.filter((path) => !path.startsWith("/some/prefix/") || /\/v1\/|\/health|\/docs/.test(path)),
        [],
        "no API was asked"
      )
    }).pipe(Effect.provide(anyDatabase))
  )
})
