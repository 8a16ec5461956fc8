import { Database } from "bun:sqlite"
import { chmodSync, existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Scope, TestClock } from "effect"
import * as Journal from "../../../src/layers/protection/Journal.ts"
import { folder } from "../../support/folder.ts"
import { ballot } from "../../support/rules/ballot.ts"
import { hotkey } from "../../support/rules/world.ts"

const inFolder = Effect.map(folder, (path) => join(path, "state", "journal.sqlite"))
const blocks = (at: number, expiresAt = at + 10) => ({ at, expiresAt })

describe("Journal", () => {
  it.scoped("lets one process claim a vote until the claim is released or expires", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.make(yield* inFolder)
      assert.deepStrictEqual(yield* journal.claim(ballot, "A", blocks(100)), { _tag: "Claimed" })
      const standing = { _tag: "InFlight", claimedAt: 100, expiresAt: 110, process: process.pid } as const
      assert.deepStrictEqual(yield* journal.claim(ballot, "A", blocks(101)), standing)
      assert.deepStrictEqual(yield* journal.claim(ballot, "A", blocks(109)), standing)
      assert.strictEqual((yield* journal.claim(ballot, "A", blocks(110)))._tag, "Claimed")
      yield* journal.release(ballot, "A")
      assert.strictEqual((yield* journal.claim(ballot, "A", blocks(111)))._tag, "Claimed")
    })
  )

  it.scoped("keeps ballots, choices and hotkeys apart", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.make(yield* inFolder)
      const others: ReadonlyArray<readonly [Journal.Ballot, string]> = [
        [ballot, "A"],
        [ballot, "B"],
        [{ ...ballot, issue: 4 }, "A"],
        [{ ...ballot, hotkey: hotkey(2) }, "A"],
        [{ ...ballot, contract: hotkey(9) }, "A"],
        [{ ...ballot, chain: "0x22" }, "A"],
        [{ ...ballot, kind: "pair", round: 7 }, "A"],
        [{ ...ballot, kind: "pair", round: 8 }, "A"],
        [{ ...ballot, kind: "attestation", round: 7 }, "A"]
      ]
      for (const [other, choice] of others) assert.strictEqual((yield* journal.claim(other, choice, blocks(1)))._tag, "Claimed")
      for (const [other, choice] of others) assert.strictEqual((yield* journal.claim(other, choice, blocks(1)))._tag, "InFlight")
    })
  )

  it.scoped("drops exactly what has expired", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.make(yield* inFolder)
      yield* journal.claim(ballot, "A", blocks(1, 5))
      yield* journal.claim(ballot, "B", blocks(1, 6))
      assert.strictEqual(yield* journal.dropExpired(5), 1)
      assert.strictEqual((yield* journal.claim(ballot, "B", blocks(5)))._tag, "InFlight")
    })
  )

  it.scoped("keeps its claims when the head goes back", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.make(yield* inFolder)
      yield* journal.claim(ballot, "A", blocks(1_000))
      assert.strictEqual(yield* journal.dropExpired(900), 0)
      assert.strictEqual((yield* journal.claim(ballot, "A", blocks(900)))._tag, "InFlight")
      assert.strictEqual(yield* journal.inFlight(900), 1)
      assert.strictEqual(yield* journal.inFlight(1_010), 0)
    })
  )

  it.scoped("remembers sent transactions by chain and signer for a week, across restarts", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const [here, elsewhere] = [[ballot.chain, ballot.hotkey] as const, ["0x22", ballot.hotkey] as const]
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* Journal.make(file)
          assert.isNull(yield* journal.lastNonce(...here))
          yield* journal.recordSent({ chain: ballot.chain, signer: ballot.hotkey, nonce: 7, hash: "0xaa", at: 100 })
          yield* journal.recordSent({ chain: ballot.chain, signer: ballot.hotkey, nonce: 8, hash: "0xbb", at: 100_000 })
          yield* journal.beginTerm(...here)
          yield* journal.check
        })
      )
      const journal = yield* Journal.make(file)
      assert.strictEqual(yield* journal.lastNonce(...here), 8)
      assert.isNull(yield* journal.lastNonce(...elsewhere))
      assert.isTrue(yield* journal.inTerm(...here))
      assert.isFalse(yield* journal.inTerm(...elsewhere))
      yield* journal.endTerm(...here)
      assert.isFalse(yield* journal.inTerm(...here))
      yield* journal.dropExpired(100_001)
      assert.isFalse(yield* journal.wasSent("0xaa"))
      assert.isTrue(yield* journal.wasSent("0xbb"))
      assert.isFalse(yield* journal.wasSent("0xcc"))
    })
  )
})

describe("Journal in trouble", () => {
  const failureOf = (file: string) =>
    Effect.flip(Effect.scoped(Effect.flatMap(Journal.make(file), (journal) => journal.claim(ballot, "A", blocks(1)))))

  it.scoped("waits for another process's short lock", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const journal = yield* Journal.make(file)
      const other = yield* locked(file)
      const claiming = yield* Effect.fork(journal.claim(ballot, "A", blocks(1)))
      yield* TestClock.adjust("400 millis")
      assert.isNull(yield* Fiber.poll(claiming).pipe(Effect.map((exit) => (exit._tag === "None" ? null : exit.value))))
      yield* Effect.sync(() => other.run("ROLLBACK"))
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(claiming))._tag, "Claimed")
    })
  )

  it.scoped("gives up on a lock after about five seconds and says what to do", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const journal = yield* Journal.make(file)
      yield* locked(file)
      const claiming = yield* Effect.fork(Effect.flip(journal.claim(ballot, "A", blocks(1))))
      yield* TestClock.adjust("6 seconds")
      const error = yield* Fiber.join(claiming)
      assert.include(error.message, "SQLITE_BUSY")
      assert.include(error.message, file)
      assert.include(error.message, "end that process")
    })
  )

  it.scoped("refuses a file that is no journal, and leaves it unchanged", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "journal.sqlite")
      yield* Effect.sync(() => writeFileSync(path, "not a database, but somebody's file\n".repeat(100)))
      const error = yield* failureOf(path)
      assert.include(error.message, "SQLITE_NOTADB")
      assert.include(error.message, "move it away")
      assert.isTrue(existsSync(path))
    })
  )

  it.scoped("refuses a folder that cannot be created or written", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "file")
      yield* Effect.sync(() => writeFileSync(path, ""))
      const error = yield* failureOf(join(path, "journal.sqlite"))
      assert.include(error.message, "check its folder")
    })
  )

  it.scoped("refuses a file without write permission", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const closing = yield* Scope.make()
      yield* Journal.make(file).pipe(Scope.extend(closing))
      const reading = new Database(file, { readonly: true })
      assert.throws(() => reading.run("DELETE FROM claims"), /readonly/)
      yield* Effect.sync(() => chmodSync(file, 0o400))
      // The superuser can write the file anyway. Other users get an error with its name.
      const outcome = yield* Effect.either(
        Effect.scoped(Effect.flatMap(Journal.make(file), (journal) => journal.claim(ballot, "A", blocks(1))))
      )
      if (process.getuid?.() === 0) assert.strictEqual(outcome._tag, "Right")
      else assert.include(outcome._tag === "Left" ? outcome.left.message : "", "check its folder")
    })
  )

  it.scoped("reports a full disk, and works again once there is space", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const journal = yield* Journal.make(file, { maximumPages: 12 })
      const filled = yield* Effect.flip(
        Effect.forEach(
          Array.from({ length: 2_000 }, (_, issue) => issue),
          (issue) => journal.claim({ ...ballot, issue }, "A", blocks(1)),
          {
            discard: true
          }
        )
      )
      assert.include(filled.message, "SQLITE_FULL")
      assert.include(filled.message, "free space")
      yield* journal.dropExpired(1_000)
      assert.strictEqual((yield* journal.claim(ballot, "A", blocks(2_000)))._tag, "Claimed")
    })
  )
})

/** Holds the file's write lock until the scope closes. */
const locked = (file: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const other = new Database(file)
      other.run("BEGIN IMMEDIATE")
      return other
    }),
    (other) => Effect.sync(() => other.close())
  )
