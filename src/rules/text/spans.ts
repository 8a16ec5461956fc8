/** Parts of a text, in its order, none in another. Pure. */
import { blankOf } from "./lexer.ts"

/** From, and to before which character. */
export type Span = readonly [from: number, to: number]

/** A text in which what is outside of the spans is blank, and one in which they are. Lines stay where they are. */
export const divided = (text: string, spans: ReadonlyArray<Span>): { readonly inside: string; readonly outside: string } => {
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
