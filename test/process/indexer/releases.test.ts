/** Two releases on one Postgres: the next one waits for the one that indexes, succeeds it when it dies, and is rolled back. */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Option, Redacted } from "effect"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { migrations } from "../../../src/layers/storage/database/schema/migrations.ts"
import { ask } from "../../support/api/serving.ts"
import { folder, root } from "../../support/cli/support.ts"
import { OWNER } from "../../support/contract/accounts.ts"
import { world } from "../../support/contract/newWorld.ts"
import { BOUNTY } from "../../support/contract/settings.ts"
import { hasPrograms, startCluster, urlOf } from "../../support/database/server.ts"
import { finalised } from "../../support/indexer/support.ts"
import { patiently } from "../../support/patiently.ts"
import { engine, program } from "../../support/program.ts"

const NEXT = migrations.length + 1

/** The command line of a later program: these sources with one more migration. */
const nextProgram = Effect.map(folder, (at) => {
  for (const copied of ["src", "executable", "lab", "package.json"]) cpSync(join(root, copied), join(at, copied), { recursive: true })
  for (const linked of ["node_modules", "contracts", "dist", "wasm", "web", "tsconfig.json", "bunfig.toml"])
    symlinkSync(join(root, linked), join(at, linked))
  const file = join(at, "src/layers/storage/database/schema/migrations.ts")
  const entry = `{ number: ${NEXT}, name: "next", afterwards: "ask GitHub again", sql: "CREATE TABLE next (issue integer REFERENCES issues (id))" }`
  const last = /( \{ number: \d+, [^\n]*\})\n\]/
  const before = readFileSync(file, "utf8")
  writeFileSync(file, before.replace(last, `$1,\n${entry}\n]`))
  expect(readFileSync(file, "utf8")).not.toBe(before)
  return [process.execPath, join(at, "src/main.ts")] as const
})

const killed = (child: Bun.Subprocess) =>
  Effect.promise(() => {
    child.kill("SIGKILL")
    return child.exited
  })

describe.skipIf(!hasPrograms)("two releases of the index", () => {
  it.scopedLive("on one Postgres: the next waits, says so, and takes over; the one before then names the way back", () =>
    Effect.gen(function* () {
      const of = yield* world()
      const running = yield* Effect.acquireRelease(
        Effect.promise(() => startCluster()),
        (cluster) => Effect.promise(() => cluster.stop("immediate"))
      )
      const home = yield* folder
      const next = yield* nextProgram
      const env = {
        ...engine,
        PATH: process.env.PATH ?? "",
        HOME: home,
        GITTENSOR_ENDPOINT: of.endpoint,
        GITTENSOR_CONTRACT: of.contract,
        GITTENSOR_GITHUB_URL: "http://127.0.0.1:9",
        DATABASE_URL: urlOf(running.port, "postgres")
      }
      const start = (which: ReadonlyArray<string>, ...args: ReadonlyArray<string>) =>
        Effect.map(
          Effect.acquireRelease(
            Effect.sync(() => Bun.spawn([...which, ...args], { env, cwd: home, stdin: "ignore", stdout: "pipe", stderr: "pipe" })),
            killed
          ),
          (child) => {
            let said = ""
            const hear = async (stream: ReadableStream<Uint8Array>) => {
              for await (const part of stream) said += new TextDecoder().decode(part)
            }
            const heard = Promise.all([hear(child.stdout), hear(child.stderr)])
            const says = (words: string) =>
              Effect.suspend(() => (said.includes(words) ? Effect.void : Effect.fail(`"${words}" was not said: ${said}`))).pipe(
                Effect.retry(patiently)
              )
            const url = Effect.suspend(() => {
              const found = /"url":"([^"]+)"/.exec(said)?.[1]
              return found === undefined ? Effect.fail(`no address was said: ${said}`) : Effect.succeed(found)
            }).pipe(Effect.retry(patiently))
            const ended = Effect.promise(async () => ({ code: (await Promise.all([child.exited, heard]))[0], said }))
            return { says, url, ended, kill: killed(child) }
          }
        )
      const follow = ["index", "--follow", "--json"] as const
      const serving = ["serve", "--port", "0", "--json"] as const
      const asked = <A extends object>(query: string) =>
        Effect.flatMap(SqlClient, (sql) => sql.unsafe<A>(query)).pipe(
          Effect.provide(Database.layer({ url: Option.some(Redacted.make(env.DATABASE_URL)), folder: "" }))
        )
      const schema = Effect.map(asked<{ number: number }>("SELECT max(number) AS number FROM schema_migrations"), ([row]) => row?.number)
      const register = (number: number) =>
        Effect.zipRight(of.ok(OWNER, "registerIssue", { repository: "acme/widgets", number, bounty: BOUNTY }), finalised(of))

      const old = yield* start(program, ...follow)
      yield* old.says(`"at":{"number":${yield* register(1)},`)
      const pages = [yield* start(program, ...serving), yield* start(next, ...serving)]
      /** Both releases' servers show so many issues. */
      const show = (issues: number) =>
        Effect.forEach(pages, ({ url }) =>
          Effect.flatMap(url, (at) => ask(`${at}/v1/issues`)).pipe(
            Effect.filterOrFail(
              ({ status, json }) => status === 200 && (json() as { readonly items: ReadonlyArray<unknown> }).items.length === issues,
              ({ status, json }) => `${status}: ${JSON.stringify(json())}`
            ),
            Effect.retry(patiently)
          )
        )
      const later = yield* start(next, ...follow)
      yield* later.says("another process is indexing into postgres://")
      yield* later.says("waiting until it ends")
      const refused = yield* Effect.flatMap(start(next, "index", "--migrate-only"), ({ ended }) => ended)
      expect(refused).toStrictEqual({ code: 5, said: expect.stringContaining("another process is indexing into") })
      yield* old.says(`"at":{"number":${yield* register(2)},`)
      yield* pages[1]?.says("does not have this program's tables yet") ?? Effect.void
      expect(yield* schema).toBe(NEXT - 1)

      yield* old.kill
      yield* later.says("tables made")
      yield* later.says(`"at":{"number":${yield* register(3)},`)
      expect(yield* schema).toBe(NEXT)
      yield* show(3)
      expect(yield* asked("SELECT number FROM issues ORDER BY id")).toStrictEqual([{ number: 1 }, { number: 2 }, { number: 3 }])

      const back = yield* start(program, ...follow)
      yield* back.says("waiting until it ends")
      yield* later.kill
      expect(yield* back.ended).toStrictEqual({ code: 7, said: expect.stringContaining("use the newer gittensor, or another database") })
    })
  )
})
