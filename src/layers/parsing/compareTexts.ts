/** Compares pairs of texts by their trees. What a version's tree comes to is known from a cache; other versions are parsed in a process. */
import { Effect } from "effect"
import counterFile from "../../../wasm/tree-counter/counter.wasm" with { type: "file" }
import type { FileRules } from "../../domain/contributions/FileRules.ts"
import { NO_DIFFERENCE, type TreeDifference } from "../../domain/contributions/FileScore.ts"
import { countMany } from "../machine/telemetry/metrics.ts"
import { grammars } from "./grammars.ts"
import type { FileVersion } from "./process/ParsingProcess.ts"
import { TallyCache } from "./TallyCache.ts"
import { type Parsed, TreeTallies } from "./TreeTallies.ts"
import { differenceOf, EMPTY_TALLY } from "./tally.ts"
import { coreFile } from "./treeSitter/coreFile.ts"

/** Two versions of a file; null stands for a version that does not exist. */
export interface TextPair {
  /** A name of grammars.ts. */
  readonly grammar: string
  readonly base: string | null
  readonly head: string | null
}

/** `Complete`: one result for each pair, in their order. `Exceeded`: the pull request's time budget ran out, and no result is known. */
export type ComparedTexts =
  | { readonly _tag: "Complete"; readonly results: ReadonlyArray<TreeDifference | "crashed" | "timedOut"> }
  | { readonly _tag: "Exceeded" }

const encoder = new TextEncoder()
const sha256 = (text: string): string => new Bun.CryptoHasher("sha256").update(text).digest("hex")

const parserHashes = new Map<string, string>()

/** The hash of the parser's core, the counting module and grammars. */
const hashWith = (grammarFiles: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const hasher = new Bun.CryptoHasher("sha256")
    for (const path of [coreFile, counterFile, ...grammarFiles])
      hasher.update(path === "" ? "" : yield* Effect.promise(() => Bun.file(path).bytes()))
    return hasher.digest("hex")
  })

/** The hash of everything but the text that decides a file's tree. */
const parserHash = Effect.fn("parserHash")(function* (language: string) {
  const before = parserHashes.get(language)
  if (before !== undefined) return before
  const hash = yield* hashWith([grammars[language] ?? ""])
  parserHashes.set(language, hash)
  return hash
})

/** The hash of everything but texts and rules that decides how trees differ: the same in two programs with equal parsers for all languages. */
export const parsersHash: Effect.Effect<string> = hashWith(
  Object.entries(grammars)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, file]) => file)
)

/** One version of a pair. `key`: of its tally in the cache; undefined for a version without text, which has no tree. */
interface Version {
  readonly key: string | undefined
  readonly grammar: string
  readonly text: string
}

interface VersionPair {
  readonly base: Version
  readonly head: Version
}

const EMPTY: Parsed = { _tag: "Tallied", tally: EMPTY_TALLY }

const versionsOf = (pairs: Iterable<VersionPair>): ReadonlyMap<string, Version> =>
  new Map([...pairs].flatMap(({ base, head }) => [base, head].flatMap((one) => (one.key === undefined ? [] : [[one.key, one] as const]))))

export const make = Effect.gen(function* () {
  const tallies = yield* TreeTallies
  const tallyCache = yield* TallyCache
  const versioned = ({ grammar, base, head }: TextPair, parser: string): VersionPair => {
    const version = (text: string | null): Version => ({
      key: text === null || text === "" ? undefined : sha256(`${parser}\n${sha256(text)}`),
      grammar,
      text: text ?? ""
    })
    return { base: version(base), head: version(head) }
  }

  /** The tallies of versions, by key, from the cache and the parser. None when the pull request's budget ran out. */
  const parsed = Effect.fn("compareTexts.parsed")(function* (versions: ReadonlyMap<string, Version>) {
    const all = new Map<string, Parsed>()
    for (const [key, tally] of yield* tallyCache.find([...versions.keys()])) all.set(key, { _tag: "Tallied", tally })
    const unknown = [...versions].filter(([key]) => !all.has(key))
    yield* countMany("gittensor_file_versions_total", all.size, { from: "cache" })
    yield* countMany("gittensor_file_versions_total", unknown.length, { from: "parser" })
    if (unknown.length === 0) return all
    const results = yield* tallies.ofPullRequest(
      unknown.map(([, { grammar, text }]): FileVersion => ({ grammar, text: encoder.encode(text) }))
    )
    if (results._tag === "Exceeded") return undefined
    const fresh = new Map(
      unknown.flatMap(([key], index) => {
        const result = results.versions[index]
        if (result !== undefined) all.set(key, result)
        // Timeouts are not cached: such a parse may succeed another time.
        return result?._tag === "Tallied" ? [[key, result.tally] as const] : []
      })
    )
    yield* tallyCache.keep(fresh)
    return all
  })

  /** The pairs of one pull request. Pairs of equal texts are neither parsed nor compared, and others once. */
  return Effect.fn("compareTexts")(function* (texts: ReadonlyArray<TextPair>, rules: FileRules) {
    const pairs: Array<VersionPair> = []
    for (const text of texts) pairs.push(versioned(text, parserHashes.get(text.grammar) ?? (yield* parserHash(text.grammar))))
    const differing = pairs.filter(({ base, head }) => base.key !== head.key)
    const versions = yield* parsed(versionsOf(differing))
    if (versions === undefined) {
      const exceeded: ComparedTexts = { _tag: "Exceeded" }
      return exceeded
    }
    const parsedOf = ({ key }: Version): Parsed => (key === undefined ? EMPTY : (versions.get(key) ?? EMPTY))
    const tallyOf = (one: Parsed) => (one._tag === "Tallied" ? one.tally : EMPTY_TALLY)
    const keyOf = ({ base, head }: VersionPair) => `${base.key} ${head.key}`
    const compared = new Map<string, TreeDifference | "crashed" | "timedOut">()
    const results = { equal: pairs.length - differing.length, crashed: 0, timedOut: 0, compared: 0 }
    for (const pair of differing) {
      if (compared.has(keyOf(pair))) continue
      const [before, after] = [parsedOf(pair.base), parsedOf(pair.head)]
      const isAny = (tag: Parsed["_tag"]) => before._tag === tag || after._tag === tag
      const result = isAny("Crashed") ? "crashed" : isAny("TimedOut") ? "timedOut" : "compared"
      // The subnet's original program takes a version whose parse was cut short for an empty one.
      const isUnknown = result === "crashed" || (result === "timedOut" && rules.work === true)
      compared.set(keyOf(pair), isUnknown ? result : differenceOf(tallyOf(before), tallyOf(after), rules))
      results[result] += 1
    }
    for (const [result, number] of Object.entries(results)) yield* countMany("gittensor_parsed_files_total", number, { result })
    const complete: ComparedTexts = { _tag: "Complete", results: pairs.map((pair) => compared.get(keyOf(pair)) ?? NO_DIFFERENCE) }
    return complete
  })
})
