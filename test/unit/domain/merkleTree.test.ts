/** The sum tree and its paths, compared with a literal implementation: the shape of RFC 9162, section 2.1.1, with sums in nodes and root. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { merkleTree, type PathNode, rootByPath, type SummedLeaf, type Sums } from "../../../src/domain/merkleTree.ts"

const sha256 = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const hash = new Bun.CryptoHasher("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const leaves = (count: number): ReadonlyArray<SummedLeaf> =>
  Array.from({ length: count }, (_, index) => ({
    bytes: Uint8Array.of(7, index, index >> 8),
    sums: [3 * index, index % 4, 2 ** 33 + index]
  }))

const sumsOf = (nodes: ReadonlyArray<SummedLeaf>): Sums => {
  const sum = (of: 0 | 1 | 2) => nodes.reduce((total, { sums }) => total + sums[of], 0)
  return [sum(0), sum(1), sum(2)]
}

const bytesOf = (sums: Sums): Uint8Array => Buffer.from(sums.map((sum) => sum.toString(16).padStart(16, "0")).join(""), "hex")

/** MTH(D[n]): the largest power of two below n leaves goes to the left. */
const topOf = (nodes: ReadonlyArray<SummedLeaf>): Uint8Array => {
  const [only] = nodes
  if (only === undefined) return sha256()
  if (nodes.length === 1) return sha256(Uint8Array.of(0), only.bytes)
  const half = 2 ** Math.ceil(Math.log2(nodes.length) - 1)
  const [left, right] = [nodes.slice(0, half), nodes.slice(half)]
  return sha256(Uint8Array.of(1), topOf(left), bytesOf(sumsOf(left)), topOf(right), bytesOf(sumsOf(right)))
}

const rootOf = (nodes: ReadonlyArray<SummedLeaf>): string =>
  Buffer.from(
    sha256(Uint8Array.of(2), Uint8Array.of(0, 0, nodes.length >> 8, nodes.length & 255), bytesOf(sumsOf(nodes)), topOf(nodes))
  ).toString("hex")

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 31, 33, 64, 100, 257]
const numbersBelow = (count: number) => Array.from({ length: count }, (_, number) => number)
const treeWith = (count: number) => ({ all: leaves(count), ...merkleTree(leaves(count)) })

describe("a Merkle tree with sums", () => {
  it("has the root that its description defines, bound to the number of leaves and the sums", () => {
    for (const count of [0, ...SIZES]) assert.strictEqual(merkleTree(leaves(count)).root, rootOf(leaves(count)), `${count} leaves`)
  })

  it("proves each leaf at its place, with what is before it and the whole, and at no other place", () => {
    for (const count of SIZES) {
      const { all, root, pathOf } = treeWith(count)
      for (const [number, leaf] of all.entries()) {
        const path = pathOf(number)
        assert.isAtMost(path.length, Math.ceil(Math.log2(count)))
        assert.deepStrictEqual(rootByPath(leaf, { number, count }, path), {
          root,
          before: sumsOf(all.slice(0, number)),
          total: sumsOf(all)
        })
        for (const other of numbersBelow(count + 2))
          if (other !== number) assert.notStrictEqual(rootByPath(leaf, { number: other, count }, path)?.root, root, `${number} as ${other}`)
        for (const other of [count - 1, count + 1, 2 * count])
          assert.notStrictEqual(rootByPath(leaf, { number, count: other }, path)?.root, root, `${number} of ${count} as of ${other}`)
      }
    }
  })

  it("proves nothing by a changed leaf, sum or path, by a longer path or a shorter one, or by sums that no tree has", () => {
    const count = 13
    const { all, root, pathOf } = treeWith(count)
    for (const [number, leaf] of all.entries()) {
      const path = pathOf(number)
      const rootBy = (one: SummedLeaf, nodes: ReadonlyArray<PathNode>) => rootByPath(one, { number, count }, nodes)?.root
      assert.strictEqual(rootBy(leaf, path), root)
      assert.notStrictEqual(rootBy({ ...leaf, bytes: Uint8Array.of(...leaf.bytes, 0) }, path), root)
      assert.notStrictEqual(rootBy({ ...leaf, sums: [leaf.sums[0] + 1, leaf.sums[1], leaf.sums[2]] }, path), root)
      assert.isUndefined(rootBy(leaf, path.slice(1)))
      assert.isUndefined(rootBy(leaf, [...path, ["0".repeat(64), 0, 0, 0]]))
      for (const [at, [hash, earned, less, full]] of path.entries()) {
        assert.notStrictEqual(
          rootBy(leaf, path.with(at, [`${hash.slice(0, 63)}${hash[63] === "0" ? "1" : "0"}`, earned, less, full])),
          root
        )
        assert.notStrictEqual(rootBy(leaf, path.with(at, [hash, earned + 1, less, full])), root)
        assert.isUndefined(rootBy(leaf, path.with(at, [hash, Number.MAX_SAFE_INTEGER, less, Number.MAX_SAFE_INTEGER])))
      }
    }
    for (const number of [-1, 13, 0.5, Number.NaN]) assert.throws(() => pathOf(number), /there is no leaf/)
  })

  it("never opens at every point where its root claims another total than its leaves have", () => {
    const sums = fc.tuple(fc.nat(50), fc.nat(5), fc.nat(9))
    fc.assert(
      fc.property(
        fc.array(sums, { minLength: 1, maxLength: 9 }),
        fc.nat(),
        fc.nat(2),
        fc.integer({ min: 1, max: 40 }),
        (all, which, of, more) => {
          const honest = all.map((one, index): SummedLeaf => ({ bytes: Uint8Array.of(index), sums: one }))
          // A liar may claim any sums for a leaf in the nodes above it; the leaf itself says what it has.
          const lying = honest.map((leaf, index) =>
            index === which % honest.length ? { ...leaf, sums: leaf.sums.with(of, (leaf.sums[of] ?? 0) + more) as unknown as Sums } : leaf
          )
          const { root, pathOf } = merkleTree(lying)
          const opened = honest.filter((leaf, number) => rootByPath(leaf, { number, count: honest.length }, pathOf(number))?.root === root)
          assert.isBelow(opened.length, honest.length)
        }
      ),
      { numRuns: 200 }
    )
  })
})
