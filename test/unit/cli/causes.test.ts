/** The table of causes names errors that exist, and errors get its exit codes. */
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { SqlError } from "@effect/sql/SqlError"
import { assert, describe, it } from "@effect/vitest"
import { Exit, Option } from "effect"
import { describeExit } from "../../../src/cli/program/failure.ts"
import { SubscriptionsUnavailable } from "../../../src/dashboard/push/Subscriptions.ts"
import { CAUSES, isTemporary } from "../../../src/domain/causes.ts"
import { ChainUnavailable } from "../../../src/layers/chain/node/errors.ts"
import { classify, DatabaseFull, DatabaseSchema, DatabaseStopped } from "../../../src/layers/storage/database/errors.ts"
import { fileFailed } from "../../../src/layers/storage/dataFolder/failure.ts"

const place = { where: "postgres://here/index", reason: "why", advice: "do that" }
/** The database's error behind a statement that the server answered with this SQLSTATE. */
const failedWith = (code: string) =>
  Option.getOrThrow(Option.fromNullable(classify("the database", new SqlError({ cause: Object.assign(new Error("why"), { code }) }))))
const journal = (code: string) => fileFailed("the vote journal")({ operation: "open", file: "journal.sqlite", code })

describe("a cause", () => {
  it("is of errors that there are", () => {
    const source = execFileSync(
      "grep",
      ["-rhoE", 'TaggedError(<[^>]*>)?\\(\\)?\\(?"[A-Za-z]+"', join(import.meta.dirname, "../../../src")],
      {
        encoding: "utf8"
      }
    )
    const tags = [...source.matchAll(/"([A-Za-z]+)"/g)].map(([, tag = ""]) => tag)
    assert.isAbove(tags.length, 50)
    const named = CAUSES.flatMap(({ temporary, final }) => [...temporary, ...final]).filter((name) => name !== "StoreDamaged")
    assert.deepStrictEqual(
      named.filter((name) => !tags.some((tag) => (name.endsWith("*") ? tag.startsWith(name.slice(0, -1)) : tag === name))),
      []
    )
  })

  it.each([
    [new DatabaseSchema(place), 7, false],
    [journal("SQLITE_CORRUPT"), 7, false],
    [journal("OLDER: it lacks checks.count"), 7, false],
    [journal("SQLITE_FULL"), 1, false],
    [new DatabaseFull(place), 1, true],
    [new DatabaseStopped(place), 1, false],
    [failedWith("57P02"), 3, true],
    [failedWith("XX001"), 7, false],
    [new SubscriptionsUnavailable({ file: "subscriptions.sqlite", code: "SQLITE_CORRUPT" }), 7, false],
    [new SubscriptionsUnavailable({ file: "subscriptions.sqlite", code: "SQLITE_FULL" }), 1, false],
    [new ChainUnavailable({ endpoint: "wss://one", operation: "connect", reason: "no answer" }), 3, true]
  ] as const)("of %s has the exit code %d", (error, code, temporary) => {
    assert.deepStrictEqual(describeExit(Exit.fail(error), ""), { code, line: error.message })
    assert.strictEqual(isTemporary(error), temporary)
  })

  it("of a provider that refuses more requests is no wrong address", () => {
    const limited = new ChainUnavailable({ endpoint: "wss://one", operation: "metagraph", reason: "-32999: RPC rate limit exceeded" })
    assert.include(limited.message, "wait, or add another endpoint")
    assert.notInclude(limited.message, "is the endpoint right")
  })
})
