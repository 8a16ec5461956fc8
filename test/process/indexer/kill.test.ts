/** However often the index's process is killed, its result equals that of an undisturbed one. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { SqlClient } from "@effect/sql/SqlClient"
import { expect, layer } from "@effect/vitest"
import { Context, Duration, Effect, Layer, Option, Random, Redacted, Ref, Schedule } from "effect"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { freshUrl, variants } from "../../support/database/support.ts"
import { history } from "../../support/indexer/history.ts"
import { contents } from "../../support/indexer/tables.ts"
import { engine, program } from "../../support/program.ts"
import { SEED } from "../../support/seed.ts"

/** The fourth bounty is cancelled, the others are paid. */
const BOUNTIES = 5
/** Longer than the 256 blocks that an index stores at once, so that kills in different cycles come after different blocks. */
const CYCLE = 260
/** A pass leaves older epochs to the next ones, so there are only a few. */
const TEMPO = 600
const KILLS = BOUNTIES
/** The latest kill during the start of an embedded database's index, as a fraction of the time in which an undisturbed one settles: two passes at least. */
const STARTS_WITHIN = 0.2

interface Target {
  readonly endpoint: string
  readonly contract: string
  readonly url: string | undefined
  readonly data: string
}

/** The index as users run it. */
const start = ({ endpoint, contract, url, data }: Target) => {
  const child = spawn(program[0], [...program.slice(1), "index"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...engine,
      PATH: process.env.PATH ?? "",
      HOME: data,
      GITTENSOR_ENDPOINT: endpoint,
      GITTENSOR_CONTRACT: contract,
      GITTENSOR_DATA: data,
      GITTENSOR_GITHUB_URL: "http://127.0.0.1:9",
      ...(url === undefined ? {} : { DATABASE_URL: url })
    }
  })
  let said = ""
  child.stderr.on("data", (text: Buffer) => {
    said += text.toString()
  })
  const ended = new Promise<number | null>((done) => child.on("close", (code) => done(code)))
  return { kill: () => child.kill("SIGKILL"), ended, said: () => said }
}

const untilDone = (target: Target) =>
  Effect.promise(async () => {
    const { ended, said } = start(target)
    expect([await ended, said()]).toStrictEqual([0, expect.any(String)])
  })

const opened = ({ url, data }: Target) =>
  Database.layer({ url: Option.map(Option.fromNullable(url), Redacted.make), folder: join(data, "database") })

/** An index's content once a pass changes nothing more: a pass may leave older epochs to the next. */
const settled = Effect.fn("settled")(function* (target: Target) {
  const pass = Effect.zipRight(untilDone(target), Effect.provide(contents, opened(target)))
  let [before, now] = [yield* pass, yield* pass]
  while (!isDeepStrictEqual(before, now)) [before, now] = [now, yield* pass]
  return now
})

const temporary = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gt-kill-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Ascending points between 0 and 1, one in each of `count` equal intervals, drawn by the seed. */
const points = (count: number) => {
  const draws = Random.make(SEED)
  return Effect.forEach(Array.from({ length: count }), (_, part) => Effect.map(draws.next, (draw) => (part + draw) / count))
}

const cursor = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ readonly number: number | null }>`SELECT max(number) AS number FROM blocks`
  return row?.number ?? 0
}).pipe(
  // There are no tables before the first run.
  Effect.orElseSucceed(() => 0)
)

/** A client of the database, beside the index. */
const watched = ({ url, data }: Target) =>
  Database.layerForDurableWork({ url: Option.map(Option.fromNullable(url), Redacted.make), folder: join(data, "database") })

/** Starts the index, and kills it once it has stored a block, unless it ends first. Returns the newest block in its database. */
const killAt = (target: Target, block: number) =>
  Effect.gen(function* () {
    const seen = yield* Ref.make(0)
    const running = start(target)
    const ended = Effect.promise(() => running.ended)
    // The index stores many blocks at once, so frequent polling is not needed.
    const there = cursor.pipe(
      Effect.tap((at) => Ref.set(seen, at)),
      Effect.repeat({ until: (at) => at >= block, schedule: Schedule.spaced("10 millis") })
    )
    yield* Effect.raceFirst(there, ended)
    running.kill()
    yield* ended
    return yield* Ref.get(seen)
  }).pipe(Effect.provide(watched(target)))

/** The chain that both databases index. */
class Chain extends Context.Tag("test/indexer/Killed")<
  Chain,
  { readonly endpoint: string; readonly contract: string; readonly blocks: number }
>() {}

const chainLayer = Layer.scoped(
  Chain,
  Effect.gen(function* () {
    const of = yield* history(BOUNTIES, CYCLE, TEMPO)
    return { endpoint: of.endpoint, contract: of.contract, blocks: yield* of.block }
  }).pipe(Effect.orDie)
)

layer(chainLayer, { excludeTestServices: true })("an index killed without warning", (it) => {
  it.scoped.skipIf(variants[1]?.skip ?? true)(
    `at ${KILLS} points (seed ${SEED}) leaves a Postgres row for row as an undisturbed index does`,
    () =>
      Effect.gen(function* () {
        const { blocks, ...target } = yield* Chain
        const undisturbed: Target = { ...target, url: yield* freshUrl("empty"), data: yield* temporary }
        const expected = yield* settled(undisturbed)
        const parts = yield* points(KILLS)
        const killing = Effect.gen(function* () {
          const killed: Target = { ...target, url: yield* freshUrl("empty"), data: yield* temporary }
          const stoppedAt: Array<number> = []
          yield* Effect.gen(function* () {
            for (const part of parts) {
              yield* killAt(killed, Math.floor(part * blocks))
              stoppedAt.push(yield* cursor)
            }
          }).pipe(Effect.provide(opened(killed)))
          return { killed, stoppedAt }
        })
        // Repeated if the index was so fast that most kills found the same blocks.
        const { killed, stoppedAt } = yield* Effect.repeat(killing, { until: (done) => new Set(done.stoppedAt).size > KILLS / 2 })
        const found = yield* settled(killed)
        expect(expected.blocks).toMatch(new RegExp(`^${blocks - 3} rows`))
        expect({ stoppedAt, ...found }).toStrictEqual({ stoppedAt, ...expected })
      })
  )

  it.scoped(`leaves the embedded database equal too, and applying blocks twice changes nothing (seed ${SEED})`, () =>
    Effect.gen(function* () {
      const { blocks, ...chain } = yield* Chain
      const target = { ...chain, url: undefined }
      const undisturbed: Target = { ...target, data: yield* temporary }
      const [duration, expected] = yield* Effect.timed(settled(undisturbed))
      const [early = 0, ...later] = yield* points(3)
      /** Kills at these points. Whether a kill is in time depends on the machine, so `earlier` divides the points. */
      const killing = (earlier: number) =>
        Effect.gen(function* () {
          const killed: Target = { ...target, data: yield* temporary }
          // Killed during its start, or while it creates its tables.
          const starting = start(killed)
          yield* Effect.sleep(Duration.times(duration, (early * STARTS_WITHIN) / earlier))
          starting.kill()
          const code = yield* Effect.promise(() => starting.ended)
          // And after it has stored some of its blocks.
          const stoppedAt: Array<number> = []
          for (const part of later) stoppedAt.push(yield* killAt(killed, Math.max(1, Math.floor((part * blocks) / earlier))))
          return { killed, wasInTime: code === null && stoppedAt.some((at) => at > 0 && at < blocks - 3) }
        })
      let [tries, last] = [1, yield* killing(1)]
      for (; !last.wasInTime; tries += 1) last = yield* killing(2 ** tries)
      const { killed } = last
      const found = yield* settled(killed)
      expect(expected.blocks).toMatch(new RegExp(`^${blocks - 3} rows`))
      expect(found).toStrictEqual(expected)
    })
  )
})
