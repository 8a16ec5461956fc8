/** The gate: all checks of a pull request that cost no money. */
import { Effect } from "effect"
import type { FileRules } from "../../domain/contributions/FileRules.ts"
import { baseName, extensionOf } from "../../domain/fileExtension.ts"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import { type Fingerprints, WORDS } from "../../layers/parsing/fingerprint.ts"
import { hasGrammar } from "../../layers/parsing/grammars.ts"
import type { FileVersion } from "../../layers/parsing/process/ParsingProcess.ts"
import { TreeTallies } from "../../layers/parsing/TreeTallies.ts"
import { type Author, duplicatesOf, type EarlierHead, fingerprintsWithout, reusedFrom, union } from "../../rules/quality/duplicates.ts"
import {
  duplicateFindings,
  fileFindings,
  type GateText,
  reportOf,
  reusedFindings,
  secretFindings,
  sizeFindings,
  unknownFindings,
  unparsedFindings,
  wordFindings
} from "../../rules/quality/gate.ts"
import { isLeftOutOfDuplicates } from "../../rules/quality/paths.ts"
import { findSecrets } from "./findSecrets.ts"

export interface SourceText {
  readonly path: string
  readonly text: string
}

export interface GateRequest<E, R> {
  readonly files: ReadonlyArray<GateFile>
  /** Title, description, commit messages and branch name. */
  readonly texts: ReadonlyArray<GateText>
  /** File rules of the roster's languages: files scored by their syntax trees get fingerprints. */
  readonly rules: FileRules
  /** Heads seen before this one, by this author and by others. */
  readonly earlier: ReadonlyArray<EarlierHead>
  /** Names of earlier heads whose fingerprints are not known. */
  readonly unknown: ReadonlyArray<string>
  readonly author: Author
  /** The commit to check. */
  readonly commit: string
  /** All source files of the base. Read only if there are earlier heads to compare with. */
  readonly baseSources: Effect.Effect<ReadonlyArray<SourceText>, E, R>
}

const encoder = new TextEncoder()

/** The grammar for tokenizing a file; undefined for a file that is not scored by its syntax tree. */
const grammarOf = (path: string, rules: FileRules): string | undefined => {
  const language = rules.languages.get(extensionOf(path))?.language
  return language === undefined || language === null ? undefined : hasGrammar(language) ? language : `${WORDS}${baseName(path)}`
}

/** Files per parser call, which share one time limit. */
const FILES_PER_CALL = 40

/** Fingerprints of texts, and the paths of texts that could not be parsed. */
const fingerprintsOf = Effect.fn("fingerprintsOf")(function* (texts: ReadonlyArray<SourceText>, rules: FileRules) {
  const { fingerprints } = yield* TreeTallies
  const versions = texts.flatMap(({ path, text }): ReadonlyArray<FileVersion & { readonly path: string }> => {
    const grammar = grammarOf(path, rules)
    return grammar === undefined || text === "" ? [] : [{ path, grammar, text: encoder.encode(text) }]
  })
  const found: Array<Fingerprints> = []
  const unread: Array<string> = []
  for (let start = 0; start < versions.length; start += FILES_PER_CALL) {
    const part = versions.slice(start, start + FILES_PER_CALL)
    const answers = yield* fingerprints(part)
    for (const [index, { path }] of part.entries()) {
      const answer = answers._tag === "Exceeded" ? undefined : answers.versions[index]
      if (answer?._tag === "Fingerprinted") found.push(answer.fingerprints)
      else unread.push(path)
    }
  }
  return { all: union(found), unread }
})

const headTexts = (files: ReadonlyArray<GateFile>): ReadonlyArray<SourceText> =>
  files.flatMap((file) => (file.head === null || isLeftOutOfDuplicates(file) ? [] : [{ path: file.path, text: file.head }]))
const basesOf = (files: ReadonlyArray<GateFile>): ReadonlyArray<SourceText> =>
  files.flatMap(({ path, previousPath, base }) => (base === null ? [] : [{ path: previousPath ?? path, text: base }]))

/** A head's fingerprints minus those of its files' base versions. Later heads are compared with them. */
export const newFingerprints = Effect.fn("newFingerprints")(function* (files: ReadonlyArray<GateFile>, rules: FileRules) {
  const head = yield* fingerprintsOf(headTexts(files), rules)
  const base = yield* fingerprintsOf(basesOf(files), rules)
  return { fingerprints: fingerprintsWithout(head.all, base.all), unread: head.unread }
})

/** The gate's report. Fails only if no file at all can be parsed, which is not the miner's fault, or if the base cannot be read. */
export const gate = Effect.fn("gate")(function* <E, R>(request: GateRequest<E, R>) {
  const { files, rules, earlier, author } = request
  const size = sizeFindings(files)
  if (size.length > 0) return reportOf(files, size, { fingerprints: new Uint32Array(0), earlier: 0 })
  const secrets = yield* findSecrets(files)
  const { fingerprints, unread } = yield* newFingerprints(files, rules)
  const others = earlier.filter((one) => one.account !== author.account && one.hotkey !== author.hotkey)
  const base = others.length === 0 || fingerprints.length === 0 ? undefined : yield* fingerprintsOf(yield* request.baseSources, rules)
  const known = base?.all ?? new Uint32Array(0)
  // Yields before each file, so that a large pull request does not block others.
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
    ...unknownFindings(request.unknown),
    ...duplicateFindings(duplicatesOf(fingerprints, known, earlier, author)),
    ...reusedFindings(reusedFrom(request.commit, earlier, author))
  ]
  return reportOf(files, findings, { fingerprints: fingerprintsWithout(fingerprints, known), earlier: others.length })
})
