/** Compares pairs of texts by their trees, each pair once: from the cache where it was compared before, otherwise in a parsing process. */
import { Effect, Option } from "effect"
import counterFile from "../../../wasm/tree-counter/counter.wasm" with { type: "file" }
import type { FileRules } from "../../domain/contributions/FileRules.ts"
import { NO_DIFFERENCE, type TreeDifference } from "../../domain/contributions/FileScore.ts"
import { countMany } from "../../telemetry/metrics.ts"
import { grammars } from "./grammars.ts"
import { PairCache } from "./PairCache.ts"
import { type FilePair, TreeDifferences } from "./TreeDifferences.ts"
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
  | { readonly _tag: "Complete"; readonly results: ReadonlyArray<TreeDifference | "crashed"> }
  | { readonly _tag: "Exceeded" }

const NO_BYTES = new Uint8Array(0)
const encoder = new TextEncoder()
const bytesOf = (text: string | null): Uint8Array => (text === null || text === "" ? NO_BYTES : encoder.encode(text))
const sha256 = (bytes: Uint8Array): string => new Bun.CryptoHasher("sha256").update(bytes).digest("hex")

const hashOfWeights = ({ structural, leaf }: FileRules): string =>
  sha256(encoder.encode(JSON.stringify([structural, leaf].map((weights) => [...weights].sort(([a], [b]) => (a < b ? -1 : 1))))))

const parserHashes = new Map<string, string>()

/** The hash of everything but the text that decides a file's tree: the parser's core, the counting module and the grammar. */
const parserHash = Effect.fn("parserHash")(function* (language: string) {
  const before = parserHashes.get(language)
  if (before !== undefined) return before
  const hasher = new Bun.CryptoHasher("sha256")
  for (const path of [coreFile, counterFile, grammars[language] ?? ""])
    hasher.update(path === "" ? "" : yield* Effect.promise(() => Bun.file(path).bytes()))
  const hash = hasher.digest("hex")
  parserHashes.set(language, hash)
  return hash
})

export const make = Effect.gen(function* () {
  const differences = yield* TreeDifferences
  const cache = yield* PairCache
  const hashes = new WeakMap<FileRules, string>()
  const rulesHash = (rules: FileRules): string => {
    const hash = hashes.get(rules) ?? hashOfWeights(rules)
    hashes.set(rules, hash)
    return hash
  }

  /** The pair's bytes, and its key in the cache: a hash of everything that decides the difference. */
  const keyed = Effect.fn("compareTexts.key")(function* ({ grammar, base, head }: TextPair, rules: FileRules) {
    const pair: FilePair = { grammar, base: bytesOf(base), head: bytesOf(head) }
    const parts = [yield* parserHash(grammar), rulesHash(rules), sha256(pair.base), sha256(pair.head)]
    return { pair, key: sha256(encoder.encode(parts.join("\n"))) }
  })

  /** The pairs of one pull request. */
  return Effect.fn("compareTexts")(function* (texts: ReadonlyArray<TextPair>, rules: FileRules) {
    const known = new Map<string, TreeDifference | "crashed">()
    const missing = new Map<string, FilePair>()
    const keys: Array<string> = []
    for (const text of texts) {
      const { key, pair } = yield* keyed(text, rules)
      keys.push(key)
      if (known.has(key) || missing.has(key)) continue
      if (Buffer.compare(pair.base, pair.head) === 0) {
        known.set(key, NO_DIFFERENCE)
        continue
      }
      const found = yield* cache.find(key)
      if (Option.isSome(found)) known.set(key, found.value)
      else missing.set(key, pair)
    }
    yield* countMany("gittensor_parsed_files_total", known.size, { result: "known" })
    if (missing.size > 0) {
      const compared = yield* differences.ofPullRequest([...missing.values()], rules)
      if (compared._tag === "Exceeded") {
        const exceeded: ComparedTexts = compared
        return exceeded
      }
      const fresh = new Map<string, TreeDifference>()
      for (const [index, key] of [...missing.keys()].entries()) {
        const result = compared.files[index]
        if (result?._tag !== "Compared") known.set(key, "crashed")
        else {
          known.set(key, result.difference)
          // A parse that ran out of time may finish another day.
          if (result.timedOut.length === 0) fresh.set(key, result.difference)
        }
      }
      yield* cache.keep(fresh)
    }
    const complete: ComparedTexts = { _tag: "Complete", results: keys.map((key) => known.get(key) ?? "crashed") }
    return complete
  })
})
