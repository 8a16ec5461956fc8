/** Describes a problem in a JSON document, with its place, on one terminal line. */
import { Array as Arrays, ParseResult, Predicate } from "effect"

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
export const shortenedLine = (text: string): string => {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ")
  return line.length > LONGEST_PROBLEM ? `${line.slice(0, LONGEST_PROBLEM)}…` : line
}

/** The beginning of a value, as much as a shortened text can show: a stranger's value may have millions of parts, and each takes at least one character. */
const beginningOf = (value: unknown): unknown => {
  let parts = 0
  const visit = (part: unknown): unknown => {
    if (++parts > LONGEST_PROBLEM) return null
    if (Arrays.isArray(part)) return part.slice(0, LONGEST_PROBLEM).map(visit)
    if (!Predicate.isRecord(part) || Object.getPrototypeOf(part) !== Object.prototype) return part
    const entries = Object.entries(part).slice(0, LONGEST_PROBLEM)
    return Object.fromEntries(entries.map(([key, inner]) => [key, visit(inner)]))
  }
  return visit(value)
}

/** The issue with shortened values. */
const briefly = (issue: ParseResult.ParseIssue): ParseResult.ParseIssue => {
  switch (issue._tag) {
    case "Type":
      return new ParseResult.Type(issue.ast, beginningOf(issue.actual), issue.message)
    case "Pointer":
      return new ParseResult.Pointer(issue.path, issue.actual, briefly(issue.issue))
    case "Refinement":
      return new ParseResult.Refinement(issue.ast, issue.actual, issue.kind, briefly(issue.issue))
    case "Transformation":
      return new ParseResult.Transformation(issue.ast, issue.actual, issue.kind, briefly(issue.issue))
    case "Composite": {
      const issues = Arrays.ensure(issue.issues)
      return Arrays.isNonEmptyReadonlyArray(issues)
        ? new ParseResult.Composite(issue.ast, issue.actual, Arrays.map(issues, briefly))
        : issue
    }
    default:
      return issue
  }
}

/** The schema's message without the names of schema types. */
const plainMessage = (message: string): string => {
  const [, known] = /^is unexpected, expected: (.*)$/s.exec(message) ?? []
  if (known !== undefined)
    return `is not a known key: ${known.startsWith('"') ? `use one of ${known.replaceAll('"', "").split(" | ").join(", ")}` : `expected ${known}`}`
  return message
    .replace(/^Expected (?:\(?Struct \(|\{ ).*, actual /s, "Expected a JSON object, actual ")
    .replace(/^Expected ReadonlyArray<.*>, actual /s, "Expected a list, actual ")
}

/** The most deeply nested problem. For a union, the problem of the member that matches best. */
export const problemOf = (error: ParseResult.ParseError): string => {
  const issues = ParseResult.ArrayFormatter.formatIssueSync(briefly(error.issue))
  const [first] = issues.toSorted((left, right) => right.path.length - left.path.length)
  if (first === undefined) return shortenedLine(error.message)
  return shortenedLine(first.path.length === 0 ? plainMessage(first.message) : `${placeText(first.path)}: ${plainMessage(first.message)}`)
}
