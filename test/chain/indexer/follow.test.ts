/** How many questions an index that follows asks the chain: a count that doubles fails here. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Option, Queue, Schedule, Stream } from "effect"
import { IndexMonitor } from "../../../src/dashboard/indexer/health.ts"
import { makePass } from "../../../src/dashboard/indexer/pass.ts"
import { refreshHead } from "../../../src/dashboard/indexer/refresh/head.ts"
import { type BlockReference, Chain } from "../../../src/layers/chain/node/Chain.ts"
import { STRANGER } from "../../support/contract/accounts.ts"
import { next } from "../../support/contract/editions.ts"
import { world } from "../../support/contract/newWorld.ts"
import { transact } from "../../support/contract/threats/support.ts"
import { anyDatabase } from "../../support/database/support.ts"
import { inRequests } from "../../support/devnet/requests.ts"
import { on } from "../../support/indexer/chain.ts"
import { following } from "../../support/indexer/support.ts"

describe("an index that follows", () => {
  it.scopedLive("stores blocks while it refreshes the head, and then refreshes the newest only", () =>
    Effect.gen(function* () {
      const of = yield* world()
      const begun: Array<number> = []
      const mayEnd = yield* Deferred.make<void>()
      const head = ({ number }: BlockReference) =>
        Effect.zipRight(
          Effect.sync(() => void begun.push(number)),
          Deferred.await(mayEnd)
        )
      const { reached } = yield* following(of, { head })
      const from = yield* of.block
      yield* reached(from)
      for (let block = from + 1; block <= from + 5; block++) {
        yield* of.toBlock(block)
        yield* reached(block)
      }
      assert.lengthOf(begun, 1)
      yield* Deferred.succeed(mayEnd, undefined)
      yield* Effect.repeat(
        Effect.sync(() => begun.at(-1)),
        { until: (block) => block === from + 5, schedule: Schedule.spaced("20 millis") }
      )
      assert.isAtMost(begun.length, 3)
    }).pipe(Effect.provide(anyDatabase))
  )

  it.scopedLive("asks twice for a block, and for the contract's edition only when the code changes", () =>
    Effect.gen(function* () {
      const of = yield* world()
      const notes: Array<string | null> = []
      const monitor = { ...(yield* IndexMonitor), edition: (note: string | null) => Effect.sync(() => void notes.push(note)) }
      yield* Effect.gen(function* () {
        const pass = yield* makePass
        const heads = yield* Queue.unbounded<BlockReference>()
        yield* Effect.forkScoped(Stream.runForEach((yield* Chain).finalisedHeads, (head) => heads.offer(head)))
        const headAt = (block: number) => Effect.repeat(heads.take, { until: ({ number }) => number >= block })
        /** A pass after so many more blocks. */
        const passed = (blocks: number) =>
          Effect.gen(function* () {
            const to = (yield* of.block) + blocks
            yield* of.toBlock(to)
            const done = yield* pass(yield* headAt(to), { fromBlock: Option.none() })
            return done.at ?? (yield* Effect.dieMessage("nothing is indexed"))
          })
        yield* passed(1)
        yield* inRequests(2, passed(1))
        const at = yield* inRequests(21, passed(10))
        yield* inRequests(9, refreshHead(at))
        assert.deepStrictEqual(notes, [null])
        assert.strictEqual(yield* transact(of, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
        yield* of.sudo("contracts", "setCode", of.contract, next.hash)
        yield* passed(1)
        assert.lengthOf(notes, 2)
        assert.include(notes[1], `the contract is of edition ${next.edition}`)
        yield* inRequests(2, passed(1))
        assert.lengthOf(notes, 2)
      }).pipe(Effect.provideService(IndexMonitor, monitor), Effect.provide(on(of)), Effect.scoped)
    }).pipe(Effect.provide(anyDatabase))
  )
})
