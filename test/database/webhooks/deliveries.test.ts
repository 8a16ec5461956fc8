/** Deliveries from an index's database to receivers on this machine. */

import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Logger, Option, Redacted, Schema } from "effect"
import { Webhook } from "standardwebhooks"
import { emptyTables } from "../../../src/dashboard/indexer/cursor.ts"
import { recordTimeline } from "../../../src/dashboard/indexer/refresh/plays.ts"
import { Delivery } from "../../../src/dashboard/webhooks/Delivery.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import type { GitHubPlay } from "../../../src/domain/Play.ts"
import { workState } from "../../../src/layers/storage/durable/executions.ts"
import { ALICE, BOB, CAROL, ISSUE, STANDING, seed } from "../../support/api/seed.ts"
import { eventually } from "../../support/cli/support.ts"
import { closed, freshUrl, postgresIsAvailable } from "../../support/database/support.ts"
import { block, messageIn, migrated, opened, PAID, places, REGISTERED, running, STARTED } from "../../support/webhooks/index.ts"
import { OTHER_SECRET, type Received, receiver, SECRET, webhook } from "../../support/webhooks/receiver.ts"

const kindOf = ({ body }: Received) => messageIn(body).type
const idOf = ({ headers }: Received) => headers["webhook-id"]
const PAUSES = [Duration.millis(50), Duration.millis(50), Duration.millis(50)]

const taken = (what: string, list: () => ReadonlyArray<Received>, count: number) =>
  eventually(
    what,
    Effect.sync(() => (list().length >= count ? list() : undefined))
  )

const DAY = 24 * 3_600_000

/** A clock that is ahead by some days. */
const inDays = (days: number): Clock.Clock => {
  const clock = Clock.make()
  const unsafeCurrentTimeMillis = () => clock.unsafeCurrentTimeMillis() + days * DAY
  const unsafeCurrentTimeNanos = () => clock.unsafeCurrentTimeNanos() + BigInt(days * DAY) * 1_000_000n
  return {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis,
    unsafeCurrentTimeNanos,
    currentTimeMillis: Effect.sync(unsafeCurrentTimeMillis),
    currentTimeNanos: Effect.sync(unsafeCurrentTimeNanos),
    sleep: (duration) => clock.sleep(duration)
  }
}

const deliveries = Effect.map(
  workState,
  ({ workflows }) => workflows.find(({ workflow }) => workflow === Delivery.name) ?? { finished: 0, unfinished: 0 }
)

/** Waits until the engine has stored the end of this many deliveries. Others are sent again at the next start. */
const ended = (count: number) =>
  eventually(
    "the end of deliveries",
    Effect.map(deliveries, ({ finished }) => (finished >= count ? true : undefined))
  )

/**
 * Waits until every submitted message is delivered or given up. Messages are submitted webhook by webhook, so the others are already submitted when
 * the last webhook has received one.
 */
const allEnded = eventually(
  "the end of all deliveries",
  Effect.map(deliveries, ({ unfinished }) => (unfinished === 0 ? true : undefined))
)

/** Runs webhooks until the one at /all has received its ping and the message about an issue, and `until` has succeeded. */
const untilTold = <R>(
  to: (path: string) => ReadonlyArray<Received>,
  run: Effect.Effect<never, never, SqlClient>,
  until: Effect.Effect<unknown, never, R>
) =>
  Effect.gen(function* () {
    const process = yield* Effect.fork(run)
    yield* taken("the ping", () => to("/all"), 1)
    yield* block([REGISTERED])
    yield* taken("an issue", () => to("/all"), 2)
    yield* ended(2)
    yield* until
    yield* Fiber.interrupt(process)
  })

/** Stores events of Alice's pull request as read from GitHub, with GitHub's timestamps. */
const told = (plays: ReadonlyArray<readonly [kind: GitHubPlay, at: number]>, seenAt = Date.now(), repository = "acme/widgets") =>
  recordTimeline(
    { issue: ISSUE, repository, number: 77 },
    { standing: STANDING, plays: plays.map(([kind, at]) => ({ kind, at, by: "owner", commit: null, times: 1 })) },
    seenAt
  )

const playIn = ({ body }: Received) => {
  const { type, data } = messageIn(body)
  return type === "play" ? data.play.kind : type
}

for (const { name, skip, place } of places)
  describe.skipIf(skip)(`webhooks on ${name}`, () => {
    it.scopedLive("tell of news from their first day on, signed, and only of what they ask for", () =>
      Effect.gen(function* () {
        const database = yield* place
        const { to, url } = yield* receiver()
        yield* Effect.gen(function* () {
          yield* migrated
          yield* seed
          yield* block([REGISTERED])
          const webhooks = [
            webhook("payments", `${url}/payments`, { kinds: ["paid"] }),
            webhook("elsewhere", `${url}/elsewhere`, { repository: "acme/other" }),
            webhook("here", `${url}/here`, { repository: "ACME/widgets" }),
            webhook("carol", `${url}/carol`, { hotkey: Schema.decodeSync(AccountAddress)(CAROL) }),
            webhook("alice", `${url}/alice`, { hotkey: Schema.decodeSync(AccountAddress)(ALICE), kinds: ["match"] }),
            webhook("all", `${url}/all`, { secrets: [Redacted.make(OTHER_SECRET), Redacted.make(SECRET)] })
          ]
          yield* Effect.forkScoped(running(database, webhooks))
          for (const { name } of webhooks) yield* taken(`the ping of ${name}`, () => to(`/${name}`), 1)
          const number = yield* block([REGISTERED, STARTED, PAID, ["ConfigChanged", {}]])
          const all = yield* taken("all news", () => to("/all"), 4)
          yield* taken("payments", () => to("/payments"), 2)
          yield* taken("those of the repository", () => to("/here"), 4)
          assert.deepStrictEqual(all.map(kindOf).toSorted(), ["issue", "match", "paid", "ping"])
          assert.deepStrictEqual(to("/payments").map(kindOf), ["ping", "paid"])
          assert.strictEqual(new Set(all.map(idOf)).size, 4)
          for (const secret of [SECRET, OTHER_SECRET])
            for (const { headers, body } of all) assert.doesNotThrow(() => new Webhook(secret).verify(body, headers))
          assert.throws(() => new Webhook(`whsec_${btoa("x".repeat(32))}`).verify(all[0]?.body ?? "", all[0]?.headers ?? {}))
          const paid = all.find((one) => kindOf(one) === "paid")
          assert.deepStrictEqual(idOf(to("/payments")[1] as Received), idOf(paid as Received), "an event has one id, whoever is told")
          const { data } = messageIn(paid?.body)
          assert.deepInclude(data, { version: 1, event: "BountyPaid", block: number, index: 2, competition: 1 })
          assert.deepInclude(data, {
            text: "login-1 was paid 100 α for “Crash when saving”",
            link: "https://page.example/competitions/1",
            api: "/v1/competitions/1"
          })
          yield* allEnded
          for (const path of ["/elsewhere", "/carol"]) assert.deepStrictEqual(to(path).map(kindOf), ["ping"], path)
          assert.deepStrictEqual(to("/alice").map(kindOf), ["ping", "match"])
          assert.lengthOf(to("/all"), 4, "neither the history nor other events")
        }).pipe(Effect.provide(opened(database)))
      })
    )

    it.scopedLive("try again until a receiver takes a message, give up at last, and hold up nobody else", () =>
      Effect.gen(function* () {
        const database = yield* place
        const logged: Array<string> = []
        const logger = Logger.replace(
          Logger.defaultLogger,
          Logger.make(({ message }) => logged.push(String(message)))
        )
        const statusOf: Readonly<Record<string, (number: number) => Response | Promise<Response>>> = {
          "/third": (number) => new Response(null, { status: number <= 2 ? 500 : 200 }),
          "/never": () => new Response(null, { status: 503 }),
          "/elsewhere": () => Response.redirect("http://169.254.169.254/", 302),
          "/gone": () => new Response(null, { status: 410 }),
          "/slow": () => new Promise(() => {})
        }
        const { to, url } = yield* receiver((path, number) => statusOf[path]?.(number) ?? new Response())
        yield* Effect.gen(function* () {
          yield* migrated
          const webhooks = ["slow", "never", "third", "elsewhere", "gone", "good"].map((name) => webhook(name, `${url}/${name}`))
          yield* Effect.forkScoped(running(database, webhooks, { pauses: PAUSES }))
          yield* taken("the third attempt", () => to("/third"), 3)
          yield* taken("the fourth attempt", () => to("/never"), 4)
          yield* taken("the fourth attempt", () => to("/elsewhere"), 4)
          yield* taken("the ping", () => to("/good"), 1)
          yield* seed
          yield* block([STARTED])
          yield* taken("news beside a slow receiver", () => to("/good"), 2)
          yield* ended(10)
          assert.deepStrictEqual(
            ["third", "never", "elsewhere", "gone", "good"].map((name) => to(`/${name}`).length),
            [4, 8, 8, 2, 2]
          )
          for (const name of ["third", "never"])
            for (const kind of ["ping", "match"] as const) {
              const attempts = to(`/${name}`).filter((one) => kindOf(one) === kind)
              assert.strictEqual(new Set(attempts.map((one) => `${idOf(one)} ${one.body}`)).size, 1, "the same id and body each time")
            }
          assert.lengthOf(yield* taken("both messages, which wait for an answer", () => to("/slow"), 2), 2)
          const givenUp = logged.filter((line) => line.includes("never gets the message"))
          assert.deepStrictEqual(
            ["never", "elsewhere", "gone"].map((name) => givenUp.filter((line) => line.includes(`webhook ${name} `)).length),
            [2, 2, 2],
            "one line for each message"
          )
          assert.include(givenUp.find((line) => line.includes("elsewhere")) ?? "", "it answered 302, and redirects are not followed")
          for (const line of logged) assert.notInclude(line, SECRET.slice(6))
        }).pipe(Effect.provide(opened(database)), Effect.provide(logger))
      })
    )

    it.scopedLive("miss nothing over a restart, tell nothing twice, and no history when the index is built anew", () =>
      Effect.gen(function* () {
        const database = yield* place
        const { to, url } = yield* receiver((path, number) => (path === "/hung" && number === 1 ? new Promise(() => {}) : new Response()))
        yield* Effect.gen(function* () {
          yield* migrated
          yield* seed
          const webhooks = [webhook("all", `${url}/all`), webhook("hung", `${url}/hung`, { kinds: ["paid"] })]
          yield* untilTold(
            to,
            running(database, webhooks),
            taken("a request without an answer", () => to("/hung"), 1)
          )
          const time = new Date()
          const number = yield* block([STARTED], { time })
          const second = yield* Effect.fork(running(database, webhooks))
          const all = yield* taken("a match", () => to("/all"), 3)
          assert.deepStrictEqual(all.map(kindOf), ["ping", "issue", "match"])
          yield* taken("what was under way", () => to("/hung"), 2)
          assert.strictEqual(new Set(to("/hung").map((one) => `${idOf(one)} ${one.body}`)).size, 1)
          yield* ended(4)
          yield* Fiber.interrupt(second)
          yield* emptyTables
          yield* seed
          yield* block([STARTED], { time, number })
          yield* Effect.forkScoped(running(database, [...webhooks, webhook("new", `${url}/new`)]))
          yield* taken("the ping of a new one", () => to("/new"), 1)
          yield* block([REGISTERED])
          yield* taken("an issue after it", () => to("/new"), 2)
          yield* taken("the same issue", () => to("/all"), 4)
          yield* allEnded
          assert.deepStrictEqual(to("/all").map(kindOf), ["ping", "issue", "match", "issue"])
          assert.lengthOf(to("/hung"), 2)
          assert.deepStrictEqual(to("/new").map(kindOf), ["ping", "issue"])
        }).pipe(Effect.provide(opened(database)))
      })
    )

    it.scopedLive("tell of no event that is over a week old, and remember over a month since when they tell", () =>
      Effect.gen(function* () {
        const database = yield* place
        const { to, url } = yield* receiver()
        yield* Effect.gen(function* () {
          yield* migrated
          yield* seed
          const webhooks = [webhook("all", `${url}/all`)]
          yield* untilTold(to, running(database, webhooks), Effect.void)
          yield* block([PAID])
          // After forty days, the engine has deleted the deliveries.
          const sql = yield* SqlClient
          const remembered = Effect.map(
            sql`SELECT 1 FROM cluster_messages WHERE entity_type = ${`Workflow/${Delivery.name}`}`,
            (rows) => rows.length
          )
          assert.strictEqual(yield* remembered, 4)
          const days = 40
          yield* Effect.forkScoped(Effect.withClock(running(database, webhooks), inDays(days)))
          yield* eventually(
            "the end of old deliveries",
            Effect.map(remembered, (count) => (count === 0 ? true : undefined))
          )
          yield* block([STARTED], { time: new Date(Date.now() + days * DAY) })
          yield* taken("a match", () => to("/all"), 3)
          yield* allEnded
          assert.deepStrictEqual(to("/all").map(kindOf), ["ping", "issue", "match"])
        }).pipe(Effect.provide(opened(database)))
      })
    )

    it.scopedLive("tell once of a match that is past its deadline and undecided, to those who ask for that", () =>
      Effect.gen(function* () {
        const database = yield* place
        const { to, url } = yield* receiver()
        yield* Effect.gen(function* () {
          yield* migrated
          yield* seed
          const sql = yield* SqlClient
          const undecided = { kinds: ["undecided"] } as const
          const webhooks = [
            webhook("elsewhere", `${url}/elsewhere`, { ...undecided, repository: "acme/other" }),
            webhook("chain", `${url}/chain`),
            webhook("operators", `${url}/operators`, undecided)
          ]
          const first = yield* Effect.fork(running(database, webhooks))
          for (const { name } of webhooks) yield* taken(`the ping of ${name}`, () => to(`/${name}`), 1)
          const since = yield* block([])
          yield* sql`DELETE FROM votes`
          yield* sql`UPDATE issues SET status = 'Competing' WHERE id = ${ISSUE}`
          // Votes now wait for 11 blocks: longer than the match's 8.
          yield* sql`UPDATE config_changes SET config = config || '{"ownerDelay": 7, "day": 9}' WHERE config IS NOT NULL`
          yield* sql`UPDATE competitions SET status = 'Running', winner = NULL, pull_request = NULL, ended_at = NULL, deadline = ${since} - 12 WHERE id = 1`
          yield* block([REGISTERED])
          yield* taken("an undecided match", () => to("/operators"), 2)
          yield* taken("an issue", () => to("/chain"), 2)
          yield* ended(5)
          yield* Fiber.interrupt(first)
          yield* Effect.forkScoped(running(database, webhooks))
          yield* block([REGISTERED])
          yield* taken("another issue", () => to("/chain"), 3)
          yield* allEnded
          assert.deepStrictEqual(to("/operators").map(kindOf), ["ping", "undecided"])
          assert.deepStrictEqual(to("/chain").map(kindOf), ["ping", "issue", "issue"])
          assert.deepStrictEqual(to("/elsewhere").map(kindOf), ["ping"])
          const { data } = messageIn(to("/operators")[1]?.body)
          assert.deepInclude(data, {
            text: "Match 1 on acme/widgets#42 is past its deadline and undecided: no validator's vote stands",
            undecided: { since, state: "noVotes" },
            competition: 1,
            miners: [
              { hotkey: ALICE, login: "login-1" },
              { hotkey: BOB, login: "login-2" }
            ],
            issue: { id: ISSUE, repository: "acme/widgets", number: 42, title: "Crash when saving", bounty: "100000000000" },
            link: "https://page.example/competitions/1",
            api: "/v1/competitions/1"
          })
        }).pipe(Effect.provide(opened(database)))
      })
    )

    it.scopedLive("tell plays to those who ask for them, each once, also those that are found late, and none from before", () =>
      Effect.gen(function* () {
        const database = yield* place
        const { to, url } = yield* receiver()
        yield* Effect.gen(function* () {
          yield* migrated
          yield* seed
          const hotkey = Schema.decodeSync(AccountAddress)
          const plays = { kinds: ["play"] } as const
          const webhooks = [
            webhook("elsewhere", `${url}/elsewhere`, { ...plays, repository: "acme/other" }),
            webhook("carol", `${url}/carol`, { ...plays, hotkey: hotkey(CAROL) }),
            webhook("bob", `${url}/bob`, { ...plays, hotkey: hotkey(BOB), repository: "ACME/widgets" }),
            webhook("chain", `${url}/chain`),
            webhook("plays", `${url}/plays`, plays)
          ]
          const first = yield* Effect.fork(running(database, webhooks))
          yield* taken("the ping", () => to("/plays"), 1)
          yield* ended(5)
          const [before, now] = [Date.now() - DAY, Date.now()]
          yield* told([
            ["opened", before],
            ["passing", now + 1]
          ])
          yield* taken("a play", () => to("/plays"), 2)
          // Intermediate events that GitHub shows later; the second one is stored later than it was read.
          yield* told([
            ["opened", before],
            ["ready", now + 2],
            ["passing", now + 1]
          ])
          yield* taken("another one", () => to("/plays"), 3)
          yield* told(
            [
              ["opened", before],
              ["approved", now + 3],
              ["ready", now + 2],
              ["passing", now + 1]
            ],
            Date.now() - 1
          )
          yield* taken("one that was stored late", () => to("/plays"), 4)
          // After a rename of the repository, its events are read again, and must not be delivered again.
          const sql = yield* SqlClient
          yield* sql`DELETE FROM plays`
          yield* sql`UPDATE pull_requests SET repository = 'acme/gizmos' WHERE number = 77`
          yield* told(
            [
              ["opened", before],
              ["approved", now + 3],
              ["ready", now + 2],
              ["passing", now + 1],
              ["reviewRequested", now + 5]
            ],
            Date.now(),
            "acme/gizmos"
          )
          yield* taken("what is new since the rename", () => to("/plays"), 5)
          yield* ended(13)
          yield* Fiber.interrupt(first)

          yield* emptyTables
          yield* seed
          yield* block([REGISTERED])
          yield* told([
            ["opened", before],
            ["approved", now + 3],
            ["ready", now + 2],
            ["passing", now + 1],
            ["merged", now + 4]
          ])
          yield* Effect.forkScoped(running(database, webhooks))
          yield* taken("what is new since the restart", () => to("/plays"), 6)
          yield* taken("an issue", () => to("/chain"), 2)
          yield* allEnded
          assert.deepStrictEqual(to("/plays").map(playIn), ["ping", "passing", "ready", "approved", "reviewRequested", "merged"])
          assert.sameMembers(
            to("/bob").map(playIn),
            ["ping", "passing", "ready", "approved", "reviewRequested", "merged"],
            "it is his match"
          )
          assert.deepStrictEqual(to("/chain").map(playIn), ["ping", "issue"])
          for (const path of ["/elsewhere", "/carol"]) assert.deepStrictEqual(to(path).map(playIn), ["ping"], path)
          const { timestamp, data } = messageIn(to("/plays")[1]?.body)
          assert.strictEqual(timestamp, new Date(now + 1).toISOString())
          assert.deepInclude(data, {
            text: "All checks of login-1’s #77 pass",
            miners: [{ hotkey: ALICE, login: "login-1" }],
            competition: 1,
            link: "https://page.example/competitions/1",
            api: "/v1/competitions/1",
            issue: { id: ISSUE, repository: "acme/widgets", number: 42, title: "Crash when saving", bounty: "100000000000" },
            play: { kind: "passing", repository: "acme/widgets", number: 77, by: "owner", commit: null, times: 1 }
          })
        }).pipe(Effect.provide(opened(database)))
      })
    )
  })

it.scopedLive.skipIf(!postgresIsAvailable)("a delivery goes on whose attempt ended while Postgres was away", () =>
  Effect.gen(function* () {
    const url = yield* freshUrl("migrated")
    const database = { url: Option.some(Redacted.make(url)), folder: "" }
    const logged: Array<string> = []
    const logger = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ message }) => logged.push(String(message)))
    )
    const held = Promise.withResolvers<Response>()
    const { to, url: at } = yield* receiver((_, number) => (number === 1 ? held.promise : new Response()))
    yield* Effect.gen(function* () {
      yield* migrated
      yield* Effect.forkScoped(running(database, [webhook("all", `${at}/all`)], { pauses: PAUSES }))
      yield* taken("the first attempt", () => to("/all"), 1)
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* closed(url)
          held.resolve(new Response(null, { status: 500 }))
          yield* eventually(
            "the engine to miss the database",
            Effect.sync(() => (logged.some((line) => line.includes("the database of durable work does not answer")) ? true : undefined))
          )
        })
      )
      yield* taken("the second attempt", () => to("/all"), 2)
      yield* ended(1)
    }).pipe(Effect.provide(opened(database)), Effect.provide(logger))
  })
)
