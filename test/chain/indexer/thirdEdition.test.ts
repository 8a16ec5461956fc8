/** The index of a contract of the third edition, past its upgrade: its votes have no weight of their casting, and count fully. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Schema } from "effect"
import { ask, serve } from "../../support/api/serving.ts"
import { account, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { lastReleased, present } from "../../support/contract/editions.ts"
import { world } from "../../support/contract/newWorld.ts"
import { ALPHA } from "../../support/contract/settings.ts"
import { openIssue, settled, weighed } from "../../support/contract/steps.ts"
import { answerOf, tags, transact } from "../../support/contract/threats/support.ts"
import { variants } from "../../support/database/support.ts"
import { index, on } from "../../support/indexer/chain.ts"

const [FIRST, SECOND] = VALIDATORS
const NOT_PLANNED = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } } as const
const Standing = Schema.Struct({ outcome: Schema.Struct({ weight: Schema.BigInt, totalWeight: Schema.BigInt }) })

const [{ layer } = { layer: undefined }] = variants

describe.skipIf(layer === undefined || Option.isNone(lastReleased))("votes of the third edition", () => {
  if (layer === undefined) return
  it.scopedLive("count fully in the index of a contract that was upgraded under them", () =>
    Effect.gen(function* () {
      const chain = yield* world({ challengePeriod: 60 }, { code: (yield* lastReleased).wasm })
      yield* weighed(chain)
      const issue = yield* openIssue(chain, 1)
      const vote = { issue, choice: NOT_PLANNED }
      yield* chain.ok(FIRST, "voteOutcome", vote)
      yield* Effect.gen(function* () {
        yield* index
        assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", present.wasm, null, "Enforced"), "done")
        const { appliesFrom, change } = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash: present.hash }))
        yield* chain.toBlock(appliesFrom + 1)
        yield* chain.ok(STRANGER, "apply", { change })
        // The same again stays what it was.
        for (const who of [FIRST, SECOND]) yield* chain.ok(who, "voteOutcome", vote)
        yield* index
        const sql = yield* SqlClient
        const cast = sql<{ readonly validator: string; readonly weight: string | null }>`
        SELECT validator, cast_weight::text AS weight FROM votes WHERE ended_at IS NULL ORDER BY since`
        assert.deepStrictEqual(yield* cast, [
          { validator: yield* account(FIRST), weight: null },
          { validator: yield* account(SECOND), weight: String(30_000n * ALPHA) }
        ])
        const url = yield* serve()
        const { outcome } = yield* Effect.flatMap(ask(`${url}/v1/issues/${issue}`), ({ json }) => Schema.decodeUnknown(Standing)(json()))
        assert.deepStrictEqual(outcome, { weight: 80_000n * ALPHA, totalWeight: 100_000n * ALPHA })
        assert.deepStrictEqual(tags((yield* settled(chain, issue)).events).at(-1), "IssueCancelled")
        yield* index
        const ended = yield* sql<{ readonly weight: string; readonly by: string }>`
        SELECT weight::text AS weight, ended_by AS by FROM votes WHERE ended_by = 'passed' ORDER BY since`
        assert.deepStrictEqual(
          ended.map(({ weight }) => BigInt(weight) / ALPHA),
          [50_000n, 30_000n]
        )
      }).pipe(Effect.provide(on(chain)), Effect.provide(Layer.fresh(layer)))
    })
  )
})
