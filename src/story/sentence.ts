/** Sentences whose parts a page can link and a terminal can shorten. */
import { clipped } from "../domain/clipped.ts"
import { shortAlpha, wholeNumber } from "./figures.ts"

/**
 * A part of a sentence. `text` is what it reads; the other fields identify its subject. Amounts are rao as decimal strings. The page writes figures
 * in its reader's locale.
 */
export type Part =
  | { readonly kind: "text" | "figure"; readonly text: string }
  | { readonly kind: "miner" | "validator" | "account"; readonly text: string; readonly address: string }
  | { readonly kind: "issue" | "competition"; readonly text: string; readonly id: number }
  | { readonly kind: "pullRequest"; readonly text: string; readonly repository: string; readonly number: number }
  | { readonly kind: "amount"; readonly text: string; readonly rao: string }

export type Sentence = ReadonlyArray<Part>

/** Control characters, among them a terminal's escapes, and marks that reorder text. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu
const LONGEST = 80

/** A stranger's text on one line, at most 80 characters long. */
export const clean = (text: string): string => clipped(text.replace(UNPRINTABLE, " ").replace(/\s+/g, " ").trim(), LONGEST)

export const words = (text: string): Part => ({ kind: "text", text })

export const figure = (text: string): Part => ({ kind: "figure", text })

export const amountPart = (rao: bigint): Part => ({ kind: "amount", text: `${shortAlpha(rao)} α`, rao: rao.toString() })

/** Joins text with parts and with other sentences: say`${miner} was paid ${amount}`. */
export const say = (texts: TemplateStringsArray, ...values: ReadonlyArray<string | number | Part | Sentence>): Sentence => {
  const parts: Array<Part> = []
  const add = (part: Part) => {
    const last = parts.at(-1)
    if (part.kind !== "text" || last?.kind !== "text") parts.push(part)
    else parts[parts.length - 1] = words(last.text + part.text)
  }
  texts.forEach((text, index) => {
    if (text !== "") add(words(text))
    const value = values[index]
    if (value === undefined || value === "") return
    if (typeof value === "string") add(words(value))
    else if (typeof value === "number") add(figure(wholeNumber(value)))
    else if ("kind" in value) add(value)
    else value.forEach(add)
  })
  return parts
}

/** "1 match", "1,200 matches". */
export const countedIn = (count: number, one: string, many: string): Sentence => say`${count} ${count === 1 ? one : many}`

export const plain = (sentence: Sentence): string => sentence.map(({ text }) => text).join("")
