/** The first screen of a competition shows its whole state, and it is animated when the lead changes. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { ALICE, BOB, HEAD } from "../support/api/seed.ts"
import { everyState, manyIssues } from "../support/web/history.ts"
import { axe, lookedOn, noBrowser, PROMPT, settled, sticksOut, until, visit } from "./support.ts"

const SIZES = [
  { width: 360, height: 740, still: true },
  { width: 1280, height: 800, still: false }
] as const

/** The essential facts for a newcomer: the competitors, the bounty, the leader, both sides' progress, the vote, and the deadline. */
const ESSENTIAL = {
  headline: ".board-headline",
  "the mark for watching": ".page-head .watch",
  a: ".board-side[data-side=a] .board-name strong",
  b: ".board-side[data-side=b] .board-name strong",
  "a's rating": ".board-side[data-side=a] .rating",
  "b's rating": ".board-side[data-side=b] .rating",
  "a's pull request": ".board-side[data-side=a] .board-pull a",
  "b's pull request": ".board-side[data-side=b] .board-pull a",
  "a's stakes": ".board-side[data-side=a] .board-points",
  "b's stakes": ".board-side[data-side=b] .board-points",
  bounty: ".board-bounty .amount",
  clock: ".board .clock-time",
  vote: ".board .tug-track",
  "what happened last": ".latest > li:first-child"
} as const

/** Essential facts that are not wholly on the first screen, between the bars at its edges. */
const outside = (page: Page) =>
  page.evaluate<ReadonlyArray<string>>(`(() => {
    const bar = document.querySelector("nav.bottom")
    const end = bar?.checkVisibility() ? bar.getBoundingClientRect().top : innerHeight
    return Object.entries(${JSON.stringify(ESSENTIAL)}).flatMap(([name, selector]) => {
      const found = document.querySelector(selector)
      if (!found?.checkVisibility()) return [name + " is not shown"]
      const { top, bottom, left, right } = found.getBoundingClientRect()
      return top >= 0 && bottom <= end && left >= 0 && right <= innerWidth ? [] : [name + " is at " + [left, top, right, bottom].map(Math.round)]
    })
  })()`)

const pull = (number: number, hotkey: string, change: object) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql`INSERT INTO pull_requests SELECT (jsonb_populate_record(NULL::pull_requests,
      to_jsonb(old) || ${JSON.stringify({ number, hotkey, issue: 10, competition: 2, early: false, draft: false, ...change })}::jsonb)).*
      FROM pull_requests old ORDER BY number LIMIT 1`
  )

const twoPulls = Effect.zipRight(
  pull(79, ALICE, { title: "Keep the second change when a file is saved twice", state: "merged", checks: "passing", review: "approved" }),
  pull(82, BOB, {
    title: "Queue writes, and flush them in order",
    state: "open",
    merged_at: null,
    checks: "failing",
    review: "changesRequested"
  })
)

/**
 * Both pull requests are open and pass their checks, one after the other; then a validator publishes a finding on one of them. There are no votes.
 */
const plays = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`DELETE FROM votes WHERE competition = 2 AND kind = 'outcome'`
  yield* sql`UPDATE pull_requests SET state = 'open', merged_at = NULL, closed_at = NULL, checks = 'passing', review = NULL WHERE competition = 2`
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
  for (const [number, place, second, kind] of [
    [79, 0, 21, "opened"],
    [82, 0, 22, "opened"],
    [79, 1, 23, "passing"],
    [82, 1, 24, "passing"]
  ] as const)
    yield* sql`INSERT INTO plays (issue, repository, number, place, at, kind, times, seen_at)
      SELECT issue, repository, number, ${place}, ${at(second)}, ${kind}, 1, ${at(30)} FROM pull_requests WHERE number = ${number}`
  yield* sql`INSERT INTO quality_documents (issue, validator, at, document, read_at) VALUES (10, ${BOB}, ${at(26)}, '{}', 30)`
  yield* sql`INSERT INTO quality_records (issue, validator, hotkey, account, repository, number, commit, base, state, verification, seen_at, at)
    SELECT 10, ${BOB}, hotkey, 1, repository, number, 'c', 'b', 'verified',
      '{"verdict": "verified", "failToPass": {"count": 1, "first": []}, "own": null}', ${at(25)}, ${at(26)} FROM pull_requests WHERE number = 82`
})

/** Two validators, with 40 and 45 percent of the effective stake. */
const twoValidators = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`UPDATE config_changes SET config = config || '{"quorumBps": 5001}'::jsonb`
  yield* sql`UPDATE validators SET noted_before = 10000000000, noted_day = 4000000000, noted_since = 4000000000`
  yield* sql`INSERT INTO validators (hotkey, coldkeys, added_at, noted_day, noted_since) VALUES (${BOB}, '[]', 4, 4500000000, 4500000000)`
})

/** The other validator votes for the other side, with more stake. */
const overtaken = Effect.flatMap(SqlClient, (sql) =>
  sql.withTransaction(
    Effect.gen(function* () {
      const block = HEAD + 1
      yield* sql`INSERT INTO blocks VALUES (${block}, ${`0x${block}`}, ${new Date(Date.UTC(2026, 0, 1, 0, 0, block))})`
      yield* sql`INSERT INTO events (block, index, name, fields) VALUES (${block}, 7, 'OutcomeVoted', ${JSON.stringify({ issue: 10, competition: 2 })}::jsonb)`
      yield* sql`INSERT INTO votes (block, event, kind, issue, round, competition, validator, choice, since)
        VALUES (${block}, 7, 'outcome', 10, NULL, 2, ${BOB}, ${JSON.stringify({ _tag: "Solved", hotkey: BOB, pullRequest: 82 })}::jsonb, ${block})`
    })
  )
)

/** Two issues wait for their bounties, the treasury has an income, and rounds have a length. */
const waiting = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`UPDATE issues SET queue_position = id - 98 WHERE id >= 100`
  for (const block of [12, 20])
    yield* sql`INSERT INTO treasury_flows SELECT (jsonb_populate_record(NULL::treasury_flows, to_jsonb(old) || ${JSON.stringify({ block, kind: "harvested" })}::jsonb)).*
      FROM treasury_flows old WHERE block = 6 LIMIT 1`
  yield* sql`UPDATE config_changes SET config = config || '{"roundLength": 100, "attestBlocks": 50}'::jsonb`
})

describe.skipIf(noBrowser)("the scoreboard in Chromium", () => {
  for (const size of SIZES)
    it.scopedLive(`has everything on the first screen, and shows who takes the lead, at ${size.width}`, () =>
      lookedOn(Effect.all([everyState, twoPulls, twoValidators]), size, PROMPT, async ({ page, url, run, complaints }) => {
        await page.goto(`${url}/competitions/2`)
        await settled(page)
        await until(page, "document.querySelector('.board[data-leader=a] .board-side[data-side=a][data-leads]') !== null")
        assert.match((await page.locator(".board-headline").textContent()) ?? "", /got #79 merged.*40% voted, 50\.01% needed/)
        assert.deepStrictEqual(await outside(page), [])
        assert.deepStrictEqual(await axe(page), [])
        assert.isFalse(await sticksOut(page))
        assert.strictEqual(await page.locator(".board-moved").count(), 0, "nothing moves by itself")

        await run(overtaken)
        await until(page, "document.querySelector('.board[data-leader=b] .board-side[data-side=b][data-leads]') !== null")
        assert.match((await page.locator(".board-headline").textContent()) ?? "", /opened #82.*45% voted, 50\.01% needed/)
        assert.isAbove(await page.locator(".board-headline .board-moved").count(), 0)
        // Tested by its style, because on a slow machine the animation may be over already.
        const motion = await page.evaluate<string>("getComputedStyle(document.querySelector('.board-headline .board-moved')).animationName")
        assert.strictEqual(motion, size.still ? "none" : "board-moved", "only where motion is welcome")
        assert.deepStrictEqual(await outside(page), [])
        // The seed's blocks are old, so the index seems to lag.
        complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes("503")))
      })
    )

  it.scopedLive("tells the match play by play, who is ahead and by what, and the same with a clock that is three hours wrong", () =>
    lookedOn(everyState.pipe(Effect.zipRight(twoPulls), Effect.zipRight(plays)), {}, PROMPT, async ({ page, context, url, complaints }) => {
      const seen = async (tab: Page) => {
        await tab.goto(`${url}/competitions/2`)
        await settled(tab)
        await until(tab, "document.querySelector('.live[data-state]')?.textContent.includes('block')")
        const texts = (selector: string) => tab.locator(selector).allTextContents()
        return {
          stages: await tab.locator(".track-lane").evaluateAll((lanes) => lanes.map((lane) => lane.getAttribute("aria-label"))),
          standing: await texts(".board-standing"),
          signs: await texts(".board-side[data-side=b] .chip"),
          leads: (await texts(".timeline .lead-change")).toReversed(),
          latest: await texts(".latest > li > span"),
          // Seconds and minutes pass meanwhile; a wrong clock is wrong by hours.
          times: (await texts("main time")).map((text) => text.replace(/just now|\d+ (?:s|min) ago/g, "lately"))
        }
      }
      const first = await seen(page)
      assert.deepStrictEqual(first.stages, ["login-1: checks, stage 3 of 7", "login-2: checks, stage 3 of 7"])
      assert.deepStrictEqual(first.standing, ["ahead: passes all checks, 1 failing test now passes"])
      assert.include(first.signs, "1 failing test now passes")
      assert.deepStrictEqual(first.leads, [
        "login-1 takes the lead: is first with an open pull request",
        "Level: both have a pull request open",
        "login-1 takes the lead: passes checks first",
        "Level: both pass all checks",
        "login-2 takes the lead: 1 failing test now passes"
      ])
      assert.deepStrictEqual(first.latest, [
        "login-2 takes the lead: 1 failing test now passes",
        "1 validator finds: with login-2’s #82, 1 failing test now passes",
        "Level: both pass all checks"
      ])
      assert.deepStrictEqual(await axe(page), [])
      for (const hours of [3, -3]) {
        const wrong = await context.newPage()
        await wrong.addInitScript(`{
              const [Right, by] = [Date, ${hours} * 3_600_000]
              globalThis.Date = class extends Right {
                constructor(...given) { given.length === 0 ? super(Right.now() + by) : super(...given) }
                static now() { return Right.now() + by }
              }
            }`)
        assert.deepStrictEqual(await seen(wrong), first)
        await wrong.close()
      }
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes("503")))
    })
  )

  it.scopedLive("opens an issue, which says how to compete for it or when its bounty will be full", () =>
    lookedOn(
      everyState.pipe(Effect.zipRight(manyIssues(2)), Effect.zipRight(waiting)),
      {},
      PROMPT,
      async ({ page, url, context, complaints }) => {
        await context.grantPermissions(["clipboard-read", "clipboard-write"])
        await page.goto(`${url}/issues/12`)
        await settled(page)
        await page.getByText("The next draw is in").waitFor()
        const command = (await page.locator(".command code").textContent()) ?? ""
        assert.match(command, /^gittensor mine enroll 12 --contract 5\w{47}$/)
        await page.getByRole("button", { name: "Copy the command" }).click()
        await page.getByRole("button", { name: "Copied the command" }).waitFor()
        assert.strictEqual(await page.evaluate("navigator.clipboard.readText()"), command)
        await page.locator(".board").getByText("Nobody solved it in time").waitFor()
        await page.locator(".board").getByRole("link", { name: "See the whole match" }).click()
        await page.waitForURL(/\/competitions\/4$/)

        // The link, picture, feed and badge have the right URLs.
        const share = page.locator(".fold", { hasText: "link, picture, feed, badge" })
        await share.locator("summary").click()
        await share.getByRole("button", { name: "Copy link" }).click()
        await share.getByRole("button", { name: "Copied", exact: true }).waitFor()
        assert.strictEqual(await page.evaluate("navigator.clipboard.readText()"), `${url}/competitions/4`)
        const badge = (await share.locator(".command code").textContent()) ?? ""
        assert.include(badge, `](${url}/competitions/4)`)
        const places = [
          /\((\S+\.svg)\)/.exec(badge)?.[1] ?? "",
          ...(await share.locator("a").evaluateAll((links) => links.map((link) => String(link.getAttribute("href")))))
        ]
        const answers = await Promise.all(places.map(async (place) => (await fetch(new URL(place, url))).headers.get("content-type")))
        assert.deepStrictEqual(answers, ["image/svg+xml; charset=utf-8", "image/png", "image/png", "application/atom+xml; charset=utf-8"])
        assert.deepStrictEqual(await axe(page), [])

        await page.goto(`${url}/issues/101`)
        await settled(page)
        await page.getByText(/At the treasury's recent pace it is full in/).waitFor()
        assert.deepStrictEqual(await axe(page), [])
        complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes("503")))
      }
    )
  )

  it.scopedLive("tells every end in its headline", () =>
    lookedOn(everyState, {}, PROMPT, async ({ page, url, complaints }) => {
      const told: Array<readonly [string | null, string]> = []
      for (const id of [1, 3, 4, 5, 6]) {
        await visit(page, `${url}/competitions/${id}`)
        await settled(page)
        const board = page.locator(".board")
        told.push([await board.getAttribute("data-leader"), (await board.locator(".board-headline strong").textContent()) ?? ""])
      }
      assert.deepStrictEqual(told, [
        ["a", "login-1 won with #77"],
        ["b", "login-2 won with #78"],
        [null, "Nobody solved it in time"],
        [null, "Void"],
        [null, "login-2 opened a pull request too early"]
      ])
      // On a phone, the folded page with its replay fits three screens.
      await page.setViewportSize({ width: 360, height: 740 })
      for (const id of [1, 2, 3, 4, 5, 6]) {
        await visit(page, `${url}/competitions/${id}`)
        await settled(page)
        assert.isAtMost(await page.evaluate<number>("document.documentElement.scrollHeight"), 3 * 740, `match ${id}`)
      }
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !one.includes("503")))
    })
  )
})
