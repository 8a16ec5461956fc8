import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { TransactionPool, type TransactionStatus } from "../../../lab/devnet/chain/pool/TransactionPool.ts"

const tag = (account: string, nonce: number) => `${account}${nonce}`

/** The runtime's answer for an account's nonce when the chain is at `chainNonce`. */
const valid = (account: string, nonce: number, chainNonce: number, priority = 1n) => ({
  priority,
  requires: nonce > chainNonce ? [tag(account, nonce - 1)] : [],
  provides: [tag(account, nonce)],
  longevity: 64n
})

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
