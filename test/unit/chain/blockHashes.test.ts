/** Block hashes from nodes that are behind, on a fork, or lie. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as fc from "fast-check"
import * as BlockHashes from "../../../src/layers/chain/node/blockHashes.ts"
import { blockMissing, blockRefuted } from "../../../src/layers/chain/node/errors.ts"

const hashOn = (branch: string, number: number): string => `0x${branch}${number}`

/** The number of block hashes in a state (`BlockHashCount`). */
const KEPT = 64

/** A node with two branches, which fork at block `parted`. `says`: the branch of the node's answer for a block; null: it lacks the block. */
const nodeThat = (parted: number, says: (block: number) => string | null) => {
  const asked = { claimed: 0, stored: 0, numbers: 0 }
  const on = (branch: string, block: number) => hashOn(block < parted && branch === "fork" ? "true" : branch, block)
  const counting = <A>(kind: keyof typeof asked, answer: () => A) =>
    Effect.sync(() => {
      asked[kind]++
      return answer()
    })
  const node: BlockHashes.Node = {
    kept: KEPT,
    claimed: (blocks) =>
      counting("claimed", () =>
        blocks.map((block) => {
          const branch = says(block)
          return branch === null ? null : on(branch, block)
        })
      ),
    stored: (blocks, at) => counting("stored", () => blocks.map((block) => on(at.hash.startsWith("0xtrue") ? "true" : "fork", block))),
    numberOf: (hash) => counting("numbers", () => (/^0x(?:true|fork)\d+$/.test(hash) ? Number(hash.slice(6)) : null)),
    missing: (block) => blockMissing("a node", block),
    refuted: (block) => blockRefuted("a node", block)
  }
  return { asked, node }
}

describe("hashes of blocks", () => {
  it.effect("of a fork are told from those before a finalised block, and remembered by nobody", () =>
    Effect.gen(function* () {
      const state = { branch: "fork" }
      const { node, asked } = nodeThat(990, () => state.branch)
      const { hashOf, hashesOf, learn } = BlockHashes.make(node)
      learn({ number: 1_000, hash: hashOn("true", 1_000) })
      assert.strictEqual(yield* hashOf(999), hashOn("true", 999))
      assert.deepStrictEqual(yield* hashesOf([995, 985, 995]), [hashOn("true", 995), hashOn("true", 985), hashOn("true", 995)])
      assert.strictEqual(yield* hashOf(985), hashOn("true", 985))
      assert.deepStrictEqual(asked, { claimed: 0, stored: 2, numbers: 0 }, "one request for several, and none for what is known")
      state.branch = "fork"
      assert.strictEqual(yield* hashOf(1_001), hashOn("fork", 1_001), "a block that is not final is what the node says")
      state.branch = "true"
      assert.strictEqual(yield* hashOf(1_001), hashOn("true", 1_001))
    })
  )

  it.effect("far below are what the node has at that place, or nothing", () =>
    Effect.gen(function* () {
      const said = { branch: "nonsense" }
      const { node } = nodeThat(9_999, () => said.branch)
      const { hashOf, learn } = BlockHashes.make(node)
      learn({ number: 10_000, hash: hashOn("true", 10_000) })
      const refused = yield* Effect.flip(hashOf(7))
      assert.match(refused.reason, /^it gives 0xnonsense7, which is another block or none$/)
      said.branch = "true"
      assert.strictEqual(yield* hashOf(7), hashOn("true", 7))
    })
  )

  it.effect("are forgotten when nodes disagree about a final block, and when a node does not know one", () =>
    Effect.gen(function* () {
      const { node, asked } = nodeThat(1, () => "true")
      const { hashOf, learn, forget } = BlockHashes.make(node)
      learn({ number: 11, hash: hashOn("true", 11) })
      learn({ number: 10, hash: hashOn("fork", 10) })
      assert.strictEqual(yield* hashOf(10), hashOn("fork", 10))
      learn({ number: 10, hash: hashOn("true", 10) })
      assert.strictEqual(yield* hashOf(9), hashOn("true", 9))
      forget(hashOn("true", 9))
      assert.strictEqual(yield* hashOf(9), hashOn("true", 9))
      assert.deepStrictEqual(asked, { claimed: 0, stored: 2, numbers: 0 })
    })
  )

  it.effect("that are only claimed are asked for in parts, and remembered by nobody", () =>
    Effect.gen(function* () {
      const { node, asked } = nodeThat(1, () => "true")
      const { claimedHashes, hashOf, learn } = BlockHashes.make(node)
      learn({ number: 1_000, hash: hashOn("true", 1_000) })
      const numbers = Array.from({ length: 600 }, (_, index) => 300 + index)
      assert.deepStrictEqual(
        yield* claimedHashes(numbers),
        numbers.map((block) => hashOn("true", block))
      )
      assert.deepStrictEqual(asked, { claimed: 3, stored: 0, numbers: 0 })
      yield* hashOf(300)
      assert.deepStrictEqual(asked, { claimed: 4, stored: 0, numbers: 1 })
    })
  )

  it("are true, or refused, whatever a node says", () => {
    const branches = fc.constantFrom("true", "fork", "nonsense", null)
    const scene = fc.record({
      parted: fc.integer({ min: 1, max: 200 }),
      finalised: fc.integer({ min: 1, max: 200 }),
      said: fc.array(branches, { minLength: 1, maxLength: 20 }),
      asked: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 })
    })
    fc.assert(
      fc.property(scene, ({ parted, finalised, said, asked }) => {
        const { node } = nodeThat(parted, (block) => said[block % said.length] ?? null)
        const { hashOf, learn } = BlockHashes.make(node)
        learn({ number: finalised, hash: hashOn("true", finalised) })
        for (const block of asked) {
          const answer = Effect.runSync(Effect.either(hashOf(block)))
          // Only a block far behind is identified by its number alone. A working chain has no fork of that length.
          if (Either.isRight(answer) && block <= finalised && (block >= finalised - KEPT || block < parted))
            assert.strictEqual(answer.right, hashOn("true", block))
        }
      }),
      { numRuns: 500 }
    )
  })
})
