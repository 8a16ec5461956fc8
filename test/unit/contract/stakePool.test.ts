/** Stake as a share of a pool, in the contract's model of the chain. */
import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Either, HashMap } from "effect"
import * as fc from "fast-check"
import { addDividend, addStake, emptyPool, type StakePool, sharesOf, stakeIn, takeStake } from "../../../lab/contract-model/StakePool.ts"
import { accountNamed } from "../../../lab/simulation/network/keys.ts"
import { differencesOf, isMore, singleSteps } from "../../support/subtensor/compare.ts"
import { modelChain } from "../../support/subtensor/modelChain.ts"
import { readSequences } from "../../support/subtensor/sequences.ts"

const VECTORS = new URL("../../../../shared/vectors/subtensor/pool.jsonl", import.meta.url)

const [a, b, c] = [accountNamed("a"), accountNamed("b"), accountNamed("c")]
const pool = (...stakes: ReadonlyArray<readonly [typeof a, bigint]>): StakePool =>
  stakes.reduce((made, [coldkey, amount]) => addStake(made, coldkey, amount), emptyPool)

describe("a pool", () => {
  it("gives the first account what came before it", () => {
    const made = addStake(addDividend(emptyPool, 7n), a, 5n)
    assert.strictEqual(stakeIn(made, a), 12n)
    assert.deepStrictEqual(made.shares, { significand: 5n * 10n ** 20n, exponent: -20 })
  })

  it("writes a power of ten with 22 digits", () => {
    assert.deepStrictEqual(pool([a, 10n ** 9n]).shares, { significand: 10n ** 21n, exponent: -12 })
  })

  it("adds shares by the total, cuts them to 21 digits, and so loses a rao", () => {
    const made = addStake(addDividend(pool([a, 100_000_000_000n]), 3n), b, 50_000_000_000n)
    assert.deepStrictEqual(HashMap.unsafeGet(made.holders, b), { significand: 499_999_999_985_000_000_000n, exponent: -10 })
    assert.strictEqual(stakeIn(made, b), 49_999_999_999n)
    assert.strictEqual(stakeIn(made, a), 100_000_000_003n)
    assert.strictEqual(made.total, 150_000_000_003n)
  })

  it("takes nothing from an account without an entry, nor more than it reads", () => {
    const made = pool([a, 10n])
    assert.strictEqual(takeStake(made, b, 0n), made)
    assert.strictEqual(takeStake(made, a, 11n), made)
    assert.deepStrictEqual(takeStake(made, a, 10n), emptyPool)
  })

  it("reads shares of the old format, and writes an account's in the present one", () => {
    const half = (21n << 64n) / 2n
    const old: StakePool = { total: 21n, shares: 21n << 64n, holders: HashMap.make([a, half], [b, half]) }
    assert.strictEqual(stakeIn(old, a), 10n)
    assert.deepStrictEqual(sharesOf(half), { significand: 105n * 10n ** 18n, exponent: -19 })
    const moved = addStake(old, a, 1n)
    assert.deepStrictEqual(moved.shares, { significand: 22n * 10n ** 19n, exponent: -19 })
    assert.strictEqual(HashMap.unsafeGet(moved.holders, b), half)
    assert.strictEqual(stakeIn(moved, a), 11n)
  })

  it("never reads more than there is, and loses at most a rao an account and two a movement", () => {
    const amount = fc.bigInt(1n, 10n ** 15n)
    fc.assert(
      fc.property(amount, amount, fc.bigInt(0n, 10n ** 12n), amount, fc.boolean(), (first, second, dividend, moved, again) => {
        const start = addDividend(pool([a, first], [b, second]), dividend)
        const start2 = again ? addDividend(addStake(start, c, second), dividend / 3n) : start
        const held = stakeIn(start2, a)
        const given = moved < held ? moved : held
        const before = stakeIn(start2, b)
        const after = addStake(takeStake(start2, a, given), b, given)
        const read = stakeIn(after, a) + stakeIn(after, b) + stakeIn(after, c)
        assert.isTrue(read <= after.total && after.total - read <= 3n, `${after.total} ${read}`)
        const arrived = stakeIn(after, b) - before
        assert.isTrue(arrived <= given + 1n && given - arrived <= 2n, `${given} ${arrived}`)
      })
    )
  })

  it.skipIf(!existsSync(VECTORS))(
    "is Subtensor's after every recorded step, but for roundings (../shared/vectors/subtensor/pool.jsonl)",
    () => {
      const sequences = Either.getOrThrow(readSequences(readFileSync(VECTORS, "utf8")))
      assert.isAtLeast(sequences.length, 300)
      const model = modelChain()
      for (const step of sequences.flatMap(singleSteps)) assert.deepStrictEqual(differencesOf(model, step).filter(isMore), [])
    }
  )
})
