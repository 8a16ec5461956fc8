/** Describes what is wrong in a JSON document, and where, on one terminal line. */
import { Either, ParseResult } from "effect"
import { messageOf } from "./messageOf.ts"

/** A path in a document in JavaScript notation: `repos["acme/site"].scoring.pr_lookback_days`, `pulls["100"][3]`. */
const placeText = (path: ReadonlyArray<PropertyKey>): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`
    const name = String(part)
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`
    return text === "" ? name : `${text}.${name}`
  }, "")

const LONGEST_PROBLEM = 300

/** A text from a document on one line, and not too long to read. */
export const shortened = (text: string): string => {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ")
  return line.length > LONGEST_PROBLEM ? `${line.slice(0, LONGEST_PROBLEM)}…` : line
}

/** The schema's message without names of schema types. */
const plain = (message: string): string => {
  const [, known] = /^is unexpected, expected: (.*)$/s.exec(message) ?? []
  if (known !== undefined)
    return `is not a known key: ${known.startsWith('"') ? `use one of ${known.replaceAll('"', "").split(" | ").join(", ")}` : `expected ${known}`}`
  return message
    .replace(/^Expected (?:\(?Struct \(|\{ ).*, actual /s, "Expected a JSON object, actual ")
    .replace(/^Expected ReadonlyArray<.*>, actual /s, "Expected a list, actual ")
}

/** The most deeply nested problem. For a union, the problem of the member that matches best. */
export const problemOf = (error: ParseResult.ParseError): string =>
  Either.getOrElse(
    // The value that is wrong is part of the text, and one that is nested thousands of times exceeds the stack.
    Either.try({ try: () => deepestProblem(error), catch: (cause) => cause }),
    (cause) => {
      // The formatter may wrap the engine's error.
      if (messageOf(cause).includes("call stack")) return "it is nested too deeply"
      throw cause
    }
  )

const deepestProblem = (error: ParseResult.ParseError): string => {
  const issues = ParseResult.ArrayFormatter.formatErrorSync(error)
  const [first] = issues.toSorted((left, right) => right.path.length - left.path.length)
  if (first === undefined) return shortened(error.message)
  return shortened(first.path.length === 0 ? plain(first.message) : `${placeText(first.path)}: ${plain(first.message)}`)
}
