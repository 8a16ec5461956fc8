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

const hashRoot = (count: number, top: Uint8Array): string => {
  const size = new Uint8Array(4)
  new DataView(size.buffer).setUint32(0, count)
  return Buffer.from(sha256(ROOT, size, top)).toString("hex")
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

/** The top node. That of no leaves is the SHA-256 of nothing. */
const topOf = (leaves: ReadonlyArray<Uint8Array>): Uint8Array => {
  let nodes: ReadonlyArray<Uint8Array> = leaves.map(hashLeaf)
  while (nodes.length > 1) nodes = levelAbove(nodes)
  return nodes[0] ?? sha256()
}

/** The tree's root as 64 lower-case hexadecimal digits. */
export const merkleRoot = (leaves: ReadonlyArray<Uint8Array>): string => hashRoot(leaves.length, topOf(leaves))
