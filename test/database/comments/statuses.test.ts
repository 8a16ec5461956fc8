/** The status on a competitor's pull request, written to a GitHub stand-in: at each change, and where maintainers want it. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Option, Schema } from "effect"
import { findWholeCompetition } from "../../../src/dashboard/api/queries/competitions.ts"
import { findMatch, scoreboardIn } from "../../../src/dashboard/api/sharing/match.ts"
import { commentedPulls } from "../../../src/dashboard/comments/records.ts"
import { makeStatuses } from "../../../src/dashboard/comments/statuses.ts"
import { statusFor } from "../../../src/dashboard/comments/statusText.ts"
import type { Paces } from "../../../src/dashboard/comments/writer.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { GitHubComments } from "../../../src/layers/github/GitHubComments.ts"
import { BOB, seed } from "../../support/api/seed.ts"
import {
  AT_ONCE,
  choose,
  commentsOf,
  competing,
  gitHub,
  headOf,
  number,
  ORIGIN,
  PULL,
  running,
  statuses,
  until,
  WIDGETS,
  wishOf
} from "../../support/comments/index.ts"
import { variants } from "../../support/database/support.ts"

const pull = { repository: WIDGETS, number: PULL, competition: 1 }

/** An index with a running match; each call of `writer` is a freshly started process. */
const begun = (options: Parameters<typeof gitHub>[0] = {}) =>
  Effect.gen(function* () {
    yield* seed
    yield* running
    yield* Effect.flatMap(SqlClient, (sql) => sql`DELETE FROM votes`)
    const { url, control, writer: account } = yield* gitHub(options)
    yield* competing({ control })
    const writerBy = (token: string, author: number, paces: Partial<Paces> = {}) =>
      Effect.flatMap(commentsOf(url, token), (github) =>
        Effect.provideService(makeStatuses({ ...ORIGIN, author }, { ...AT_ONCE, ...paces }), GitHubComments, github)
      )
    const writer = (paces: Partial<Paces> = {}) => writerBy(account.token, account.id, paces)
    return { url, control, writer, writerBy, there: statuses(url) }
  })

/** A block that the index has not reached. */
const DAY = 7_200

for (const { name, skip, layer } of variants)
  describe.skipIf(skip)(`statuses by an index on ${name}`, () => {
    it.scopedLive("are put once on the head of a fork's pull request, and again only where they say something else", () =>
      Effect.gen(function* () {
        const { url, there, writer, control } = yield* begun()
        const look = yield* writer()
        assert.strictEqual(yield* look(pull), "created")
        assert.strictEqual(yield* look(pull), "same")
        assert.strictEqual(yield* (yield* writer())(pull), "same", "whoever starts reads what stands there")
        const [first, ...more] = yield* there
        assert.lengthOf(more, 0)
        assert.deepInclude(first, { state: "success", context: "gittensor", target_url: "https://page.example/competitions/1" })
        assert.strictEqual(first?.creator.login, "writer")
        assert.strictEqual(
          first?.description,
          "In the match, in time. No validator has looked at this head yet. Deadline about 2026-01-01 00:00 UTC."
        )
        yield* until(DAY)
        assert.strictEqual(yield* look(pull), "edited")
        assert.strictEqual(yield* look(pull), "same")
        assert.include((yield* there)[0]?.description, "Deadline in block 7,200", "too few blocks are known for an estimate")
        assert.lengthOf(yield* there, 2)
        const before = yield* headOf(url)
        yield* control.forcePush({
          payload: { repository: WIDGETS, number: number(PULL), contents: [{ path: "a.ts", base: null, head: "2\n" }] }
        })
        assert.notStrictEqual(yield* headOf(url), before)
        assert.strictEqual(yield* look(pull), "created", "a push makes another head")
        assert.lengthOf(yield* there, 1)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("wait for what may be on its way, and are changed every few minutes at most", () =>
      Effect.gen(function* () {
        const { there, writer, control } = yield* begun()
        // The response is cut off, so it is unknown whether GitHub accepted the status.
        yield* control.addFault({ payload: { fault: { _tag: "Cut", path: "/statuses/[0-9a-f]+$" } } })
        assert.strictEqual((yield* Effect.flip((yield* writer())(pull)))._tag, "GitHubUnavailable")
        yield* control.addFault({ payload: { fault: { _tag: "Empty", path: "/statuses\\?" } } })
        const late = yield* writer({ settled: Duration.minutes(10), edits: Duration.minutes(5) })
        assert.strictEqual(yield* late(pull), "waits", "GitHub may only be late to show it")
        assert.strictEqual(yield* late(pull), "waits")
        const look = yield* writer({ edits: Duration.minutes(5) })
        assert.strictEqual(yield* look(pull), "same")
        yield* until(DAY)
        assert.strictEqual(yield* look(pull), "waits", "it was looked at a moment ago")
        assert.lengthOf(yield* there, 1)
        yield* control.addFault({ payload: { fault: { _tag: "Status", status: 404, path: "/statuses\\?" } } })
        assert.strictEqual((yield* Effect.flip((yield* writer())(pull)))._tag, "GitHubUnavailable", "a list that is not shown is not empty")
        assert.lengthOf(yield* there, 1)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("are not put where somebody of the project says no on the match's issue", () =>
      Effect.gen(function* () {
        const { there, writer, control } = yield* begun()
        const look = yield* writer()
        const no = { _tag: "Labeled", label: "no bounty" } as const
        yield* control.remark({ payload: { repository: WIDGETS, number: number(42), by: "acme", remark: no } })
        assert.strictEqual(yield* look(pull), "unwelcome")
        assert.lengthOf(yield* there, 0)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("are not tried again for a day where GitHub refuses them, but for another head", () =>
      Effect.gen(function* () {
        const { there, writer, control } = yield* begun()
        const allowed = (collaborators: ReadonlyArray<string>) =>
          control.changeRepository({ payload: { repository: WIDGETS, collaborators } })
        const refuse = (status: number) =>
          control.addFault({ payload: { fault: { _tag: "Status", status, path: "/statuses/[0-9a-f]+$" } } })
        for (const status of [422, 403] as const) {
          const look = yield* writer()
          yield* refuse(status)
          assert.strictEqual(yield* look(pull), "refused", String(status))
          for (const _ of [1, 2, 3]) assert.strictEqual(yield* look(pull), "waits", String(status))
        }
        yield* allowed([])
        const look = yield* writer()
        assert.strictEqual(yield* look(pull), "refused", "it may not push")
        yield* allowed(["writer"])
        assert.strictEqual(yield* look(pull), "waits")
        assert.lengthOf(yield* there, 0)
        yield* control.forcePush({
          payload: { repository: WIDGETS, number: number(PULL), contents: [{ path: "a.ts", base: null, head: "2\n" }] }
        })
        assert.strictEqual(yield* look(pull), "created")
        assert.lengthOf(yield* there, 1)
        yield* until(DAY)
        yield* refuse(422)
        const later = yield* writer({ refusedHead: Duration.zero })
        assert.deepStrictEqual([yield* later(pull), yield* later(pull)], ["refused", "edited"], "a day later")
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("are only where maintainers asked for them; what stands when they choose otherwise stays", () =>
      Effect.gen(function* () {
        const { there, writer, control } = yield* begun()
        const [NO, WISH] = ["comments: false\n", wishOf(WIDGETS)]
        yield* choose(control, WIDGETS, WISH, NO)
        const look = yield* writer()
        assert.strictEqual(yield* look(pull), "unwelcome")
        assert.lengthOf(yield* there, 0)
        yield* choose(control, WIDGETS, NO, WISH)
        assert.strictEqual(yield* look(pull), "created")
        const before = yield* there
        yield* choose(control, WIDGETS, WISH, NO)
        yield* until(DAY)
        assert.strictEqual(yield* look(pull), "unwelcome")
        assert.deepStrictEqual(yield* there, before)
        yield* choose(control, WIDGETS, NO, WISH)
        assert.strictEqual(yield* look(pull), "edited")
        assert.lengthOf(yield* there, 2)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("follow renames, and never take turns with another account's", () =>
      Effect.gen(function* () {
        const { url, there, writer, writerBy, control } = yield* begun()
        const other = yield* control.createUser({ payload: { login: "other" } })
        yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["writer", "other"] } })
        assert.strictEqual(yield* (yield* writerBy(other.token, other.id))(pull), "created")
        yield* until(DAY)
        assert.strictEqual(yield* (yield* writer())(pull), "refused")
        assert.lengthOf(yield* there, 1)
        const renamed = RepositoryName.make("acme/gizmos")
        yield* control.changeRepository({ payload: { repository: WIDGETS, name: renamed } })
        assert.strictEqual(yield* (yield* writerBy(other.token, other.id))(pull), "unwelcome", "its file is for another name")
        yield* choose(control, renamed, wishOf(WIDGETS), wishOf(renamed))
        assert.strictEqual(yield* (yield* writerBy(other.token, other.id))(pull), "edited")
        assert.lengthOf(yield* statuses(url, renamed), 2)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("are not put on somebody else's pull request in a repository that took the name", () =>
      Effect.gen(function* () {
        const { there, writer, control } = yield* begun()
        yield* control.changeRepository({ payload: { repository: WIDGETS, name: RepositoryName.make("acme/gizmos") } })
        yield* control.createRepository({
          payload: { repository: WIDGETS, files: { ".gittensor.yml": wishOf(WIDGETS), "README.md": "# Another\n" } }
        })
        yield* control.createUser({ payload: { login: "eve" } })
        yield* control.openPullRequest({ payload: { repository: WIDGETS, number: number(PULL), title: "Another", author: "eve" } })
        yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["writer"] } })
        assert.strictEqual(yield* (yield* writer())(pull), "gone")
        assert.lengthOf(yield* there, 0)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("tell the result at the end, and tell closed pull requests only what they were told before", () =>
      Effect.gen(function* () {
        const { there, writer, control } = yield* begun()
        const sql = yield* SqlClient
        yield* sql`UPDATE pull_requests SET state = 'closed' WHERE number = ${PULL}`
        const look = yield* writer()
        assert.strictEqual(yield* look(pull), "same")
        assert.lengthOf(yield* there, 0)
        yield* sql`UPDATE pull_requests SET state = 'open' WHERE number = ${PULL}`
        assert.strictEqual(yield* look(pull), "created")
        yield* sql`UPDATE pull_requests SET state = 'closed' WHERE number = ${PULL}`
        assert.strictEqual(yield* look(pull), "edited")
        assert.match((yield* there)[0]?.description ?? "", /^Closed\. Deadline/)
        yield* sql`UPDATE competitions SET status = 'Unsolved', slash_a = true, slash_b = true, ended_at = 30 WHERE id = 1`
        assert.strictEqual(yield* look(pull), "edited")
        assert.strictEqual(
          (yield* there)[0]?.description,
          "The match is over: nobody solved the issue in time, at the cost of both competitors."
        )
        const asked = yield* control.countRequests({ payload: {} })
        assert.strictEqual(yield* look(pull), "same")
        assert.deepStrictEqual(yield* control.countRequests({ payload: {} }), asked, "nobody asks about what is over and told")
        // The next match for the same issue ends with the same text.
        yield* sql`INSERT INTO competitions
          SELECT (jsonb_populate_record(c, '{"id": 2, "status": "Running", "slash_a": null, "slash_b": null, "ended_at": null}')).* FROM competitions c WHERE id = 1`
        yield* sql`UPDATE pull_requests SET competition = 2, state = 'open' WHERE number = ${PULL}`
        const next = { ...pull, competition: 2 }
        assert.strictEqual(yield* look(next), "edited")
        yield* sql`UPDATE competitions SET status = 'Unsolved', slash_a = true, slash_b = true, ended_at = 31 WHERE id = 2`
        assert.strictEqual(yield* look(next), "edited", "it still says how it stood in the match")
        assert.deepInclude((yield* there)[0], {
          description: "The match is over: nobody solved the issue in time, at the cost of both competitors.",
          target_url: "https://page.example/competitions/2"
        })
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("of one competitor are few, and neither its pull requests nor its plays hide the other's", () =>
      Effect.gen(function* () {
        yield* seed
        const findings = Effect.flatMap(SqlClient, (sql) => sql`SELECT commit FROM quality_records LIMIT 1`)
        const [{ commit }] = yield* Effect.flatMap(findings, Schema.decodeUnknown(Schema.Tuple(Schema.Struct({ commit: Schema.String }))))
        const sql = yield* SqlClient
        yield* sql`UPDATE competitions SET status = 'Running', winner = NULL, pull_request = NULL, ended_at = NULL WHERE id = 1`
        yield* sql`INSERT INTO pull_requests
          SELECT (jsonb_populate_record(p, jsonb_build_object('hotkey', ${BOB}::text, 'number', 1000 + n, 'state', 'open', 'merged_at', NULL,
            'created_at', p.created_at + n * interval '1 second'))).*
          FROM pull_requests p, generate_series(1, 120) n WHERE number = ${PULL}`
        yield* sql`INSERT INTO plays (issue, repository, number, place, at, kind, by, commit, times, seen_at)
          SELECT issue, repository, number, n, now(), CASE n % 2 WHEN 0 THEN 'ready' ELSE 'draft' END, NULL, NULL, 1, now()
          FROM pull_requests, generate_series(0, 99) n WHERE number > 1115`
        assert.deepStrictEqual(
          (yield* commentedPulls).map(({ number }) => number),
          [PULL, 1116, 1117, 1118, 1119, 1120]
        )
        const match = Option.getOrThrow(yield* findWholeCompetition(1))
        const own = match.pullRequests.find((one) => one.number === PULL) ?? assert.fail("it is pushed out")
        const { description } = statusFor({ ...match, pace: null }, own, commit, ORIGIN.publicUrl)
        assert.match(description, /Gate: 1 of 1 validator lets it pass\./)
        const told = Option.getOrThrow(yield* findMatch(1))
        assert.strictEqual(scoreboardIn(told).a.finding?.kind, "verified", "the comment tells the same")
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("are about the match that runs where a pull request is in several, and no longer looked at two weeks after the end", () =>
      Effect.gen(function* () {
        yield* seed
        yield* running
        const sql = yield* SqlClient
        assert.deepStrictEqual(yield* commentedPulls, [{ repository: WIDGETS, number: PULL, competition: 1 }])
        yield* sql`INSERT INTO competitions
          SELECT (jsonb_populate_record(c, '{"id": 2, "issue": 2, "status": "Unsolved", "slash_a": true, "slash_b": true, "ended_at": 30}')).* FROM competitions c WHERE id = 1`
        yield* sql`INSERT INTO pull_requests
          SELECT (jsonb_populate_record(p, '{"competition": 2, "issue": 2, "repository": "Acme/Widgets"}')).* FROM pull_requests p WHERE number = ${PULL}`
        yield* sql`UPDATE blocks SET time = now() WHERE number >= 31`
        yield* sql`UPDATE issues SET updated_at = 35 WHERE id = 2`
        assert.deepStrictEqual(
          (yield* commentedPulls).map(({ competition }) => competition),
          [1]
        )
        yield* sql`UPDATE competitions SET status = 'Unsolved', slash_a = true, slash_b = true, ended_at = 30 WHERE id = 1`
        assert.deepStrictEqual(
          (yield* commentedPulls).map(({ competition }) => competition),
          [2],
          "the other one ended long ago"
        )
        yield* sql`UPDATE issues SET updated_at = 15`
        assert.deepStrictEqual(yield* commentedPulls, [])
      }).pipe(Effect.provide(layer))
    )
  })
