/** Hashes of blocks from nodes that are behind, on a fork, or lie. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as fc from "fast-check"
import * as BlockHashes from "../../../src/layers/chain/blockHashes.ts"
import { blockMissing, blockRefuted } from "../../../src/layers/chain/errors.ts"

const hashOn = (branch: string, number: number): string => `0x${branch}${number}`

/** A node with two branches, which part at block `parted`. `says`: the branch by which it answers for a block, or null: it does not have the block. */
const nodeThat = (parted: number, says: (block: number) => string | null) => {
  const asked = { hashes: 0, headers: 0 }
  const node: BlockHashes.Node = {
    hashes: (blocks) =>
      Effect.sync(() => {
        asked.hashes++
        return blocks.map((block) => {
          const branch = says(block)
          return branch === null ? null : hashOn(block < parted && branch === "fork" ? "true" : branch, block)
        })
      }),
    link: (hash) =>
      Effect.sync(() => {
        asked.headers++
        const [, branch = "", digits = ""] = /^0x(true|fork)(\d+)$/.exec(hash) ?? []
        const number = Number(digits)
        return branch === "" ? null : { number, parent: hashOn(number - 1 < parted ? "true" : branch, number - 1) }
      }),
    missing: (block) => blockMissing("a node", block),
    refuted: (block) => blockRefuted("a node", block)
  }
  return { asked, node }
}

describe("hashes of blocks", () => {
  it.effect("of a fork are told from those below a finalised block, and kept by nobody", () =>
    Effect.gen(function* () {
      const state = { branch: "fork" }
      const { node, asked } = nodeThat(990, () => state.branch)
      const { hashOf, learn } = BlockHashes.make(node)
      learn({ number: 1_000, hash: hashOn("true", 1_000) })
      assert.strictEqual(yield* hashOf(999), hashOn("true", 999))
      assert.strictEqual(yield* hashOf(992), hashOn("true", 992))
      state.branch = "true"
      const { headers } = asked
      assert.strictEqual(yield* hashOf(995), hashOn("true", 995), "the line between is known")
      assert.strictEqual(asked.headers, headers)
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
      learn({ number: 10, hash: hashOn("fork", 10) }, hashOn("fork", 9))
      assert.strictEqual(yield* hashOf(9), hashOn("fork", 9))
      learn({ number: 10, hash: hashOn("true", 10) }, hashOn("true", 9))
      assert.strictEqual(yield* hashOf(9), hashOn("true", 9))
      assert.strictEqual(asked.headers, 0)
      forget(hashOn("true", 9))
      assert.strictEqual(yield* hashOf(9), hashOn("true", 9))
      assert.strictEqual(asked.headers, 1)
    })
  )

  it.effect("of a line are asked for together", () =>
    Effect.gen(function* () {
      const { node, asked } = nodeThat(1, () => "true")
      const { before } = BlockHashes.make(node)
      const line = yield* before({ number: 1_000, hash: hashOn("true", 1_000) }, 400)
      assert.deepStrictEqual(
        line,
        Array.from({ length: 600 }, (_, index) => ({ number: 400 + index, hash: hashOn("true", 400 + index) }))
      )
      assert.deepStrictEqual(asked, { hashes: 3, headers: 600 })
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
          // Only what is far behind has nothing but its place to go by. A fork so long is none of a chain that works.
          if (Either.isRight(answer) && block <= finalised && (block > finalised - 8 || block < parted))
            assert.strictEqual(answer.right, hashOn("true", block))
        }
      }),
      { numRuns: 500 }
    )
  })
})
