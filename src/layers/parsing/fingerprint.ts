/**
 * Fingerprints of one version of a file, by which near-duplicates are found: winnowing (Schleimer, Wilkerson, Aiken: "Winnowing: Local Algorithms for Document
 * Fingerprinting", 2003) over the tokens of its syntax tree. Names, numbers and literals count by their kind only, and comments not at all, so that renaming and
 * reformatting change nothing. Without a grammar, rows of words are taken instead (`rules/text/rows.ts`). Everything is integers, so two machines always get the
 * same fingerprints.
 */
import { languageOf } from "../../rules/text/languages.ts"
import { tokensOf } from "../../rules/text/lexer.ts"
import { mixed, rowHashes, winnowed, wordsOf } from "../../rules/text/rows.ts"

/** Raise it whenever the words of files without a grammar are taken in another way. Grammars have a hash of their own. */
export const WORDS_EDITION = 5

/** Tokens that a fingerprint covers. Shorter runs are found in unrelated files too. */
export const K = 12
/** At least one of this many consecutive fingerprints is kept, so a common run of K + WINDOW − 1 tokens is always found. */
export const WINDOW = 8

/** Begins what stands for a grammar's name for texts without one; a file's name follows, which tells the language. */
export const WORDS = " words "

/** Distinct numbers from 0 to 2³² − 1, ascending. */
export type Fingerprints = Uint32Array

const LITERAL_NODE =
  /(?:^|_)(?:string|str|char|character|regex|regexp|string_literal|string_lit|char_literal|character_literal|rune_literal|heredoc_body)$/
/** Whether a node of this type is one token, whatever it contains. */
export const isWholeLiteral = (type: string): boolean => LITERAL_NODE.test(type)

const NAME_NODE = /(?:^|_)(?:identifier|ident|name|variable|var|constant|word|atom|symbol|alias)$/
const NUMBER = /(?:^|_)(?:number|numeric|integer|int|float|decimal|hex)(?:_literal|_lit|_value)?$/

/** The kind of a token type: one for all names, one for all numbers, one for all literals. */
const kindOf = (type: string): string =>
  isWholeLiteral(type) ? "literal" : NUMBER.test(type) ? "number" : NAME_NODE.test(type) ? "name" : type

/** FNV-1a over UTF-16 units, mixed. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return mixed(hash)
}

const BASE = 0x9e3779b1
/** BASE to the power of K, the factor of a token that leaves a run. */
const LEAVING_FACTOR = Array.from({ length: K }).reduce<number>((power) => Math.imul(power, BASE), 1)

/** The hash of every run of K tokens, in their order. */
const hashesOfRuns = (tokens: Uint32Array): Uint32Array => {
  const hashes = new Uint32Array(Math.max(0, tokens.length - K + 1))
  let rolling = 0
  for (let index = 0; index < tokens.length; index++) {
    rolling = (Math.imul(rolling, BASE) + (tokens[index] ?? 0)) | 0
    if (index >= K) rolling = (rolling - Math.imul(LEAVING_FACTOR, tokens[index - K] ?? 0)) | 0
    if (index >= K - 1) hashes[index - K + 1] = mixed(rolling)
  }
  return hashes
}

/** The least hash of every window. A text with fewer runs than a window is one window. */
export const winnow = (tokens: Uint32Array): Fingerprints => {
  const hashes = hashesOfRuns(tokens)
  const kept = new Set<number>()
  for (let start = 0; start === 0 || start + WINDOW <= hashes.length; start++) {
    const window = hashes.subarray(start, start + WINDOW)
    if (window.length > 0) kept.add(window.reduce((least, hash) => Math.min(least, hash)))
  }
  return Uint32Array.from(kept).sort()
}

/** `tokens`: each token's index among `types`. */
export const fingerprintsOfTokens = (types: ReadonlyArray<string>, tokens: Uint16Array): Fingerprints => {
  const hashes = types.map((type) => hashOf(kindOf(type)))
  return winnow(Uint32Array.from(tokens, (type) => hashes[type] ?? 0))
}

/** The fingerprints of a text without a grammar. Invalid UTF-8 counts as U+FFFD. */
export const fingerprintsOfWords = (text: Uint8Array, path: string): Fingerprints => {
  const words = wordsOf(tokensOf(new TextDecoder().decode(text), languageOf(path)))
  const kept = winnowed(rowHashes(words, K), WINDOW)
  return Uint32Array.from(new Set(Array.from(kept, (hash) => Math.floor(hash / 2 ** 21)))).sort()
}

/** Bands of an index entry, and hashes in a band: of two lists with Jaccard 0.60, 99.2 % share a band; with 0.10, 2 %. */
const BANDS = 20
const ROWS = 3
const SEEDS = Array.from({ length: BANDS * ROWS }, (_, index) => mixed(Math.imul(index + 1, BASE)))

/**
 * The keys of an index of similar lists: MinHash (Broder: "On the resemblance and containment of documents", 1997) with fixed seeds, in bands (Leskovec,
 * Rajaraman, Ullman: "Mining of Massive Datasets", 3.4). Similar lists have a key in common, in every program. Each is below 2³⁷; none for an empty list.
 */
export const bandsOf = (fingerprints: Fingerprints): ReadonlyArray<number> => {
  if (fingerprints.length === 0) return []
  const least = SEEDS.map((seed) => {
    let found = 0xffffffff
    for (const one of fingerprints) found = Math.min(found, mixed(one ^ seed))
    return found
  })
  return Array.from({ length: BANDS }, (_, band) => {
    const key = least.slice(band * ROWS, (band + 1) * ROWS).reduce((hash, one) => mixed(Math.imul(hash, BASE) + one), 0)
    return band * 2 ** 32 + key
  })
}

/** Encodes fingerprints as u32, little-endian. */
export const encodeFingerprints = (fingerprints: Fingerprints): Uint8Array =>
  new Uint8Array(fingerprints.buffer, fingerprints.byteOffset, fingerprints.byteLength)

/** Decodes fingerprints; undefined for malformed bytes. */
export const readFingerprints = (bytes: Uint8Array): Fingerprints | undefined => {
  if (bytes.length % 4 !== 0) return undefined
  const fingerprints = new Uint32Array(Uint8Array.from(bytes).buffer)
  return fingerprints.every((one, index) => index === 0 || one > (fingerprints[index - 1] ?? 0)) ? fingerprints : undefined
}
