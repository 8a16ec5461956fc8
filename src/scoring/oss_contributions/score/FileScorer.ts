/** Scores the files of one pull request, each by the first rule that matches. Parsing processes compare the syntax trees. */
import { Context, Effect, Layer } from "effect"
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import type { FileRules } from "../../../domain/contributions/FileRules.ts"
import type { FileScore } from "../../../domain/contributions/FileScore.ts"
import type { Confined } from "../../../layers/machine/confined/Confined.ts"
import * as compareTexts from "../../../layers/parsing/compareTexts.ts"
import { hasGrammar } from "../../../layers/parsing/grammars.ts"
import * as TallyCache from "../../../layers/parsing/TallyCache.ts"
import { layer as layerTreeTallies, type ParsingLimits, type ParsingUnavailable } from "../../../layers/parsing/TreeTallies.ts"
import {
  chooseMethod,
  crashScore,
  excessScore,
  type NeedsTrees,
  type Scored,
  withDifference
} from "../../../rules/contributions/files/scoreFile.ts"
import { workOfFile } from "../../../rules/contributions/work/whatCounts.ts"

export interface ScoredFiles {
  /** In the order of the pull request's files. */
  readonly files: ReadonlyArray<FileScore>
  /** The pull request ran out of its time budget, so every file scores 0. */
  readonly exceeded: boolean
}

export class FileScorer extends Context.Tag("gittensor/FileScorer")<
  FileScorer,
  {
    /** Pass the same `rules` value while the roster does not change: caches compare it by identity. */
    readonly scoreFiles: (files: ReadonlyArray<ChangedFile>, rules: FileRules) => Effect.Effect<ScoredFiles, ParsingUnavailable>
  }
>() {}

export const make = Effect.gen(function* () {
  const compare = yield* compareTexts.make

  const scoreFiles = Effect.fn("FileScorer.scoreFiles")(function* (files: ReadonlyArray<ChangedFile>, rules: FileRules) {
    yield* Effect.annotateCurrentSpan({ files: files.length })
    const chosen = files.map((file) => chooseMethod(file, rules, hasGrammar))
    const texts = chosen.flatMap((choice) =>
      choice._tag === "NeedsTrees" ? [{ grammar: choice.language, base: choice.file.base, head: choice.file.head }] : []
    )
    const compared = yield* compare(texts, rules)
    if (compared._tag === "Exceeded") {
      const none: ScoredFiles = { files: files.map(excessScore), exceeded: true }
      return none
    }
    const results = compared.results.values()
    const scoreOf = (choice: NeedsTrees | Scored): FileScore => {
      if (choice._tag === "Scored") return choice.score
      const difference = results.next().value ?? "crashed"
      return difference === "crashed" ? crashScore(choice) : withDifference(choice, difference)
    }
    const scored: ScoredFiles = {
      files: chosen.map((choice, index) => {
        const score = scoreOf(choice)
        const file = files[index]
        return rules.work === undefined || file === undefined ? score : { ...score, work: workOfFile(file, score, rules) }
      }),
      exceeded: false
    }
    return scored
  })

  return FileScorer.of({ scoreFiles })
})

export interface FileScorerOptions extends Partial<ParsingLimits> {
  /** The file that keeps what versions' trees came to across restarts, and its bytes. Default: memory only. */
  readonly cache?: { readonly file: string; readonly bytes?: number }
}

/** Starts parsing processes when there is work for them. */
export const layer = ({ cache, ...limits }: FileScorerOptions = {}): Layer.Layer<FileScorer, never, Confined> =>
  Layer.effect(FileScorer, make).pipe(
    Layer.provide(layerTreeTallies(limits)),
    Layer.provide(cache === undefined ? TallyCache.layerMemory() : TallyCache.layerFile(cache.file, cache.bytes))
  )
