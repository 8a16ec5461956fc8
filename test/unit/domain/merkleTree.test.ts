/** The Merkle tree and its proofs, compared with a literal implementation of RFC 9162, section 2.1.1. */
import { assert, describe, it } from "@effect/vitest"
import { merkleProofs, merkleRoot, rootByProof } from "../../../src/domain/merkleTree.ts"

const sha256 = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const hash = new Bun.CryptoHasher("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const leaves = (count: number): ReadonlyArray<Uint8Array> =>
  Array.from({ length: count }, (_, index) => Uint8Array.of(7, index, index >> 8))

/** MTH(D[n]): the largest power of two below n leaves goes to the left. */
const topOf = (nodes: ReadonlyArray<Uint8Array>): Uint8Array => {
  const [only = new Uint8Array()] = nodes
  if (nodes.length === 0) return sha256()
  if (nodes.length === 1) return sha256(Uint8Array.of(0), only)
  const left = 2 ** Math.ceil(Math.log2(nodes.length) - 1)
  return sha256(Uint8Array.of(1), topOf(nodes.slice(0, left)), topOf(nodes.slice(left)))
}

const rootOf = (nodes: ReadonlyArray<Uint8Array>): string =>
  Buffer.from(sha256(Uint8Array.of(2), Uint8Array.of(0, 0, nodes.length >> 8, nodes.length & 255), topOf(nodes))).toString("hex")

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 31, 33, 64, 100, 257]
const numbersBelow = (count: number) => Array.from({ length: count }, (_, number) => number)
const byte = (text: string, at: number) => `${text.slice(0, at)}${text[at] === "0" ? "1" : "0"}${text.slice(at + 1)}`

describe("a Merkle tree", () => {
  it("has the root that RFC 9162 defines, bound to the number of leaves", () => {
    for (const count of [0, ...SIZES]) assert.strictEqual(merkleRoot(leaves(count)), rootOf(leaves(count)), `${count} leaves`)
  })

  it("proves each leaf at its place, and at no other", () => {
    for (const count of SIZES) {
      const [all, root] = [leaves(count), merkleRoot(leaves(count))]
      const proofs = merkleProofs(all, numbersBelow(count))
      for (const [number, leaf] of all.entries()) {
        const proof = proofs[number] ?? []
        assert.isAtMost(proof.length, Math.ceil(Math.log2(count)))
        assert.strictEqual(rootByProof(leaf, { number, count }, proof), root, `${number} of ${count}`)
        for (const other of numbersBelow(count + 2))
          if (other !== number)
            assert.notStrictEqual(rootByProof(leaf, { number: other, count }, proof), root, `${number} as ${other} of ${count}`)
        for (const other of [count - 1, count + 1, 2 * count])
          assert.notStrictEqual(rootByProof(leaf, { number, count: other }, proof), root, `${number} of ${count} as of ${other}`)
      }
    }
  })

  it("proves nothing by a changed leaf or proof, a longer one or a shorter one", () => {
    const [all, count] = [leaves(13), 13]
    const root = merkleRoot(all)
    for (const [number, proof] of merkleProofs(all, numbersBelow(count)).entries()) {
      const rootBy = (leaf: Uint8Array, hashes: ReadonlyArray<string>) => rootByProof(leaf, { number, count }, hashes)
      const leaf = all[number] ?? new Uint8Array()
      assert.strictEqual(rootBy(leaf, proof), root)
      assert.notStrictEqual(rootBy(Uint8Array.of(...leaf, 0), proof), root)
      assert.isUndefined(rootBy(leaf, proof.slice(1)))
      assert.isUndefined(rootBy(leaf, [...proof, "0".repeat(64)]))
      for (const [at, hash] of proof.entries()) assert.notStrictEqual(rootBy(leaf, proof.with(at, byte(hash, 63))), root)
    }
  })

  it("proves a leaf of the largest tree", () => {
    const [count, proof] = [2 ** 32 - 1, Array.from({ length: 32 }, () => "ab".repeat(32))]
    assert.match(rootByProof(Uint8Array.of(1), { number: 2 ** 31 + 1, count }, proof) ?? "", /^[0-9a-f]{64}$/)
    // The last leaf lacks a sibling only on the lowest level.
    assert.isUndefined(rootByProof(Uint8Array.of(1), { number: count - 1, count }, proof))
    assert.match(rootByProof(Uint8Array.of(1), { number: count - 1, count }, proof.slice(1)) ?? "", /^[0-9a-f]{64}$/)
  })

  it("has no proof of a leaf that is not there", () => {
    for (const number of [-1, 3, 0.5, Number.NaN]) assert.throws(() => merkleProofs(leaves(3), [number]), /there is no leaf/)
    assert.throws(() => merkleProofs([], [0]), /there is no leaf 0 among 0/)
  })
})
