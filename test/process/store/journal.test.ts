/** The journal shared between processes: one of several claimants gets a vote, and a killed process's claims remain. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { exportJournal, importJournal } from "../../../src/layers/protection/handover.ts"
import * as Journal from "../../../src/layers/protection/Journal.ts"
import { ballot } from "../../support/rules/ballot.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "journal-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)
const inFolder = Effect.map(folder, (path) => join(path, "state", "journal.sqlite"))
const blocks = (at: number, expiresAt = at + 10) => ({ at, expiresAt })

const CLAIMER = join(import.meta.dirname, "../../support/rules/claimer.ts")

/** Starts a process that claims on command. */
const claimer = (file: string) =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => Bun.spawn([process.execPath, CLAIMER, file], { stdin: "pipe", stdout: "pipe", stderr: "inherit" })),
      (spawned) =>
        Effect.promise(() => {
          spawned.kill("SIGKILL")
          return spawned.exited
        })
    )
    const reader = child.stdout.getReader()
    const decoder = new TextDecoder()
    let text = ""
    const line = Effect.promise(async () => {
      while (!text.includes("\n")) {
        const { value, done } = await reader.read()
        if (done) throw new Error("the claiming process ended")
        text += decoder.decode(value, { stream: true })
      }
      const end = text.indexOf("\n")
      const first = text.slice(0, end)
      text = text.slice(end + 1)
      return first
    })
    const claim = (at: number, expiresAt: number) =>
      Effect.promise(async () => {
        child.stdin.write(`claim ${at} ${expiresAt}\n`)
        await child.stdin.flush()
      }).pipe(Effect.andThen(line))
    assert.strictEqual(yield* line, "ready")
    const kill = Effect.promise(() => {
      child.kill("SIGKILL")
      return child.exited
    })
    return { claim, kill }
  })

describe("a journal shared by processes", () => {
  it.scoped("releases what its process claimed and never signed, but nothing that was sent", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const killed = yield* claimer(file)
      assert.strictEqual(yield* killed.claim(100, 120), "Claimed")
      yield* killed.kill
      const journal = yield* Journal.make(file)
      assert.strictEqual(yield* journal.releaseUnsent, 1)
      yield* journal.claim(ballot, "A", blocks(101))
      const departure = { chain: ballot.chain, signer: ballot.hotkey, nonce: 7, hash: "0xaa", at: 101 }
      yield* journal.recordSent({ ...departure, vote: { ballot, choice: "A" } })
      assert.strictEqual(yield* journal.releaseUnsent, 0)
      assert.strictEqual((yield* journal.claim(ballot, "A", blocks(102)))._tag, "InFlight")
      // The vote expired and was claimed again, so the earlier transaction says nothing about that claim.
      yield* journal.claim(ballot, "A", blocks(111))
      assert.strictEqual(yield* journal.releaseUnsent, 1)
    })
  )

  it.scoped("gives each vote to exactly one of ten processes", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const processes = yield* Effect.all(
        Array.from({ length: 10 }, () => claimer(file)),
        { concurrency: "unbounded" }
      )
      for (const round of [100, 200, 300, 400, 500]) {
        const claims = yield* Effect.all(
          processes.map(({ claim }) => claim(round, round + 50)),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(claims.toSorted(), ["Claimed", ...Array<string>(9).fill("InFlight")])
      }
    })
  )

  it.scoped("keeps the claim of a killed process until it expires", () =>
    Effect.gen(function* () {
      const file = yield* inFolder
      const first = yield* claimer(file)
      assert.strictEqual(yield* first.claim(100, 120), "Claimed")
      yield* first.kill
      const second = yield* claimer(file)
      assert.strictEqual(yield* second.claim(101, 121), "InFlight")
      assert.strictEqual(yield* second.claim(120, 140), "Claimed")
    })
  )
})

describe("a journal whose process is killed while it is handed over", () => {
  const KILLED_AT = join(import.meta.dirname, "../../support/protection/handOverUntilKilled.ts")
  const { chain, contract, hotkey } = ballot
  const voter = { chain, contract, hotkey }
  const killedAt = (...args: ReadonlyArray<string>) =>
    Effect.promise(() => Bun.spawn([process.execPath, KILLED_AT, ...args], { stdout: "ignore", stderr: "inherit" }).exited)

  it.scoped("has all of the other one or nothing, also when much of it was on the disk already", () =>
    Effect.gen(function* () {
      const [path, file] = [yield* folder, join(yield* folder, "journal.json")]
      const sent = Array.from({ length: 20_000 }, (_, nonce) => ({
        hash: `0x${String(nonce).padStart(64, "0")}`,
        nonce,
        at: 100,
        ballot: "outcome 3 -",
        choice: "A".repeat(200)
      }))
      writeFileSync(file, JSON.stringify({ format: "gittensor-journal/1", ...voter, claims: [], sent, ownVotes: [] }))
      const inJournal = <A, E>(use: (journal: Journal.Journal["Type"]) => Effect.Effect<A, E>) =>
        Effect.scoped(Effect.flatMap(Journal.make(join(path, "journal.sqlite")), use))
      yield* inJournal((journal) => journal.beginTerm(chain, hotkey))
      assert.notStrictEqual(yield* killedAt("import", path, file, "INSERT INTO sent", "15000"), 0)
      assert.isTrue(existsSync(join(path, "journal.sqlite-journal")), "a part was on the disk")
      const state = (journal: Journal.Journal["Type"]) => Effect.all([journal.lastNonce(chain, hotkey), journal.inTerm(chain, hotkey)])
      assert.deepStrictEqual(yield* inJournal(state), [null, true])
      assert.deepInclude(yield* importJournal(path, voter, file, { block: 200, nonce: 20_000 }), { sent: 20_000 })
      assert.deepStrictEqual(yield* inJournal(state), [19_999, false])
    })
  )

  it.scoped("is not exported, and its process goes on as if nothing had been asked", () =>
    Effect.gen(function* () {
      const [path, file] = [yield* folder, join(yield* folder, "journal.json")]
      yield* Effect.scoped(Effect.flatMap(Journal.make(join(path, "journal.sqlite")), ({ beginTerm }) => beginTerm(chain, hotkey)))
      assert.notStrictEqual(yield* killedAt("export", path, file, "SELECT hash", "1"), 0)
      assert.isFalse(existsSync(file))
      assert.isTrue(yield* Effect.scoped(Effect.flatMap(Journal.make(join(path, "journal.sqlite")), ({ inTerm }) => inTerm(chain, hotkey))))
      assert.deepStrictEqual(yield* exportJournal(path, voter, file), { claims: 0, sent: 0, ownVotes: 0 })
    })
  )
})
