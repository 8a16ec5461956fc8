import { blake2b256 } from "./hash.ts"
import { compact, concat, lengthPrefixed, unsigned } from "./scale.ts"

/** Layout 0 stores values in their nodes; layout 1 stores the hashes of values of 33 bytes and more. */
type TrieLayout = 0 | 1

interface Entry {
  readonly nibbles: ReadonlyArray<number>
  readonly value: Uint8Array
}

/** Node kinds: their bits, and the bits left for the length of the partial key. */
const kinds = {
  leaf: { bits: 0x40, room: 63 },
  branch: { bits: 0x80, room: 63 },
  branchWithValue: { bits: 0xc0, room: 63 },
  leafHashed: { bits: 0x20, room: 31 },
  branchHashed: { bits: 0x10, room: 15 }
}

const nodeHeader = ({ bits, room }: { readonly bits: number; readonly room: number }, partial: ReadonlyArray<number>): Uint8Array => {
  const out: Array<number> = []
  if (partial.length < room) out.push(bits | partial.length)
  else {
    out.push(bits | room)
    let rest = partial.length - room
    for (; rest >= 255; rest -= 255) out.push(255)
    out.push(rest)
  }
  let index = 0
  if (partial.length % 2 === 1) out.push(partial[index++] ?? 0)
  for (; index < partial.length; index += 2) out.push(((partial[index] ?? 0) << 4) | (partial[index + 1] ?? 0))
  return new Uint8Array(out)
}

const commonPrefix = (entries: ReadonlyArray<Entry>, from: number): number => {
  const first = entries[0]?.nibbles ?? []
  const last = entries.at(-1)?.nibbles ?? []
  let end = from
  while (end < first.length && end < last.length && first[end] === last[end]) end++
  return end
}

/** Encodes the node of sorted `entries`, which share their first `depth` nibbles. */
const encodeNode = (entries: ReadonlyArray<Entry>, depth: number, layout: TrieLayout): Uint8Array => {
  const first = entries[0]
  if (first === undefined) return new Uint8Array([0])
  const end = commonPrefix(entries, depth)
  const partial = first.nibbles.slice(depth, end)
  const hashed = (value: Uint8Array) => layout === 1 && value.length >= 33
  const stored = (value: Uint8Array) => (hashed(value) ? blake2b256(value) : lengthPrefixed(value))
  if (entries.length === 1) return concat([nodeHeader(hashed(first.value) ? kinds.leafHashed : kinds.leaf, partial), stored(first.value)])
  const own = first.nibbles.length === end ? first : undefined
  const below = own === undefined ? entries : entries.slice(1)
  let bitmap = 0
  const children: Array<Uint8Array> = []
  for (let start = 0; start < below.length; ) {
    const nibble = below[start]?.nibbles[end] ?? 0
    let stop = start
    while (stop < below.length && below[stop]?.nibbles[end] === nibble) stop++
    const child = encodeNode(below.slice(start, stop), end + 1, layout)
    children.push(lengthPrefixed(child.length < 32 ? child : blake2b256(child)))
    bitmap |= 1 << nibble
    start = stop
  }
  const kind = own === undefined ? kinds.branch : hashed(own.value) ? kinds.branchHashed : kinds.branchWithValue
  return concat([nodeHeader(kind, partial), unsigned(bitmap, 2), ...(own === undefined ? [] : [stored(own.value)]), ...children])
}

const nibblesOf = (key: Uint8Array): ReadonlyArray<number> => Array.from(key).flatMap((byte) => [byte >> 4, byte & 15])

const compare = (a: Entry, b: Entry): number => {
  const length = Math.min(a.nibbles.length, b.nibbles.length)
  for (let index = 0; index < length; index++) {
    const difference = (a.nibbles[index] ?? 0) - (b.nibbles[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.nibbles.length - b.nibbles.length
}

/** The root of a Merkle-Patricia trie over these pairs, as Substrate computes it. The last pair with a key wins. */
export const trieRoot = (pairs: ReadonlyArray<readonly [Uint8Array, Uint8Array]>, layout: TrieLayout): Uint8Array => {
  const distinct = new Map(pairs.map(([key, value]) => [key.toHex(), { nibbles: nibblesOf(key), value }]))
  return blake2b256(encodeNode([...distinct.values()].sort(compare), 0, layout))
}

/** The root over a list with compact-encoded positions as keys: a header's extrinsics root. */
export const orderedTrieRoot = (values: ReadonlyArray<Uint8Array>, layout: TrieLayout): Uint8Array =>
  trieRoot(
    values.map((value, index) => [compact(index), value] as const),
    layout
  )
