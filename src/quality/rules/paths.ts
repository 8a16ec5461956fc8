/** What a file's path and first lines say about who made it. */
import { RE2JS } from "re2js"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import linguist from "./linguist.generated.json"

/** Whether one of the patterns fits a part of a path. Most of them would backtrack; RE2 reads a path once for all of them. */
const anyOf = (patterns: ReadonlyArray<string>): ((path: string) => boolean) => {
  let one: RE2JS | undefined
  return (path) => {
    one ??= RE2JS.compile(patterns.map((pattern) => `(?:${pattern})`).join("|"))
    return one.test(path)
  }
}
const isVendored = anyOf(linguist.vendored)
const isGeneratedPath = anyOf(linguist.generated)

/** Whether Linguist counts a path as generated or vendored. */
export const isLinguistPath = (path: string): boolean => isGeneratedPath(path) || isVendored(path)

const INSTALLED = /(?:^|\/)(?:node_modules|bower_components)\//
const MARKER =
  /@generated\b|\bdo not edit\b|\bgenerated (?:code|file|by)\b|\b(?:code|file) (?:was |is )?(?:automatically |auto-?)?generated\b|\bauto-?generated\b/i
/** Where generators say what they made: lines and characters. */
const MARKED_LINES = 10
const MARKED_CHARACTERS = 1_000

const saysGenerated = (text: string | null): boolean =>
  text !== null && MARKER.test(text.slice(0, MARKED_CHARACTERS).split("\n", MARKED_LINES).join("\n"))

/** Whether nobody wrote it by hand: it lies among installed packages, or both versions say so, so that a new marker hides nothing. */
export const isGenerated = ({ path, base, head }: GateFile): boolean =>
  INSTALLED.test(path) || (base !== null && saysGenerated(base) && (head === null || saysGenerated(head)))

const BYTE_CODE = /\.(?:pyc|pyo)$/i
export const isProgram = ({ path, content }: GateFile): boolean =>
  content === "executable" || (content === "binary" && BYTE_CODE.test(path))

/** Whether its fingerprints say nothing about who solved an issue: both solutions get the same lock file from the same program. */
export const isLeftOutOfDuplicates = (file: GateFile): boolean => isGenerated(file) || isGeneratedPath(file.path)
