/**
 * Texts that are aimed at a judge, and texts that only look like it. Each half of a corpus has every second text: the phrases of src/quality/rules/injection were
 * adjusted to the `adjusted` half, and `heldOut` measures them. Both halves were written by the same author, before the phrases.
 */
import { readFileSync } from "node:fs"
import { disguises } from "./disguises.ts"

export interface CorpusText {
  readonly language: string
  /** Where such a text stands: in a comment, a string, a name, a description, markup; or how it is disguised. */
  readonly style: string
  readonly text: string
}

export interface Halves {
  readonly adjusted: ReadonlyArray<CorpusText>
  readonly heldOut: ReadonlyArray<CorpusText>
}

const written = (name: string): ReadonlyArray<CorpusText> =>
  readFileSync(new URL(name, import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [language = "", style = "", text = ""] = line.split("\t")
      return { language, style, text: text.replaceAll("\\n", "\n") }
    })

/** Every eighth text of a half, in every disguise. */
const disguised = (texts: ReadonlyArray<CorpusText>): ReadonlyArray<CorpusText> =>
  texts
    .filter((_, index) => index % 8 === 0)
    .flatMap(({ language, text }) =>
      Object.entries(disguises).flatMap(([style, disguise]) => {
        const changed = disguise(text)
        return changed === text ? [] : [{ language, style, text: changed }]
      })
    )

const halvesOf = (texts: ReadonlyArray<CorpusText>): Halves => {
  const half = (rest: number) => texts.filter((_, index) => index % 2 === rest)
  const whole = (one: ReadonlyArray<CorpusText>) => [...one, ...disguised(one)]
  return { adjusted: whole(half(0)), heldOut: whole(half(1)) }
}

export const hostile = halvesOf(written("hostile.tsv"))
export const harmless = halvesOf(written("harmless.tsv"))
