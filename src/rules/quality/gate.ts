/** The gate's findings, from a pull request's files and texts. */
import { isAside, isLinguistPath } from "../../domain/filePaths.ts"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import type { GateFinding, GateReport } from "../../domain/quality/GateReport.ts"
import { checks, DUPLICATE, SIZE } from "./checks.ts"
import { containment, type EarlierHead, type Fingerprints, jaccard, type Similarity } from "./duplicates.ts"
import { findInjection } from "./injection/findInjection.ts"
import { hidesText } from "./injection/reveal.ts"
import { addedBlocks, changedBytes, isWhitespaceOnly } from "./lines.ts"
import { isGenerated, isLeftOutOfDuplicates, isProgram } from "./paths.ts"

/** A text around the files, such as the description. */
export interface GateText {
  readonly name: string
  readonly text: string
}

/** Commit messages with their names in findings, newest first. */
export const commitMessages = (messages: ReadonlyArray<string>): ReadonlyArray<GateText> =>
  messages.map((text, index) => ({ name: `commit message ${index + 1}`, text }))

/** A finding of secretlint. `line`: in the head, from 1. `shown`: without the secret. */
export interface FoundSecret {
  readonly path: string
  readonly line: number
  readonly shown: string
}

type FoundProblem = Omit<GateFinding, "limit"> & Partial<Pick<GateFinding, "limit">>

const finding = (found: FoundProblem): GateFinding => ({ limit: checks[found.check].limit, ...found })

/** Characters of a text that a finding quotes. */
const CHARACTERS_QUOTED = 160
/** Escapes control and invisible characters, so that evidence cannot hide anything. */
const escapeInvisible = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, (sign) =>
    sign === "\n" ? "⏎" : sign === "\t" ? " " : `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`
  )
export const quoteText = (text: string): string => {
  const shown = escapeInvisible(text.trim())
  return shown.length > CHARACTERS_QUOTED ? `${[...shown].slice(0, CHARACTERS_QUOTED).join("")}…` : shown
}

const wholeFinding = (check: GateFinding["check"], shown: string, rejects: boolean): GateFinding =>
  finding({ check, rejects, path: null, line: null, shown })

const countedFiles = (files: ReadonlyArray<GateFile>): ReadonlyArray<GateFile> =>
  files.filter((file) => !isGenerated(file) && !isLinguistPath(file.path))

/** Findings about size, from numbers alone. A pull request that they reject gets no further checks. */
export const sizeFindings = (files: ReadonlyArray<GateFile>): ReadonlyArray<GateFinding> => {
  const own = countedFiles(files)
  const lines = own.reduce((sum, { changes }) => sum + changes, 0)
  const bytes = own.reduce((sum, file) => sum + changedBytes(file), 0)
  return [
    ...(own.length > SIZE.files ? [{ ...wholeFinding("size", `${own.length} changed files`, true), limit: `${SIZE.files} files` }] : []),
    ...(lines > SIZE.lines ? [{ ...wholeFinding("size", `${lines} changed lines`, true), limit: `${SIZE.lines} lines` }] : []),
    ...(bytes > SIZE.bytes ? [{ ...wholeFinding("size", `${bytes} bytes of changed lines`, true), limit: `${SIZE.bytes} bytes` }] : [])
  ]
}

const hasChange = (file: GateFile): boolean => !isWhitespaceOnly(file)

const wholeFindings = (files: ReadonlyArray<GateFile>): ReadonlyArray<GateFinding> => {
  if (files.length === 0) return [wholeFinding("empty", "no file is changed", true)]
  if (!files.some(hasChange))
    return [
      wholeFinding(
        "whitespace",
        `only whitespace changes in ${files.length === 1 ? quoteText(files[0]?.path ?? "") : `all ${files.length} files`}`,
        true
      )
    ]
  if (files.every(isGenerated)) return [wholeFinding("generated", `all ${files.length} files are generated`, true)]
  return files.every((file) => isGenerated(file) || isLinguistPath(file.path))
    ? [wholeFinding("vendored", `all ${files.length} files are generated or vendored, such as ${quoteText(files[0]?.path ?? "")}`, false)]
    : []
}

const CONTENTS: Readonly<Partial<Record<GateFile["content"], string>>> = {
  binary: "a binary file",
  submodule: "a submodule: its content is in another repository",
  link: "a symbolic link"
}

const contentFindings = (file: GateFile): ReadonlyArray<GateFinding> => {
  const at = { path: file.path, line: null }
  if (isProgram(file)) return [finding({ check: "executable", rejects: !isAside(file.path), ...at, shown: "a compiled program" })]
  if (file.content === "unread")
    return [finding({ check: "unreadable", rejects: false, ...at, shown: "too large to read", limit: "1000000 bytes" })]
  const shown = CONTENTS[file.content]
  return shown === undefined ? [] : [finding({ check: "binary", rejects: false, ...at, shown })]
}

/** Findings about a text: an injection aimed at a judge, or hidden characters. `path`: where the text is; `line`: null for a text without lines. */
export const wordFindings = (path: string, line: number | null, text: string): ReadonlyArray<GateFinding> => {
  const injection = findInjection(text)
  const hidden = hidesText(text)
  return [
    ...(injection === undefined
      ? []
      : [
          finding({
            check: "injection",
            rejects: false,
            path,
            line,
            shown: `${injection.points} points (${injection.signals.join(", ")}): ${quoteText(injection.reading)}`
          })
        ]),
    ...(hidden === undefined
      ? []
      : [finding({ check: "hidden-text", rejects: false, path, line, shown: `${hidden} characters: ${quoteText(text)}` })])
  ]
}

const pathFindings = ({ path, status }: GateFile): ReadonlyArray<GateFinding> =>
  status === "removed" ? [] : wordFindings(path, null, path)

/** Characters searched in generated files, which no size limit covers. */
const CHARACTERS_SEARCHED = 100_000

const withSearchedPart = (file: GateFile): GateFile =>
  isLeftOutOfDuplicates(file) && file.head !== null ? { ...file, head: file.head.slice(0, CHARACTERS_SEARCHED) } : file

/** Findings about a file's kind, name and added lines. */
export const fileFindings = (file: GateFile): ReadonlyArray<GateFinding> => [
  ...contentFindings(file),
  ...pathFindings(file),
  ...addedBlocks(withSearchedPart(file)).flatMap(({ line, text }) => wordFindings(file.path, line, text))
]

export const secretFindings = (secrets: ReadonlyArray<FoundSecret>): ReadonlyArray<GateFinding> =>
  secrets.map(({ path, line, shown }) => finding({ check: "secret", rejects: !isAside(path), path, line, shown }))

const share = (hundredths: number): string => (hundredths / 100).toFixed(2)

export const duplicateFindings = (similar: ReadonlyArray<Similarity>): ReadonlyArray<GateFinding> =>
  similar.map(({ head, shared, own, theirs, verdict }) =>
    finding({
      check: "duplicate",
      rejects: verdict === "rejected",
      path: null,
      line: null,
      shown: `${head.name}: ${shared} of ${own} fingerprints are also among its ${theirs} (Jaccard ${share(jaccard(shared, own, theirs))}, containment ${share(containment(shared, own, theirs))})`,
      limit:
        verdict === "rejected"
          ? `Jaccard ${share(DUPLICATE.rejected)} and ${DUPLICATE.fewest} fingerprints`
          : `Jaccard ${share(DUPLICATE.shown)} or containment ${share(DUPLICATE.contained)}`
    })
  )

export const reusedFindings = (reused: ReadonlyArray<EarlierHead>): ReadonlyArray<GateFinding> =>
  reused.slice(0, 1).map(({ name, hotkey }) =>
    finding({
      check: "reused",
      rejects: false,
      path: null,
      line: null,
      shown: `${name} was seen first, under the hotkey ${hotkey}`,
      limit: null
    })
  )

export const unparsedFindings = (paths: ReadonlyArray<string>): ReadonlyArray<GateFinding> =>
  paths.map((path) =>
    finding({
      check: "unreadable",
      rejects: false,
      path,
      line: null,
      shown: "the parser could not read it, so it is not compared with other heads"
    })
  )

/** Earlier heads that were not waited for any longer. */
export const unknownFindings = (names: ReadonlyArray<string>): ReadonlyArray<GateFinding> =>
  names.map((name) =>
    finding({
      check: "unreadable",
      rejects: false,
      path: null,
      line: null,
      shown: `${name} was seen earlier and is not compared: its fingerprints were not known yet`,
      limit: null
    })
  )

const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const sortFindings = (findings: ReadonlyArray<GateFinding>): ReadonlyArray<GateFinding> =>
  findings.toSorted(
    (one, other) =>
      Number(other.rejects) - Number(one.rejects) ||
      compareTexts(one.check, other.check) ||
      compareTexts(one.path ?? "", other.path ?? "") ||
      (one.line ?? 0) - (other.line ?? 0) ||
      compareTexts(one.shown, other.shown)
  )

/** The report. The order of files and findings does not matter. */
export const reportOf = (
  files: ReadonlyArray<GateFile>,
  findings: ReadonlyArray<GateFinding>,
  compared: { readonly fingerprints: Fingerprints; readonly earlier: number }
): GateReport => {
  const all = sortFindings([...wholeFindings(files), ...findings])
  const passed = !all.some(({ rejects }) => rejects)
  const sum = (key: "additions" | "deletions") => files.reduce((total, file) => total + file[key], 0)
  return {
    passed,
    fault: passed ? null : "miner",
    findings: all,
    files: files.length,
    addedLines: sum("additions"),
    deletedLines: sum("deletions"),
    fingerprints: compared.fingerprints.length,
    comparedWith: compared.earlier
  }
}
