/** The index's copy of GitHub is consistent and as complete as limits allow, and loses nothing when GitHub fails. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Logger, LogLevel, Schema, Struct } from "effect"
import type { StandIn } from "../../../lab/devnet/github/StandIn.ts"
import { recordLinks } from "../../../src/dashboard/indexer/links.ts"
import { refreshGitHub } from "../../../src/dashboard/indexer/refresh/gitHub.ts"
import { recordTimeline } from "../../../src/dashboard/indexer/refresh/plays.ts"
import * as GitHubLink from "../../../src/domain/GitHubLink.ts"
import { fromSeed, type KeyPair } from "../../../src/domain/KeyPair.ts"
import { GitHubDisplay, makeWith } from "../../../src/layers/github/display/GitHubDisplay.ts"
import * as RareLines from "../../../src/layers/machine/effects/rareLines.ts"
import { issueOnGitHub, minerOnGitHub } from "../../../src/layers/storage/database/schema/tables.ts"
import { raw } from "../../support/bittensor/commitments.ts"
import { variants } from "../../support/database/support.ts"
import { genesisHash } from "../../support/github/silentChain.ts"
import { number, service, settingsFor, story, WIDGETS } from "../../support/github/story.ts"

const NETUID = 74
const [BOB, CLEO, DORA] = [1, 2, 3].map((byte) => fromSeed(new Uint8Array(32).fill(byte))) as [KeyPair, KeyPair, KeyPair]
const HOUR = 3_600_000
/** The time of block 0, chosen so that block 200 is now. */
const GENESIS = Math.floor(Date.now() / 1000) * 1000 - 200 * 12_000
const timeOf = (block: number) => GENESIS + block * 12_000

/** Blocks 0 to 200, three miners, and rounds of 20 blocks. */
const chain = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`INSERT INTO chain (genesis_hash, contract, netuid, first_block) VALUES (${genesisHash}, ${BOB.address}, ${NETUID}, 0)`
  yield* sql`
    INSERT INTO blocks (number, hash, time)
    SELECT n, '0x' || n, ${new Date(GENESIS)}::timestamptz + n * interval '12 seconds' FROM generate_series(0, 200) AS n`
  yield* sql`INSERT INTO events (block, index, name, fields) VALUES (0, 0, 'ContractCreated', '{}')`
  const config = JSON.stringify({ roundLength: 20 })
  yield* sql`INSERT INTO config_changes (block, event, kind, content, config) VALUES (0, 0, 'ContractCreated', '{}', ${config}::jsonb)`
  for (const [uid, { address }] of [BOB, CLEO, DORA].entries())
    yield* sql`INSERT INTO miners (hotkey, uid, registered_at, first_seen_at) VALUES (${address}, ${uid}, 0, 0)`
})

interface IssueRow {
  readonly id: number
  readonly number?: number
  readonly status?: "Funding" | "Open" | "Competing" | "Paid"
  readonly updatedAt?: number
}

const register = ({ id, number = id, status = "Open", updatedAt = 0 }: IssueRow) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql`
      INSERT INTO issues (id, repository, number, target, status, queue_position, registered_at, updated_at)
      VALUES (${id}, ${WIDGETS}, ${number}, 100, ${status}, ${status === "Funding" ? 1 : null}, 0, ${updatedAt})`
  )

/** A competition between Bob and Cleo that started in round 5. Its window ended at block 140. */
const compete = (issue: number, ended: number | null = null) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const none = new Uint8Array(32)
    yield* sql`
      INSERT INTO competitions (
        id, issue, round, enrolled, skipped, a_uid, a_hotkey, a_coldkey, a_rating, a_expected_ppm, b_uid, b_hotkey, b_coldkey, b_rating,
        b_expected_ppm, started_at, submissions_from, deadline, outcome_until, challenge_period, collateral, slash, status, ended_at
      ) VALUES (
        ${issue}, ${issue}, 5, ${none}, ${none}, 0, ${BOB.address}, ${BOB.address}, 1500000, 500000, 1, ${CLEO.address}, ${CLEO.address},
        1500000, 500000, 110, 140, 1000, 1100, 50, 0, 0, ${ended === null ? "Running" : "Expired"}, ${ended}
      )`
  })

type Control = StandIn["control"]

/** The simulated GitHub as the index reads it, with a time limit that no busy machine reaches. */
const display = (url: string, tokens: ReadonlyArray<string>, timeout: Duration.DurationInput = "2 minutes") =>
  makeWith({ ...settingsFor(url, tokens, "1 second"), timeout: Duration.decode(timeout) })

const gist = (url: string, control: Control, login: string, hotkey: KeyPair, content?: string) =>
  Effect.gen(function* () {
    const { id, token } = yield* control.user({ payload: { login } })
    const link = Schema.decodeSync(GitHubLink.GitHubLink)({ genesisHash, netuid: NETUID, hotkey: hotkey.address, account: id })
    const files = [{ name: GitHubLink.GIST_FILE, content: content ?? GitHubLink.gistContent(link, hotkey) }]
    const made = yield* (yield* service(url, [token])).createGist({ description: "", public: true, files })
    return `gh:${id}:${made.id}`
  })

/** bob and cleo on GitHub are linked to Bob and Cleo since blocks 50 and 60. */
const begin = Effect.gen(function* () {
  const { url, control, observer } = yield* story({ limits: { pointsPerMinute: 100_000 } })
  yield* chain
  const link = (login: string, hotkey: KeyPair, block: number, content?: string) =>
    Effect.flatMap(gist(url, control, login, hotkey, content), (text) =>
      recordLinks([{ hotkey: hotkey.address, block, fields: raw(text) }])
    )
  yield* link("bob", BOB, 50)
  yield* link("cleo", CLEO, 60)
  /** Refreshes as a new process, which does not know GitHub's limits yet. */
  const refreshFor = (within: Duration.DurationInput, timeout?: Duration.DurationInput) =>
    Effect.flatMap(display(url, [observer.token], timeout), (github) =>
      Effect.provideService(refreshGitHub({ within }), GitHubDisplay, github)
    )
  const refreshAnew = refreshFor("4 minutes")
  const said: Array<string> = []
  const logger = Logger.make<unknown, void>(({ message }) => {
    said.push(String(message))
  })
  const refresh = refreshGitHub({ within: "4 minutes", lines: yield* RareLines.make("1 hour") }).pipe(
    Effect.provideService(GitHubDisplay, yield* display(url, [observer.token])),
    Effect.provide(Layer.merge(Logger.replace(Logger.defaultLogger, logger), Logger.minimumLogLevel(LogLevel.Info)))
  )
  const requests = Effect.map(control.countRequests({ payload: {} }), (tally) => tally.requests)
  return { url, control, observer, link, refresh, refreshAnew, refreshFor, requests, said }
})

const openPullRequest = (control: Control, author: string, at: number, what: { readonly closes?: number; readonly mentions?: number }) =>
  control.openPullRequest({
    payload: {
      repository: WIDGETS,
      title: `By ${author}`,
      author,
      closes: what.closes === undefined ? [] : [number(what.closes)],
      mentions: what.mentions === undefined ? [] : [number(what.mentions)],
      files: [{ path: "a.ts", additions: 3, deletions: 1 }],
      at
    }
  })

const pullRequests = Effect.flatMap(
  SqlClient,
  (sql) =>
    sql<{
      readonly number: number
      readonly author: string
      readonly hotkey: string | null
      readonly competition: number | null
      readonly early: boolean | null
      readonly state: string
      readonly additions: number
    }>`SELECT number, author, hotkey, competition, early, state, additions FROM pull_requests ORDER BY issue, number`
)

const column = (table: "chain" | "issues" | "miners", name: string) =>
  Effect.flatMap(SqlClient, (sql) =>
    Effect.map(
      sql<{ readonly value: unknown }>`SELECT ${sql(name)} AS value FROM ${sql(table)} ORDER BY ${sql(table === "miners" ? "uid" : "id")}`,
      (rows) => rows.map(({ value }) => value)
    )
  )

/** Makes every answer this much older. */
const age = (milliseconds: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const back = `${milliseconds} milliseconds`
    yield* sql`UPDATE issues SET github_seen_at = github_seen_at - ${back}::interval`
    yield* sql`UPDATE miners SET github_seen_at = github_seen_at - ${back}::interval`
  })

for (const { name, skip, layer } of variants) {
  describe.skipIf(skip)(`GitHub in the index, ${name}`, () => {
    const withDatabase = Effect.provide(Layer.merge(layer, Logger.minimumLogLevel(LogLevel.Warning)))

    it.scopedLive("has an issue's title, labels, state and author, and pull requests with author and timeliness", () =>
      Effect.gen(function* () {
        const { control, refresh } = yield* begin
        yield* control.createUser({ payload: { login: "stranger" } })
        yield* control.remark({ payload: { repository: WIDGETS, number: number(1), by: "ada", remark: { _tag: "Labeled", label: "bug" } } })
        yield* register({ id: 1, status: "Competing" })
        yield* compete(1)
        yield* openPullRequest(control, "bob", timeOf(100), { closes: 1 })
        yield* openPullRequest(control, "cleo", timeOf(139), { mentions: 1 })
        yield* openPullRequest(control, "bob", timeOf(140), { closes: 1 })
        yield* openPullRequest(control, "stranger", timeOf(150), { closes: 1 })
        yield* openPullRequest(control, "stranger", timeOf(150), { mentions: 1 })
        assert.deepStrictEqual(yield* refresh, { issues: 1, miners: 2, waiting: 0, stopped: null, trouble: null })
        const sql = yield* SqlClient
        const [issue] = yield* sql`SELECT title, labels, github_state, github_author FROM issues`
        const labels = [{ name: "bug", color: "ededed" }]
        assert.deepStrictEqual(issue, { title: "The widget squeaks", labels, github_state: "open", github_author: "ada" })
        const shown = { state: "open", additions: 3 }
        assert.deepStrictEqual(yield* pullRequests, [
          { number: 2, author: "bob", hotkey: BOB.address, competition: 1, early: true, ...shown },
          { number: 3, author: "cleo", hotkey: CLEO.address, competition: 1, early: true, ...shown },
          { number: 4, author: "bob", hotkey: BOB.address, competition: 1, early: false, ...shown },
          { number: 5, author: "stranger", hotkey: null, competition: null, early: null, ...shown }
        ])
        assert.deepStrictEqual(yield* column("miners", "github_login"), ["bob", "cleo", null])
        assert.deepStrictEqual(yield* column("miners", "github_proven"), [true, true, null])
      }).pipe(withDatabase)
    )

    it.scopedLive(
      "has what happened to competitors' pull requests, the same in an index that starts later, and keeps when it read what",
      () =>
        Effect.gen(function* () {
          const { control, refresh, refreshAnew } = yield* begin
          const sql = yield* SqlClient
          const stored = sql<{ readonly number: number; readonly kind: string; readonly at: Date; readonly seen_at: Date }>`
          SELECT number, kind, at, seen_at FROM plays ORDER BY number, place`
          const told = Effect.map(stored, (rows) => rows.map(({ number, kind, at }) => [number, kind, (at.getTime() - GENESIS) / 12_000]))
          yield* control.createUser({ payload: { login: "stranger" } })
          yield* register({ id: 1, status: "Competing" })
          yield* compete(1)
          yield* openPullRequest(control, "bob", timeOf(141), { closes: 1 })
          yield* openPullRequest(control, "stranger", timeOf(142), { closes: 1 })
          const bobs = { repository: WIDGETS, number: number(2) }
          yield* control.setChecks({ payload: { ...bobs, checks: "SUCCESS", at: timeOf(143) } })
          yield* refresh
          assert.deepStrictEqual(yield* told, [
            [2, "opened", 141],
            [2, "passing", 143]
          ])
          const first = yield* stored
          yield* control.review({ payload: { ...bobs, by: "acme", state: "APPROVED", at: timeOf(142) } })
          yield* control.mergePullRequest({ payload: { ...bobs, by: "acme", at: timeOf(144) } })
          yield* age(HOUR)
          yield* refreshAnew
          const all = [
            [2, "opened", 141],
            [2, "approved", 142],
            [2, "passing", 143],
            [2, "merged", 144]
          ]
          assert.deepStrictEqual(yield* told, all)
          // Known data keeps its read time, even if its order changed.
          const seen = (rows: Effect.Effect.Success<typeof stored>, kind: string) => rows.find((row) => row.kind === kind)?.seen_at
          const later = yield* stored
          for (const kind of ["opened", "passing"]) assert.deepStrictEqual(seen(later, kind), seen(first, kind))
          assert.isAbove(Number(seen(later, "merged")), Number(seen(first, "opened")))
          // A new index reads the same.
          yield* sql`TRUNCATE plays`
          yield* age(HOUR)
          yield* refreshAnew
          assert.deepStrictEqual(yield* told, all)
          // How it stands is of the same moment as what happened, whatever GitHub said of it before.
          const standing = { state: "closed", draft: true, review: "changesRequested", mergedAt: null, closedAt: timeOf(150) } as const
          const standings = sql`SELECT state, draft, review, merged_at, closed_at FROM pull_requests WHERE number = 2`
          assert.deepStrictEqual(Struct.pick((yield* standings)[0] ?? {}, "state", "draft"), { state: "merged", draft: false })
          yield* recordTimeline({ issue: 1, ...bobs }, { standing, plays: [] }, Date.now())
          const { mergedAt, closedAt, ...same } = standing
          assert.deepStrictEqual(yield* standings, [{ ...same, merged_at: mergedAt, closed_at: new Date(closedAt) }])
        }).pipe(withDatabase)
    )

    it.scopedLive("follows an issue's text and its repository's language, and drops the text of an issue that was deleted", () =>
      Effect.gen(function* () {
        const { control, refresh, refreshAnew } = yield* begin
        const sql = yield* SqlClient
        yield* register({ id: 1 })
        const edit = (body: string) => control.edit({ payload: { repository: WIDGETS, number: number(1), body } })
        const shown = Effect.map(sql`SELECT excerpt, language, title FROM issues`, ([row]) => row)
        const afterRefresh = Effect.zipRight(Effect.zipRight(age(2 * HOUR), refresh), shown)
        const title = "The widget squeaks"
        yield* control.changeRepository({ payload: { repository: WIDGETS, language: "Rust" } })
        yield* edit("It **squeaks**.")
        assert.deepStrictEqual(yield* afterRefresh, { excerpt: "It squeaks.", language: "Rust", title })
        yield* edit("It squeaks and\n\n- smokes")
        yield* control.changeRepository({ payload: { repository: WIDGETS, language: "Zig" } })
        yield* control.addFault({ payload: { fault: { _tag: "Status", status: 503, times: 1_000 } } })
        yield* age(2 * HOUR)
        yield* refreshAnew
        assert.deepStrictEqual(yield* shown, { excerpt: "It squeaks.", language: "Rust", title }, "a failure keeps what was known")
        yield* control.removeFaults({ payload: {} })
        assert.deepStrictEqual(yield* afterRefresh, { excerpt: "It squeaks and • smokes", language: "Zig", title })
        yield* edit("<!-- nothing -->")
        yield* control.changeRepository({ payload: { repository: WIDGETS, language: null } })
        assert.deepStrictEqual(yield* afterRefresh, { excerpt: null, language: null, title })
        yield* edit("It squeaks again.")
        assert.deepInclude(yield* afterRefresh, { excerpt: "It squeaks again." })
        yield* control.deleteIssue({ payload: { repository: WIDGETS, number: number(1) } })
        assert.deepStrictEqual(yield* afterRefresh, { excerpt: null, language: null, title })
      }).pipe(withDatabase)
    )

    it.scopedLive("has every column again once everything was asked again, as after a migration", () =>
      Effect.gen(function* () {
        const { control, refresh } = yield* begin
        const sql = yield* SqlClient
        yield* register({ id: 1, status: "Competing" })
        yield* compete(1)
        const issue = { repository: WIDGETS, number: number(1) }
        yield* control.edit({ payload: { ...issue, body: "It squeaks." } })
        yield* control.remark({ payload: { ...issue, by: "ada", remark: { _tag: "Labeled", label: "bug" } } })
        yield* control.changeRepository({ payload: { repository: WIDGETS, language: "Rust" } })
        yield* openPullRequest(control, "bob", timeOf(100), { closes: 1 })
        yield* control.close({ payload: { ...issue, by: "ada", at: Date.parse("2026-11-05T10:00:00Z") } })
        yield* refresh
        yield* sql`UPDATE issues SET status = 'Paid'`
        const shown = Effect.gen(function* () {
          const rows = yield* Effect.forEach(
            ["issues", "miners", "pull_requests"],
            (table) => sql`SELECT * FROM ${sql(table)} ORDER BY 1, 2`
          )
          return rows.map((found) => found.map(({ github_seen_at: _, seen_at: __, ...row }) => row))
        })
        const before = yield* shown
        for (const [table, columns] of [
          ["issues", issueOnGitHub],
          ["miners", Struct.omit(minerOnGitHub, "github_account")]
        ] as const)
          for (const column of Object.keys(columns)) {
            assert.isTrue(
              before.flat().some((row) => column === "github_seen_at" || row[column] != null),
              column
            )
            yield* sql`UPDATE ${sql(table)} SET ${sql(column)} = DEFAULT`
          }
        yield* sql`UPDATE pull_requests SET draft = DEFAULT, title = NULL, closed_at = NULL, additions = NULL, early = NULL`
        yield* age(10 * 24 * HOUR)
        yield* refresh
        assert.deepStrictEqual(yield* shown, before)
      }).pipe(withDatabase)
    )

    it.scopedLive("knows since when an issue is closed, and forgets it when it is opened again", () =>
      Effect.gen(function* () {
        const { control, refresh } = yield* begin
        const sql = yield* SqlClient
        yield* register({ id: 1 })
        const issue = { repository: WIDGETS, number: number(1) }
        const refreshed = Effect.zipRight(
          Effect.zipRight(age(2 * HOUR), refresh),
          Effect.map(sql`SELECT github_state, github_closed_at FROM issues`, ([row]) => row)
        )
        const closed = Date.parse("2026-11-05T10:00:00Z")
        assert.deepStrictEqual(yield* refreshed, { github_state: "open", github_closed_at: null })
        yield* control.close({ payload: { ...issue, by: "ada", at: closed } })
        assert.deepStrictEqual(yield* refreshed, { github_state: "closed", github_closed_at: new Date(closed) })
        yield* control.reopenIssue({ payload: { ...issue, by: "ada" } })
        assert.deepStrictEqual(yield* refreshed, { github_state: "open", github_closed_at: null })
      }).pipe(withDatabase)
    )

    it.scopedLive("uses a competitor's account at the round's first block, and follows changes", () =>
      Effect.gen(function* () {
        const { control, link, refresh } = yield* begin
        yield* control.createUser({ payload: { login: "newbob" } })
        yield* register({ id: 1, status: "Competing" })
        yield* compete(1)
        yield* link("newbob", BOB, 105)
        yield* openPullRequest(control, "bob", timeOf(150), { closes: 1 })
        yield* openPullRequest(control, "newbob", timeOf(150), { closes: 1 })
        yield* refresh
        const rows = yield* pullRequests
        assert.deepStrictEqual(
          rows.map(({ hotkey }) => hotkey),
          [BOB.address, null]
        )
        assert.deepStrictEqual(yield* column("miners", "github_login"), ["newbob", "cleo", null])
        yield* control.mergePullRequest({ payload: { repository: WIDGETS, number: number(2) } })
        yield* age(HOUR)
        yield* refresh
        assert.deepStrictEqual(yield* column("issues", "github_state"), ["closed"])
        assert.deepStrictEqual(
          (yield* pullRequests).map(({ state }) => state),
          ["merged", "open"]
        )
      }).pipe(withDatabase)
    )

    it.scopedLive("does not call a pull request early before the chain has come so far", () =>
      Effect.gen(function* () {
        const { control, refresh } = yield* begin
        const sql = yield* SqlClient
        yield* register({ id: 1, status: "Competing" })
        yield* compete(1)
        yield* sql`UPDATE competitions SET submissions_from = 205`
        yield* openPullRequest(control, "bob", timeOf(200) - 1000, { closes: 1 })
        yield* openPullRequest(control, "bob", timeOf(204), { closes: 1 })
        yield* openPullRequest(control, "bob", timeOf(205), { closes: 1 })
        yield* refresh
        const early = Effect.map(pullRequests, (rows) => rows.map((row) => row.early))
        assert.deepStrictEqual(yield* early, [true, null, null])
        yield* sql`INSERT INTO blocks (number, hash, time) VALUES (205, '0x205', ${new Date(timeOf(205))}::timestamptz)`
        yield* age(HOUR)
        yield* refresh
        assert.deepStrictEqual(yield* early, [true, true, false])
      }).pipe(withDatabase)
    )

    it.scopedLive("refreshes ended competitions once more, and never after a week", () =>
      Effect.gen(function* () {
        const { control, refresh, requests } = yield* begin
        const sql = yield* SqlClient
        yield* control.openIssue({ payload: { repository: WIDGETS, number: number(2), title: "Old", author: "ada" } })
        yield* register({ id: 1 })
        yield* register({ id: 2, status: "Paid", updatedAt: 0 })
        yield* refresh
        const before = yield* requests
        assert.deepInclude(yield* refresh, { issues: 0, miners: 0, stopped: null })
        assert.strictEqual(yield* requests, before, "nothing is due")
        yield* age(25 * HOUR)
        // Issue 2 was last read before it ended, so it is due at once, like issue 1 and both accounts.
        assert.deepInclude(yield* refresh, { issues: 2, miners: 2 })
        yield* sql`UPDATE blocks SET time = time - interval '9 days' WHERE number = 0`
        yield* age(25 * HOUR)
        assert.deepInclude(yield* refresh, { issues: 1, miners: 2 })
      }).pipe(withDatabase)
    )

    it.scopedLive("stops at the reserve of the limits with complete rows, and later continues with the most overdue", () =>
      Effect.gen(function* () {
        const { control, refresh, refreshAnew, said } = yield* begin
        for (let id = 1; id <= 25; id++) {
          if (id > 1)
            yield* control.openIssue({ payload: { repository: WIDGETS, number: number(id), title: `Issue ${id}`, author: "ada" } })
          yield* register({ id })
        }
        const leave = (remaining: number) =>
          control.setRateLimit({ payload: { login: "observer", resource: "graphql", remaining, resetInSeconds: 600 } })
        yield* leave(1008)
        const first = yield* refresh
        assert.deepInclude(first, { issues: 20, miners: 2, waiting: 5, trouble: "limited" })
        assert.include(first.stopped ?? "", "kept for others")
        assert.strictEqual((yield* column("issues", "title")).filter((title) => title === null).length, 5)
        yield* leave(5000)
        assert.deepInclude(yield* refresh, { issues: 0, waiting: 5 }, "the token's standing is known until its reset")
        assert.lengthOf(said, 1)
        assert.match(
          said.join(),
          /^the refresh from GitHub stopped early, and the next one goes on with the 5 issues .* that wait: .*kept for others/
        )
        assert.deepStrictEqual(yield* refreshAnew, { issues: 5, miners: 0, waiting: 0, stopped: null, trouble: null })
      }).pipe(withDatabase)
    )

    it.scopedLive("survives outages, limits and lost connections, and arrives when GitHub is up again", () =>
      Effect.gen(function* () {
        const { control, refreshAnew, refreshFor } = yield* begin
        yield* register({ id: 1, status: "Competing" })
        yield* compete(1)
        yield* openPullRequest(control, "bob", timeOf(150), { closes: 1 })
        yield* refreshAnew
        const rows = Effect.all([
          pullRequests,
          column("issues", "title"),
          column("issues", "github_seen_at"),
          column("miners", "github_login")
        ])
        yield* age(25 * HOUR)
        yield* control.mergePullRequest({ payload: { repository: WIDGETS, number: number(2) } })
        const before = yield* rows
        for (const fault of [
          { _tag: "Status", status: 503, times: 1_000 },
          { _tag: "Status", status: 401, times: 1_000 },
          { _tag: "Status", status: 429, retryAfter: 60, times: 1_000 },
          { _tag: "Status", status: 403, retryAfter: 60, times: 1_000 },
          { _tag: "Truncated", times: 1_000 },
          { _tag: "Cut", times: 1_000 },
          { _tag: "Hang", times: 1_000 }
        ] as const) {
          yield* control.addFault({ payload: { fault } })
          // A short time limit for answers that never come.
          const { issues, miners, stopped, trouble } = yield* fault._tag === "Hang" ? refreshFor("4 minutes", "100 millis") : refreshAnew
          assert.deepStrictEqual([issues, miners], [0, 0], fault._tag)
          assert.isNotNull(stopped)
          const wanted = fault._tag !== "Status" || fault.status === 503 ? "unanswered" : fault.status === 401 ? "refused" : "limited"
          assert.strictEqual(trouble, wanted, JSON.stringify(fault))
          assert.deepStrictEqual(yield* column("chain", "github_trouble"), [wanted])
          assert.notInclude(yield* column("chain", "github_trouble_since"), null)
          assert.deepStrictEqual(yield* rows, before, fault._tag)
          yield* control.removeFaults({ payload: {} })
        }
        assert.deepStrictEqual(yield* refreshAnew, { issues: 1, miners: 2, waiting: 0, stopped: null, trouble: null })
        assert.deepStrictEqual(yield* column("chain", "github_trouble"), [null])
        assert.deepStrictEqual(yield* column("chain", "github_trouble_since"), [null])
        assert.strictEqual((yield* pullRequests)[0]?.state, "merged")
      }).pipe(withDatabase)
    )

    it.scopedLive("is consistent wherever a refresh is interrupted", () =>
      Effect.gen(function* () {
        const { control, refresh, refreshFor } = yield* begin
        const sql = yield* SqlClient
        for (let id = 1; id <= 30; id++) {
          if (id > 1)
            yield* control.openIssue({ payload: { repository: WIDGETS, number: number(id), title: `Issue ${id}`, author: "ada" } })
          yield* control.openPullRequest({
            payload: { repository: WIDGETS, number: number(100 + id), title: "Try", author: "bob", closes: [number(id)] }
          })
          yield* register({ id })
        }
        const seen = Effect.map(
          sql<{ readonly halves: number; readonly wholes: number }>`
            SELECT count(*) FILTER (WHERE (title IS NULL) <> (found IS NULL))::integer AS halves, count(title)::integer AS wholes
            FROM issues LEFT JOIN (SELECT DISTINCT issue AS found FROM pull_requests) AS tried ON tried.found = issues.id`,
          ([counts]) => counts ?? { halves: -1, wholes: -1 }
        )
        // The embedded database is slow to release a disconnected client's transaction; there the transaction's own timeout ends it.
        const cutOff = (after: Duration.Duration) =>
          name === "embedded" ? refreshFor(after) : Effect.timeoutOption(refreshFor(Duration.minutes(1)), after)
        let found = 0
        for (let cut = 10; cut <= 100 && found < 30; cut += 10) {
          yield* cutOff(Duration.millis(cut))
          const { halves, wholes } = yield* seen
          assert.strictEqual(halves, 0)
          found = wholes
        }
        // Whatever the order of the others, this issue has some before and some after it.
        yield* sql`UPDATE issues SET title = NULL, github_seen_at = NULL`
        yield* sql`DELETE FROM pull_requests`
        const { faults } = yield* control.countRequests({ payload: {} })
        yield* control.addFault({ payload: { fault: { _tag: "Hang", after: 1, times: 1_000, path: "^/graphql" } } })
        const cut = yield* Effect.fork(refreshFor("4 minutes"))
        yield* Effect.repeat(control.countRequests({ payload: {} }), { until: (counted) => counted.faults > faults })
        yield* Fiber.interrupt(cut)
        yield* control.removeFaults({ payload: {} })
        const { halves, wholes } = yield* seen
        assert.strictEqual(halves, 0)
        assert.isTrue(wholes > 0 && wholes < 30, `${wholes} of 30`)
        yield* refresh
        assert.deepStrictEqual(yield* seen, { halves: 0, wholes: 30 })
      }).pipe(withDatabase)
    )

    it.scopedLive("does not let one failing issue hold up the others", () =>
      Effect.gen(function* () {
        const { url, control } = yield* begin
        for (const id of [1, 2, 3]) {
          if (id > 1)
            yield* control.openIssue({ payload: { repository: WIDGETS, number: number(id), title: `Issue ${id}`, author: "ada" } })
          yield* register({ id })
        }
        yield* control.addFault({ payload: { fault: { _tag: "Status", status: 502, times: 1_000, path: "/issues/1" } } })
        const anonymous = yield* display(url, [])
        const refresh = Effect.provideService(refreshGitHub(), GitHubDisplay, anonymous)
        assert.deepInclude(yield* refresh, { issues: 2, waiting: 0, stopped: null, trouble: "anonymous" })
        assert.deepStrictEqual(yield* column("issues", "title"), [null, "Issue 2", "Issue 3"])
        assert.notInclude(yield* column("issues", "github_seen_at"), null)
      }).pipe(withDatabase)
    )

    it.scopedLive("proves a link by its gist, for the hotkey that committed first", () =>
      Effect.gen(function* () {
        const { control, link, refresh } = yield* begin
        const proven = column("miners", "github_proven")
        yield* link("bob", DORA, 40)
        yield* refresh
        assert.deepStrictEqual(yield* proven, [false, true, true], "Dora was first")
        yield* recordLinks([{ hotkey: DORA.address, block: 150, fields: raw("something else") }])
        assert.deepStrictEqual(yield* column("miners", "github_account").pipe(Effect.map((all) => all[2])), null)
        yield* age(25 * HOUR)
        yield* refresh
        assert.deepStrictEqual(yield* proven, [true, true, null])
        yield* link("ada", DORA, 160, "nothing of the kind")
        yield* control.deleteUser({ payload: { login: "cleo" } })
        yield* age(25 * HOUR)
        yield* refresh
        assert.deepStrictEqual(yield* proven, [true, false, false])
        assert.deepStrictEqual(yield* column("miners", "github_login"), ["bob", null, "ada"])
      }).pipe(withDatabase)
    )
  })
}
