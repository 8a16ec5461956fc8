/**
 * A Merkle tree whose nodes carry sums. Its shape is that of RFC 9162 (section 2.1): a node without a sibling is promoted. A leaf's hash is SHA-256 of 0x00
 * and its bytes; a node's is SHA-256 of 0x01, the left child's hash and sums, and the right one's; its sums are those of both. The root is SHA-256 of 0x02,
 * the number of leaves as four bytes, the sums of everything, and the top node's hash. Numbers are big endian, a sum has eight bytes.
 *
 * Sums are never negative, so each leaf has a range of its own between 0 and the total, and two paths to one root never claim the same point of it.
 */
import { createHash } from "node:crypto"

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)
const ROOT = Uint8Array.of(2)

/** Millionths of a point: earned; collateral; earned before decay. Each sum of a tree is a safe integer. */
export type Sums = readonly [earned: number, less: number, full: number]

export const NO_SUMS: Sums = [0, 0, 0]

export const addSums = (left: Sums, right: Sums): Sums => [left[0] + right[0], left[1] + right[1], left[2] + right[2]]

export interface SummedLeaf {
  readonly bytes: Uint8Array
  readonly sums: Sums
}

interface Node {
  readonly hash: Uint8Array
  readonly sums: Sums
}

const sha256 = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const packSums = (sums: Sums): Uint8Array => {
  const bytes = new DataView(new ArrayBuffer(24))
  for (const [index, sum] of sums.entries()) bytes.setBigUint64(8 * index, BigInt(sum))
  return new Uint8Array(bytes.buffer)
}

const leafNode = ({ bytes, sums }: SummedLeaf): Node => ({ hash: sha256(LEAF, bytes), sums })
const nodeOver = (left: Node, right: Node): Node => ({
  hash: sha256(NODE, left.hash, packSums(left.sums), right.hash, packSums(right.sums)),
  sums: addSums(left.sums, right.sums)
})

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

const hashRoot = (count: number, { hash, sums }: Node): string => {
  const size = new Uint8Array(4)
  new DataView(size.buffer).setUint32(0, count)
  return hexOf(sha256(ROOT, size, packSums(sums), hash))
}

const levelAbove = (nodes: ReadonlyArray<Node>): ReadonlyArray<Node> => {
  const above: Array<Node> = []
  for (let index = 0; index < nodes.length; index += 2) {
    const [left, right] = [nodes[index], nodes[index + 1]]
    if (left !== undefined) above.push(right === undefined ? left : nodeOver(left, right))
  }
  return above
}

/** A sibling on the way from a leaf to the root: its hash in hexadecimal, and its sums. */
export type PathNode = readonly [hash: string, ...Sums]

const siblingOf = (number: number): number => (number % 2 === 0 ? number + 1 : number - 1)

/** The tree of these leaves: its root as 64 lower-case hexadecimal digits, and the path of each leaf for `rootByPath`, from the leaf up. The top of no leaves is the SHA-256 of nothing. */
export const merkleTree = (leaves: ReadonlyArray<SummedLeaf>) => {
  let nodes: ReadonlyArray<Node> = leaves.length === 0 ? [{ hash: sha256(), sums: NO_SUMS }] : leaves.map(leafNode)
  const levels = [nodes]
  while (nodes.length > 1) {
    nodes = levelAbove(nodes)
    levels.push(nodes)
  }
  const [top = { hash: sha256(), sums: NO_SUMS }] = nodes
  return {
    root: hashRoot(leaves.length, top),
    pathOf: (leaf: number): ReadonlyArray<PathNode> => {
      if (!(leaf in leaves)) throw new RangeError(`there is no leaf ${leaf} among ${leaves.length}`)
      return levels.flatMap((level, height): ReadonlyArray<PathNode> => {
        const sibling = level[siblingOf(Math.floor(leaf / 2 ** height))]
        return sibling === undefined ? [] : [[hexOf(sibling.hash), ...sibling.sums]]
      })
    }
  }
}

/** A leaf's index `number` from 0, among `count` leaves, below 2^32. */
export interface LeafPlace {
  readonly number: number
  readonly count: number
}

/** The result of following a leaf's path: the root, the sums of all leaves before this one, and the sums of all leaves. */
export interface Reached {
  readonly root: string
  readonly before: Sums
  readonly total: Sums
}

/** Computes the root from a leaf, its place and its path; undefined if the path has the wrong length, or sums that no tree has. */
export const rootByPath = (leaf: SummedLeaf, { number, count }: LeafPlace, path: ReadonlyArray<PathNode>): Reached | undefined => {
  if (!(number >= 0 && number < count)) return undefined
  let node = leafNode(leaf)
  let before = NO_SUMS
  let used = 0
  for (let [at, last] = [number, count - 1]; last > 0; [at, last] = [Math.floor(at / 2), Math.floor(last / 2)]) {
    // A node without a sibling is promoted.
    if (at === last && at % 2 === 0) continue
    const next = path[used++]
    if (next === undefined) return undefined
    const [hash, ...sums] = next
    const other = { hash: Buffer.from(hash, "hex"), sums }
    const isLeft = at % 2 === 0
    if (!isLeft) before = addSums(sums, before)
    if (![...addSums(node.sums, sums)].every(Number.isSafeInteger)) return undefined
    node = isLeft ? nodeOver(node, other) : nodeOver(other, node)
  }
  return used === path.length ? { root: hashRoot(count, node), before, total: node.sums } : undefined
}
