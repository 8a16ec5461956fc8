/** Scores the files of one pull request: each by the first rule that matches, with the trees compared by parsing processes where a rule needs them. */
import { Context, Effect, Layer } from "effect"
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import type { FileRules } from "../../../domain/contributions/FileRules.ts"
import type { FileScore } from "../../../domain/contributions/FileScore.ts"
import type { Confined } from "../../../layers/confined/Confined.ts"
import * as compareTexts from "../../../layers/parser/compareTexts.ts"
import { hasGrammar } from "../../../layers/parser/grammars.ts"
import * as PairCache from "../../../layers/parser/PairCache.ts"
import * as TallyCache from "../../../layers/parser/TallyCache.ts"
import { layer as layerTreeTallies, type ParsingLimits, type ParsingUnavailable } from "../../../layers/parser/TreeTallies.ts"
import { chooseMethod, crashed, exceeded, type NeedsTrees, type Scored, withDifference } from "../rules/files/scoreFile.ts"
import { workOfFile } from "../rules/work/whatCounts.ts"

export interface ScoredFiles {
  /** In the order of the pull request's files. */
  readonly files: ReadonlyArray<FileScore>
  /** The pull request ran out of its time budget, so every file scores 0. */
  readonly exceeded: boolean
}

export class FileScorer extends Context.Tag("gittensor/FileScorer")<
  FileScorer,
  {
    /** Pass the same `rules` value as long as the roster does not change: caches recognise it by identity. */
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
      const none: ScoredFiles = { files: files.map(exceeded), exceeded: true }
      return none
    }
    const results = compared.results.values()
    const scoreOf = (choice: NeedsTrees | Scored): FileScore => {
      if (choice._tag === "Scored") return choice.score
      const difference = results.next().value ?? "crashed"
      return difference === "crashed" ? crashed(choice) : withDifference(choice, difference)
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
  /** The files that keep compared pairs and what their versions came to across restarts, and their bytes. Default: memory only. */
  readonly cacheFiles?: {
    readonly pairs: string
    readonly tallies: string
    readonly bytes?: { readonly pairs: number; readonly tallies: number }
  }
}

/** Starts parsing processes when there is work for them. */
export const layer = ({ cacheFiles, ...limits }: FileScorerOptions = {}): Layer.Layer<FileScorer, never, Confined> =>
  Layer.effect(FileScorer, make).pipe(
    Layer.provide(layerTreeTallies(limits)),
    Layer.provide(
      cacheFiles === undefined
        ? [PairCache.layerMemory(), TallyCache.layerMemory()]
        : [
            PairCache.layerFile(cacheFiles.pairs, cacheFiles.bytes?.pairs),
            TallyCache.layerFile(cacheFiles.tallies, cacheFiles.bytes?.tallies)
          ]
    )
  )
