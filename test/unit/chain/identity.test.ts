/** A chain keeps its identity despite temporary failures of its node. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { Chain, ChainUnavailable } from "../../../src/layers/chain/node/Chain.ts"
import { blockMissing } from "../../../src/layers/chain/node/errors.ts"
import { chainFileName, chainIdentity } from "../../../src/layers/chain/node/identity.ts"
import { genesisHash, silentChain } from "../../support/github/silentChain.ts"

const FIRST = `0x${"0123456789abcdef".repeat(4)}`
const silent = new ChainUnavailable({ endpoint: "test", operation: "hashes of blocks", reason: "no answer in 60s" })
const missing = blockMissing("test", 1)

/** A chain whose node fails like this for block 1, and then answers the hash; counts the requests. */
const chainAt = (head: number, answers: ReadonlyArray<ChainUnavailable>) => {
  const asked: Array<number> = []
  const chain = silentChain({
    hashOf: (block) =>
      Effect.suspend(() => {
        const answer = answers[asked.length]
        asked.push(block)
        return answer === undefined ? Effect.succeed(FIRST) : Effect.fail(answer)
      }),
    finalisedHead: Effect.succeed({ number: head, hash: `0x${head}` })
  })
  return { chain, asked }
}

/** The result within a minute. */
const withinAMinute = <A, E>(effect: Effect.Effect<A, E, Chain>, chain: Chain["Type"]) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.either(Effect.provideService(effect, Chain, chain)))
    yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

describe("the identity of a chain", () => {
  it.effect("is the hash of its first block, which names files by its beginning", () =>
    Effect.gen(function* () {
      const { chain } = chainAt(100, [])
      assert.deepStrictEqual(yield* Effect.provideService(chainIdentity, Chain, chain), FIRST)
      assert.deepStrictEqual(yield* Effect.provideService(chainFileName, Chain, chain), "0123456789abcdef")
    })
  )

  it.effect("is the same after failures that pass, whether the node was silent or did not have the block yet", () =>
    Effect.gen(function* () {
      const { chain, asked } = chainAt(100, [silent, missing, silent])
      const found = yield* withinAMinute(chainIdentity, chain)
      assert.deepStrictEqual(found._tag === "Right" ? found.right : found.left, FIRST)
      assert.deepStrictEqual(asked, [1, 1, 1, 1])
    })
  )

  it.effect("is not made up for a node that stays silent, whatever block the chain is at", () =>
    Effect.gen(function* () {
      for (const head of [0, 100]) {
        const { chain, asked } = chainAt(head, Array(9).fill(silent))
        const found = yield* withinAMinute(chainIdentity, chain)
        assert.deepStrictEqual(found._tag === "Left" ? found.left : found.right, silent)
        assert.lengthOf(asked, 4)
      }
    })
  )

  it.effect("is not made up for a node without the first block: the error says what to do", () =>
    Effect.gen(function* () {
      const { chain } = chainAt(100, Array(9).fill(missing))
      const found = yield* withinAMinute(chainFileName, chain)
      assert.match(
        found._tag === "Left" ? found.left.message : found.right,
        /^the node at test is at block 100 and does not have block 1.*wait for that, or use another node$/
      )
    })
  )

  it.effect("is the genesis hash at block 0", () =>
    Effect.gen(function* () {
      const { chain, asked } = chainAt(0, Array(9).fill(missing))
      assert.strictEqual(yield* Effect.provideService(chainIdentity, Chain, chain), genesisHash)
      assert.lengthOf(asked, 1)
    })
  )
})
