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

/** A file in two, each of its texts divided once; what there was not, there is not. */
const halvesOf = (file: ChangedFile, halves: (text: string) => ReturnType<typeof divided>) => {
  const base = file.base === null ? null : halves(file.base)
  const head = file.head === null ? null : halves(file.head)
  const half = (of: "inside" | "outside"): ChangedFile => ({ ...file, base: base?.[of] ?? null, head: head?.[of] ?? null })
  return { inside: half("inside"), outside: half("outside") }
}

const pagesParts = (file: ChangedFile, extension: string): ReadonlyArray<ChangedFile> => {
  if (!hasScripts(extension)) return [file]
  const script = scriptsOf(file.head ?? file.base ?? "", extension)
  const { inside, outside } = halvesOf(file, (text) => {
    const { inside, tags } = scriptsOf(text, extension)
    return { inside: divided(text, inside).inside, outside: divided(text, tags).outside }
  })
  return [{ ...inside, path: `${file.path}.${script.extension}` }, outside]
}

/** The parts of a file, at least one. */
export const partsOf = (file: ChangedFile): ReadonlyArray<FilePart> => {
  const parts = pagesParts(file, extensionOf(file.path))
  if (isTestPath(file.path)) return parts.map((one) => ({ file: one, isTest: true }))
  return parts.flatMap((one) => {
    const extension = extensionOf(one.path)
    const tests = new Map([one.base, one.head].flatMap((text) => (text === null ? [] : [[text, testsIn(text, extension)] as const])))
    if ([...tests.values()].every((spans) => spans.length === 0)) return [{ file: one, isTest: false }]
    const { inside, outside } = halvesOf(one, (text) => divided(text, tests.get(text) ?? []))
    return [
      { file: outside, isTest: false },
      { file: inside, isTest: true }
    ]
  })
}
