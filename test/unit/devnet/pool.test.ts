import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { TransactionPool, type TransactionStatus } from "../../../lab/devnet/chain/pool/TransactionPool.ts"

const tag = (account: string, nonce: number) => `${account}${nonce}`

/** The runtime's answer for an account's nonce when the chain is at `chainNonce`. */
const valid = (account: string, nonce: number, chainNonce: number, priority = 1n, longevity = 64n) => ({
  priority,
  requires: nonce > chainNonce ? [tag(account, nonce - 1)] : [],
  provides: [tag(account, nonce)],
  longevity
})

/** What the runtime says of a transaction that is valid for ever. */
const FOR_EVER = 2n ** 64n - 1n

const bytes = new Uint8Array([1])

describe("TransactionPool", () => {
  it("orders every account's transactions by nonce, whatever their order of arrival, and loses none", () => {
    const arrivals = fc
      .tuple(fc.nat(5), fc.nat(5), fc.nat(5))
      .chain(([a, b, c]) =>
        fc.shuffledSubarray(
          [
            ...Array.from({ length: a }, (_, nonce) => ["a", nonce] as const),
            ...Array.from({ length: b }, (_, nonce) => ["b", nonce] as const),
            ...Array.from({ length: c }, (_, nonce) => ["c", nonce] as const)
          ],
          { minLength: a + b + c }
        )
      )
    fc.assert(
      fc.property(arrivals, (transactions) => {
        const pool = new TransactionPool()
        for (const [account, nonce] of transactions) assert.isUndefined(pool.add(tag(account, nonce), bytes, valid(account, nonce, 0), 0))
        const order = pool.candidates().map(({ hash }) => hash)
        assert.sameMembers(
          order,
          transactions.map(([account, nonce]) => tag(account, nonce))
        )
        for (const account of ["a", "b", "c"]) {
          const own = order.filter((hash) => hash.startsWith(account))
          assert.deepStrictEqual(own, [...own].sort())
        }
      })
    )
  })

  it("takes the highest priority first, then what is valid for the fewest blocks, then what waits longest", () => {
    const pool = new TransactionPool()
    const order = () => pool.candidates().map(({ hash }) => hash)
    pool.add("a0", bytes, valid("a", 0, 0, 1n, FOR_EVER), 1)
    pool.add("b0", bytes, valid("b", 0, 0, 1n, FOR_EVER), 2)
    pool.add("c0", bytes, valid("c", 0, 0, 1n, 64n), 3)
    pool.add("d0", bytes, valid("d", 0, 0, 1n, 61n), 6)
    pool.add("e0", bytes, valid("e", 0, 0, 1n, 8n), 7)
    pool.add("f0", bytes, valid("f", 0, 0, 2n, FOR_EVER), 8)
    assert.deepStrictEqual(order(), ["f0", "e0", "c0", "d0", "a0", "b0"])
    // What waits for another goes by its own rank from then on.
    pool.add("a1", bytes, valid("a", 1, 0, 3n, 8n), 9)
    pool.add("b1", bytes, valid("b", 1, 0, 1n, 8n), 9)
    assert.deepStrictEqual(order(), ["f0", "e0", "c0", "d0", "a0", "a1", "b0", "b1"])
  })

  it("counts how long a transaction waits from when it was ready", () => {
    const pool = new TransactionPool()
    pool.add("a1", bytes, valid("a", 1, 0), 0)
    pool.add("b0", bytes, valid("b", 0, 0), 0)
    pool.add("a0", bytes, valid("a", 0, 0, 2n), 0)
    assert.deepStrictEqual(
      pool.candidates().map(({ hash }) => hash),
      ["a0", "b0", "a1"]
    )
  })

  it("holds transactions that wait for a missing nonce, and holds them again if that one becomes invalid", () => {
    const pool = new TransactionPool()
    const statuses: Array<TransactionStatus["kind"]> = []
    pool.add("a2", bytes, valid("a", 2, 0), 0, ({ kind }) => statuses.push(kind))
    pool.add("a1", bytes, valid("a", 1, 0), 0)
    assert.lengthOf(pool.candidates(), 0)
    pool.add("a0", bytes, valid("a", 0, 0), 0)
    assert.deepStrictEqual(
      pool.candidates().map(({ hash }) => hash),
      ["a0", "a1", "a2"]
    )
    pool.invalid("a1", 0)
    assert.deepStrictEqual(
      pool.candidates().map(({ hash }) => hash),
      ["a0"]
    )
    assert.deepStrictEqual(statuses, ["future", "ready", "future"])
    assert.strictEqual(pool.refusal("a1", 1)?._tag, "TemporarilyBanned")
    assert.isUndefined(pool.refusal("a1", 31 * 60 * 1000))
    pool.included(pool.candidates())
    assert.isUndefined(pool.add("another1", bytes, valid("a", 1, 1), 1))
    assert.deepStrictEqual(
      pool.candidates().map(({ hash }) => hash),
      ["another1", "a2"]
    )
  })

  it("replaces by priority only, and keeps the successors of a replaced transaction", () => {
    const pool = new TransactionPool()
    const told: Array<TransactionStatus> = []
    pool.add("a0", bytes, valid("a", 0, 0), 0, (status) => told.push(status))
    pool.add("a1", bytes, valid("a", 1, 0), 0)
    assert.strictEqual(pool.add("same", bytes, valid("a", 0, 0), 0)?._tag, "PriorityTooLow")
    assert.isUndefined(pool.add("better", bytes, valid("a", 0, 0, 2n), 0))
    assert.deepStrictEqual(told, [{ kind: "ready" }, { kind: "usurped", hash: "better" }])
    assert.deepStrictEqual(
      pool.candidates().map(({ hash }) => hash),
      ["better", "a1"]
    )
  })

  it("limits waiting transactions and drops expired ones", () => {
    const pool = new TransactionPool()
    for (let nonce = 1; nonce <= 512; nonce++) assert.isUndefined(pool.add(`a${nonce}`, bytes, valid("a", nonce, 0), 0))
    assert.strictEqual(pool.add("a600", bytes, valid("a", 600, 0), 0)?._tag, "PoolFull")
    assert.isUndefined(pool.add("b0", bytes, valid("b", 0, 0), 10))
    pool.expire(65)
    assert.deepStrictEqual(
      pool.candidates().map(({ hash }) => hash),
      ["b0"]
    )
    assert.isUndefined(pool.refusal("a1", 0))
  })
})
