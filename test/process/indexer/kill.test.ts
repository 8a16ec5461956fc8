/** However often the index's process is killed without warning, its result equals that of an undisturbed one. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Option, Random, Redacted } from "effect"
import * as Database from "../../../src/layers/database/Database.ts"
import { freshUrl, variants } from "../../support/database/support.ts"
import { history } from "../../support/indexer/history.ts"
import { contents } from "../../support/indexer/tables.ts"
import { program } from "../../support/program.ts"

const BOUNTIES = 5
/** 500 blocks in all. */
const CYCLE = 100
const KILLS = 10
/** The latest kill of the embedded database's index, as a part of the time that an undisturbed one takes. */
const LATEST = 0.75

/** `GITTENSOR_TEST_SEED` repeats a run's points. */
const SEED = Number(process.env.GITTENSOR_TEST_SEED ?? Date.now() % 1_000_000)

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

const temporary = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gt-kill-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Rising points between 0 and 1, one in each of `count` equal parts, drawn by the seed. */
const points = (count: number) => {
  const draws = Random.make(SEED)
  return Effect.forEach(Array.from({ length: count }), (_, part) => Effect.map(draws.next, (draw) => (part + draw) / count))
}

const cursor = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ readonly number: number | null }>`SELECT max(number) AS number FROM blocks`
  return row?.number ?? 0
}).pipe(
  // There are no tables before its first run.
  Effect.orElseSucceed(() => 0)
)

describe("an index killed without warning", () => {
  it.live.skipIf(variants[1]?.skip ?? true)(
    `at ${KILLS} points of 500 blocks (seed ${SEED}) leaves a Postgres row for row as an undisturbed index does`,
    () =>
      Effect.gen(function* () {
        const of = yield* history(BOUNTIES, CYCLE)
        const blocks = yield* of.block
        const target = { endpoint: of.endpoint, contract: of.contract }
        const undisturbed: Target = { ...target, url: yield* freshUrl("empty"), data: yield* temporary }
        const killed: Target = { ...target, url: yield* freshUrl("empty"), data: yield* temporary }
        yield* untilDone(undisturbed)
        const stoppedAt: Array<number> = []
        yield* Effect.gen(function* () {
          for (const part of yield* points(KILLS)) {
            const point = Math.floor(part * blocks)
            const running = start(killed)
            const ended = { yet: false }
            void running.ended.then(() => {
              ended.yet = true
            })
            while ((yield* cursor) < point && !ended.yet) yield* Effect.sleep("3 millis")
            running.kill()
            yield* Effect.promise(() => running.ended)
            stoppedAt.push(yield* cursor)
          }
        }).pipe(Effect.provide(opened(killed)))
        yield* untilDone(killed)
        const [expected, found] = [yield* Effect.provide(contents, opened(undisturbed)), yield* Effect.provide(contents, opened(killed))]
        expect(expected.blocks).toMatch(new RegExp(`^${blocks - 3} rows`))
        expect({ stoppedAt, ...found }).toStrictEqual({ stoppedAt, ...expected })
        // The kills happened where they were intended.
        expect(new Set(stoppedAt).size).toBeGreaterThan(KILLS / 2)
      }).pipe(Effect.scoped),
    300_000
  )

  it.live(
    `leaves the embedded database equal too, and applying blocks twice changes nothing (seed ${SEED})`,
    () =>
      Effect.gen(function* () {
        const of = yield* history(4, CYCLE)
        const target = { endpoint: of.endpoint, contract: of.contract, url: undefined }
        const undisturbed: Target = { ...target, data: yield* temporary }
        const killed: Target = { ...target, data: yield* temporary }
        const [duration] = yield* Effect.timed(untilDone(undisturbed))
        // Killed during its start, its tables and its blocks. What a run has indexed, the next one need not.
        let kills = 0
        for (const part of yield* points(3)) {
          const running = start(killed)
          yield* Effect.sleep(Duration.times(duration, part * LATEST))
          running.kill()
          if ((yield* Effect.promise(() => running.ended)) === null) kills++
        }
        expect(kills).toBeGreaterThan(1)
        yield* untilDone(killed)
        yield* untilDone(killed)
        const [expected, found] = [yield* Effect.provide(contents, opened(undisturbed)), yield* Effect.provide(contents, opened(killed))]
        expect(found).toStrictEqual(expected)
      }).pipe(Effect.scoped),
    300_000
  )
})
