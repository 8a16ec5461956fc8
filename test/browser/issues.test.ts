/** The list of issues and the page's frame, from a reader's perspective. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { HEAD, seed, VALIDATOR } from "../support/api/seed.ts"
import { anyDatabase } from "../support/database/support.ts"
import { type Scrolled, SEEN, type Seen, scrolledThrough, WATCHED } from "../support/web/chromium.ts"
import { everyState, manyIssues } from "../support/web/history.ts"
import { USUAL } from "../support/web/states.ts"
import { assertStill, axe, looked, lookedOn, noBrowser, PROMPT, settled, until, visit } from "./support.ts"

/** The chain's head equals the index's. */
const current = { chainHead: HEAD }

/** //Alice. */
const OTHER = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"

const titles = (page: Page) => page.locator(".issue-title").allTextContents()
const query = (page: Page) => new URL(page.url()).search

/** An issue that waits for competitors. */
const open = Effect.flatMap(
  SqlClient,
  (sql) => sql`INSERT INTO issues (id, repository, number, target, funded, status, registered_at, updated_at)
    VALUES (4, 'acme/news', 1, 100000000000, 100000000000, 'Open', 5, 5)`
)

/** A validator with most of the stake votes to cancel that issue, and vetoes the owner's change of its bounty; another one takes its veto back. */
const disputed = Effect.gen(function* () {
  const sql = yield* SqlClient
  const change = { change: 2, what: { _tag: "EditIssue", issue: 4, repository: "acme/news", number: 1, bounty: "5000000000" } }
  const dates = { appliesFrom: 7_238, appliesUntil: 57_638 }
  yield* sql`UPDATE validators SET noted_before = 10000000000, noted_day = 6000000000, noted_since = 7000000000`
  yield* sql`UPDATE config_changes SET config = config || '{"quorumBps": 5001}'::jsonb`
  for (const [index, kind, content] of [
    [5, "ChangeAnnounced", { ...change, ...dates }],
    [6, "ChangeVetoVoted", { change: 2, validator: OTHER, weight: "4000000000", totalWeight: "10000000000" }],
    [7, "VetoWithdrawn", { change: 2, validator: OTHER }],
    [8, "ChangeVetoVoted", { change: 2, validator: VALIDATOR, weight: "6000000000", totalWeight: "10000000000" }]
  ] as const) {
    yield* sql`INSERT INTO events (block, index, name, fields) VALUES (38, ${index}, ${kind}, ${JSON.stringify(content)}::jsonb)`
    yield* sql`INSERT INTO config_changes (block, event, kind, change, content) VALUES (38, ${index}, ${kind}, 2, ${JSON.stringify(content)}::jsonb)`
  }
  yield* sql`INSERT INTO events (block, index, name, fields) VALUES (39, 5, 'OutcomeVoted', '{"issue": 4}')`
  yield* sql`INSERT INTO votes (block, event, kind, issue, validator, choice, since)
    VALUES (39, 5, 'outcome', 4, ${VALIDATOR}, '{"_tag": "Cancelled", "reason": {"_tag": "NotPlanned"}}', 39)`
})

const MANY = 10_000

/** A block with an event that every view may show. */
const happens = (block: number) =>
  Effect.flatMap(SqlClient, (sql) =>
    sql.withTransaction(
      Effect.gen(function* () {
        yield* sql`INSERT INTO blocks VALUES (${block}, ${`0x${block}`}, ${new Date(Date.UTC(2026, 0, 1, 0, 0, block))})`
        for (const [index, name] of [
          "BountyFunded",
          "OutcomeVoted",
          "BountyPaid",
          "ConfigChanged",
          "ValidatorAdded",
          "CollateralDeposited"
        ].entries())
          yield* sql`INSERT INTO events (block, index, name, fields) VALUES (${block}, ${index}, ${name}, '{"issue": 1, "competition": 1}')`
      })
    )
  )

/** The browser's own messages about a server that is gone or unhealthy. */
const isExpected = (complaint: string) => /ERR_|Failed to load resource/.test(complaint)

/** The browser's messages about missing objects, and about an index that lags. */
const isFromServer = (complaint: string) => /the server responded with a status of (?:404|503)/.test(complaint)

describe.skipIf(noBrowser)("the page in Chromium", () => {
  it.scopedLive("loads a view's code before its link is followed", () =>
    lookedOn(seed, {}, current, async ({ page, url }) => {
      const asked: Array<string> = []
      page.on("request", (request) => void asked.push(new URL(request.url()).pathname))
      const isAsked = (view: string) => asked.some((path) => path.startsWith(`/assets/${view}-`))
      await page.goto(`${url}/issues`)
      await settled(page)
      assert.deepStrictEqual(["IssuesPage", "MePage", "LeaderboardPage"].map(isAsked), [true, false, false])
      const [mine] = await Promise.all([page.waitForRequest(/MePage-/), page.hover("nav a[href='/me']")])
      const [leaders] = await Promise.all([page.waitForRequest(/LeaderboardPage-/), page.focus("nav a[href='/leaderboard']")])
      assert.deepStrictEqual([(await mine.response())?.status(), (await leaders.response())?.status()], [200, 200])
      assert.strictEqual(new URL(page.url()).pathname, "/issues")
    })
  )

  it.scopedLive("filters, searches and sorts issues by the address, and goes back", () =>
    lookedOn(seed, {}, current, async ({ page, url }) => {
      await page.goto(`${url}/issues`)
      await settled(page)
      assert.strictEqual((await titles(page)).length, 3)

      await page.getByRole("checkbox", { name: "Paid" }).check()
      await until(page, "document.querySelectorAll('.issue-row').length === 1")
      assert.deepStrictEqual([query(page), await titles(page)], ["?status=Paid", ["Crash when saving"]])
      await page.getByRole("checkbox", { name: "Cancelled" }).check()
      await until(page, "document.querySelectorAll('.issue-row').length === 2")
      assert.strictEqual(query(page), "?status=Paid&status=Cancelled")

      await page.goBack()
      await until(page, "document.querySelectorAll('.issue-row').length === 1")
      assert.isFalse(await page.getByRole("checkbox", { name: "Cancelled" }).isChecked())
      await page.reload()
      await settled(page)
      assert.deepStrictEqual([query(page), await titles(page)], ["?status=Paid", ["Crash when saving"]])

      await page.goto(`${url}/issues`)
      await page.getByRole("searchbox", { name: "Search" }).fill("gadg")
      await until(page, "document.querySelectorAll('.issue-row').length === 1")
      assert.deepStrictEqual([query(page), await titles(page)], ["?search=gadg", ["Issue 7"]])
      await page.getByRole("searchbox", { name: "Search" }).fill("nothing is like that")
      await page.getByRole("heading", { name: "No issue matches" }).waitFor()
      await page.getByRole("button", { name: "Remove all filters" }).click()
      await until(page, "document.querySelectorAll('.issue-row').length === 3")
      assert.strictEqual(await page.getByRole("searchbox", { name: "Search" }).inputValue(), "")

      await page.getByRole("combobox", { name: "Order" }).selectOption("target")
      await page.waitForURL("**/issues?sort=target")
      await until(page, "document.querySelector('.issue-title')?.textContent === 'Issue 9'")
      assert.deepStrictEqual(await titles(page), ["Issue 9", "Issue 7", "Crash when saving"])
      await page.getByRole("combobox", { name: "Order" }).selectOption("queue")
      await until(page, "document.querySelectorAll('.issue-row').length === 1")

      await page.goto(`${url}/issues`)
      await page.getByRole("link", { name: "acme/widgets" }).click()
      await until(page, "document.querySelectorAll('.issue-row').length === 1")
      assert.strictEqual(query(page), "?repository=acme%2Fwidgets")
      await page.getByRole("button", { name: "in acme/widgets" }).click()
      await until(page, "document.querySelectorAll('.issue-row').length === 3")
      for (const [filter, found] of [
        ["label=bug", 1],
        ["competitor=5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", 1],
        ["status=NoSuchStatus&sort=nonsense", 3]
      ] as const) {
        await page.goto(`${url}/issues?${filter}`)
        await until(page, `document.querySelectorAll('.issue-row').length === ${found}`)
      }
      await page.goto(`${url}/issues/1`)
      await page.locator(".facts > div", { hasText: "Reactions it had then" }).getByText("3", { exact: true }).waitFor()
      for (const [link, filter] of [
        ["bug", "?label=bug"],
        ["TypeScript", "?language=TypeScript"]
      ] as const) {
        await page.goto(`${url}/issues/1`)
        await page.locator("blockquote.excerpt").getByText("Saving a file twice in a row crashes the editor").waitFor()
        await page.getByRole("link", { name: link, exact: true }).click()
        await until(page, "document.querySelectorAll('.issue-row').length === 1")
        assert.strictEqual(query(page), filter)
      }
    })
  )

  it.scopedLive("can be used by keyboard alone", () =>
    lookedOn(seed, {}, current, async ({ page, url }) => {
      await page.goto(`${url}/issues`)
      await settled(page)
      const focused = () =>
        page.evaluate<string>(
          "(document.activeElement?.textContent || document.activeElement?.getAttribute('aria-label') || document.activeElement?.tagName || '').trim()"
        )
      const tabTo = async (name: string) => {
        for (let presses = 0; presses < 80; presses++) {
          await page.keyboard.press("Tab")
          if ((await focused()) === name) return
        }
        assert.fail(`${name} is not reached by Tab`)
      }
      await page.keyboard.press("Tab")
      assert.strictEqual(await focused(), "Skip to content")
      await page.keyboard.press("Enter")
      await tabTo("Crash when saving")
      assert.notStrictEqual(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle"), "none", "the focus is seen")
      await page.keyboard.press("Enter")
      await page.waitForURL("**/issues/1")
      await until(page, "document.activeElement?.tagName === 'H1'")
      assert.strictEqual(await focused(), "Crash when saving")
      assert.strictEqual(await page.title(), "acme/widgets#42 · Gittensor")
      await page.goBack()
      await page.waitForURL(/\/issues(#content)?$/)
      await settled(page)
      await page.getByRole("checkbox", { name: "Paid" }).focus()
      await page.keyboard.press("Space")
      await page.waitForURL("**/issues?status=Paid")
    })
  )

  it.scopedLive("changes as the index does, without a reload", () =>
    lookedOn(seed, {}, PROMPT, async ({ page, url, run, complaints }) => {
      await page.goto(`${url}/issues`)
      await settled(page)
      await page.getByText("Live", { exact: true }).first().waitFor()
      await page.evaluate("window.notReloaded = true")
      await run(
        Effect.gen(function* () {
          const sql = yield* SqlClient
          yield* sql.withTransaction(
            Effect.gen(function* () {
              yield* sql`INSERT INTO blocks VALUES (${HEAD + 1}, '0xnew', now())`
              yield* sql`INSERT INTO events (block, index, name, fields) VALUES (${HEAD + 1}, 0, 'BountyFunded', '{"issue": 2}')`
              yield* sql`UPDATE issues SET status = 'Open', funded = target, queue_position = NULL, updated_at = ${HEAD + 1} WHERE id = 2`
              yield* sql`INSERT INTO issues (id, repository, number, target, funded, status, queue_position, registered_at, updated_at)
                    VALUES (4, 'acme/news', 1, 100000000000, 0, 'Funding', 1, ${HEAD + 1}, ${HEAD + 1})`
            })
          )
        })
      )
      await page.locator('.issue-row[data-status="Open"]').waitFor()
      await page.locator(".issue-title").getByText("Issue 1", { exact: true }).waitFor()
      await page
        .getByText(`block ${HEAD + 1},`)
        .first()
        .waitFor()
      assert.strictEqual(await page.evaluate("window.notReloaded"), true)
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !isExpected(one)))
    })
  )

  it.scopedLive("says what votes would do to an issue and when, and what its owner has announced", () =>
    lookedOn(seed.pipe(Effect.zipRight(open), Effect.zipRight(disputed)), {}, current, async ({ page, url }) => {
      await page.goto(`${url}/issues/4`)
      const pending = page.locator(".issue-now .notice")
      await pending
        .getByText("One vote stands: cancelled: the issue was closed as not planned. It has 60.0% of the effective stake")
        .waitFor()
      await pending.locator(".countdown[title^='block 47']").waitFor()
      const announced = page.getByRole("region", { name: "Announced by the owner" })
      await announced.locator(".countdown[title^='block 7,238']").getByText("Anyone can apply it in").waitFor()
      await announced.getByText("60.0% against it").waitFor()
      assert.lengthOf(await announced.locator(".announcement-veto a").all(), 1)
      assert.deepStrictEqual(await axe(page), [])
    })
  )

  it.scopedLive("says that GitHub refuses the index's token", () =>
    lookedOn(
      seed.pipe(
        Effect.zipRight(Effect.flatMap(SqlClient, (sql) => sql`UPDATE chain SET github_trouble = 'refused', github_trouble_since = now()`))
      ),
      {},
      current,
      async ({ page, url }) => {
        await page.goto(`${url}/issues`)
        const banner = page.locator(".banner")
        await banner.getByText("GitHub refuses the index's token.").waitFor()
        await banner.getByText("the operator has to replace the token").waitFor()
        await page.locator(".live:visible").getByText("No GitHub", { exact: true }).waitFor()
        await page.getByRole("button", { name: "Dismiss this warning" }).click()
        await banner.waitFor({ state: "detached" })
      }
    )
  )

  it.scopedLive("shows an issue's number and whole labels beside any name, and the bar of a paid one full", () =>
    lookedOn(
      seed.pipe(
        Effect.zipRight(
          Effect.flatMap(SqlClient, (sql) => {
            const labels = ["bug", "area: storage and much more than that", "good first issue"].map((name) => ({ name, color: "d73a4a" }))
            return sql`UPDATE issues SET labels = ${JSON.stringify(labels)}::jsonb, repository = ${`${"o".repeat(39)}/${"r".repeat(60)}`},
            funded = CASE WHEN status = 'Paid' THEN target - 7 ELSE funded END`
          })
        )
      ),
      {},
      current,
      async ({ page, url }) => {
        for (const width of [360, 1280]) {
          await page.setViewportSize({ width, height: 800 })
          await page.goto(`${url}/issues`)
          await settled(page)
          const cut = await page.evaluate<ReadonlyArray<string>>(`[...document.querySelectorAll(".issue-row")].flatMap((row) => {
              const [outer, where] = [row.getBoundingClientRect(), row.querySelector(".issue-number").getBoundingClientRect()]
              const list = row.querySelector(".labels").getBoundingClientRect()
              const half = [...row.querySelectorAll(".label")].filter((label) => {
                const { top, bottom } = label.getBoundingClientRect()
                return top < list.bottom - 1 && bottom > list.bottom + 1
              })
              return [
                ...(where.width > 0 && where.right <= outer.right && (list.left >= where.right || list.top >= where.bottom - 4) ? [] : ["no number"]),
                ...half.map((label) => "half of " + label.textContent)
              ]
            })`)
          assert.deepStrictEqual(cut, [], `${width}`)
        }
        const bar = await page.evaluate<readonly [number, number]>(`(() => {
            const [bar, filled] = document.querySelectorAll(".bounty[data-status=Paid] .bar, .bounty[data-status=Paid] .bar > span")
            return [bar.getBoundingClientRect().width, filled.getBoundingClientRect().width]
          })()`)
        assert.closeTo(bar[1], bar[0], 0.5)
      }
    )
  )

  it.scopedLive("says that the chain stands still", () =>
    lookedOn(seed, {}, { chainHead: HEAD, chain: { standstill: 36_000 } }, async ({ page, url, complaints }) => {
      await page.goto(`${url}/issues`)
      await page.locator(".banner").getByText("The chain has finalised no block for 36 s.").waitFor()
      await page.locator(".live:visible").getByText("No new blocks", { exact: true }).waitFor()
      assert.strictEqual(await page.locator(".live").getByText("Live", { exact: true }).count(), 0)
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !isExpected(one)))
    })
  )

  it.scopedLive("says that the index is behind, and by how much", () =>
    lookedOn(seed.pipe(Effect.zipRight(open)), {}, { chainHead: HEAD + 1_234 }, async ({ page, url, complaints }) => {
      await page.goto(`${url}/issues`)
      await page.getByText("The index is 1,234 blocks behind the chain").waitFor()
      // Nothing is called live beside the warning.
      await page.locator(".live:visible").getByText("Behind", { exact: true }).waitFor()
      assert.strictEqual(await page.locator(".live").getByText("Live", { exact: true }).count(), 0)
      await page.goto(`${url}/issues/4`)
      await page.getByText(`was takeable at block ${HEAD}`).waitFor()
      // On a phone the warning is small, and once dismissed it stays away on other views.
      await page.setViewportSize({ width: 360, height: 740 })
      assert.isBelow((await page.locator(".banner").boundingBox())?.height ?? 740, 64)
      await page.getByRole("button", { name: "Dismiss this warning" }).click()
      await page.locator(".banner").waitFor({ state: "detached" })
      await visit(page, `${url}/issues`)
      await settled(page)
      assert.strictEqual(await page.locator(".banner").count(), 0)
      await page.setViewportSize({ width: 1280, height: 800 })
      await page.goto(`${url}/issues`)
      await page.locator("main").getByText("Crash when saving").first().waitFor()
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !isExpected(one)))
    })
  )

  it.scopedLive("describes what a view will show while it is empty", () =>
    looked({}, {}, async ({ page, url, complaints }) => {
      await page.goto(`${url}/issues`)
      await page.getByRole("heading", { name: "No issues yet" }).waitFor()
      await page.getByText("Nothing is indexed yet").waitFor()
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !isExpected(one)))
    }).pipe(Effect.provide(anyDatabase))
  )

  it.scopedLive("says what to do without an answer, and continues when there is one", () =>
    lookedOn(seed, {}, current, async ({ page, url, context, complaints }) => {
      await page.goto(`${url}/issues`)
      await settled(page)
      // The view's code is loaded, its data is not.
      await page.getByRole("link", { name: "Issue 7" }).click()
      await settled(page)
      await page.goBack()
      await context.setOffline(true)
      await page.locator("main").getByRole("link", { name: "Crash when saving" }).first().click()
      await page.getByText("The server cannot be reached").waitFor()
      await context.setOffline(false)
      await page.getByRole("heading", { level: 1, name: "Crash when saving" }).waitFor()
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !isExpected(one)))
    })
  )

  it.scopedLive("loads a view's code by itself once the server is back, and claims an update only where the server has other code", () =>
    lookedOn(seed, {}, current, async ({ page, url, context, complaints }) => {
      await page.goto(`${url}/issues`)
      await settled(page)
      await page.evaluate("window.notReloaded = true")
      const to = (name: string) => page.locator("nav.side").getByRole("link", { name, exact: true }).click()
      await context.setOffline(true)
      await to("Leaderboard")
      await page.getByText("It is loaded as soon as the server answers.").waitFor()
      await context.setOffline(false)
      await page.getByRole("heading", { level: 1, name: "Leaderboard" }).waitFor()
      assert.strictEqual(await page.evaluate("window.notReloaded"), true)

      // The code of one view is gone, and the rest is as before.
      await context.route("**/*.js", (route) => route.abort())
      await to("How it works")
      await page.getByRole("heading", { name: "This view could not be loaded" }).waitFor()
      await context.route(`${url}/`, (route) => route.fulfill({ contentType: "text/html", body: "<p>another page</p>" }))
      await to("Leaderboard")
      await page.getByRole("heading", { level: 1, name: "Leaderboard" }).waitFor()
      await to("How it works")
      await page.getByRole("heading", { name: "This page has been updated" }).waitFor()
      complaints.splice(0, complaints.length)
    })
  )

  it.scopedLive("keeps its theme", () =>
    lookedOn(seed, {}, current, async ({ page, url }) => {
      const ground = () => page.evaluate<string>("getComputedStyle(document.body).backgroundColor")
      await page.goto(`${url}/issues`)
      const light = await ground()
      await page.locator("nav.side").getByText("Dark").click()
      await page.waitForFunction(`getComputedStyle(document.body).backgroundColor !== "${light}"`)
      const dark = await ground()
      await page.reload()
      assert.strictEqual(await ground(), dark)
    })
  )

  it.scopedLive(`scrolls through ${MANY} issues by screens and by leaps, drawing only the visible ones`, () =>
    lookedOn(seed.pipe(Effect.zipRight(manyIssues(MANY))), { still: false }, current, async ({ page, url }) => {
      await page.goto(`${url}/issues?sort=oldest`)
      await settled(page)
      const { rows, most } = await page.evaluate<Scrolled>(scrolledThrough(MANY + 3, 1_000))
      assert.strictEqual(rows, MANY + 3)
      assert.isBelow(most, 80)
      assert.isBelow(await page.evaluate<number>("document.querySelectorAll('*').length"), 3_000)
    })
  )

  it.scopedLive("loads little, and nothing shifts, even when something happens", () =>
    lookedOn(everyState, { still: false }, { every: PROMPT.every }, async ({ page, url, run, complaints }) => {
      await page.addInitScript(WATCHED)
      let block = HEAD
      const sizes = [
        { width: 1280, height: 800 },
        { width: 2560, height: 1440 },
        { width: 360, height: 740 }
      ]
      for (const view of Object.values(USUAL).filter((one) => !["/nothing-is-here", "/issues/999"].includes(one))) {
        await page.setViewportSize(sizes[block % sizes.length] ?? { width: 1280, height: 800 })
        await page.goto(url + view)
        await settled(page)
        await page.getByText("Behind", { exact: true }).and(page.locator(":visible")).first().waitFor()
        const { script } = await page.evaluate<Seen>(SEEN)
        assert.isAbove(script, 10_000, view)
        assert.isBelow(script, 200_000, view)
        block += 1
        await run(happens(block))
        await page.locator(".live-head:visible").getByText(`block ${block},`).first().waitFor()
        await settled(page)
        // Including the banner about a lagging index.
        await page.locator(".banner").waitFor()
        await assertStill(page, view, 0.05)
      }
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !isFromServer(one)))
    })
  )
})
