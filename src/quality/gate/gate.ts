/** The gate: everything that can be said about a pull request before anything costs money. */
import { Effect } from "effect"
import type { FileRules } from "../../domain/contributions/FileRules.ts"
import { extensionOf } from "../../domain/fileExtension.ts"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import { type Fingerprints, WORDS } from "../../layers/parsing/fingerprint.ts"
import { hasGrammar } from "../../layers/parsing/grammars.ts"
import type { FileVersion } from "../../layers/parsing/process/ParsingProcess.ts"
import { TreeTallies } from "../../layers/parsing/TreeTallies.ts"
import { type Author, duplicatesOf, type EarlierHead, reusedFrom, union, without } from "../rules/duplicates.ts"
import {
  duplicateFindings,
  fileFindings,
  type GateText,
  reportOf,
  reusedFindings,
  secretFindings,
  sizeFindings,
  unparsedFindings,
  wordFindings
} from "../rules/gate.ts"
import { isLeftOutOfDuplicates } from "../rules/paths.ts"
import { findSecrets } from "./findSecrets.ts"

/** A text with its path. */
export interface SourceText {
  readonly path: string
  readonly text: string
}

export interface GateRequest<E, R> {
  readonly files: ReadonlyArray<GateFile>
  /** Title, description, commit messages, the branch's name. */
  readonly texts: ReadonlyArray<GateText>
  /** The roster's languages: files that are scored by their trees have fingerprints. */
  readonly rules: FileRules
  /** Heads that were seen before, of this author and of others. */
  readonly earlier: ReadonlyArray<EarlierHead>
  readonly author: Author
  /** The commit that is checked. */
  readonly commit: string
  /** All sources of the base. Asked only when there is something to compare with. */
  readonly baseSources: Effect.Effect<ReadonlyArray<SourceText>, E, R>
}

const encoder = new TextEncoder()

/** How a file is cut into tokens; undefined for what is not scored by its tree. */
const grammarOf = (path: string, rules: FileRules): string | undefined => {
  const language = rules.languages.get(extensionOf(path))?.language
  return language === undefined || language === null ? undefined : hasGrammar(language) ? language : WORDS
}

/** Files that share one time budget. */
const TOGETHER = 40

/** The fingerprints of texts, and the paths that could not be read. */
const fingerprintsOf = Effect.fn("fingerprintsOf")(function* (texts: ReadonlyArray<SourceText>, rules: FileRules) {
  const { fingerprints } = yield* TreeTallies
  const versions = texts.flatMap(({ path, text }): ReadonlyArray<FileVersion & { readonly path: string }> => {
    const grammar = grammarOf(path, rules)
    return grammar === undefined || text === "" ? [] : [{ path, grammar, text: encoder.encode(text) }]
  })
  const found: Array<Fingerprints> = []
  const unread: Array<string> = []
  for (let start = 0; start < versions.length; start += TOGETHER) {
    const part = versions.slice(start, start + TOGETHER)
    const answers = yield* fingerprints(part)
    for (const [index, { path }] of part.entries()) {
      const answer = answers._tag === "Exceeded" ? undefined : answers.versions[index]
      if (answer?._tag === "Fingerprinted") found.push(answer.fingerprints)
      else unread.push(path)
    }
  }
  return { all: union(found), unread }
})

const headsOf = (files: ReadonlyArray<GateFile>): ReadonlyArray<SourceText> =>
  files.flatMap((file) => (file.head === null || isLeftOutOfDuplicates(file) ? [] : [{ path: file.path, text: file.head }]))
const basesOf = (files: ReadonlyArray<GateFile>): ReadonlyArray<SourceText> =>
  files.flatMap(({ path, previousPath, base }) => (base === null ? [] : [{ path: previousPath ?? path, text: base }]))

/** The fingerprints of a head without those of the base's versions of its files: what later heads are compared with. */
export const newFingerprints = Effect.fn("newFingerprints")(function* (files: ReadonlyArray<GateFile>, rules: FileRules) {
  const head = yield* fingerprintsOf(headsOf(files), rules)
  const base = yield* fingerprintsOf(basesOf(files), rules)
  return { fingerprints: without(head.all, base.all), unread: head.unread }
})

/** The gate's report. Fails only when no file can be parsed at all, which is not the miner's fault, or when the base cannot be read. */
export const gate = Effect.fn("gate")(function* <E, R>(request: GateRequest<E, R>) {
  const { files, rules, earlier, author } = request
  const size = sizeFindings(files)
  if (size.length > 0) return reportOf(files, size, { fingerprints: new Uint32Array(0), earlier: 0 })
  const secrets = yield* findSecrets(files)
  const { fingerprints, unread } = yield* newFingerprints(files, rules)
  const others = earlier.filter((one) => one.account !== author.account && one.hotkey !== author.hotkey)
  const base = others.length === 0 || fingerprints.length === 0 ? undefined : yield* fingerprintsOf(yield* request.baseSources, rules)
  const known = base?.all ?? new Uint32Array(0)
  // Each file in its turn, so that a large pull request does not keep others waiting.
  const words = yield* Effect.forEach(files, (file) =>
    Effect.zipRight(
      Effect.yieldNow(),
      Effect.sync(() => fileFindings(file))
    )
  )
  const findings = [
    ...words.flat(),
    ...request.texts.flatMap(({ name, text }) => wordFindings(name, null, text)),
    ...secretFindings(secrets),
    ...unparsedFindings(unread),
    ...duplicateFindings(duplicatesOf(fingerprints, known, earlier, author)),
    ...reusedFindings(reusedFrom(request.commit, earlier, author))
  ]
  return reportOf(files, findings, { fingerprints: without(fingerprints, known), earlier: others.length })
})
