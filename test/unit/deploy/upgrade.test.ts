/** This program reads and continues the data folder of an older run (test/deploy/state: a validator of early 0.1.0 on a dev chain). */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { AccountAddress } from "../../../src/domain/Account.ts"
import * as Journal from "../../../src/layers/storage/dataFolder/Journal.ts"
import * as RatingHistory from "../../../src/layers/storage/dataFolder/RatingHistory.ts"

const kept = join(import.meta.dirname, "state")
const SIGNER = AccountAddress.make("5Hb48vxYpQZQHRbzLMak1AKhtuww6wNK1oMFyigysK8zvHyW")
const CONTRACT = AccountAddress.make("5DT4XyWvhJbMNQP9ZgoM4Z7oNoeCaqbQXNNH51XadBdNpXrv")
const CHAIN = "0x5b6fd57c6eb7dd3d33633afa912f946e9ee33f066dbbc0fa84356fc41e385e10"
const SENT = "0x34cabe2ba2f5dc4c0664aa58fb462227a52595a1d7c5efee5eb5fa862a8d0e44"

const folder = Effect.acquireRelease(
  Effect.sync(() => {
    const path = mkdtempSync(join(tmpdir(), "gittensor-upgrade-"))
    for (const name of readdirSync(kept)) copyFileSync(join(kept, name), join(path, name))
    return path
  }),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

describe("the state of an older run", () => {
  it.scoped("records what was sent, so that no vote is sent twice and no validator steps in, and is continued", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "journal.sqlite")
      const written = `0x${"77".repeat(32)}`
      yield* Effect.gen(function* () {
        const journal = yield* Journal.Journal
        assert.isTrue(yield* journal.wasSent(SENT))
        assert.isTrue(yield* journal.inTerm(CHAIN, SIGNER))
        const nonce = yield* journal.lastNonce(CHAIN, SIGNER)
        assert.isNotNull(nonce)
        yield* journal.check
        const ballot = { chain: CHAIN, contract: CONTRACT, hotkey: SIGNER, kind: "outcome", issue: 1, round: null } as const
        assert.strictEqual((yield* journal.claim(ballot, "solved", { at: 3_000, expiresAt: 3_100 }))._tag, "Claimed")
        yield* journal.recordSent({
          chain: CHAIN,
          signer: SIGNER,
          nonce: (nonce ?? 0) + 1,
          hash: written,
          at: 3_000,
          vote: { ballot, choice: "solved" }
        })
      }).pipe(Effect.provide(Journal.layer(file)))
      yield* Effect.gen(function* () {
        const journal = yield* Journal.Journal
        assert.isTrue((yield* journal.wasSent(SENT)) && (yield* journal.wasSent(written)))
        assert.strictEqual(yield* journal.inFlight(3_000), 1)
      }).pipe(Effect.provide(Journal.layer(file)))
    })
  )

  it.scoped("shows its ratings", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "ratings.sqlite")
      const latest = yield* Effect.flatMap(RatingHistory.RatingHistory, (store) => store.at(CONTRACT, 2_400)).pipe(
        Effect.provide(RatingHistory.layer({ file, chain: CHAIN }))
      )
      assert.lengthOf(latest, 5)
      assert.deepInclude(latest[0], { block: 2_400, rating: 1_500_000, games: 0, provisional: true, eligible: true })
    })
  )
})
