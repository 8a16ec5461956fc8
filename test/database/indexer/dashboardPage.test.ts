/** docs/dashboard.md and its reference are correct: their metrics, options, errors, and the roles in a real Postgres. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Redacted } from "effect"
import { index } from "../../../src/cli/index/command.ts"
import { serve } from "../../../src/cli/serve/command.ts"
import { catalogue, type Definition } from "../../../src/layers/machine/telemetry/catalogue.ts"
import * as Database from "../../../src/layers/storage/database/Database.ts"
import { server } from "../../support/database/server.ts"
import { postgresIsAvailable } from "../../support/database/support.ts"

const root = join(import.meta.dirname, "../../..")
const page = ["docs/dashboard.md", "docs/reference/dashboard.md"].map((path) => readFileSync(join(root, path), "utf8")).join("\n")

const optionsOf = (help: HelpDoc.HelpDoc) => {
  const names = HelpDoc.toAnsiText(help).match(/--[a-z][a-z-]+/g) ?? []
  return new Set(names.filter((name) => !["--completions", "--log-level", "--help", "--wizard", "--version"].includes(name)))
}

/** The error classes that a file defines. */
const errorsOf = (file: string) =>
  [...readFileSync(join(root, file), "utf8").matchAll(/Schema\.TaggedError<(\w+)>/g)].map(([, name = ""]) => name)

describe("docs/dashboard.md and its reference", () => {
  it("lists the metrics of serve and of index", () => {
    const documented = page.split("\n").filter((line) => line.startsWith("| `gittensor_"))
    const expected = Object.entries<Definition>(catalogue)
      .filter(([, { shownBy }]) => !shownBy.includes("validate") && (shownBy.includes("serve") || shownBy.includes("index")))
      .map(([name, { kind, labels, help }]) => `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`)
    assert.deepStrictEqual(documented, expected)
  })

  it("describes every option of serve, and those of index that other commands lack", () => {
    const named = [Command.getHelp(index, CliConfig.defaultConfig), Command.getHelp(serve, CliConfig.defaultConfig)].map(optionsOf)
    const everybodys = new Set(["--netuid", "--contract", "--json", "--database"])
    const all = named.flatMap((names) => [...names])
    assert.includeMembers(all, ["--follow", "--from-genesis", "--max-behind"])
    assert.deepStrictEqual(
      all.filter((name) => !everybodys.has(name) && !page.includes(name)),
      []
    )
  })

  it("explains every error of the index and of its database", () => {
    const errors = ["src/dashboard/indexer/errors.ts", "src/layers/storage/database/errors.ts"].flatMap(errorsOf)
    assert.includeMembers(errors, ["DatabaseFull", "AlreadyIndexing"])
    assert.deepStrictEqual(
      errors.filter((name) => !page.includes(`\`${name}\``)),
      []
    )
  })

  it.scopedLive.skipIf(!postgresIsAvailable)("names roles with which index can create its tables and serve can only read them", () =>
    Effect.gen(function* () {
      const { url } = yield* Effect.promise(server)
      const unique = `page_${process.pid}`
      const [before = "", inside = ""] = [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, text = ""]) =>
        text.replaceAll("gittensor", unique)
      )
      const run = (text: string, at: string) =>
        Effect.flatMap(SqlClient, (sql) =>
          Effect.forEach(
            text.split(";\n").filter((line) => line !== ""),
            (statement) => sql.unsafe(statement)
          )
        ).pipe(Effect.provide(Database.layer({ url: Option.some(Redacted.make(url(at))), folder: "", maxConnections: 1 })), Effect.orDie)
      const drop = `DROP DATABASE IF EXISTS ${unique} WITH (FORCE);\nDROP ROLE IF EXISTS ${unique}_index;\nDROP ROLE IF EXISTS ${unique}_serve;\n`
      yield* Effect.acquireRelease(run(before, "postgres"), () => run(drop, "postgres"))
      yield* run(inside, unique)
      const as = (role: string, password: string, readOnly: boolean) => {
        const address = Object.assign(new URL(url(unique)), { username: `${unique}_${role}`, password }).href
        return Effect.provide(Database.layer({ url: Option.some(Redacted.make(address)), folder: "", readOnly }))
      }
      yield* Effect.flatMap(Database.Database, ({ migrate }) => migrate).pipe(as("index", "choose one", false))
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        yield* (yield* Database.Database).check
        const tables = yield* sql<{ readonly name: string }>`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`
        assert.isAbove(tables.length, 20)
        for (const { name } of tables) yield* sql`SELECT count(*) FROM ${sql(name)}`
        const refused = yield* Effect.flip(Database.explained(sql`DELETE FROM blocks`))
        assert.strictEqual(refused._tag, "DatabaseRefused")
      }).pipe(as("serve", "choose another", false))
    })
  )
})
