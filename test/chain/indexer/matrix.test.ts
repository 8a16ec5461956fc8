/**
 * The complete matrix: every message and every event of the contract on the dev chain, in the tables and through the endpoints. Columns that stay
 * empty are listed here. This history's rows also prove that each column is reachable.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Logger, LogLevel, Schema } from "effect"
import { constructorMessage, eventTopics, messages } from "../../../src/contract-client/generated.ts"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import { tables } from "../../../src/layers/storage/database/schema/tables.ts"
import { ratingsAt } from "../../../src/scoring/issue_competitions/roundState.ts"
import { unreachableColumns } from "../../support/api/reachable.ts"
import { asked } from "../../support/api/support.ts"
import { account, miner, VALIDATORS } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { ROUND } from "../../support/contract/settings.ts"
import type { World } from "../../support/contract/World.ts"
import { variants } from "../../support/database/support.ts"
import { number, story, WIDGETS } from "../../support/github/story.ts"
import { index, on } from "../../support/indexer/chain.ts"
import { everything, settings } from "../../support/indexer/everything.ts"
import { loadPullRequests, openPullRequests } from "../../support/indexer/pullRequests.ts"

/**
 * Tables that are not filled from blocks, but by audits of epochs, by validators' published findings on pull requests, and by daily surveys of
 * GitHub.
 */
const BESIDE_BLOCKS = Object.entries(tables).flatMap(([table, { columns }]) =>
  /^(artefacts|github_comments|repositories|suggestions|(consensus|quality)_.*)$/.test(table)
    ? Object.keys(columns).map((column) => `${table}.${column}`)
    : []
)

/** Columns that no block fills yet: pull request scores and the contents of reports belong to the scoring of contributions. */
const UNFILLED = [
  ...BESIDE_BLOCKS,
  // GitHub works here.
  "chain.github_trouble",
  "chain.github_trouble_since",
  // The owner gives no reasons here.
  "issues.without_consent",
  // The treasury works here.
  "chain.treasury_why",
  // No coldkey has an identity here.
  "validators.name",
  // Here there are no pushes to pull requests, checks or reviews.
  "plays.commit",
  "pull_requests.checks",
  "pull_requests.review",
  // The chain refuses nobody's weights here.
  "weights.error",
  "reports.values",
  "scores.epoch",
  "scores.hotkey",
  "scores.repository",
  "scores.score",
  "scores.components",
  "scores.block"
]

/**
 * Columns of empty tables cannot change, and a failure's timestamp is not shown without the failure. The API's own test of columns fills them by
 * hand.
 */
const EMPTY = UNFILLED.filter(
  (column) =>
    !/^(?:reports\.values|chain\.github_trouble|chain\.treasury_why|issues\.without_consent|weights\.error|(?:plays|pull_requests|validators)\..*)$/.test(
      column
    )
)

const names = (rows: ReadonlyArray<object>): ReadonlyArray<unknown> => rows.flatMap((row) => Object.values(row))

/** A row of which only some columns are checked. */
const query = (text: string) => Effect.flatMap(SqlClient, (sql) => sql.unsafe<Readonly<Record<string, unknown>>>(text))

const Page = Schema.Struct({ items: Schema.Array(Schema.Record({ key: Schema.String, value: Schema.Unknown })) })

const filled = Effect.gen(function* () {
  const columns = yield* query(`SELECT table_name AS t, column_name AS c FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT IN ('schema_migrations', 'change_log') ORDER BY table_name, ordinal_position`)
  const empty: Array<string> = []
  for (const { c, t } of columns) {
    const rows = yield* query(`SELECT FROM "${t}" WHERE "${c}" IS NOT NULL LIMIT 1`)
    if (rows.length === 0) empty.push(`${t}.${c}`)
  }
  return empty
})

/** Messages that need an ended subnet; see `test/database/indexer/ending.test.ts`. */
const LAST_MESSAGES = ["wind_up", "claim", "assign_rest"]
const LAST_EVENTS = ["EndShown", "EndForgotten", "WoundUp", "ClaimPaid", "TaoCollected", "RestAssigned"]

const play = Effect.gen(function* () {
  const gitHub = yield* story({ limits: { pointsPerMinute: 100_000 } })
  const { control } = gitHub
  const of = yield* world(settings)
  yield* control.changeRepository({ payload: { repository: WIDGETS, language: "TypeScript" } })
  for (const title of ["two", "three", "four", "five"])
    yield* control.openIssue({ payload: { repository: WIDGETS, title, body: `It is about **${title}**.`, author: "ada" } })
  yield* control.remark({ payload: { repository: WIDGETS, number: number(4), by: "ada", remark: { _tag: "Labeled", label: "bug" } } })
  const { running } = yield* everything(of, gitHub).pipe(Effect.provide(on(of)))
  // Their times come from the index, so only the first call opens them.
  const opened = yield* Effect.once(openPullRequests(gitHub, running))
  return { of, gitHub, opened }
})

/** The whole history. It is played once, because playing costs many times more than indexing. */
class Played extends Context.Tag("Played")<Played, Effect.Effect.Success<typeof play>>() {
  static readonly live = Layer.scoped(this, play).pipe(Layer.orDie, Layer.provide(Logger.minimumLogLevel(LogLevel.Warning)))
}

layer(Played.live, { excludeTestServices: true })("everything that can happen", (it) => {
  for (const { name, skip, layer: database } of variants)
    it.scoped.skipIf(skip)(`is in the tables, in every column, and through the endpoints as the contract reports it, ${name}`, () =>
      Effect.gen(function* () {
        const { gitHub, of, opened } = yield* Played
        yield* Effect.gen(function* () {
          yield* index
          yield* opened
          yield* loadPullRequests(gitHub)

          // every message and every event
          const said = names(yield* query("SELECT DISTINCT message FROM calls WHERE success"))
          const mutating = Object.values(messages).flatMap(({ label, mutates }) =>
            mutates && !LAST_MESSAGES.includes(label) ? [label] : []
          )
          assert.sameMembers([...said], [...mutating, constructorMessage.label])
          const happened = names(yield* query("SELECT DISTINCT name FROM events"))
          assert.sameMembers(
            [...happened],
            Object.values(eventTopics).filter((name) => !LAST_EVENTS.includes(name))
          )
          assert.isAbove((yield* query("SELECT FROM calls WHERE error IS NOT NULL")).length, 0)
          assert.deepStrictEqual(yield* query("SELECT name FROM events WHERE call_position IS NULL"), [])

          // every column
          assert.sameMembers([...(yield* filled)], UNFILLED)

          yield* ratedAsByValidators
          yield* throughEndpoints(of)
          // Which columns the endpoints show does not depend on the database, and the search takes longest.
          if (name !== variants[0]?.name) return
          const [a, b] = [(yield* miner(5)).hotkey, (yield* miner(6)).hotkey]
          const unreachable = yield* unreachableColumns({
            ids: [1, 2, 3, 4],
            // On a slow machine, one more competition comes before it.
            competitions: names(yield* query("SELECT DISTINCT competition FROM pull_requests")).map(Number),
            miners: [a, b],
            validator: yield* account(VALIDATORS[0])
          })
          assert.sameMembers([...unreachable], [...EMPTY])
        }).pipe(Effect.provide(on(of)))
      }).pipe(Effect.provide(Layer.merge(database, Logger.minimumLogLevel(LogLevel.Warning))))
    )
})

/** Validators compute ratings from the chain's state at a round's first block; the index computes them from events alone. */
const ratedAsByValidators = Effect.gen(function* () {
  const chain = yield* Chain.Chain
  const at = (block: number) => Effect.map(chain.hashOf(block), (hash) => ({ number: block, hash }))
  const rows = yield* query(`SELECT hotkey, rating, rated_games AS games, provisional, eligible, rated_at FROM miners
    WHERE rated_at = (SELECT max(rated_at) FROM miners)`)
  const { ratings } = yield* ratingsAt(yield* at(Number(rows[0]?.rated_at)))
  assert.sameDeepMembers(
    rows.map(({ eligible, games, hotkey, provisional, rating }) => ({ hotkey, rating, games, provisional, eligible })),
    Array.from(ratings.values(), ({ eligible, games, hotkey, provisional, rating }) => ({ hotkey, rating, games, provisional, eligible }))
  )
  assert.isAbove(new Set(rows.map(({ rating }) => rating)).size, 1)
  const drawn = yield* query("SELECT round, a_hotkey, b_hotkey, a_rating, b_rating FROM competitions ORDER BY id")
  for (const { a_hotkey, a_rating, b_hotkey, b_rating, round } of drawn) {
    const then = (yield* ratingsAt(yield* at(Number(round) * ROUND))).ratings
    assert.deepStrictEqual([a_rating, b_rating], [then.get(String(a_hotkey))?.rating, then.get(String(b_hotkey))?.rating])
  }
})

/** The API's answers compared with the contract's. */
const throughEndpoints = (of: World) =>
  Effect.gen(function* () {
    const get = yield* asked
    const page = (path: string) =>
      Effect.flatMap(get(path), ({ body, status }) => {
        assert.strictEqual(status, 200, `${path}: ${JSON.stringify(body)}`)
        return Effect.map(Schema.decodeUnknown(Page)(body), ({ items }) => items)
      })
    for (const message of Object.values(messages)) {
      if (message.mutates && !LAST_MESSAGES.includes(message.label))
        assert.isAbove((yield* page(`/v1/calls?message=${message.label}`)).length, 0, message.label)
    }
    for (const name of Object.values(eventTopics).filter((name) => !LAST_EVENTS.includes(name)))
      assert.isAbove((yield* page(`/v1/events?name=${name}`)).length, 0, name)
    const issues = yield* of.stored("issues", {})
    const shown = yield* page("/v1/issues?limit=100")
    assert.sameDeepMembers(
      shown.map(({ funded, id, status, target }) => ({ id, target, funded, status })),
      issues.map(({ bounty, funded, id, status }) => ({ id, target: bounty.toString(), funded: funded.toString(), status: status._tag }))
    )
    const competitions = yield* of.stored("competitions", {})
    assert.sameDeepMembers(
      (yield* page("/v1/competitions?limit=100")).map(({ id, status }) => [id, status]),
      competitions.map(({ id, status }) => [id, status._tag])
    )
    assert.isAbove((yield* page("/v1/payouts")).length, 0)
    assert.isAbove((yield* page("/v1/miners")).length, 0)
    for (const path of ["/v1/treasury", "/v1/config", "/v1/validators", "/v1/weights", "/v1/reports", "/v1/stats", "/v1/leaderboard"]) {
      assert.strictEqual((yield* get(path)).status, 200, path)
    }
    const { hotkey } = yield* miner(5)
    assert.strictEqual((yield* get(`/v1/miners/${hotkey}`)).status, 200)
  })
