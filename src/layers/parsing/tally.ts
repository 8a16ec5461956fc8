/**
 * Counts the tree of one version of a file: its nodes by type, and its leaves by type and text, both in the order of first occurrence in the tree.
 * Two tallies give the difference of two versions, to the last bit, without their texts.
 *
 * A tally is a block of bytes, little-endian: the number of types and of leaves (u32 each); for each type its nodes (u32); for each leaf its text in
 * 16 bytes, its type's index (u16), the length of its text (u16), and its count (u32); the types' names, each with a NUL. A text of more than 16
 * bytes is replaced by the first 16 bytes of its SHA-256, with the length 17.
 */
import type { FileRules } from "../../domain/contributions/FileRules.ts"
import type { NodeSum, TreeDifference } from "../../domain/contributions/FileScore.ts"

const HEADER = 8
const LEAF = 24
const TEXT = 16
const HASHED = 17
const PLACE = 4
const COUNT = 5

/** The byte offsets of a tally's parts. `write`: fills in everything but counts and leaves. */
export const layoutOf = (types: number, leaves: number) => {
  const names = HEADER + types * 4 + leaves * LEAF
  return {
    counts: HEADER,
    leaves: HEADER + types * 4,
    leafBytes: LEAF,
    names,
    isHashed: (tally: DataView, leaf: number): boolean => tally.getUint16(leaf + TEXT + 2, true) === HASHED,
    write: (tally: Uint8Array, ofTypes: ReadonlyArray<Uint8Array>): void => {
      new Uint32Array(tally.buffer, 0, 2).set([types, leaves])
      let at = names
      for (const name of ofTypes) {
        tally.set(name, at)
        at += name.length
      }
    }
  }
}

/** A decoded tally. `leaves`: six numbers each. */
export interface Tally {
  readonly types: ReadonlyArray<string>
  readonly counts: Uint32Array
  readonly leaves: Uint32Array
  readonly bytes: Uint8Array
}

const WORDS = LEAF / 4

/** The tally of a version that does not exist, is empty, or could not be parsed in time. */
export const EMPTY_TALLY: Tally = { types: [], counts: new Uint32Array(0), leaves: new Uint32Array(0), bytes: new Uint8Array(0) }

const decoder = new TextDecoder()

/** Reads a tally; undefined when the bytes are not one. The result shares their memory. */
export const readTally = (bytes: Uint8Array): Tally | undefined => {
  if (bytes.length < HEADER) return undefined
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const [types = 0, leaves = 0] = new Uint32Array(aligned.buffer, aligned.byteOffset, 2)
  const layout = layoutOf(types, leaves)
  if (layout.names > aligned.length) return undefined
  const names = decoder.decode(aligned.subarray(layout.names)).split("\0")
  // The last name ends in a NUL too.
  if (names.pop() !== "" || names.length !== types) return undefined
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset + layout.leaves, leaves * WORDS)
  for (let leaf = 0; leaf < words.length; leaf += WORDS) {
    const place = words[leaf + PLACE] ?? 0
    if ((place & 0xffff) >= types || place >>> 16 > HASHED) return undefined
  }
  return {
    types: names,
    counts: new Uint32Array(aligned.buffer, aligned.byteOffset + layout.counts, types),
    leaves: words,
    bytes: aligned
  }
}

/** The table of an unpredictable hash: a random number for each value of each byte of a leaf's text and length. */
const RANDOM = crypto.getRandomValues(new Uint32Array((TEXT + 4) * 256))

/** The hash of a leaf's text. */
const hashOf = (leaves: Uint32Array, leaf: number): number => {
  let hash = 0
  for (let word = 0; word < PLACE; word++) {
    const value = leaves[leaf + word] ?? 0
    const row = word << 10
    hash ^=
      (RANDOM[row | (value & 0xff)] ?? 0) ^
      (RANDOM[row | 0x100 | ((value >>> 8) & 0xff)] ?? 0) ^
      (RANDOM[row | 0x200 | ((value >>> 16) & 0xff)] ?? 0) ^
      (RANDOM[row | 0x300 | (value >>> 24)] ?? 0)
  }
  return hash ^ (RANDOM[(TEXT << 8) | ((leaves[leaf + PLACE] ?? 0) >>> 16)] ?? 0)
}

const sameText = (one: Uint32Array, at: number, other: Uint32Array, there: number): boolean =>
  one[at] === other[there] &&
  one[at + 1] === other[there + 1] &&
  one[at + 2] === other[there + 2] &&
  one[at + 3] === other[there + 3] &&
  (one[at + PLACE] ?? 0) >>> 16 === (other[there + PLACE] ?? 0) >>> 16

/** For each leaf of `head`, the number of the same leaf in `base`, or -1. `typeInBase`: the index of each of head's types among base's, or -1. */
const leavesInBase = (base: Uint32Array, head: Uint32Array, typeInBase: Int32Array): Int32Array => {
  const found = new Int32Array(head.length / WORDS).fill(-1)
  if (base.length === 0 || head.length === 0) return found
  const mask = 2 ** Math.ceil(Math.log2((2 * base.length) / WORDS)) - 1
  /** A leaf's number + 1, or 0. */
  const slots = new Int32Array(mask + 1)
  for (let leaf = 0; leaf < base.length; leaf += WORDS) {
    let slot = hashOf(base, leaf) & mask
    while (slots[slot] !== 0) slot = (slot + 1) & mask
    slots[slot] = leaf / WORDS + 1
  }
  for (let leaf = 0; leaf < head.length; leaf += WORDS) {
    const type = typeInBase[(head[leaf + PLACE] ?? 0) & 0xffff] ?? -1
    if (type < 0) continue
    for (let slot = hashOf(head, leaf) & mask; ; slot = (slot + 1) & mask) {
      const number = (slots[slot] ?? 0) - 1
      if (number < 0) break
      const there = number * WORDS
      if (((base[there + PLACE] ?? 0) & 0xffff) === type && sameText(head, leaf, base, there)) {
        found[leaf / WORDS] = number
        break
      }
    }
  }
  return found
}

/** Sums, in order, the surplus of one side over the other. `weightOf` and the counts are by index in that order. */
const sumOf = (
  size: number,
  own: (index: number) => number,
  other: (index: number) => number,
  weightOf: (index: number) => number
): NodeSum => {
  let count = 0
  let score = 0
  for (let index = 0; index < size; index++) {
    const more = own(index) - other(index)
    if (more <= 0) continue
    count += more
    score += weightOf(index) * more
  }
  return { count, score }
}

/** The inverse of a partial mapping of numbers below `size`. */
const inverseMapping = (mapping: Int32Array, size: number): Int32Array => {
  const back = new Int32Array(size).fill(-1)
  for (const [from, to] of mapping.entries()) if (to >= 0) back[to] = from
  return back
}

const sumOfTypes = (one: Tally, other: Tally, typeInOther: Int32Array, weights: ReadonlyMap<string, number>): NodeSum => {
  const weighted = one.types.map((name) => weights.get(name) ?? 0)
  return sumOf(
    one.types.length,
    // A type without a weight does not count.
    (index) => ((weighted[index] ?? 0) > 0 ? (one.counts[index] ?? 0) : 0),
    (index) => other.counts[typeInOther[index] ?? -1] ?? 0,
    (index) => weighted[index] ?? 0
  )
}

const sumOfLeaves = (one: Tally, other: Tally, leafInOther: Int32Array, weights: ReadonlyMap<string, number>): NodeSum => {
  const weighted = Float64Array.from(one.types, (name) => weights.get(name) ?? 0)
  return sumOf(
    one.leaves.length / WORDS,
    (index) => one.leaves[index * WORDS + COUNT] ?? 0,
    (index) => {
      const there = leafInOther[index] ?? -1
      return there < 0 ? 0 : (other.leaves[there * WORDS + COUNT] ?? 0)
    },
    (index) => weighted[(one.leaves[index * WORDS + PLACE] ?? 0) & 0xffff] ?? 0
  )
}

/** The difference of two versions. Sums run in the order in which nodes first occur in the version that has them. */
export const differenceOf = (base: Tally, head: Tally, { structural, leaf }: Pick<FileRules, "structural" | "leaf">): TreeDifference => {
  const places = new Map(base.types.map((name, place) => [name, place]))
  const typeInBase = Int32Array.from(head.types, (name) => places.get(name) ?? -1)
  const typeInHead = inverseMapping(typeInBase, base.types.length)
  const leafInBase = leavesInBase(base.leaves, head.leaves, typeInBase)
  const leafInHead = inverseMapping(leafInBase, base.leaves.length / WORDS)
  return {
    structuralAdded: sumOfTypes(head, base, typeInBase, structural),
    structuralDeleted: sumOfTypes(base, head, typeInHead, structural),
    leafAdded: sumOfLeaves(head, base, leafInBase, leaf),
    leafDeleted: sumOfLeaves(base, head, leafInHead, leaf)
  }
}
