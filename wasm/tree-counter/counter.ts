/**
 * The counting side of the parser, in AssemblyScript: it lives in the memory of tree-sitter's core and reads syntax trees where they lie.
 * The layouts of Subtree, TSTree and TSLanguage are those of tree-sitter 0.24 on 32-bit WebAssembly (lib/src/subtree.h, tree.h, parser.h).
 *
 * For one version of a file it counts, without the subtrees of comments, nodes by type, and nodes without children by type and text. Both are written
 * in the order in which they first occur in the walk, because floating-point sums of their differences depend on that order. Tally.ts has the layout.
 * For near-duplicates it lists the types of the same nodes without children instead, in the order of the text; fingerprint.ts says what follows.
 * For judges it lists the places of comments.
 */

// @ts-ignore: decorator
@external("env", "malloc")
declare function malloc(size: usize): usize
// @ts-ignore: decorator
@external("env", "free")
declare function free(address: usize): void

const ERROR: u32 = 65535
const ERROR_REPEAT: u32 = 65534

// ---- a language's tables, which the host fills ----

/** u16 a symbol: its type; the two after the last symbol are those of ERROR and _ERROR. */
let symbolTypes: usize = 0
let symbolCount: u32 = 0
const COMMENT: u8 = 1
/** u8 a type: COMMENT, 2 for a literal that is one token whatever is inside it, or 0. */
let kinds: usize = 0
/** TSSymbol[productions][aliasLength] */
let aliasSequences: usize = 0
let aliasLength: u32 = 0
/** u32 a type: its nodes. */
let typeCounts: usize = 0
/** u16 a type: its place in the order of first occurrence, where it has nodes. */
let typePlaces: usize = 0
/** u16: types in the order of first occurrence. */
let typeOrder: usize = 0
let typesFound: u32 = 0
let typeCount: u32 = 0

export function useLanguage(
  language: usize,
  symbols: u32,
  types: u32,
  symbolTypesAt: usize,
  kindsAt: usize,
  countsAt: usize,
  placesAt: usize,
  orderAt: usize
): void {
  symbolCount = symbols
  typeCount = types
  symbolTypes = symbolTypesAt
  kinds = kindsAt
  typeCounts = countsAt
  typePlaces = placesAt
  typeOrder = orderAt
  aliasLength = <u32>load<u16>(language, 36)
  aliasSequences = load<u32>(language, 84)
}

// @ts-ignore: decorator
@inline
function typeOf(symbol: u32): u32 {
  if (symbol < symbolCount) return <u32>load<u16>(symbolTypes + (symbol << 1))
  return <u32>load<u16>(symbolTypes + ((symbolCount + (symbol == ERROR ? 0 : 1)) << 1))
}

// ---- what the lexer reads ----

/** TSInput.read: all that is left at once. The payload is the text's address and length. */
export function read(payload: usize, byte: u32, point: usize, bytesRead: usize): usize {
  const length = load<u32>(payload, 4)
  if (byte >= length) {
    store<u32>(bytesRead, 0)
    return load<u32>(payload)
  }
  store<u32>(bytesRead, length - byte)
  return load<u32>(payload) + byte
}

// ---- leaves by type and text ----

/** An entry: hash u32, type u32, text u32, length u32, count u32. In the order of first occurrence. */
const ENTRY: u32 = 20
let entries: usize = 0
let entryCapacity: u32 = 0
let entryCount: u32 = 0
/** u32 a slot: index of an entry + 1, or 0. */
let slots: usize = 0
let slotMask: u32 = 0
let seed: u32 = 0
const MOST_SLOTS_KEPT: u32 = 0xffff

export function begin(hashSeed: u32): void {
  seed = hashSeed
  // Clearing what a large file needed would cost every file after it.
  if (slotMask > MOST_SLOTS_KEPT) shrink()
  if (slots == 0) {
    resizeSlots(4096)
    resizeEntries(2048)
  }
  memory.fill(slots, 0, (slotMask + 1) << 2)
  entryCount = 0
  typesFound = 0
  memory.fill(typeCounts, 0, typeCount << 2)
}

function shrink(): void {
  if (slots != 0) {
    free(slots)
    free(entries)
  }
  slots = 0
  entries = 0
  entryCapacity = 0
  slotMask = 0
  if (frames != 0) free(frames)
  frames = 0
  frameCapacity = 0
}

function resizeSlots(size: u32): void {
  if (slots != 0) free(slots)
  slots = malloc(size << 2)
  if (slots == 0) unreachable()
  memory.fill(slots, 0, size << 2)
  slotMask = size - 1
  for (let index: u32 = 0; index < entryCount; index++) {
    let slot = load<u32>(entries + index * ENTRY) & slotMask
    while (load<u32>(slots + (slot << 2)) != 0) slot = (slot + 1) & slotMask
    store<u32>(slots + (slot << 2), index + 1)
  }
}

/** Moves the first `used` bytes of a buffer, 0 for none, into a new one of `size` bytes. */
function resized(buffer: usize, used: u32, size: u32): usize {
  const larger = malloc(size)
  if (larger == 0) unreachable()
  if (buffer != 0) {
    memory.copy(larger, buffer, used)
    free(buffer)
  }
  return larger
}

function resizeEntries(capacity: u32): void {
  entries = resized(entries, entryCount * ENTRY, capacity * ENTRY)
  entryCapacity = capacity
}

// @ts-ignore: decorator
@inline
function mixed(hash: u64, value: u64): u64 {
  const product = (hash ^ value) * 0x9e3779b97f4a7c15
  return product ^ (product >> 29)
}

function hashOf(type: u32, text: usize, length: u32): u32 {
  let hash = mixed((<u64>seed << 32) | <u64>length, <u64>type + 0x632be59bd9b4e019)
  let at = text
  let left = length
  while (left >= 8) {
    hash = mixed(hash, load<u64>(at))
    at += 8
    left -= 8
  }
  if (left >= 4) {
    hash = mixed(hash, <u64>load<u32>(at))
    at += 4
    left -= 4
  }
  while (left > 0) {
    hash = mixed(hash, <u64>load<u8>(at) + 0x100)
    at += 1
    left -= 1
  }
  hash ^= hash >> 32
  return <u32>hash
}

function same(one: usize, other: usize, length: u32): bool {
  let left = length
  while (left >= 8) {
    if (load<u64>(one) != load<u64>(other)) return false
    one += 8
    other += 8
    left -= 8
  }
  while (left > 0) {
    if (load<u8>(one) != load<u8>(other)) return false
    one += 1
    other += 1
    left -= 1
  }
  return true
}

function countLeaf(type: u32, text: usize, length: u32): void {
  const hash = hashOf(type, text, length)
  let slot = hash & slotMask
  let entry: usize
  let index: u32
  for (;;) {
    index = load<u32>(slots + (slot << 2))
    if (index == 0) {
      if (entryCount == entryCapacity) resizeEntries(entryCapacity << 1)
      index = entryCount
      entryCount += 1
      entry = entries + index * ENTRY
      store<u32>(entry, hash)
      store<u32>(entry, type, 4)
      store<u32>(entry, <u32>text, 8)
      store<u32>(entry, length, 12)
      store<u32>(entry, 0, 16)
      store<u32>(slots + (slot << 2), entryCount)
      if (entryCount << 1 > slotMask) resizeSlots((slotMask + 1) << 1)
      break
    }
    index -= 1
    entry = entries + index * ENTRY
    if (
      load<u32>(entry) == hash &&
      load<u32>(entry, 4) == type &&
      load<u32>(entry, 12) == length &&
      same(load<u32>(entry, 8), text, length)
    )
      break
    slot = (slot + 1) & slotMask
  }
  store<u32>(entry, load<u32>(entry, 16) + 1, 16)
}

// @ts-ignore: decorator
@inline
function countNode(type: u32): void {
  const at = typeCounts + (type << 2)
  const count = load<u32>(at)
  if (count == 0) {
    store<u16>(typePlaces + (type << 1), <u16>typesFound)
    store<u16>(typeOrder + (typesFound << 1), <u16>type)
    typesFound += 1
  }
  store<u32>(at, count + 1)
}

// ---- tokens ----

/** u16 a token: its type. */
let tokens: usize = 0
let tokenCapacity: u32 = 0
let tokenCount: u32 = 0
let listing = false
const MOST_TOKENS_KEPT: u32 = 0xffff

function addToken(type: u32): void {
  if (tokenCount == tokenCapacity) {
    tokenCapacity = tokenCapacity == 0 ? 4096 : tokenCapacity << 1
    tokens = resized(tokens, tokenCount << 1, tokenCapacity << 1)
  }
  store<u16>(tokens + (tokenCount << 1), <u16>type)
  tokenCount += 1
}

/** Lists the tokens of a TSTree, without comments; gives how many they are. */
export function list(tree: usize): u32 {
  if (tokenCapacity > MOST_TOKENS_KEPT) {
    free(tokens)
    tokens = 0
    tokenCapacity = 0
  }
  tokenCount = 0
  listing = true
  count(tree, 0)
  listing = false
  return tokenCount
}

/** Where the listed tokens are. */
export function listed(): usize {
  return tokens
}

// ---- comments ----

/** A comment: its first byte u32, its length u32. */
const PLACE: u32 = 8
let comments: usize = 0
let commentCapacity: u32 = 0
let commentCount: u32 = 0
let commenting = false
const MOST_COMMENTS_KEPT: u32 = 0xffff

function addComment(start: u32, length: u32): void {
  if (commentCount == commentCapacity) {
    commentCapacity = commentCapacity == 0 ? 1024 : commentCapacity << 1
    comments = resized(comments, commentCount * PLACE, commentCapacity * PLACE)
  }
  const place = comments + commentCount * PLACE
  store<u32>(place, start)
  store<u32>(place, length, 4)
  commentCount += 1
}

/** Lists the comments of a TSTree, in the order of the text; gives how many they are. */
export function listComments(tree: usize): u32 {
  if (commentCapacity > MOST_COMMENTS_KEPT) {
    free(comments)
    comments = 0
    commentCapacity = 0
  }
  commentCount = 0
  commenting = true
  count(tree, 0)
  commenting = false
  return commentCount
}

/** Where the listed comments are. */
export function listedComments(): usize {
  return comments
}

// ---- the walk ----

/** A frame: next child u32, children left u32, next structural child's alias u32 (0: none), position u32. */
const FRAME: u32 = 16
let frames: usize = 0
let frameCapacity: u32 = 0

function growFrames(depth: u32): void {
  frameCapacity = frameCapacity == 0 ? 1024 : frameCapacity << 1
  frames = resized(frames, depth * FRAME, frameCapacity * FRAME)
}

/** Counts the nodes of a TSTree whose text begins at `text`. */
export function count(tree: usize, text: usize): void {
  let depth: u32 = 0
  let node = load<u64>(tree)
  let alias: u32 = 0
  let visible = true
  let position: u32 = 0
  for (;;) {
    let symbol: u32
    let padding: u32
    let size: u32
    let children: u32 = 0
    let visibleChildren: u32 = 0
    const heap = <usize>(<u32>node)
    if ((node & 1) != 0) {
      // SubtreeInlineData: flags u8, symbol u8, parse_state u16, padding_columns u8, padding_rows and lookahead_bytes u8, padding_bytes u8, size_bytes u8
      symbol = <u32>((node >> 8) & 0xff)
      padding = <u32>((node >> 48) & 0xff)
      size = <u32>(node >> 56)
    } else {
      symbol = <u32>load<u16>(heap, 40)
      padding = load<u32>(heap, 4)
      size = load<u32>(heap, 16)
      children = load<u32>(heap, 36)
      if (children != 0) visibleChildren = load<u32>(heap, 48)
    }
    let enter = visibleChildren != 0
    if (visible) {
      const type = typeOf(alias != 0 ? alias : symbol)
      const kind = load<u8>(kinds + type)
      if (kind == COMMENT) {
        enter = false
        if (commenting) addComment(position + padding, size)
      } else if (commenting) {
        // only comments are wanted
      } else if (listing) {
        if (kind != 0) enter = false
        if (!enter) addToken(type)
      } else {
        countNode(type)
        if (visibleChildren == 0) countLeaf(type, text + position + padding, size)
      }
    }
    if (enter) {
      if (depth == frameCapacity) growFrames(depth)
      const frame = frames + depth * FRAME
      depth += 1
      const production = <u32>load<u16>(heap, 66)
      store<u32>(frame, <u32>heap - (children << 3))
      store<u32>(frame, children, 4)
      store<u32>(frame, production == 0 ? 0 : <u32>(aliasSequences + ((production * aliasLength) << 1)), 8)
      store<u32>(frame, position, 12)
    }
    // the next child of the innermost frame that has one
    for (;;) {
      if (depth == 0) return
      const frame = frames + (depth - 1) * FRAME
      const left = load<u32>(frame, 4)
      if (left == 0) {
        depth -= 1
        continue
      }
      const child = load<u32>(frame)
      node = load<u64>(child)
      store<u32>(frame, child + 8)
      store<u32>(frame, left - 1, 4)
      position = load<u32>(frame, 12)
      let extra: bool
      let total: u32
      if ((node & 1) != 0) {
        const flags = <u32>node
        visible = (flags & 2) != 0
        extra = (flags & 8) != 0
        total = <u32>((node >> 48) & 0xff) + <u32>(node >> 56)
      } else {
        const at = <usize>(<u32>node)
        const flags = <u32>load<u8>(at, 44)
        visible = (flags & 1) != 0
        extra = (flags & 4) != 0
        total = load<u32>(at, 4) + load<u32>(at, 16)
      }
      store<u32>(frame, position + total, 12)
      alias = 0
      if (!extra) {
        const sequence = load<u32>(frame, 8)
        if (sequence != 0) {
          alias = <u32>load<u16>(sequence)
          store<u32>(frame, sequence + 2, 8)
          if (alias != 0) visible = true
        }
      }
      break
    }
  }
}

// ---- the tally ----

/** A leaf of the tally: its text in 16 bytes, u16 its type's place, u16 its text's length, u32 its count. */
const LEAF: u32 = 24
/** Longer texts do not fit. In their place are their address and length; the host replaces them by a hash. */
const FITS: u32 = 16

/** The number of types that have nodes. */
export function types(): u32 {
  return typesFound
}

/** The number of different leaves. */
export function leaves(): u32 {
  return entryCount
}

/** Writes the counts of types (u32 each), then the leaves. */
export function write(target: usize): void {
  for (let index: u32 = 0; index < typesFound; index++) {
    const type = <u32>load<u16>(typeOrder + (index << 1))
    store<u32>(target, load<u32>(typeCounts + (type << 2)))
    target += 4
  }
  for (let index: u32 = 0; index < entryCount; index++) {
    const entry = entries + index * ENTRY
    const length = load<u32>(entry, 12)
    store<u64>(target, 0)
    store<u64>(target, 0, 8)
    if (length <= FITS) memory.copy(target, load<u32>(entry, 8), length)
    else {
      store<u32>(target, load<u32>(entry, 8))
      store<u32>(target, length, 4)
    }
    store<u16>(target, load<u16>(typePlaces + (load<u32>(entry, 4) << 1)), 16)
    store<u16>(target, <u16>(length <= FITS ? length : FITS + 1), 18)
    store<u32>(target, load<u32>(entry, 16), 20)
    target += LEAF
  }
}
