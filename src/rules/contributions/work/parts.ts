/** A file's parts that count in their own ways: a page's scripts as their language, and tests wherever they lie. Pure. */
import type { ChangedFile } from "../../../domain/contributions/ChangedFile.ts"
import { extensionOf } from "../../../domain/fileExtension.ts"
import { divided } from "../../text/spans.ts"
import { isTestPath } from "../files/path.ts"
import { hasScripts, scriptsOf } from "./pages.ts"
import { testsIn } from "./tests.ts"

/** `file`: as if the part was a file by itself. */
export interface FilePart {
  readonly file: ChangedFile
  readonly isTest: boolean
}

/** A file in two, each of its texts divided once; what there was not, there is not. */
const halvesOf = (file: ChangedFile, halves: (text: string) => ReturnType<typeof divided>) => {
  const base = file.base === null ? null : halves(file.base)
  const head = file.head === null ? null : halves(file.head)
  const half = (of: "inside" | "outside"): ChangedFile => ({ ...file, base: base?.[of] ?? null, head: head?.[of] ?? null })
  return { inside: half("inside"), outside: half("outside") }
}

const pagesParts = (file: ChangedFile, extension: string): ReadonlyArray<ChangedFile> => {
  if (!hasScripts(extension)) return [file]
  const { extension: own } = scriptsOf(file.head ?? file.base ?? "", extension)
  const { inside, outside } = halvesOf(file, (text) => {
    const { around, scripts } = scriptsOf(text, extension)
    return { inside: scripts, outside: around }
  })
  return [{ ...inside, path: `${file.path}.${own}` }, outside]
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
