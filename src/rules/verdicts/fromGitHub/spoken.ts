/** What texts on GitHub say of an issue and of pull requests, outside code and comments of HTML. Pure. */
import { numbersIn } from "../../../domain/github/numbersIn.ts"

/** The lines of a comment without quotes, code, and comments of HTML. */
export const spokenLines = (text: string): ReadonlyArray<string> => {
  const [start = "", ...hidden] = text.split("<!--")
  const shown = [start, ...hidden.map((part) => (part.includes("-->") ? part.slice(part.indexOf("-->") + 3) : ""))].join(" ")
  let isCode = false
  return shown.split("\n").flatMap((line) => {
    const isFence = line.trimStart().startsWith("```")
    if (isFence) isCode = !isCode
    return isFence || isCode || line.trimStart().startsWith(">") ? [] : [line.replaceAll(/`[^`]*`/g, " ")]
  })
}

const sentencesOf = (line: string): ReadonlyArray<string> => line.replaceAll(/([.!?;])\s/g, "$1\n").split("\n")

/** What leaves open whether it is so. */
const OPEN = /\?|\b(?:not|no|never|cannot|without|nothing|partly|partially|should|would|could|may|might|will)\b|n['’]t\b|['’]ll\b/i
const SOLVED_BY =
  /\b(?:fixed|closed|resolved|solved|done)\s+(?:by|in|with)\s+(#[1-9][0-9]{0,8}\b(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)#[1-9][0-9]{0,8}\b)*)/gi

/** What a comment says, without sentences that ask, deny or promise. */
export const sentencesIn = (text: string): ReadonlyArray<string> =>
  spokenLines(text)
    .flatMap(sentencesOf)
    .filter((sentence) => !OPEN.test(sentence))

/**
 * The pull requests by which a comment says that the issue is solved, as in "fixed by #2 and #3". Read literally: numbers directly after these words,
 * outside quotes and code, in a sentence that neither asks, denies nor promises.
 */
export const solversIn = (text: string): ReadonlySet<number> =>
  new Set(sentencesIn(text).flatMap((sentence) => [...sentence.matchAll(SOLVED_BY)].flatMap(([, named = ""]) => [...numbersIn(named)])))
