/** Every listener receives each change in the database exactly once, wherever its connection broke. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Clock, type Duration, Effect, Exit, Schema, Scope, TestClock } from "effect"
import { Change, Hello, Refreshed, Reset } from "../../../src/dashboard/api/definition/stream.ts"
import { ALICE, HEAD, seed } from "../../support/api/seed.ts"
import { ask, askUntil, expectMessage, listen, serve } from "../../support/api/serving.ts"
import { variants } from "../../support/database/support.ts"

const data = <A, I>(schema: Schema.Schema<A, I>, message: { readonly data: unknown } | undefined) =>
  Schema.decodeUnknownSync(schema, { onExcessProperty: "error" })(message?.data)

/** Writes one more block as the index does, and lets the server poll. */
const newBlock = (number: number, hash = `0xnew${number}`) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql`INSERT INTO blocks (number, hash, time) VALUES (${number}, ${hash}, ${new Date(Date.UTC(2026, 0, 1, 0, 1, number))})`
  })
const event = (block: number, index: number, name: string, fields: object) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql`INSERT INTO events (block, index, name, fields) VALUES (${block}, ${index}, ${name}, ${JSON.stringify(fields)})`
  )

/** Waits until the server has polled the index and sleeps for a second. */
const waits: Effect.Effect<void> = Effect.gen(function* () {
  const [now, sleeping] = yield* Effect.all([Clock.currentTimeMillis, TestClock.sleeps()])
  if (!Chunk.contains(sleeping, now + 1_000))
    yield* Effect.zipRight(
      Effect.promise(() => new Promise<void>((go) => setImmediate(go))),
      waits
    )
})

/** Advances the clock until the server polls again. */
const later = (time: Duration.DurationInput) => Effect.zipRight(waits, TestClock.adjust(time))
const aSecondLater = later("1 second")

for (const { name, skip, layer } of variants)
  describe.skipIf(skip)(`the stream, ${name}`, () => {
    const withServer = <A, E, R>(body: (url: string) => Effect.Effect<A, E, R>, settings = {}) =>
      seed.pipe(
        Effect.zipRight(serve(settings)),
        Effect.flatMap((url) => body(`${url}/v1/stream`)),
        Effect.scoped,
        Effect.provide(layer)
      )

    it.scoped("first says where the index is, then what each new block brings", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const page = yield* listen(url)
          assert.deepInclude(data(Hello, yield* expectMessage(page, "hello")), { block: HEAD, age: 0 })
          yield* aSecondLater
          const another = yield* listen(url)
          assert.deepInclude(data(Hello, yield* expectMessage(another, "hello")), { block: HEAD, age: 1_000 })
          yield* newBlock(41)
          yield* event(41, 0, "CompetitionStarted", { issue: 1, competition: 1, a: { hotkey: ALICE }, b: { hotkey: "5other" } })
          yield* event(41, 1, "Harvested", { received: "1" })
          yield* aSecondLater
          const message = yield* expectMessage(page, "change")
          assert.strictEqual(message?.id, "41")
          const third = yield* listen(url)
          assert.deepInclude(data(Hello, yield* expectMessage(third, "hello")), { block: 41, age: 0 })
          const change = data(Change, message)
          assert.deepInclude(change, { from: 41, block: 41, issues: [1], competitions: [1], miners: [ALICE, "5other"] })
          assert.includeMembers([...change.topics], ["blocks", "events", "issues", "competitions", "miners", "leaderboard", "treasury"])
          assert.notInclude(change.topics, "config")
          assert.deepStrictEqual(
            change.events.map(({ block, index, name, issue }) => [block, index, name, issue]),
            [
              [41, 0, "CompetitionStarted", 1],
              [41, 1, "Harvested", null]
            ]
          )
          yield* newBlock(42)
          yield* newBlock(43)
          yield* aSecondLater
          assert.deepInclude(data(Change, yield* expectMessage(page, "change")), { from: 42, block: 43, topics: ["blocks"], events: [] })
          // The price of alpha is read after its block was announced.
          yield* Effect.flatMap(SqlClient, (sql) => sql`UPDATE chain SET alpha_price = 1, alpha_price_at = 43`)
          yield* newBlock(44)
          yield* aSecondLater
          assert.deepInclude(data(Change, yield* expectMessage(page, "change")), { from: 44, block: 44, topics: ["blocks", "config"] })
        })
      )
    )

    it.scoped("continues where a connection broke, by Last-Event-ID or `since`", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const byHeader = yield* listen(`${url}?since=1`, { "last-event-id": String(HEAD - 1) })
          assert.deepInclude(data(Change, yield* expectMessage(byHeader, "change")), { from: HEAD, block: HEAD })
          const bySince = yield* listen(`${url}?since=0`)
          const all = data(Change, yield* expectMessage(bySince, "change"))
          assert.deepInclude(all, { from: 1, block: HEAD })
          assert.isAbove(all.events.length, 5)
          const upToDate = yield* listen(`${url}?since=${HEAD}`)
          yield* newBlock(41)
          yield* aSecondLater
          for (const page of [upToDate, byHeader, bySince])
            assert.deepInclude(data(Change, yield* expectMessage(page, "change")), { from: 41, block: 41 })
        })
      )
    )

    it.scoped("asks for a full reload if the index was rebuilt or too much happened", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const future = yield* listen(`${url}?since=${HEAD + 5}`)
          assert.deepInclude(data(Reset, yield* expectMessage(future, "reset")), { block: HEAD })
          yield* Effect.flatMap(SqlClient, (sql) => sql`UPDATE blocks SET hash = '0xother' WHERE number = ${HEAD}`)
          yield* aSecondLater
          yield* expectMessage(future, "reset")
          yield* newBlock(41)
          yield* Effect.forEach(
            Array.from({ length: 501 }, (_, index) => index),
            (index) => event(41, index, "Paused", {}),
            { discard: true }
          )
          yield* aSecondLater
          assert.deepInclude(data(Reset, yield* expectMessage(future, "reset")), { block: 41 })
          yield* newBlock(42)
          yield* aSecondLater
          assert.deepInclude(data(Change, yield* expectMessage(future, "change")), { from: 42 })
        })
      )
    )

    it.scoped("reports updates from GitHub", () =>
      withServer((url) =>
        Effect.gen(function* () {
          const page = yield* listen(url)
          yield* expectMessage(page, "hello")
          // The first poll only learns the initial state.
          yield* later("6 seconds")
          yield* waits
          yield* Effect.flatMap(SqlClient, (sql) =>
            Effect.zipRight(
              sql`UPDATE plays SET seen_at = now() WHERE kind = 'merged'`,
              sql`UPDATE issues SET title = 'new', github_seen_at = now() WHERE id = 1`
            )
          )
          yield* later("6 seconds")
          const { plays, ...rest } = data(Refreshed, yield* expectMessage(page, "github"))
          assert.deepStrictEqual(rest, { topics: ["competitions", "issues"], issues: [1] })
          assert.deepStrictEqual(
            plays.map(({ competition, number, kind, hotkey }) => [competition, number, kind, hotkey]),
            [[1, 77, "merged", ALICE]]
          )
        })
      )
    )

    it.scoped("admits a limited number of listeners, and another one when one has gone", () =>
      withServer(
        (url) =>
          Effect.gen(function* () {
            const health = url.replace("/v1/stream", "/health")
            const from = (client: string) => listen(url, { "x-forwarded-for": client })
            const pages = [yield* from("192.0.2.1"), yield* from("192.0.2.1"), yield* from("192.0.2.2")]
            assert.deepStrictEqual(
              pages.map(({ status }) => status),
              [200, 200, 200]
            )
            assert.strictEqual((yield* ask(url, { headers: { "x-forwarded-for": "192.0.2.3" } })).status, 503, "three in all")
            yield* pages[2]?.hangUp ?? Effect.void
            yield* askUntil(health, ({ json }) => (json() as { readonly streamClients: number }).streamClients === 2)
            assert.strictEqual((yield* ask(url, { headers: { "x-forwarded-for": "192.0.2.1" } })).status, 429, "two for one client")
            assert.strictEqual((yield* from("192.0.2.3")).status, 200)
          }),
        { listeners: 3, perClient: 2 }
      )
    )

    it.scoped("ends with the server, and tells its listeners", () =>
      Effect.gen(function* () {
        yield* seed
        const running = yield* Scope.make()
        const url = yield* Scope.extend(serve(), running)
        const page = yield* listen(`${url}/v1/stream`)
        yield* expectMessage(page, "hello")
        yield* Scope.close(running, Exit.void)
        assert.isUndefined(yield* page.next)
      }).pipe(Effect.scoped, Effect.provide(layer))
    )
  })
