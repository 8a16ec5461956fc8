/** The exit codes of the errors with which commands end, and which of them pass by themselves. */
import * as Command from "@effect/cli/Command"
import type { ValidationError } from "@effect/cli/ValidationError"
import type { QuitException } from "@effect/platform/Terminal"
import { SqlError } from "@effect/sql/SqlError"
import { assert, describe, it } from "@effect/vitest"
import { type ConfigError, type Effect, Exit, Option } from "effect"
import { gittensor } from "../../../executable/gittensor.ts"
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

const run = Command.run(gittensor, { name: "gittensor", version: "0", executable: "gittensor" })
/** The errors with which a command may end, apart from those of the command line and of settings, which describeExit knows by themselves. */
type Ending = Exclude<Effect.Effect.Error<ReturnType<typeof run>>, ConfigError.ConfigError | QuitException | ValidationError>
type CodeOf<E> = E extends { readonly exitCode: infer Code } ? Code : 1

/**
 * The code of each error of which it is not always 1. The compiler refuses a table that lacks one of them, has another, or gives it a code that the error
 * does not have. A store's error has 7 where the file is damaged.
 */
const CODES: {
  readonly [Tag in Ending["_tag"] as CodeOf<Extract<Ending, { readonly _tag: Tag }>> extends 1 ? never : Tag]: CodeOf<
    Extract<Ending, { readonly _tag: Tag }>
  >
} = {
  AlreadyIndexing: 5,
  AnotherProcess: 5,
  AnotherValidator: 5,
  ChainUnavailable: 3,
  DatabaseRefused: 7,
  DatabaseSchema: 7,
  DatabaseUnavailable: 3,
  EnrolmentStoreFailed: 7,
  FirstBlockMissing: 3,
  GitHubUnavailable: 3,
  GitServerUnavailable: 3,
  InvalidInput: 2,
  InvalidIssueRef: 2,
  InvalidSecretUri: 4,
  InvalidSecretUriGiven: 4,
  KeyfileExists: 4,
  KeyfileMissing: 4,
  KeyfileUnreadable: 4,
  KeyfileUnwritable: 4,
  MatchUntold: 3,
  NoValidatorReachable: 3,
  NotAKeyfile: 4,
  PasswordNeeded: 4,
  SomethingIsSilent: 3,
  StoreUnavailable: 7,
  SubscriptionsUnavailable: 7,
  UnusableFacts: 2,
  UnusableFolder: 2,
  UnusableGenesis: 2,
  UnusableHistory: 2,
  UnusableReference: 2,
  UnusableRoster: 2,
  WrongWalletPassword: 4
}

describe("an error", () => {
  it("has a code that the documents explain", () => {
    assert.deepStrictEqual([...new Set(["1", ...Object.values(CODES).map(String)])].toSorted(), Object.keys(CAUSES))
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
