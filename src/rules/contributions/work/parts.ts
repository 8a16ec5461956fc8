/** A file's parts that count in their own ways: a page's scripts as their language, and tests wherever they lie. Pure. */
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import { extensionOf } from "../../../domain/fileExtension.ts"
import { blankOf } from "../../text/lexer.ts"
import { isTestPath } from "../files/path.ts"
import { hasScripts, scriptsOf } from "./pages.ts"
import { type Span, testsIn } from "./tests.ts"

/** `file`: as if the part was a file by itself. */
export interface FilePart {
  readonly file: ChangedFile
  readonly isTest: boolean
}

/** A text in which what is outside of the spans is blank, and one in which they are. Lines stay where they are. */
const divided = (text: string, spans: ReadonlyArray<Span>): { readonly inside: string; readonly outside: string } => {
  const [inside, outside] = [Array.of<string>(), Array.of<string>()]
  let at = 0
  for (const [from, to] of spans) {
    const [before, within] = [text.slice(at, from), text.slice(from, to)]
    inside.push(blankOf(before), within)
    outside.push(before, blankOf(within))
    at = to
  }
  inside.push(blankOf(text.slice(at)))
  outside.push(text.slice(at))
  return { inside: solid(inside.join("")), outside: solid(outside.join("")) }
}

const solid = (text: string): string => (text.trim() === "" ? "" : text)

/** A file with other texts; what there was not, there is not. */
const withTexts = (file: ChangedFile, path: string, of: (text: string) => string): ChangedFile => ({
  ...file,
  path,
  base: file.base === null ? null : of(file.base),
  head: file.head === null ? null : of(file.head)
})

const pagesParts = (file: ChangedFile, extension: string): ReadonlyArray<ChangedFile> => {
  if (!hasScripts(extension)) return [file]
  const script = scriptsOf(file.head ?? file.base ?? "", extension)
  return [
    withTexts(file, `${file.path}.${script.extension}`, (text) => divided(text, scriptsOf(text, extension).inside).inside),
    withTexts(file, file.path, (text) => divided(text, scriptsOf(text, extension).tags).outside)
  ]
}

/** The parts of a file, at least one. */
export const partsOf = (file: ChangedFile): ReadonlyArray<FilePart> => {
  const parts = pagesParts(file, extensionOf(file.path))
  if (isTestPath(file.path)) return parts.map((one) => ({ file: one, isTest: true }))
  return parts.flatMap((one) => {
    const extension = extensionOf(one.path)
    const tests = (text: string) => testsIn(text, extension)
    if ([one.base, one.head].every((text) => text === null || tests(text).length === 0)) return [{ file: one, isTest: false }]
    return [
      { file: withTexts(one, one.path, (text) => divided(text, tests(text)).outside), isTest: false },
      { file: withTexts(one, one.path, (text) => divided(text, tests(text)).inside), isTest: true }
    ]
  })
}
