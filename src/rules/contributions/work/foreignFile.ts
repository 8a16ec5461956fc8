/**
 * Which files are not their author's work ("Nothing counts" in docs/protocol.md). It stops two ways to be paid for the work of others: dumps of vendored or
 * generated files, and files copied with another project's licence. Linguist's other vendored patterns match real work too, such as `*.d.ts`, and are left out. Pure.
 */
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import { baseName, extensionOf } from "../../../domain/fileExtension.ts"
import { isGeneratedPath, isLockFile } from "../../../domain/filePaths.ts"
import { saysGenerated } from "../../../domain/generatedText.ts"

const VENDORED_PATH = /(?:^|\/)(?:node_modules|bower_components|vendors?|third_party|Godeps|Pods|Carthage|\.yarn)\/|\.min\.(?:js|css)$/

/** Why a path alone says that a file is somebody else's or a program's work; null: it does not. */
const whyByPath = (path: string): string | null => {
  if (isLockFile(path)) return "it is a lock file, which a program writes"
  if (VENDORED_PATH.test(path)) return "its path says that it is vendored: others wrote it"
  return isGeneratedPath(path) ? "its path says that a program generated it" : null
}

const MINIFIED: ReadonlySet<string> = new Set(["js", "mjs", "cjs", "css"])

/** Linguist's: characters of a line on average. */
const MINIFIED_LINE = 110

/** Whether a text is minified, by Linguist's rule: on average, its lines are longer than people write them. */
const isMinified = (path: string, text: string): boolean => {
  if (!MINIFIED.has(extensionOf(path))) return false
  let lines = 1
  for (let at = text.indexOf("\n"); at >= 0 && at < text.length - 1; at = text.indexOf("\n", at + 1)) lines += 1
  return text.length / lines > MINIFIED_LINE
}

/** Where a file names its licence: lines, and characters of each of them. */
const HEADER_LINES = 30
const HEADER_LINE = 300

/** A comment, or a line that begins with what is looked for: a page's footer is no header. */
const HEADER = /^\s*(?:\/\/|\/\*|\*|#|--|;|%|<!--|[Cc]opyright|COPYRIGHT|©|SPDX)/
const SPDX = /SPDX-License-Identifier:([^*<]*)/
/** Somebody's copyright: a year or a name with a capital letter follows the word. */
const COPYRIGHT = /(?:[Cc]opyright|COPYRIGHT|©|\([Cc]\))[\s:©]{0,9}(?:\([Cc]\)[\s:]{0,9})?((?:\d{4}|\p{Lu})[^<*]*)/u

const NO_NAME: ReadonlySet<string> = new Set(["all", "rights", "reserved", "by", "c", "and", "copyright"])

/** The words of a name without years and signs. */
const plainWords = (name: string): string =>
  name
    .toLowerCase()
    .split(/[^\p{L}\p{N}+]+/u)
    .filter((word) => word !== "" && !NO_NAME.has(word) && !/^\d{4}$/.test(word))
    .join(" ")

/**
 * The copyright holders and SPDX licences that the first 30 lines of a text name: as short texts to look for in other files, each once, in lower case and without signs.
 */
export const namedLicences = (text: string): ReadonlyArray<string> => {
  const lines = text.split("\n", HEADER_LINES).map((line) => line.slice(0, HEADER_LINE))
  const named = lines.flatMap((line) => {
    if (!HEADER.test(line)) return []
    const licence = SPDX.exec(line)?.[1]
    const holder = licence === undefined ? COPYRIGHT.exec(line)?.[1] : undefined
    return [licence, holder].flatMap((one) => (one === undefined || plainWords(one) === "" ? [] : [plainWords(one)]))
  })
  return [...new Set(named)].toSorted()
}

/** How much of a file is read for a name: licences name their holders first. */
const CHARACTERS_SEARCHED = 16_384

/** Whether a text names a licence or a copyright holder, of those that `namedLicences` finds. */
export const isNamedIn = (text: string, name: string): boolean =>
  ` ${plainWords(text.slice(0, CHARACTERS_SEARCHED))} `.includes(` ${name} `)

const ABOUT_LICENCES =
  /^(?:licen[cs]e|copying|copyright|notice|authors|contributors|maintainers|readme)|^(?:package|composer|deno)\.json$|^(?:cargo|pyproject)\.toml$/i

/** Whether a file is one in which projects name their licences and owners. */
export const namesLicences = (path: string): boolean => ABOUT_LICENCES.test(baseName(path))

/**
 * Why a changed file counts nothing, as a sentence's part; null: it may count. Attributes of the parent's tree overrule its path either way, and what its text
 * says if they stood there for 90 days: whoever writes a generated file cannot lift its form on the way.
 * A removed file is nobody's work here: it adds nothing.
 */
export const whyForeign = (file: ChangedFile): string | null => {
  const { base, head, parent, path } = file
  if (parent?.isHandwritten !== true && (saysGenerated(head) || saysGenerated(base))) return "its form says that a program wrote it"
  if (head !== null && isMinified(path, head)) return "it is minified"
  if (file.status === "added" && parent?.strangersLicence !== undefined)
    return `it is new and names a licence or an owner that no file of the repository named before: ${parent.strangersLicence}`
  if (parent?.declared === "foreign") return "the repository's .gitattributes say that it is generated or vendored"
  return parent?.declared === "own" ? null : whyByPath(path)
}
