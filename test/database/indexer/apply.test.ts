import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, HashMap, Option } from "effect"
import { pairVotesOf } from "../../../lab/contract-model/competitions.ts"
import { payeeKey } from "../../../lab/contract-model/State.ts"
import { roundAt } from "../../../lab/contract-model/Turn.ts"
import { isOwn } from "../../../lab/contract-model/weights.ts"
import { makeApply } from "../../../src/dashboard/indexer/apply/apply.ts"
import type { BlockContents } from "../../../src/dashboard/indexer/blockContents.ts"
import { toJson } from "../../../src/dashboard/indexer/json.ts"
import type { Ratings } from "../../../src/elo/ratings.ts"
import { variants } from "../../support/database/support.ts"
import { Story } from "../../support/indexer/story.ts"
import { everyRow } from "../../support/indexer/tables.ts"

const SEEDS = [1, 2, 3, 4]
const STEPS = 120

/** Applies blocks in batches of these sizes, in rotation, each in its own transaction. */
const applyAll = (blocks: ReadonlyArray<BlockContents>, sizes: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const apply = yield* makeApply
    for (let from = 0, turn = 0; from < blocks.length; turn++) {
      const size = sizes[turn % sizes.length] ?? 1
      yield* sql.withTransaction(apply(blocks.slice(from, from + size)))
      from += size
    }
  })

const query = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Readonly<Record<string, unknown>>>(text))

const milli = (ratings: Ratings | undefined, hotkey: string) => ratings?.get(hotkey)?.rating

for (const { name, skip, layer } of variants) {
  describe.skipIf(skip)(`applying blocks, ${name}`, () => {
    it.scoped("produces the same state as the contract's model", () =>
      Effect.gen(function* () {
        for (const seed of SEEDS) {
          const story = new Story(seed).play(STEPS)
          yield* Effect.provide(
            Effect.gen(function* () {
              yield* applyAll(story.blocks, [5, 1, 40])
              yield* compare(story)
            }),
            layer
          )
        }
      })
    )

    it.scoped("makes the same rows in any batch size, with a restart before each batch, and from repeated blocks", () =>
      Effect.gen(function* () {
        const { blocks } = new Story(5).play(STEPS)
        const ways: ReadonlyArray<Effect.Effect<unknown, unknown, SqlClient.SqlClient>> = [
          applyAll(blocks, [1]),
          applyAll(blocks, [7, 30]),
          applyAll(blocks, [blocks.length]),
          Effect.forEach(blocks, (block) => applyAll([block], [1])),
          Effect.andThen(applyAll(blocks.slice(0, 40), [10]), applyAll(blocks, [25])),
          interrupted(blocks)
        ]
        const results = yield* Effect.forEach(ways, (way) => Effect.provide(Effect.andThen(way, everyRow), layer))
        expect(results[0]?.competitions?.length).toBeGreaterThan(3)
        for (const result of results.slice(1)) expect(result).toStrictEqual(results[0])
      })
    )
  })
}

/** Rolls back every other transaction after applying its blocks, and repeats it with other batch sizes. */
const interrupted = (blocks: ReadonlyArray<BlockContents>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const apply = yield* makeApply
    for (let from = 0; from < blocks.length; from += 10) {
      const exit = yield* Effect.exit(sql.withTransaction(Effect.andThen(apply(blocks.slice(from, from + 13)), Effect.fail("interrupted"))))
      expect(Exit.isFailure(exit)).toBe(true)
      yield* sql.withTransaction(apply(blocks.slice(from, from + 10)))
    }
  })

/** Compares the tables with the model. Each column is checked against an independently computed value. */
const compare = (story: Story) => Effect.andThen(compareState(story), compareRatings(story))

/** Each change of a rating has a step with the computation's own explanation. */
const compareRatings = (story: Story) =>
  Effect.gen(function* () {
    const text = (row: object) => JSON.stringify(Object.entries(row).toSorted())
    const expected: Array<string> = []
    let since = Number.NEGATIVE_INFINITY
    for (const at of story.rated) {
      for (const { hotkey, reasons } of story.ratingsAt(at).values()) {
        for (const reason of reasons) {
          if (reason._tag === "Played" && reason.block === at) {
            const { change, competition, expectedPpm, k, opponent, opponentRating, rating, result } = reason
            const game = { competition, k, opponent, opponent_rating: opponentRating, expected_ppm: expectedPpm }
            expected.push(text({ hotkey, block: at, cause: result, before: rating - change, after: rating, ...game }))
          }
          if (reason._tag === "Absent" && reason.block > since && reason.change !== 0) {
            const { block, change, rating } = reason
            const game = { competition: null, k: null, opponent: null, opponent_rating: null, expected_ppm: null }
            expected.push(text({ hotkey, block, cause: "absent", before: rating - change, after: rating, ...game }))
          }
        }
      }
      since = at
    }
    const rows = yield* query("SELECT * FROM ratings")
    expect(rows.map(text).toSorted()).toStrictEqual(expected.toSorted())
  })

const compareState = (story: Story) =>
  Effect.gen(function* () {
    const { state, subnet } = story.world
    const last = story.blocks.at(-1)
    const waiting = story.issues.filter(({ status }) => status._tag === "Funding").map(({ id }) => id)
    expect(
      yield* query(
        "SELECT id, target, funded, status, reason, queue_position, attempts, competition, repository, number, registered_at FROM issues ORDER BY id"
      )
    ).toStrictEqual(
      story.issues.map((issue) => ({
        id: issue.id,
        target: issue.bounty.toString(),
        funded: issue.funded.toString(),
        status: issue.status._tag,
        reason: issue.status._tag === "Cancelled" ? toJson(issue.status.value) : null,
        queue_position: waiting.includes(issue.id) ? waiting.indexOf(issue.id) + 1 : null,
        attempts: issue.attempts,
        competition: issue.competition,
        repository: issue.repository,
        number: issue.number,
        registered_at: issue.registeredAt
      }))
    )

    const endOf = (ratings: Ratings | undefined, hotkey: string, id: number) => {
      const rating = ratings?.get(hotkey)
      const played = rating?.reasons.find((reason) => reason._tag === "Played" && reason.competition === id)
      return played?.rating ?? rating?.rating
    }
    const payeeOf = (id: number, side: number) => Option.getOrNull(HashMap.get(state.payees, payeeKey(id, side)))
    expect(
      yield* query(
        "SELECT id, status, winner, reason, slash_a, slash_b, a_payee, b_payee, ended_at, started_at, a_hotkey, a_rating, b_rating, a_rating_after, b_rating_after FROM competitions ORDER BY id"
      )
    ).toStrictEqual(
      story.competitions.map((competition) => {
        const { a, b, id, startedAt, status } = competition
        const drawn = story.ratingsAt(story.drawnAt.get(id) ?? 0)
        const end = status._tag === "Running" ? undefined : story.ratingsAt(status.at)
        const present = (competitor: typeof a) => story.presentHotkey(competitor, startedAt, status._tag === "Running" ? 0 : status.at)
        return {
          id,
          status: status._tag,
          winner: status._tag === "Won" ? status.winner : null,
          reason: status._tag === "Void" ? toJson(status.reason) : null,
          slash_a: status._tag === "Unsolved" ? status.slashA : null,
          slash_b: status._tag === "Unsolved" ? status.slashB : null,
          a_payee: payeeOf(id, 0),
          b_payee: payeeOf(id, 1),
          ended_at: status._tag === "Running" ? null : status.at,
          started_at: startedAt,
          a_hotkey: a.hotkey,
          a_rating: milli(drawn, a.hotkey) ?? 1_500_000,
          b_rating: milli(drawn, b.hotkey) ?? 1_500_000,
          a_rating_after: endOf(end, present(a), id) ?? null,
          b_rating_after: endOf(end, present(b), id) ?? null
        }
      })
    )

    const round = roundAt(state, last?.number ?? 0)
    const open = story.issues.filter(({ status }) => status._tag !== "Paid" && status._tag !== "Cancelled")
    const isListed = (validator: string, at: number) =>
      !state.validators.some(({ hotkey }) => hotkey === validator) || isOwn(state, validator, at)
    const pairs = open.flatMap(({ id }) =>
      pairVotesOf(state, id, round).flatMap(({ a, b, validator }) => (isListed(validator, round.from) ? [[id, validator, { a, b }]] : []))
    )
    const outcomes = open.flatMap(({ id }) =>
      Option.getOrElse(HashMap.get(state.outcomeBallots, id), () => []).flatMap(({ choice, since, validator }) =>
        isListed(validator, since) ? [[id, validator, toJson(choice)]] : []
      )
    )
    const live = yield* query("SELECT issue, validator, choice, kind FROM votes WHERE ended_at IS NULL ORDER BY issue, block, event")
    const liveOf = (kind: string) => live.filter((row) => row.kind === kind).map((row) => [row.issue, row.validator, row.choice])
    expect(liveOf("pair")).toStrictEqual(pairs)
    expect(liveOf("outcome")).toStrictEqual(outcomes)
    expect(
      yield* query(`SELECT block, event, kind, issue, validator, choice, since::int, competition, cast_weight, weight, total_weight, ended_at, ended_by, in_passing_tally
        FROM votes ORDER BY block, event`)
    ).toStrictEqual(story.book.votes)

    const whitelist = yield* query(
      "SELECT hotkey, noted_before, noted_day, noted_since FROM validators WHERE removed_at IS NULL ORDER BY hotkey"
    )
    const noted = state.validators.map(({ hotkey, noted: { before, day, since } }) => ({
      hotkey,
      noted_before: before.toString(),
      noted_day: day.toString(),
      noted_since: since.toString()
    }))
    expect(whitelist).toStrictEqual(noted.toSorted((left, right) => (left.hotkey < right.hotkey ? -1 : 1)))
    expect(noted.some(({ noted_day }) => noted_day !== "0")).toBe(true)

    const [sums] = yield* query(`SELECT
      (SELECT coalesce(sum(amount), 0) FROM payouts)::text AS paid,
      (SELECT coalesce(sum(amount), 0) FROM treasury_flows WHERE kind = 'recycled')::text AS recycled,
      (SELECT coalesce(sum(CASE WHEN destination = 'free' THEN amount WHEN source = 'free' THEN -amount ELSE 0 END), 0)
        FROM treasury_flows)::text AS free,
      (SELECT coalesce(sum(CASE WHEN destination = 'collateral' THEN amount WHEN source = 'collateral' THEN -amount ELSE 0 END), 0)
        FROM collateral_flows)::text AS collateral,
      (SELECT coalesce(sum(earned), 0) FROM miners)::text AS earned`)
    expect(sums).toStrictEqual({
      paid: state.paid.toString(),
      recycled: state.recycled.toString(),
      free: (state.fresh + state.aged).toString(),
      collateral: state.collateral.toString(),
      earned: state.paid.toString()
    })

    expect(yield* query("SELECT hotkey FROM miners WHERE enrolled_at IS NOT NULL")).not.toStrictEqual([])

    const rated = yield* query("SELECT max(rated_at) AS at FROM miners")
    const expected = story.ratingsAt(Number(rated[0]?.at))
    expect(
      yield* query(`SELECT hotkey, rating, rated_games AS games, provisional, eligible FROM miners
        WHERE rated_at = (SELECT max(rated_at) FROM miners) ORDER BY hotkey COLLATE "C"`)
    ).toStrictEqual(
      Array.from(expected?.values() ?? [], ({ reasons: _, ...rating }) => rating).map(
        ({ eligible, games, hotkey, provisional, rating }) => ({ hotkey, rating, games, provisional, eligible })
      )
    )

    const records = yield* query("SELECT hotkey, won, lost, expired FROM miners WHERE won + lost + expired > 0 ORDER BY hotkey")
    const record = (hotkey: unknown) => {
      const tally = { won: 0, lost: 0, expired: 0 }
      for (const { a, b, status } of story.competitions) {
        const side = a.hotkey === hotkey ? 0 : b.hotkey === hotkey ? 1 : null
        if (side === null) continue
        if (status._tag === "Won") tally[status.winner === side ? "won" : "lost"] += 1
        if (status._tag === "Expired" || status._tag === "Unsolved") tally.expired += 1
        if (status._tag === "Void" && status.reason._tag === "SubmittedTooEarly" && status.reason.hotkey === hotkey) tally.lost += 1
      }
      return tally
    }
    for (const { hotkey, ...tally } of records) expect({ hotkey, ...tally }).toStrictEqual({ hotkey, ...record(hotkey) })
    expect(subnet.block).toBeGreaterThan(last?.number ?? 0)
  })
