/**
 * How many tokens a pull request's files add, under `"scoring": "work"`: "Tokens", "Nothing counts", "Small work" and "Words" in docs/protocol.md. Deleted nodes
 * count nothing, because otherwise removing code and adding it again would be paid like new code. Pure.
 */
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import type { FileRules } from "../../../domain/contributions/FileRules.ts"
import type { Amount, FileScore, FileWork } from "../../../domain/contributions/FileScore.ts"
import { extensionOf } from "../../../domain/fileExtension.ts"
import type { RosterRepository, WorkFigures } from "../../../domain/Roster.ts"
import { DEFAULT_LINE_WEIGHT, LINES_AT_MOST, TEST_WEIGHT } from "../files/scoreFile.ts"
import { isCountedByWords } from "./byWords.ts"
import { whyForeign } from "./foreignFile.ts"
import { newWords } from "./newWords.ts"

const WHY_SKIPPED: Readonly<Record<Exclude<FileScore["method"], "tree-diff" | "line-count">, string>> = {
  skipped: "it was removed, and what is removed adds nothing",
  "skipped-binary": "it is binary",
  "skipped-large": "it has more than 1,000,000 bytes",
  "skipped-unsupported": "the roster does not name its language",
  "skipped-missing-base": "its text before the change cannot be had",
  "skipped-isolation-timeout": "comparing the pull request's files took too long",
  "skipped-crash": "the parser crashed on it"
}

const nothing = (why: string): FileWork => ({ kind: "nothing", tokens: 0, words: 0, why })

const SAME_CODE = "only its formatting, its comments or the order of its code differ"

/** The most words of one file that count: those of 300 lines. */
const WORDS_AT_MOST = 1_500

/** A file of whose nodes none has a weight. */
const byWords = ({ base, head, path }: ChangedFile, isTest: boolean, isSmall: boolean): FileWork => {
  const { isLeavesAlone, words } = newWords(base ?? "", head ?? "", path)
  if (words === 0) return nothing(SAME_CODE)
  const kind = isTest ? "small" : isLeavesAlone || isSmall ? "leaves" : "code"
  return { kind, tokens: 0, words: Math.min(words, WORDS_AT_MOST) * (isTest ? TEST_WEIGHT : 1) }
}

/** A file, or a part of one that counts in its own way, as it was scored. */
interface ScoredPart {
  readonly file: ChangedFile
  readonly score: FileScore
}

const workOfPart = ({ file, score }: ScoredPart, rules: FileRules): FileWork => {
  const { difference, isTest, method } = score
  const rule = rules.languages.get(extensionOf(file.path))
  if (method === "line-count") {
    const lines = Math.min(file.additions, LINES_AT_MOST) * (isTest ? TEST_WEIGHT : 1)
    return { kind: "small", tokens: (rule?.weight ?? DEFAULT_LINE_WEIGHT) * lines, words: 0 }
  }
  if (rule !== undefined && (method === "skipped-unsupported" || (method === "tree-diff" && isCountedByWords(rule))))
    return file.status !== "added" && file.base === null ? nothing(WHY_SKIPPED["skipped-missing-base"]) : byWords(file, isTest, false)
  if (difference === null) return nothing(method === "tree-diff" ? WHY_SKIPPED["skipped-crash"] : WHY_SKIPPED[method])
  const { leafAdded, leafDeleted, structuralAdded, structuralDeleted } = difference
  const tokens = structuralAdded.score + leafAdded.score
  // Texts of a page and strings weigh nothing by today's weights, and yet a fix of them is work.
  if (tokens === 0 && leafAdded.count + structuralAdded.count > 0) return byWords(file, isTest, true)
  if (tokens === 0) return nothing(leafDeleted.count + structuralDeleted.count === 0 ? SAME_CODE : "it only loses code, which adds nothing")
  const isLeavesAlone = structuralAdded.count + structuralDeleted.count === 0
  return { kind: isTest ? "small" : isLeavesAlone ? "leaves" : "code", tokens, words: 0 }
}

const sumOf = (all: ReadonlyArray<Amount>): Amount =>
  all.reduce((sum, one) => ({ tokens: sum.tokens + one.tokens, words: sum.words + one.words }), { tokens: 0, words: 0 })

/** A file by its parts: small work lies beside the rest. */
const joined = (parts: ReadonlyArray<FileWork>): FileWork => {
  const counted = parts.filter(({ kind }) => kind !== "nothing")
  const [only = parts[0]] = counted
  if (counted.length < 2) return only ?? nothing(SAME_CODE)
  const isSmall = ({ kind, words }: FileWork) => kind === "small" || (kind === "leaves" && words > 0)
  const [rest, small] = [counted.filter((one) => !isSmall(one)), sumOf(counted.filter(isSmall))]
  if (rest.length === 0) return { kind: "small", ...small }
  const kind = rest.some((one) => one.kind === "code") ? "code" : "leaves"
  return { kind, ...sumOf(rest), ...(rest.length === counted.length ? {} : { small }) }
}

/** How much a scored file counts. `file`: as it was scored, with its texts and the facts about it in the parent's tree. `parts`: where they count in their own ways. */
export const workOfFile = (
  file: ChangedFile,
  score: FileScore,
  rules: FileRules,
  parts: ReadonlyArray<ScoredPart> = [{ file, score }]
): FileWork => {
  const why = whyForeign(file)
  return why === null ? joined(parts.map((part) => workOfPart(part, rules))) : nothing(why)
}

const WHOLE_PPM = 1_000_000

/** How much of a file counts when this share of its added words was had before: both in parts per million, rounded down. */
const keptOf = (share: number, { copies_factor }: WorkFigures): number =>
  Math.min(WHOLE_PPM, Math.floor((Math.round(copies_factor * WHOLE_PPM) * (WHOLE_PPM - share)) / WHOLE_PPM))

/** Tokens for each compared word of a file: of 2,693 hand-written files of 30 languages, each new, none has more than 0.81. */
const TOKENS_PER_WORD = 1

/** The tokens that are more than the words explain by which work could be told from what was had: signs alone differ, it has less than a run of words, or it hides them. */
const excessOf = ({ kind, tokens }: FileWork, words: number | undefined): number =>
  words === undefined || kind !== "code" ? 0 : Math.max(0, tokens - TOKENS_PER_WORD * words)

/**
 * The files of a pull request, each worth what its share of had words leaves. `shareOf`: in parts per million; undefined: it was not measured, and takes nothing away. `comparedOf`: how
 * many words of a file could be compared.
 */
export const withoutHad = (
  files: ReadonlyArray<FileScore>,
  shareOf: (path: string) => number | undefined,
  figures: WorkFigures | undefined,
  comparedOf: (path: string) => number | undefined = () => undefined
): ReadonlyArray<FileScore> => {
  if (figures === undefined) return files
  // Whether leaves are a small fix is decided by all of them, so that copies turn none into one.
  const leaves = files.reduce((sum, { work }) => sum + (work?.kind === "leaves" ? work.tokens : 0), 0)
  const ofLeaves = leaves <= figures.small_fix_tokens ? "leaves" : "small"
  // So much of what words do not explain is small work, and the rest nothing: whoever changes a sign has made a fix, and whoever changes hundreds has not.
  let unexplained = figures.small_fix_tokens
  return files.map((file) => {
    const { path } = file
    const had = shareOf(path)
    if (had === undefined || file.work === undefined || file.work.kind === "nothing") return file
    const excess = excessOf(file.work, comparedOf(path))
    const counted = Math.min(excess, unexplained)
    unexplained -= counted
    const small = { tokens: (file.work.small?.tokens ?? 0) + counted, words: file.work.small?.words ?? 0 }
    const work = excess === 0 ? file.work : { ...file.work, tokens: file.work.tokens - excess, small }
    const kept = keptOf(had, figures)
    const kind = work.kind === "leaves" ? ofLeaves : work.kind
    const left = ({ tokens, words }: Amount): Amount => ({ tokens: (tokens * kept) / WHOLE_PPM, words: (words * kept) / WHOLE_PPM })
    return { ...file, work: { ...work, kind, ...left(work), ...(work.small === undefined ? {} : { small: left(work.small) }), had } }
  })
}

/** Sums over a pull request's files: tokens, and new words of languages without weighted nodes. */
export interface WorkTotals {
  readonly code: number
  readonly leaves: number
  readonly small: number
  readonly words: number
  readonly smallWords: number
}

/** Sums in the order of files; undefined where the files were not read for `"scoring": "work"`. */
export const workTotalsOf = (files: ReadonlyArray<FileScore>): WorkTotals | undefined => {
  if (files.length === 0 || files.some(({ work }) => work === undefined)) return undefined
  const sum = { code: 0, leaves: 0, small: 0, words: 0, smallWords: 0 }
  for (const { work } of files) {
    if (work === undefined || work.kind === "nothing") continue
    sum[work.kind] += work.tokens
    sum[work.kind === "code" ? "words" : "smallWords"] += work.words
    sum.small += work.small?.tokens ?? 0
    sum.smallWords += work.small?.words ?? 0
  }
  return sum
}

/** A pull request's tokens before caps. */
export interface Tokens {
  readonly code: number
  /** Those within the cap for small work. */
  readonly small: number
}

/** A line's, by which a roster states what a word counts. */
const WORDS_OF_LINE = 5

const tokensOf = (totals: WorkTotals, figures: WorkFigures): Tokens => {
  const isSmallFix = totals.leaves <= figures.small_fix_tokens
  const code = totals.code + (totals.words * figures.tokens_per_line) / WORDS_OF_LINE + (isSmallFix ? totals.leaves : 0)
  const small = totals.small + (totals.smallWords * figures.tokens_per_line) / WORDS_OF_LINE + (isSmallFix ? 0 : totals.leaves)
  return { code, small }
}

/** The tokens of a pull request's files before caps. */
export const tokensIn = (files: ReadonlyArray<FileScore>, figures: WorkFigures): number => {
  const totals = workTotalsOf(files)
  if (totals === undefined) return 0
  const { code, small } = tokensOf(totals, figures)
  return code + small
}

/** The tokens of a pull request under `"scoring": "work"`. */
export interface PullRequestWork extends Tokens {
  /** Its base if its author had no other one. */
  readonly alone: number
  /** Of its tokens, those that count beside its author's others. */
  readonly counted: number
  /** Of its small tokens, those that its author's others leave: `counted` is of these and of the code. */
  readonly smallLeft: number
}

export type WorkRules = Pick<RosterRepository, "fixed_base_score"> & { readonly work: WorkFigures }

const baseOf = (tokens: Tokens, counted: number, { fixed_base_score: fixed, work }: WorkRules): number =>
  fixed === null ? work.points_per_token * counted : tokens.code + tokens.small > 0 ? fixed : 0

/** The tokens of a pull request without the effects of its author's others; undefined: its files were not read. */
export const workAlone = (totals: WorkTotals | undefined, rules: WorkRules): PullRequestWork | undefined => {
  if (totals === undefined) return undefined
  const { cap_tokens, small_cap_tokens } = rules.work
  const tokens = tokensOf(totals, rules.work)
  const smallLeft = Math.min(tokens.small, small_cap_tokens)
  const counted = Math.min(tokens.code + smallLeft, cap_tokens)
  return { ...tokens, smallLeft, counted, alone: baseOf(tokens, counted, rules) }
}

/** Whether a merge adds no tokens even before the cap on all its author's tokens. Such a merge does not help its author become eligible. */
export const isEmptyMerge = (work: PullRequestWork | undefined): boolean => work !== undefined && work.code === 0 && work.smallLeft === 0
