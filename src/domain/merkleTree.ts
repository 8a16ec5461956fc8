/**
 * A binary Merkle tree over a list of byte strings, as in RFC 9162 (section 2.1): SHA-256 of 0x00 and the leaf, SHA-256 of 0x01 and both children, and a
 * node without a sibling is promoted. So no inner node can be taken for a leaf. The root is SHA-256 of 0x02, the number of leaves as four bytes (big
 * endian) and the top node: it fixes the number of leaves too, so that nobody can leave out the last of them from a random check.
 */
import { createHash } from "node:crypto"

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)
const ROOT = Uint8Array.of(2)

const sha256 = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const hashLeaf = (leaf: Uint8Array): Uint8Array => sha256(LEAF, leaf)
const hashNode = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(NODE, left, right)

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

const hashRoot = (count: number, top: Uint8Array): string => {
  const size = new Uint8Array(4)
  new DataView(size.buffer).setUint32(0, count)
  return hexOf(sha256(ROOT, size, top))
}

/** The nodes above these, left to right. */
const levelAbove = (nodes: ReadonlyArray<Uint8Array>): ReadonlyArray<Uint8Array> => {
  const above: Array<Uint8Array> = []
  for (let index = 0; index < nodes.length; index += 2) {
    const [left, right] = [nodes[index], nodes[index + 1]]
    if (left !== undefined) above.push(right === undefined ? left : hashNode(left, right))
  }
  return above
}

/** All levels of nodes, from the leaves up to the single top node. The top of no leaves is the SHA-256 of nothing. */
const levelsOf = (leaves: ReadonlyArray<Uint8Array>): ReadonlyArray<ReadonlyArray<Uint8Array>> => {
  let nodes: ReadonlyArray<Uint8Array> = leaves.length === 0 ? [sha256()] : leaves.map(hashLeaf)
  const levels = [nodes]
  while (nodes.length > 1) {
    nodes = levelAbove(nodes)
    levels.push(nodes)
  }
  return levels
}

const topOf = (levels: ReadonlyArray<ReadonlyArray<Uint8Array>>): Uint8Array => levels.at(-1)?.[0] ?? sha256()

/** The tree's root as 64 lower-case hexadecimal digits. */
export const merkleRoot = (leaves: ReadonlyArray<Uint8Array>): string => hashRoot(leaves.length, topOf(levelsOf(leaves)))

const siblingOf = (number: number): number => (number % 2 === 0 ? number + 1 : number - 1)

/** The inclusion proof of a leaf for `rootByProof`: the sibling's hash on each level that has one, from the leaf up, in hexadecimal. */
const proofIn = (levels: ReadonlyArray<ReadonlyArray<Uint8Array>>, leaf: number): ReadonlyArray<string> =>
  levels.flatMap((nodes, height) => {
    const sibling = nodes[siblingOf(Math.floor(leaf / 2 ** height))]
    return sibling === undefined ? [] : [hexOf(sibling)]
  })

/** The inclusion proofs of these leaves, given by their indexes from 0. */
export const merkleProofs = (leaves: ReadonlyArray<Uint8Array>, numbers: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<string>> => {
  const levels = levelsOf(leaves)
  return numbers.map((number) => {
    if (!(number in leaves)) throw new RangeError(`there is no leaf ${number} among ${leaves.length}`)
    return proofIn(levels, number)
  })
}

/** A leaf's index `number` from 0, among `count` leaves, below 2^32. */
export interface LeafPlace {
  readonly number: number
  readonly count: number
}

/** The root of the tree with this leaf at this place, by its inclusion proof in hexadecimal; undefined if the proof has the wrong length. */
export const rootByProof = (leaf: Uint8Array, { number, count }: LeafPlace, proof: ReadonlyArray<string>): string | undefined => {
  if (!(number >= 0 && number < count)) return undefined
  let node = hashLeaf(leaf)
  let used = 0
  for (let [at, last] = [number, count - 1]; last > 0; [at, last] = [Math.floor(at / 2), Math.floor(last / 2)]) {
    // A node without a sibling is promoted.
    if (at === last && at % 2 === 0) continue
    const sibling = proof[used++]
    if (sibling === undefined) return undefined
    const other = Buffer.from(sibling, "hex")
    node = at % 2 === 0 ? hashNode(node, other) : hashNode(other, node)
  }
  return used === proof.length ? hashRoot(count, node) : undefined
}
