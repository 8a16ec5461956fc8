/** The worker of `sideTask`: reads both versions of each file, and separates comments from code. */
import { Effect, Layer } from "effect"
import { fileRulesOf } from "../../domain/contributions/FileRules.ts"
import { defaultRoster } from "../../domain/defaultRoster.ts"
import { extensionOf } from "../../domain/fileExtension.ts"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import { asUnusable } from "../../layers/git/GitUnusable.ts"
import { openRepository } from "../../layers/git/openRepository.ts"
import { layer as processes } from "../../layers/machine/confined/asProcesses.ts"
import { serveTask } from "../../layers/machine/confined/serveTask.ts"
import { hasGrammar } from "../../layers/parsing/grammars.ts"
import type { FileVersion } from "../../layers/parsing/process/ParsingProcess.ts"
import { TreeTallies, layer as treeTallies } from "../../layers/parsing/TreeTallies.ts"
import { blindSide, type ReadFile } from "../../rules/quality/duel/blind.ts"
import type { ByteRange } from "../../rules/quality/duel/stripComments.ts"
import { sideTask } from "./sideTask.ts"

const RULES = fileRulesOf(defaultRoster)
const encoder = new TextEncoder()

const grammarOf = (path: string): string | undefined => {
  const language = RULES.languages.get(extensionOf(path))?.language
  return language !== undefined && language !== null && hasGrammar(language) ? language : undefined
}

/** Files per parser call, which share one time limit. */
const FILES_PER_CALL = 20

/** Byte ranges of comments in texts; null for a text that could not be parsed. */
const commentsOf = Effect.fn("commentsOf")(function* (versions: ReadonlyArray<FileVersion>) {
  const { comments } = yield* TreeTallies
  const found: Array<ReadonlyArray<ByteRange> | null> = []
  for (let start = 0; start < versions.length; start += FILES_PER_CALL) {
    const part = versions.slice(start, start + FILES_PER_CALL)
    const answers = yield* comments(part)
    for (const index of part.keys()) {
      const answer = answers._tag === "Exceeded" ? undefined : answers.versions[index]
      found.push(answer?._tag === "Commented" ? answer.comments : null)
    }
  }
  return found
})

/** Locates the comments of files whose language has a grammar. */
const readFiles = Effect.fn("readFiles")(function* (files: ReadonlyArray<GateFile>) {
  const versions: Array<FileVersion> = []
  /** Queues a text for the parser. Returns its place in `versions`, and so in the list of comments; undefined if it is empty or its language has no grammar. */
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

export const main = serveTask(sideTask, ({ base, head, seed }, places) =>
  Effect.gen(function* () {
    const repository = yield* openRepository(places)
    return blindSide(yield* readFiles(yield* repository.changedFiles(base, head)), seed)
  }).pipe(Effect.catchTags(asUnusable), Effect.provide(Layer.provide(treeTallies(), processes)))
)
