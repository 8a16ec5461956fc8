/**
 * `npm run bench -- index [--json]`: measures how fast `gittensor index` catches up with a dev chain that has a contract call in a tenth of its
 * blocks, and how far `--follow` lags behind. `again…`: a second pass without new blocks. `emptyBlockCpuMs`, `eventCpuMs`: processor time that an empty
 * block costs, and an event of the contract besides its block. The index runs in a separate process from the chain and the
 * GitHub stand-in, which has the issues. It writes to the embedded database, and to the Postgres at GITTENSOR_BENCH_DATABASE_URL, which is emptied.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Option, Schema } from "effect"
import { start } from "../../lab/devnet/github/StandIn.ts"
import { RepositoryName } from "../../src/domain/IssueRef.ts"
import * as Database from "../../src/layers/storage/database/Database.ts"
import type { World } from "../../test/support/contract/World.ts"
import { post } from "../../test/support/devnet/support.ts"
import { bounties, CYCLE, history } from "../../test/support/indexer/history.ts"
import { type Ended, following, onePass, type Target } from "./program.ts"

const BLOCKS = 5_000
/** Further blocks without the contract, and then with bounties. */
const FURTHER = 2_000
const FOLLOWED = 300
const BLOCK_MS = 100

const rounded = (value: number): number => Math.round(value * 10) / 10

const hundredths = (value: number): number => Math.round(value * 100) / 100

const Told = Schema.parseJson(Schema.Struct({ at: Schema.Struct({ number: Schema.Number }) }))

/** A percentile. */
const percentile = (values: ReadonlyArray<number>, hundredths: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor((values.length * hundredths) / 100))] ?? 0

/** The lag behind the finalised head, sampled while blocks arrive at a fixed interval. */
const follow = async (target: Target, port: number, finalised: () => number) => {
  const lags: Array<number> = []
  let at = 0
  const running = following(target, (line) => {
    at = Schema.decodeUnknownSync(Told)(line).at.number
  })
  const mode = (value: string) =>
    Effect.runPromise(post(port, JSON.stringify({ jsonrpc: "2.0", id: 1, method: "dev_setBlockBuildMode", params: [value] })))
  await mode(`${BLOCK_MS}ms`)
  for (let waited = 0; waited < 200 && at === 0; waited++) await Bun.sleep(50)
  // One sample a block, shortly after the block is final.
  for (let block = 0; block < FOLLOWED; block++) {
    await Bun.sleep(BLOCK_MS)
    lags.push(Math.max(0, finalised() - at))
  }
  await mode("instant")
  const { peakMegabytes, megabytes } = running.usage()
  await running.stop()
  return { lags, peakMegabytes, megabytes }
}

const told = (name: string, { pass, wallSeconds, cpuSeconds, peakMegabytes, megabytes }: Ended) => ({
  [`${name}Blocks`]: pass.blocks,
  [`${name}BlocksPerSecond`]: pass.blocksPerSecond,
  [`${name}Seconds`]: rounded(pass.seconds),
  [`${name}CpuSeconds`]: rounded(cpuSeconds),
  [`${name}ProcessSeconds`]: rounded(wallSeconds),
  [`${name}StoringSeconds`]: rounded(pass.storingSeconds),
  // Near 1: the index computes all the time. Far below 1: it waits for the chain or the database.
  [`${name}BusyShare`]: Math.round((cpuSeconds / wallSeconds) * 100) / 100,
  [`${name}PeakMegabytes`]: rounded(peakMegabytes),
  [`${name}Megabytes`]: rounded(megabytes)
})

/** Every pass also audits a missed epoch. */
const again = ({ wallSeconds, cpuSeconds }: Ended) => ({ againCpuSeconds: rounded(cpuSeconds), againProcessSeconds: rounded(wallSeconds) })

/** Rows and bytes, indexes included, of each table of a database. */
const tables = Effect.gen(function* () {
  const sql = yield* SqlClient
  const found = yield* sql<{ readonly name: string; readonly bytes: string }>`
    SELECT relname AS name, pg_total_relation_size(oid)::text AS bytes FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ('chain', 'schema_migrations')`
  return yield* Effect.forEach(found, ({ name, bytes }) =>
    Effect.map(sql<{ readonly rows: string }>`SELECT count(*)::text AS rows FROM ${sql(name)}`, ([counted]) => ({
      name,
      rows: Number(counted?.rows),
      bytes: Number(bytes)
    }))
  )
})

const databaseIn = (folder: string) => Database.layer({ url: Option.none(), folder: join(folder, "database") })

/** The embedded database's bytes for blocks, and for everything from events and calls, without the size of empty tables. */
const contents = Effect.fn("contents")(function* (folder: string) {
  const filled = yield* Effect.provide(tables, databaseIn(folder))
  const empty = yield* Effect.flatMap(Database.Database, ({ migrate }) => migrate).pipe(
    Effect.zipRight(tables),
    Effect.provide(databaseIn(join(folder, "empty")))
  )
  const sumOf = (held: typeof filled, of: (name: string) => boolean, figure: "rows" | "bytes") =>
    held.filter(({ name }) => of(name)).reduce((sum, one) => sum + one[figure], 0)
  const grownBy = (of: (name: string) => boolean) => sumOf(filled, of, "bytes") - sumOf(empty, of, "bytes")
  const [isBlocks, isOther] = [(name: string) => name === "blocks", (name: string) => name !== "blocks"]
  return {
    storedBlocks: sumOf(filled, isBlocks, "rows"),
    storedBlocksBytes: grownBy(isBlocks),
    storedEvents: sumOf(filled, (name) => name === "events", "rows"),
    storedRows: sumOf(filled, isOther, "rows"),
    storedBytes: grownBy(isOther)
  }
})

const events = Effect.gen(function* () {
  const [counted] = yield* (yield* SqlClient)<{ readonly events: string }>`SELECT count(*)::text AS events FROM events`
  return Number(counted?.events)
})

/** The processor time of an empty block, and of an event, from passes over blocks without and with bounties; a pass without new blocks costs the rest. */
const apart = Effect.fn("apart")(function* (of: World, target: Target, folder: string) {
  const pass = Effect.promise(() => onePass(target))
  const stored = Effect.provide(events, databaseIn(folder))
  yield* pass
  const none = yield* pass
  const before = yield* stored
  yield* of.toBlock((yield* of.block) + FURTHER)
  const empty = yield* pass
  const ofBlock = (empty.cpuSeconds - none.cpuSeconds) / empty.pass.blocks
  yield* bounties(of, BLOCKS / CYCLE + 1, (BLOCKS + FURTHER) / CYCLE)
  const full = yield* pass
  const ofEvents = full.cpuSeconds - none.cpuSeconds - ofBlock * full.pass.blocks
  return {
    emptyBlockCpuMs: hundredths(ofBlock * 1_000),
    eventCpuMs: hundredths((ofEvents / ((yield* stored) - before)) * 1_000)
  }
})

/** A GitHub stand-in with the history's issues. */
const gitHubWith = Effect.fn("gitHubWith")(function* (issues: number) {
  const { url, control } = yield* start({ port: 0, facts: [] })
  const { token } = yield* control.createUser({ payload: { login: "index" } })
  const repository = RepositoryName.make("acme/widgets")
  yield* control.createRepository({ payload: { repository } })
  for (let issue = 0; issue < issues; issue++) yield* control.openIssue({ payload: { repository, title: "Issue", author: "index" } })
  return { url, token }
})

/** Measures and returns the figures under their JSON names. */
export const index = Effect.gen(function* () {
  const of = yield* history(BLOCKS / CYCLE)
  const port = Number(new URL(of.endpoint).port)
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-bench-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )
  const url = process.env.GITTENSOR_BENCH_DATABASE_URL
  const gitHub = yield* gitHubWith((BLOCKS + FURTHER) / CYCLE)
  const at = (database: ReadonlyArray<string>): Target => ({ endpoint: of.endpoint, contract: of.contract, database, gitHub })
  const embedded = at(["--data", folder])
  const postgres = url === undefined ? undefined : at(["--database", url])
  const figures = {
    ...told("embedded", yield* Effect.promise(() => onePass(embedded))),
    ...again(yield* Effect.promise(() => onePass(embedded))),
    ...(yield* contents(folder)),
    ...(postgres === undefined ? {} : told("postgres", yield* Effect.promise(() => onePass(postgres, "--from-genesis"))))
  }
  let newest = 0
  yield* Effect.promise(() =>
    of.api.rpc.chain.subscribeFinalizedHeads((header) => {
      newest = header.number.toNumber()
    })
  )
  const { lags, peakMegabytes, megabytes } = yield* Effect.promise(() => follow(postgres ?? embedded, port, () => newest))
  return {
    ...figures,
    followedBlocks: lags.length,
    followBlockMs: BLOCK_MS,
    lagP50Blocks: percentile(lags, 50),
    lagP99Blocks: percentile(lags, 99),
    lagMostBlocks: Math.max(...lags),
    followPeakMegabytes: rounded(peakMegabytes),
    followMegabytes: rounded(megabytes),
    ...(yield* apart(of, embedded, folder))
  }
}).pipe(Effect.scoped)
