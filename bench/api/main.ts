/**
 * `npm run bench -- api [--json]`: runs `gittensor serve` on a real Postgres with 10,000 issues, 20,000 competitions and 1,000,000 votes, and asks it 200
 * and then 500 times a second for the list of issues, a competition and a miner. A block is
 * indexed every twelve seconds meanwhile, as on the chain. Postgres, server and client share this machine.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import { PgClient } from "@effect/sql-pg"
import { Effect, Redacted, Schedule } from "effect"
import { freshUrl, postgresIsAvailable } from "../../test/support/database/support.ts"
import { megabytesOf } from "../memory.ts"
import { serving } from "../serving.ts"
import { load, type Measured, percentile } from "./load.ts"
import { COMPETITIONS, hotkeys, ISSUES, seed, VOTES } from "./seed.ts"

const PER_SECOND = 200
const BUSY_PER_SECOND = 500
const SECONDS = 20

const rounded = (value: number): number => Math.round(value * 10) / 10

/** The measured endpoints; each request asks for another competition or miner. */
const kinds = {
  issues: (index: number) =>
    ["/v1/issues", "/v1/issues?status=Competing", "/v1/issues?sort=target&limit=25", `/v1/issues?search=repository%20${index % 200}`][
      index % 4
    ] ?? "/v1/issues",
  competition: (index: number) => `/v1/competitions/${((index * 7_919) % COMPETITIONS) + 1}`,
  miner: (index: number) => `/v1/miners/${hotkeys[(index * 31) % hotkeys.length]}`
}

const figuresOf = (name: string, measured: Measured) => ({
  [`${name}P50Ms`]: rounded(percentile(measured, 50)),
  [`${name}P99Ms`]: rounded(percentile(measured, 99))
})

/** Indexes empty blocks, so that answers change as they do beside an index. */
const indexBlocks = Effect.flatMap(
  SqlClient,
  (sql) => sql`INSERT INTO blocks SELECT number + 1, '0x' || encode(sha256((number + 1)::text::bytea), 'hex'), time + interval '12 seconds'
    FROM blocks ORDER BY number DESC LIMIT 1`
).pipe(Effect.repeat(Schedule.spaced("12 seconds")), Effect.zipRight(Effect.never))

const figures = (url: string) =>
  Effect.gen(function* () {
    const { baseUrl, pid } = yield* serving(url)
    const all = [kinds.issues, kinds.competition, kinds.miner]
    const mixed = (index: number) => all[index % all.length]?.(Math.floor(index / all.length)) ?? "/v1/issues"
    // Warm up first, so that code is compiled and queries are planned.
    yield* load({ baseUrl, paths: mixed, perSecond: PER_SECOND / 4, seconds: 4 })
    yield* load({ baseUrl, paths: mixed, perSecond: PER_SECOND, seconds: 8 })
    const measured = yield* load({ baseUrl, paths: mixed, perSecond: PER_SECOND, seconds: SECONDS })
    const alone = yield* Effect.forEach(Object.entries(kinds), ([name, paths]) =>
      Effect.map(load({ baseUrl, paths, perSecond: PER_SECOND / 4, seconds: 5 }), (one) => figuresOf(name, one))
    )
    const serveMegabytes = rounded(megabytesOf(pid, "VmHWM"))
    const busy = yield* load({ baseUrl, paths: mixed, perSecond: BUSY_PER_SECOND, seconds: SECONDS })
    return {
      requestsPerSecond: rounded(measured.perSecond),
      failures: measured.failures,
      p50Ms: rounded(percentile(measured, 50)),
      p90Ms: rounded(percentile(measured, 90)),
      p99Ms: rounded(percentile(measured, 99)),
      slowestMs: rounded(percentile(measured, 100)),
      busyRequestsPerSecond: rounded(busy.perSecond),
      busyFailures: busy.failures,
      ...figuresOf("busy", busy),
      ...Object.assign({}, ...alone),
      serveMegabytes,
      busyServeMegabytes: rounded(megabytesOf(pid, "VmHWM"))
    }
  }).pipe(Effect.scoped)

/** Measures a server over a seeded database, beside an index. */
export const measure = (url: string) =>
  Effect.raceFirst(figures(url), indexBlocks).pipe(Effect.provide(PgClient.layer({ url: Redacted.make(url), maxConnections: 1 })))

/** Measures and returns the figures under their JSON names. */
export const api = Effect.gen(function* () {
  if (!postgresIsAvailable)
    return yield* Effect.die(
      new Error("there is no Postgres here: install it (Debian: postgresql), or name a server in GITTENSOR_TEST_DATABASE_URL")
    )
  const url = yield* freshUrl("migrated")
  const before = performance.now()
  // The program's own connections would time out on statements this long.
  yield* Effect.provide(seed, PgClient.layer({ url: Redacted.make(url), maxConnections: 1 }))
  const seedSeconds = rounded((performance.now() - before) / 1_000)
  return { issues: ISSUES, competitions: COMPETITIONS, votes: VOTES, seedSeconds, ...(yield* measure(url)) }
}).pipe(Effect.scoped)
