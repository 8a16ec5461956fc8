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
import { readable } from "../../../rules/contributions/had.ts"
import { partsOf } from "../../../rules/contributions/work/parts.ts"
import { workOfFile } from "../../../rules/contributions/work/whatCounts.ts"
import type { ScoredFiles } from "./scoredFilesText.ts"

/** Whether nothing was cut short by a limit of time, which another time may suffice. */
export const isFinal = ({ exceeded, files }: ScoredFiles): boolean =>
  !exceeded && files.every(({ method }) => method !== "skipped-isolation-timeout")

/** Why files are not measured. */
export const TOOK_TOO_LONG = "comparing its files took too long, and is tried again"

/** Whether a score may follow from these: no limit of time decides one. By `parity` it does, as in the program that defined those rules. */
export const isMeasured = (scored: ScoredFiles, { work }: FileRules): boolean => work !== true || isFinal(scored)

export class FileScorer extends Context.Tag("gittensor/FileScorer")<
  FileScorer,
  {
    /** Pass the same `rules` value while the roster does not change: caches compare it by identity. */
    readonly scoreFiles: (files: ReadonlyArray<ChangedFile>, rules: FileRules) => Effect.Effect<ScoredFiles, ParsingUnavailable>
  }
>() {}

/** A choice whose texts are parsed as they are compared. */
const asCompared = (choice: NeedsTrees | Scored): NeedsTrees | Scored => {
  if (choice._tag === "Scored") return choice
  const { file } = choice
  const of = (text: string | null) => (text === null ? null : readable(text, file.path))
  return { ...choice, file: { ...file, base: of(file.base), head: of(file.head) } }
}

const isAlike = (one: NeedsTrees | Scored, other: NeedsTrees | Scored): boolean =>
  one._tag === "Scored" || other._tag === "Scored" || (one.file.base === other.file.base && one.file.head === other.file.head)

/** The parts of a file that are scored by themselves under `"scoring": "work"`; none: the file is one part, as it was chosen. Its score by nodes is of the texts as they are. */
const partsToScore = (choice: NeedsTrees | Scored, file: ChangedFile | undefined, rules: FileRules) => {
  const isTest = choice._tag === "NeedsTrees" ? choice.isTest : choice.score.isTest
  const isCode = choice._tag === "NeedsTrees" || choice.score.method === "tree-diff" || choice.score.method === "skipped-unsupported"
  const parts = isCode && file !== undefined ? partsOf(file) : []
  if (parts.length > 1 || (parts[0]?.isTest ?? isTest) !== isTest)
    return parts.map((part) => ({ file: part.file, choice: asCompared(chooseMethod(part.file, rules, hasGrammar, part.isTest)) }))
  const whole = asCompared(choice)
  return file === undefined || isAlike(choice, whole) ? [] : [{ file, choice: whole }]
}

export const make = Effect.gen(function* () {
  const compare = yield* compareTexts.make

  const scoreFiles = Effect.fn("FileScorer.scoreFiles")(function* (files: ReadonlyArray<ChangedFile>, rules: FileRules) {
    yield* Effect.annotateCurrentSpan({ files: files.length })
    const chosen = files.map((file) => chooseMethod(file, rules, hasGrammar))
    const parts = rules.work === undefined ? [] : chosen.map((choice, index) => partsToScore(choice, files[index], rules))
    const texts = [...chosen, ...parts.flatMap((all) => all.map(({ choice }) => choice))].flatMap((choice) =>
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
      if (difference === "timedOut") return excessScore(choice.file)
      return difference === "crashed" ? crashScore(choice) : withDifference(choice, difference)
    }
    const scores = chosen.map(scoreOf)
    const scored: ScoredFiles = {
      files: scores.map((score, index) => {
        const file = files[index]
        if (rules.work === undefined || file === undefined) return score
        const own = (parts[index] ?? []).map(({ choice, file: part }) => ({ file: part, score: scoreOf(choice) }))
        if (own.some((part) => part.score.method === "skipped-isolation-timeout")) {
          const none = excessScore(file)
          return { ...none, work: workOfFile(file, none, rules) }
        }
        return { ...score, work: workOfFile(file, score, rules, own.length === 0 ? undefined : own) }
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
