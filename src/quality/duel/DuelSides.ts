/** What judges are shown of a duel: the issue, and both sides without anything that tells whose they are. */
import { Context, Effect, Layer } from "effect"
import { fileRulesOf } from "../../domain/contributions/FileRules.ts"
import { defaultRoster } from "../../domain/defaultRoster.ts"
import { IssueRef } from "../../domain/IssueRef.ts"
import type { DuelPair, DuelSeed } from "../../domain/quality/DuelRecord.ts"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import type { Head } from "../../domain/quality/QualityRecord.ts"
import { Checkout } from "../../layers/git/Checkout.ts"
import { IssueTexts } from "../../layers/github/IssueTexts.ts"
import { PullRequestHeads } from "../../layers/github/PullRequestHeads.ts"
import { hasGrammar } from "../../layers/parser/grammars.ts"
import type { FileVersion } from "../../layers/parser/process/ParsingProcess.ts"
import { TreeTallies } from "../../layers/parser/TreeTallies.ts"
import { extensionOf } from "../../scoring/oss_contributions/rules/files/path.ts"
import { type StepFailed, understood } from "../pipeline/JudgeSteps.ts"
import { type BlindSide, blindSide, type ReadFile } from "../rules/duel/blind.ts"
import type { DuelIssue } from "../rules/duel/prompt.ts"
import type { ByteRange } from "../rules/duel/stripComments.ts"

export interface Shown {
  readonly issue: DuelIssue
  readonly a: BlindSide
  readonly b: BlindSide
}

export class DuelSides extends Context.Tag("gittensor/DuelSides")<
  DuelSides,
  { readonly load: (pair: DuelPair, seed: DuelSeed) => Effect.Effect<Shown, StepFailed> }
>() {}

const RULES = fileRulesOf(defaultRoster)
const encoder = new TextEncoder()

const grammarOf = (path: string): string | undefined => {
  const language = RULES.languages.get(extensionOf(path))?.language
  return language !== undefined && language !== null && hasGrammar(language) ? language : undefined
}

/** Files that share one time budget. */
const TOGETHER = 20

/** The places of comments in texts; null where a text could not be parsed. */
const commentsOf = Effect.fn("commentsOf")(function* (versions: ReadonlyArray<FileVersion>) {
  const { comments } = yield* TreeTallies
  const found: Array<ReadonlyArray<ByteRange> | null> = []
  for (let start = 0; start < versions.length; start += TOGETHER) {
    const part = versions.slice(start, start + TOGETHER)
    const answers = yield* comments(part)
    for (const index of part.keys()) {
      const answer = answers._tag === "Exceeded" ? undefined : answers.versions[index]
      found.push(answer?._tag === "Commented" ? answer.comments : null)
    }
  }
  return found
})

/** Tells the comments of files apart, where their language is known. */
const readFiles = Effect.fn("readFiles")(function* (files: ReadonlyArray<GateFile>) {
  const versions: Array<FileVersion> = []
  /** Where an answer will be; undefined for a text without a grammar. */
  const place = (path: string, text: string | null): number | undefined => {
    const grammar = grammarOf(path)
    return text === null || text === "" || grammar === undefined ? undefined : versions.push({ grammar, text: encoder.encode(text) }) - 1
  }
  const places = files.map((file) => ({
    file,
    base: place(file.previousPath ?? file.path, file.base),
    head: place(file.path, file.head)
  }))
  const comments = yield* commentsOf(versions)
  const at = (text: string | null, index: number | undefined): ReadonlyArray<ByteRange> | null =>
    index === undefined ? (text === "" ? [] : null) : (comments[index] ?? null)
  return places.map(({ file, base, head }): ReadFile => ({ file, baseComments: at(file.base, base), headComments: at(file.head, head) }))
})

const sideOf = Effect.fn("sideOf")(function* (head: Head, seed: DuelSeed) {
  const [heads, checkout] = yield* Effect.all([PullRequestHeads, Checkout])
  const { cloneUrl } = yield* heads.read(new IssueRef({ repository: head.repository, number: head.number }), head.commit)
  // The base that was seen with the head: a merge since then would leave nothing between the two.
  const repository = yield* checkout.fetch(cloneUrl, [head.base, head.commit])
  return blindSide(yield* readFiles(yield* repository.changedFiles(head.base, head.commit)), seed.randomness)
})

const make = Effect.gen(function* () {
  const context = yield* Effect.context<PullRequestHeads | Checkout | TreeTallies | IssueTexts>()
  return DuelSides.of({
    load: ({ number, a, b }, seed) =>
      Effect.gen(function* () {
        const issue = yield* Effect.flatMap(IssueTexts, ({ read }) => read(new IssueRef({ repository: a.repository, number })))
        return { issue, a: yield* sideOf(a, seed), b: yield* sideOf(b, seed) }
      }).pipe(Effect.scoped, understood, Effect.provide(context))
  })
})

export const layer: Layer.Layer<DuelSides, never, PullRequestHeads | Checkout | TreeTallies | IssueTexts> = Layer.effect(DuelSides, make)
