/**
 * Scores the files of a pull request: each by the first rule that matches, trees compared in processes of their own, a pair of texts once.
 */
import { Context, Effect, Layer, Option } from "effect"
import type { ChangedFile } from "../../domain/contributions/ChangedFile.ts"
import type { FileRules } from "../../domain/contributions/FileRules.ts"
import type { FileScore, TreeDifference } from "../../domain/contributions/FileScore.ts"
import {
  chooseMethod,
  crashed,
  exceeded,
  type NeedsTrees,
  NO_DIFFERENCE,
  withDifference
} from "../../scoring/oss_contributions/files/scoreFile.ts"
import { countMany } from "../../telemetry/metrics.ts"
import { grammars } from "./grammars.ts"
import { layerFile, layerMemory, PairCache } from "./PairCache.ts"
import { parserHash } from "./parserHash.ts"
import { type FilePair, layer as layerOfProcesses, type ParsingUnavailable, type Settings, TreeDifferences } from "./TreeDifferences.ts"

/** `files`: in the order of the pull request's. `exceeded`: it took longer than its budget, and every file is 0. */
export interface PullRequestFiles {
  readonly files: ReadonlyArray<FileScore>
  readonly exceeded: boolean
}

export class FileScorer extends Context.Tag("gittensor/FileScorer")<
  FileScorer,
  {
    /** `rules`: the same value for as long as the roster does not change, because what is made of it is kept. */
    readonly scoreFiles: (files: ReadonlyArray<ChangedFile>, rules: FileRules) => Effect.Effect<PullRequestFiles, ParsingUnavailable>
  }
>() {}

const hasGrammar = (language: string): boolean => Object.hasOwn(grammars, language)

/** A file whose trees must be compared, with the pair's key in the cache and its bytes. */
interface Wanted {
  readonly trees: NeedsTrees
  readonly key: string
  readonly pair: FilePair
}

const NONE = new Uint8Array(0)
const encoder = new TextEncoder()
const bytesOf = (text: string | null): Uint8Array => (text === null || text === "" ? NONE : encoder.encode(text))
const hex = (bytes: Uint8Array): string => new Bun.CryptoHasher("sha256").update(bytes).digest("hex")

const hashOfRules = ({ structural, leaf }: FileRules): string =>
  hex(encoder.encode(JSON.stringify([structural, leaf].map((weights) => [...weights].sort(([a], [b]) => (a < b ? -1 : 1))))))

export const make = Effect.gen(function* () {
  const differences = yield* TreeDifferences
  const cache = yield* PairCache
  const hashes = new WeakMap<FileRules, string>()
  const rulesHash = (rules: FileRules): string => {
    const hash = hashes.get(rules) ?? hashOfRules(rules)
    hashes.set(rules, hash)
    return hash
  }

  const wantedOf = Effect.fn("FileScorer.wanted")(function* (trees: NeedsTrees, rules: FileRules) {
    const pair: FilePair = { grammar: trees.language, base: bytesOf(trees.file.base), head: bytesOf(trees.file.head) }
    const parts = [yield* parserHash(trees.language), rulesHash(rules), hex(pair.base), hex(pair.head)]
    const wanted: Wanted = { trees, pair, key: hex(encoder.encode(parts.join("\n"))) }
    return wanted
  })

  const scoreFiles = Effect.fn("FileScorer.scoreFiles")(function* (files: ReadonlyArray<ChangedFile>, rules: FileRules) {
    yield* Effect.annotateCurrentSpan({ files: files.length })
    const chosen = files.map((file) => chooseMethod(file, rules, hasGrammar))
    /** What is known of a pair: its difference, or that the parser crashed on it. */
    const known = new Map<string, TreeDifference | "crashed">()
    const wanted = new Map<NeedsTrees, string>()
    const missing = new Map<string, FilePair>()
    for (const choice of chosen) {
      if (choice._tag === "Scored") continue
      const { key, pair } = yield* wantedOf(choice, rules)
      wanted.set(choice, key)
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
        const all: PullRequestFiles = { files: files.map(exceeded), exceeded: true }
        return all
      }
      const fresh = new Map<string, TreeDifference>()
      for (const [index, key] of [...missing.keys()].entries()) {
        const result = compared.files[index]
        if (result?._tag !== "Compared") known.set(key, "crashed")
        else {
          known.set(key, result.difference)
          // What was cut short says nothing of another day.
          if (result.timedOut.length === 0) fresh.set(key, result.difference)
        }
      }
      yield* cache.keep(fresh)
    }
    const scoreOf = (choice: (typeof chosen)[number]): FileScore => {
      if (choice._tag === "Scored") return choice.score
      const difference = known.get(wanted.get(choice) ?? "")
      return difference === undefined || difference === "crashed" ? crashed(choice) : withDifference(choice, difference)
    }
    const result: PullRequestFiles = { files: chosen.map(scoreOf), exceeded: false }
    return result
  })

  return FileScorer.of({ scoreFiles })
})

export interface Options extends Partial<Settings> {
  /** Where pairs that were compared are kept from one start to the next; without it in memory only. */
  readonly cacheFile?: string
}

/** With processes of its own, which are started when there is work for them. */
export const layer = ({ cacheFile, ...settings }: Options = {}): Layer.Layer<FileScorer> =>
  Layer.effect(FileScorer, make).pipe(
    Layer.provide(layerOfProcesses(settings)),
    Layer.provide(cacheFile === undefined ? layerMemory() : layerFile(cacheFile))
  )
