/**
 * Every filter, search and sort order of every view: each choice is in the URL, the URL restores each choice, and the rows match. Going back and
 * reloading keep it, and invalid parameters do no harm.
 */
import * as OpenApi from "@effect/platform/OpenApi"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Page } from "playwright-core"
import { Api } from "../../src/dashboard/api/definition/Api.ts"
import { COMPETITION_STATUSES, ISSUE_SORTS, ISSUE_STATUSES, MINER_SORTS, TIME_SORTS } from "../../src/dashboard/api/definition/choices.ts"
import { ALICE, BOB, CAROL, HEAD, VALIDATOR } from "../support/api/seed.ts"
import { everyState } from "../support/web/history.ts"
import { lookedOn, noBrowser, settled, until, visit } from "./support.ts"

/** Rows with different values of every filter. */
const varied = Effect.gen(function* () {
  yield* everyState
  const sql = yield* SqlClient
  yield* sql`UPDATE miners SET uid = NULL, registered_at = NULL, eligible = false, first_seen_at = 9 WHERE hotkey = ${CAROL}`
  yield* sql`UPDATE miners SET provisional = false, won = 7, earned = 300000000000, rated_games = 12 WHERE hotkey = ${BOB}`
  yield* sql`INSERT INTO validators (hotkey, coldkeys, added_at, removed_at, uid) VALUES (${BOB}, '[]', 4, 20, NULL)`
  yield* sql`INSERT INTO treasury_flows (block, event, kind, amount, source, destination, cause, details)
    VALUES (5, 3, 'harvested', 7000000000, 'emission', 'free', 'Harvested', '{}')`
  yield* sql`INSERT INTO collateral_flows (block, event, kind, hotkey, coldkey, amount, source, destination, deposited, competition, cause)
    VALUES (30, 3, 'slashed', ${BOB}, ${BOB}, 500000000, 'collateral', 'free', 4500000000, 1, 'CollateralSlashed')`
})

type Act = (page: Page) => Promise<unknown>

interface Case {
  /** The URL at the start. */
  readonly at: string
  /** The reader's action. */
  readonly act: Act
  /** The URL's query afterwards. */
  readonly query: string
  /** The number of rows before and afterwards, and the text of the first row afterwards. */
  readonly rows: readonly [before: number, then: number, first?: string]
  /** The table with this caption, or the list of issues. */
  readonly of: string
  /** Whether typing replaces the current history entry. */
  readonly typed?: true
}

const choose =
  (name: string, value: string): Act =>
  (page) =>
    page.getByRole("combobox", { name, exact: true }).selectOption(value)
const check =
  (...names: ReadonlyArray<string>): Act =>
  async (page) => {
    for (const name of names) await page.getByRole("checkbox", { name, exact: true }).check()
  }
const type =
  (name: string, text: string): Act =>
  (page) =>
    page.getByRole("searchbox", { name, exact: true }).fill(text)

const ISSUES = "issues"
const cases: ReadonlyArray<Case> = [
  ...(
    [
      ["Funding", 1],
      ["Open", 1],
      ["Competing", 1],
      ["Solved", 1],
      ["Paid", 1],
      ["Cancelled", 3]
    ] as const
  ).map(([status, then]): Case => ({ at: "/issues", act: check(status), query: `?status=${status}`, rows: [8, then], of: ISSUES })),
  { at: "/issues", act: check("Paid", "Open"), query: "?status=Open&status=Paid", rows: [8, 2], of: ISSUES },
  {
    at: "/issues",
    act: (page) => page.getByRole("button", { name: "Takeable now" }).click(),
    query: "?status=Open",
    rows: [8, 1],
    of: ISSUES
  },
  { at: "/issues", act: choose("Order", "oldest"), query: "?sort=oldest", rows: [8, 8, "Crash when saving"], of: ISSUES },
  { at: "/issues", act: choose("Order", "target"), query: "?sort=target", rows: [8, 8, "Issue 9"], of: ISSUES },
  { at: "/issues", act: choose("Order", "updated"), query: "?sort=updated", rows: [8, 8, "An issue that is cancelled"], of: ISSUES },
  { at: "/issues", act: choose("Language", "Rust"), query: "?language=Rust", rows: [8, 1, "Rust"], of: ISSUES },
  {
    at: "/issues?language=rust",
    act: choose("Language", "TypeScript"),
    query: "?language=TypeScript",
    rows: [1, 6, "TypeScript"],
    of: ISSUES
  },
  { at: "/issues?language=Rust&language=typescript", act: choose("Language", ""), query: "", rows: [7, 8], of: ISSUES },
  { at: "/issues", act: choose("Order", "queue"), query: "?sort=queue", rows: [8, 1, "Issue 7"], of: ISSUES },
  {
    at: "/issues?status=Cancelled",
    act: type("Search", "issue can"),
    query: "?status=Cancelled&search=issue+can",
    rows: [3, 2],
    of: ISSUES,
    typed: true
  },
  { at: "/issues?status=Paid", act: choose("Order", "oldest"), query: "?status=Paid&sort=oldest", rows: [1, 1], of: ISSUES },

  { at: "/competitions", act: check("Running"), query: "?status=Running", rows: [6, 1, "Match 2"], of: "Matches" },
  { at: "/competitions", act: check("Won"), query: "?status=Won", rows: [6, 2, "Match 3"], of: "Matches" },
  {
    at: "/competitions",
    act: check("Unsolved", "Expired"),
    query: "?status=Expired&status=Unsolved",
    rows: [6, 1, "Match 4"],
    of: "Matches"
  },
  { at: "/competitions", act: check("Void", "Won"), query: "?status=Won&status=Void", rows: [6, 4, "Match 6"], of: "Matches" },
  { at: "/competitions", act: type("Search", "42"), query: "?search=42", rows: [6, 1, "Match 1"], of: "Matches", typed: true },
  { at: "/competitions", act: choose("Order", "oldest"), query: "?sort=oldest", rows: [6, 6, "Match 1"], of: "Matches" },
  {
    at: `/competitions?miner=${ALICE}&status=Won`,
    act: choose("Order", "oldest"),
    query: `?miner=${ALICE}&status=Won&sort=oldest`,
    rows: [2, 2, "Match 1"],
    of: "Matches"
  },

  { at: "/miners", act: choose("Takes part", "true"), query: "?enrolled=true", rows: [3, 2], of: "Miners" },
  { at: "/miners", act: choose("Registered", "true"), query: "?registered=true", rows: [3, 2], of: "Miners" },
  { at: "/miners", act: choose("Registered", "false"), query: "?registered=false", rows: [3, 1], of: "Miners" },
  { at: "/miners", act: choose("Pairs", "false"), query: "?eligible=false", rows: [3, 1], of: "Miners" },
  { at: "/miners", act: choose("Rating", "false"), query: "?provisional=false", rows: [3, 1, "login-2"], of: "Miners" },
  { at: "/miners", act: choose("Order", "earned"), query: "?sort=earned", rows: [3, 3, "login-2"], of: "Miners" },
  { at: "/miners", act: choose("Order", "won"), query: "?sort=won", rows: [3, 3, "login-2"], of: "Miners" },
  { at: "/miners", act: choose("Order", "newest"), query: "?sort=newest", rows: [3, 3, "login-3"], of: "Miners" },
  { at: "/miners", act: type("Search", "LOGIN-1"), query: "?search=LOGIN-1", rows: [3, 1, "login-1"], of: "Miners", typed: true },
  { at: "/miners", act: type("Search", "2"), query: "?search=2", rows: [3, 1, "login-2"], of: "Miners", typed: true },
  {
    at: "/miners?registered=true",
    act: choose("Rating", "true"),
    query: "?registered=true&provisional=true",
    rows: [2, 1, "login-1"],
    of: "Miners"
  },

  { at: "/leaderboard", act: choose("Who", "all"), query: "?who=all", rows: [2, 2], of: "Leaderboard" },

  { at: "/treasury", act: choose("What", "harvested"), query: "?kind=harvested", rows: [2, 1], of: "Flows of the treasury" },
  { at: "/treasury", act: choose("Which", "slashed"), query: "?collateral=slashed", rows: [2, 1], of: "Movements of collateral" },
  {
    at: "/treasury?kind=funded",
    act: choose("Which", "deposited"),
    query: "?kind=funded&collateral=deposited",
    rows: [1, 1],
    of: "Flows of the treasury"
  },

  { at: "/validators", act: choose("Who", "former"), query: "?who=former", rows: [1, 1, "5FHneW"], of: "Validators" },
  { at: "/validators", act: choose("Who", "all"), query: "?who=all", rows: [1, 2], of: "Validators" },

  { at: "/events", act: choose("Event", "BountyPaid"), query: "?name=BountyPaid", rows: [11, 1, "was paid"], of: "Events" },
  {
    at: "/events?kind=match",
    act: choose("Order", "oldest"),
    query: "?kind=match&sort=oldest",
    rows: [2, 2, "started to compete"],
    of: "Events"
  },
  { at: "/events", act: type("Issue", "10"), query: "?issue=10", rows: [11, 1], of: "Events", typed: true },
  { at: "/events", act: type("Match", "1"), query: "?competition=1", rows: [11, 3], of: "Events", typed: true },
  { at: "/events", act: type("From block or day", "30"), query: "?from=30", rows: [11, 3], of: "Events", typed: true },
  { at: "/events", act: type("To block or day", "6"), query: "?to=6", rows: [11, 3], of: "Events", typed: true },
  {
    at: "/events",
    act: type("To block or day", "2026-01-01T00:00:06Z"),
    query: "?to=2026-01-01T00%3A00%3A06Z",
    rows: [11, 3],
    of: "Events",
    typed: true
  },
  { at: "/events", act: choose("Order", "oldest"), query: "?sort=oldest", rows: [11, 11, "created the contract"], of: "Events" },
  { at: "/events?from=10", act: type("To block or day", "15"), query: "?from=10&to=15", rows: [8, 3], of: "Events", typed: true },
  {
    at: "/events?show=calls",
    act: type("Message", "vote_pair"),
    query: "?show=calls&message=vote_pair",
    rows: [11, 2],
    of: "Calls",
    typed: true
  },
  {
    at: "/events?show=calls",
    act: type("Signer", VALIDATOR),
    query: `?show=calls&signer=${VALIDATOR}`,
    rows: [11, 11],
    of: "Calls",
    typed: true
  },
  {
    at: "/events?show=calls",
    act: choose("Result", "false"),
    query: "?show=calls&success=false",
    rows: [11, 1, "Vote outcome"],
    of: "Calls"
  },
  { at: "/events?show=calls", act: choose("Result", "true"), query: "?show=calls&success=true", rows: [11, 10], of: "Calls" },
  { at: "/events?show=calls", act: choose("Order", "oldest"), query: "?show=calls&sort=oldest", rows: [11, 11, "3-2"], of: "Calls" },
  { at: "/events?show=calls", act: type("From block or day", "30"), query: "?show=calls&from=30", rows: [11, 2], of: "Calls", typed: true },
  { at: "/events?show=calls", act: type("To block or day", "29"), query: "?show=calls&to=29", rows: [11, 9], of: "Calls", typed: true },
  {
    at: "/events?show=blocks",
    act: type("From block or day", "38"),
    query: "?show=blocks&from=38",
    rows: [HEAD, 3],
    of: "Blocks",
    typed: true
  },
  {
    at: "/events?show=blocks",
    act: type("To block or day", "2"),
    query: "?show=blocks&to=2",
    rows: [HEAD, 2, "2"],
    of: "Blocks",
    typed: true
  },
  { at: "/events?show=blocks", act: choose("Order", "oldest"), query: "?show=blocks&sort=oldest", rows: [HEAD, HEAD, "1"], of: "Blocks" },
  {
    at: "/events?show=ratings",
    act: type("From block or day", "15"),
    query: "?show=ratings&from=15",
    rows: [2, 1],
    of: "Rating changes",
    typed: true
  },
  {
    at: "/events",
    act: (page) => page.getByRole("link", { name: "Registrations" }).click(),
    query: "?show=registrations",
    rows: [11, 2],
    of: "Events or registrations"
  }
]

/** The number of rows, and the text of the first one. */
const shown = (page: Page, of: string) =>
  page.evaluate<readonly [number, string]>(`(() => {
    const rows = ${rowsOf(of)}
    return [rows.length, rows[0]?.textContent ?? ""]
  })()`)

const rowsOf = (of: string): string =>
  of === ISSUES
    ? "[...document.querySelectorAll('.issue-row')]"
    : `[...document.querySelectorAll('table')].filter((table) => ${JSON.stringify(of)}.split(' or ').some((name) => table.caption?.textContent.toLowerCase() === name.toLowerCase())).flatMap((table) => [...table.tBodies[0].rows])`

const rowsBecome = (page: Page, of: string, count: number) => until(page, `${rowsOf(of)}.length === ${count}`)

const search = (page: Page) => new URL(page.url()).search

/** The current value of every filter field. */
const fields = (page: Page) =>
  page.evaluate<ReadonlyArray<unknown>>(
    "[...document.querySelectorAll('main :is(input, select)')].map((field) => field.type === 'checkbox' ? field.checked : field.value)"
  )

/** A case's kind, regardless of the value: the view and the parameters. */
const kindOf = ({ at, query }: Case): string =>
  [at.split("?")[0], ...new Set([...new URLSearchParams(query)].map(([name, value]) => (name === "show" ? value : name)))].join()

/** Views with their lists, and those lists' filters for which the views have no field. */
const LISTS: ReadonlyArray<readonly [view: string, path: string, without: ReadonlyArray<string>]> = [
  ["/issues", "/v1/issues", ["repository", "label", "competitor"]],
  ["/competitions", "/v1/competitions", ["issue", "repository"]],
  // The field "Search" stands for the last three.
  ["/miners", "/v1/miners", ["rated", "coldkey", "uid", "login"]],
  ["/events", "/v1/events", []],
  ["/events?show=calls", "/v1/calls", []],
  ["/events?show=blocks", "/v1/blocks", []]
]

/** The API's filters, and all values of statuses and orders except the default, that no case chooses. */
const notChosen = (): ReadonlyArray<string> => {
  const { paths } = OpenApi.fromApi(Api)
  return LISTS.flatMap(([view, path, without]) => {
    const [place, show = null] = view.split("?show=")
    const searches = cases.flatMap(({ at, query }) => {
      const search = new URLSearchParams(query)
      return at.split("?")[0] === place && search.get("show") === show ? [search] : []
    })
    const left = new Set(["limit", "cursor", ...without])
    return (paths[path]?.get?.parameters ?? []).flatMap(({ name }) => {
      if (left.has(name)) return []
      const values = VALUES[`${view} ${name}`] ?? (name === "sort" ? TIME_SORTS.slice(1) : undefined)
      if (values === undefined) return searches.some((search) => search.has(name)) ? [] : [`${view}: ${name}`]
      return values
        .filter((value) => !searches.some((search) => search.getAll(name).includes(value)))
        .map((value) => `${view}: ${name}=${value}`)
    })
  })
}

/** Filters that need a case for each value. */
const VALUES: Readonly<Record<string, ReadonlyArray<string>>> = {
  "/issues status": ISSUE_STATUSES,
  "/issues sort": ISSUE_SORTS.slice(1),
  "/competitions status": COMPETITION_STATUSES,
  "/miners sort": MINER_SORTS.slice(1)
}

it("every filter and order of a list that a view has fields for is chosen in a case", () => {
  assert.deepStrictEqual(notChosen(), [], "add a case to `cases`, or say in LISTS that the view has no field for it")
})

/** The browser's own message about an error response. */
const isExpected = (complaint: string) => /the server responded with a status of 4(00|04|14)/.test(complaint)

describe.skipIf(noBrowser)("filters in Chromium", () => {
  it.scopedLive(`each of ${cases.length} is in the address, chooses the rows, and is kept`, () =>
    lookedOn(varied, {}, { chainHead: HEAD }, async ({ page, url }) => {
      const wrong: Array<string> = []
      await page.goto(`${url}/treasury`)
      const reloaded = new Set<string>()
      for (const one of cases) {
        const { at, act, query, rows, of, typed } = one
        const [before, then, first = ""] = rows
        const said = `${at} → ${query}`
        try {
          if (page.url() !== url + at) {
            const link = page.locator(`nav.side li a[href="${at}"]`)
            if ((await link.count()) === 0) await visit(page, url + at)
            else await link.click()
          }
          await rowsBecome(page, of, before)
          await settled(page)
          const untouched = await fields(page)
          await act(page)
          await until(page, `location.search === ${JSON.stringify(query)}`)
          const chosen = async () => {
            await rowsBecome(page, of, then)
            await until(page, `${rowsOf(of)}[0].textContent.includes(${JSON.stringify(first)})`)
            await settled(page)
            return fields(page)
          }
          const touched = await chosen()
          // Going back and forward restores a choice from its URL as a reload does, and is cheaper.
          const isReloaded = typed === true || !reloaded.has(kindOf(one))
          if (isReloaded) {
            reloaded.add(kindOf(one))
            await page.reload()
            await settled(page)
            assert.deepStrictEqual(await chosen(), touched, `${said}: fields after a reload`)
          }
          if (typed) continue
          // Each choice has its own entry in the history.
          let steps = 0
          for (; steps < 3 && page.url() !== url + at; steps++) await page.goBack()
          await rowsBecome(page, of, before)
          await settled(page)
          assert.deepStrictEqual(await fields(page), untouched, `${said}: fields after going back`)
          if (isReloaded) continue
          for (; steps > 0; steps--) await page.goForward()
          await until(page, `location.search === ${JSON.stringify(query)}`)
          assert.deepStrictEqual(await chosen(), touched, `${said}: fields after going forward`)
        } catch (error) {
          wrong.push(`${said}: ${String(error).slice(0, 200)} (${page.url()}: ${(await shown(page, of)).join(" ").slice(0, 80)})`)
        }
      }
      assert.deepStrictEqual(wrong, [])
    })
  )

  it.scopedLive("compare two miners, swap them, and start without miners", () =>
    lookedOn(varied, {}, { chainHead: HEAD }, async ({ page, url }) => {
      await page.goto(`${url}/head-to-head`)
      await page.getByRole("heading", { name: "Choose two miners" }).waitFor()
      await page.getByRole("combobox", { name: "A", exact: true }).selectOption(ALICE)
      await page.getByRole("combobox", { name: "B", exact: true }).selectOption(BOB)
      await until(page, `location.search === "?a=${ALICE}&b=${BOB}"`)
      await page.locator('.competitor[data-side="a"]').getByText("login-1").first().waitFor()
      await page.getByRole("button", { name: "Swap sides" }).click()
      await page.locator('.competitor[data-side="a"]').getByText("login-2").first().waitFor()
      assert.strictEqual(search(page), `?a=${BOB}&b=${ALICE}`)
      await page.goBack()
      await page.locator('.competitor[data-side="a"]').getByText("login-1").first().waitFor()
      await page.reload()
      await page.locator('.competitor[data-side="b"]').getByText("login-2").first().waitFor()
      await page.getByRole("combobox", { name: "B", exact: true }).selectOption(ALICE)
      await page.getByRole("heading", { name: "The same miner twice" }).waitFor()
    })
  )

  it.scopedLive("say when nothing matches, and can be cleared", () =>
    lookedOn(varied, {}, { chainHead: HEAD }, async ({ page, url }) => {
      for (const [at, heading] of [
        // Never the same view twice in a row, because navigating to another view avoids a page load.
        ["/issues?search=nothing", "No issue matches"],
        ["/events?name=Nothing", "No event"],
        [`/issues?competitor=${CAROL}`, "No issue matches"],
        ["/events?show=calls&success=false&message=new", "No call"],
        ["/issues?label=none&status=Open", "No issue matches"],
        ["/events?show=blocks&from=999999", "No block"],
        ["/miners?search=nobody", "No miner matches"],
        ["/events?show=ratings&from=999999", "No change"],
        ["/miners?registered=false&eligible=true", "No miner matches"],
        ["/treasury?kind=moved", "No movements yet"],
        [`/competitions?miner=${CAROL}`, "No match matches"],
        ["/treasury?collateral=withdrawn", "No movements"]
      ] as const) {
        await visit(page, url + at)
        await page.getByRole("heading", { name: heading }).first().waitFor()
      }
      await page.goto(`${url}/competitions?miner=${CAROL}`)
      await page.getByRole("button", { name: "remove this filter" }).click()
      await rowsBecome(page, "Matches", 6)
      await page.goto(`${url}/issues?label=none&competitor=${CAROL}`)
      await page.getByRole("button", { name: "labelled none" }).click()
      await until(page, `location.search === "?competitor=${CAROL}"`)
      await page.getByRole("button", { name: "Remove all filters" }).click()
      await rowsBecome(page, ISSUES, 8)
    })
  )

  it.scopedLive("are not harmed by anything else in the address", () =>
    lookedOn(varied, {}, { chainHead: HEAD }, async ({ page, url, complaints }) => {
      const rubbish = "status=Nope&sort=%F0%9F%A6%91&kind=x&who=everybody&registered=maybe&success=7&show=nothing&show=%00&__proto__=1"
      for (const [at, of, count] of [
        ["/issues", ISSUES, 8],
        ["/competitions", "Matches", 6],
        ["/miners", "Miners", 3],
        ["/leaderboard", "Leaderboard", 2],
        ["/treasury", "Flows of the treasury", 2],
        ["/validators", "Validators", 1],
        ["/events", "Events", 11]
      ] as const) {
        await page.goto(`${url}${at}?${rubbish}`)
        await settled(page)
        await rowsBecome(page, of, count)
      }
      await page.goto(`${url}/events?from=-1&to=1e9&issue=0&competition=%3Cb%3E&name=%27%3B--&sort=up`)
      await rowsBecome(page, "Events", 11)
      // The server reports the errors that only it can detect.
      for (const at of [
        "/issues?competitor=rub_bish",
        "/competitions?miner=5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ",
        "/head-to-head?a=x&b=%3Cscript%3E",
        `/issues?repository=${"r".repeat(5_000)}`,
        "/issues?search=%00"
      ]) {
        await page.goto(url + at)
        await page.getByRole("heading", { name: "Invalid request" }).waitFor()
      }
      for (const at of [
        "/issues/abc",
        "/competitions/-1",
        "/miners/%3Cimg%20src=x%3E",
        "/validators/%00",
        "/issues/99999999999999999999"
      ]) {
        await page.goto(url + at)
        await page.getByRole("alert").waitFor()
        assert.isAtMost(await page.locator("main img").count(), 0)
      }
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !isExpected(one)))
    })
  )
})
