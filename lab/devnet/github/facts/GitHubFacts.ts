/**
 * Facts about merged pull requests, one JSON object a line, as the GitHub stand-in loads them: author, times, closed issues and file sizes, but no
 * contents.
 */

import { FileSystem } from "@effect/platform"
import { Chunk, Effect, HashMap, Option, ParseResult, Schema, Stream } from "effect"
import { EXIT } from "../../../../src/domain/causes.ts"
import { IssueNumber, RepositoryName } from "../../../../src/domain/IssueRef.ts"

const DATE_TEXT = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(?:([Zz])|([+-]\d\d):?(\d\d)?)?$/
const YEARS = { from: Date.parse("0001-01-01T00:00:00Z"), until: Date.parse("9999-12-31T00:00:00Z") } as const

const millisecondsOf = (text: string): number => {
  const [match, date, time, , hours, minutes = "00"] = DATE_TEXT.exec(text) ?? []
  // A time without an offset is UTC, not in the machine's time zone.
  return match === undefined ? Number.NaN : Date.parse(`${date}T${time}${hours === undefined ? "Z" : `${hours}:${minutes}`}`)
}

/**
 * A timestamp of GitHub or git as milliseconds since 1970: ISO 8601, with `T` or a space between date and time; UTC without an offset. Years 1 to
 * 9999.
 */
export const Moment = Schema.transformOrFail(Schema.String, Schema.Int, {
  strict: true,
  decode: (text, _, ast) => {
    const milliseconds = millisecondsOf(text)
    return milliseconds >= YEARS.from && milliseconds <= YEARS.until
      ? ParseResult.succeed(milliseconds)
      : ParseResult.fail(new ParseResult.Type(ast, text, `"${text}" is not a time such as 2026-01-31T12:00:00Z`))
  },
  encode: (milliseconds) => ParseResult.succeed(new Date(milliseconds).toISOString())
})

/** GitHub's account ids, which GraphQL limits to 31 bits. */
const AccountId = Schema.Int.pipe(Schema.between(1, 2_147_483_647))

/**
 * `id` is null where the data hides the account's id; such accounts are told apart by `login`. A login may be any name (`helper[bot]`) that a
 * terminal does not interpret as a control sequence.
 */
export const FactAuthor = Schema.Struct({
  id: Schema.NullOr(AccountId),
  login: Schema.String.pipe(
    Schema.maxLength(255),
    Schema.pattern(/^[^\s\p{Cc}\p{Cs}](?:[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*[^\s\p{Cc}\p{Cs}])?$/u, {
      message: (issue) => `${JSON.stringify(issue.actual)} is not a login`
    })
  )
})
export interface FactAuthor extends Schema.Schema.Type<typeof FactAuthor> {}

/** Lines added and deleted; null for a binary file. */
export const FactFile = Schema.Struct({
  path: Schema.NonEmptyString,
  additions: Schema.NullOr(Schema.NonNegativeInt),
  deletions: Schema.NullOr(Schema.NonNegativeInt)
})
export interface FactFile extends Schema.Schema.Type<typeof FactFile> {}

export const CommitSha = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/))

/** One line. `merged_at` and `merge_commit_sha` are null for a pull request that was not merged; it closed nothing. */
export const PullRequestFact = Schema.Struct({
  repository: RepositoryName,
  number: IssueNumber,
  title: Schema.String,
  author: FactAuthor,
  authored_at: Moment,
  merged_at: Schema.NullOr(Moment),
  merge_commit_sha: Schema.NullOr(CommitSha),
  closes: Schema.Array(IssueNumber),
  files: Schema.Array(FactFile)
})
export interface PullRequestFact extends Schema.Schema.Type<typeof PullRequestFact> {}

/**
 * What is wrong in a file of facts, and at which line, from 1. (The property is not called `line` because the JavaScript engine uses that name on
 * errors.)
 */
export class UnusableFacts extends Schema.TaggedError<UnusableFacts>()("UnusableFacts", {
  file: Schema.String,
  lineNumber: Schema.optional(Schema.Number),
  problem: Schema.String
}) {
  readonly exitCode = EXIT.usage
  override get message() {
    return `${this.file}${this.lineNumber === undefined ? "" : `, line ${this.lineNumber}`}: ${this.problem}`
  }
}

/** The key that identifies an account: its id where known, because logins can be renamed, otherwise the login. */
export const identityOf = (author: FactAuthor): string => (author.id === null ? `login:${author.login.toLowerCase()}` : `id:${author.id}`)

/** A pull request's repository and number as one key. GitHub's names are case-insensitive. */
export const placeOf = (place: { readonly repository: string; readonly number: number }): string =>
  `${place.repository}#${place.number}`.toLowerCase()

const decodeLine = Schema.decodeUnknownEither(Schema.parseJson(PullRequestFact))

/** Problems are shown on one terminal line, whatever the file contains. */
const LONGEST_PROBLEM = 300
const shortened = (text: string): string => {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ")
  return line.length > LONGEST_PROBLEM ? `${line.slice(0, LONGEST_PROBLEM)}…` : line
}

const problemOf = (text: string, error: ParseResult.ParseError): string => {
  if (text.startsWith("\u001f")) return "the file is compressed: unpack it first"
  const [first] = ParseResult.ArrayFormatter.formatErrorSync(error)
  if (first === undefined) return shortened(error.message)
  if (first.path.length > 0) return shortened(`"${first.path.join(".")}": ${first.message}`)
  return text.trimStart().startsWith("{") ? shortened(first.message) : `Expected a JSON object a line, not ${shortened(text).slice(0, 40)}`
}

const same = Schema.equivalence(PullRequestFact)

/**
 * Decodes facts line by line. Ignores a byte-order mark, CRLF, blank lines, unknown keys and repeated identical lines; `file` names the source in
 * errors. Fails with UnusableFacts at the first line that is not a fact or contradicts an earlier line.
 */
export const decode = <E, R>(file: string, bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<PullRequestFact, E | UnusableFacts, R> =>
  bytes.pipe(
    Stream.decodeText("utf-8"),
    Stream.splitLines,
    Stream.zipWithIndex,
    Stream.filter(([line]) => line.trim() !== ""),
    Stream.mapEffect(([text, index]) =>
      Effect.mapError(
        Effect.map(decodeLine(text), (fact) => ({ fact, line: index + 1 })),
        (error) => new UnusableFacts({ file, lineNumber: index + 1, problem: problemOf(text, error) })
      )
    ),
    Stream.mapAccumEffect(HashMap.empty<string, { readonly fact: PullRequestFact; readonly line: number }>(), (seen, { fact, line }) =>
      Option.match(HashMap.get(seen, placeOf(fact)), {
        onNone: () => Effect.succeed([HashMap.set(seen, placeOf(fact), { fact, line }), Option.some(fact)] as const),
        onSome: (before) =>
          same(before.fact, fact)
            ? Effect.succeed([seen, Option.none<PullRequestFact>()] as const)
            : new UnusableFacts({
                file,
                lineNumber: line,
                problem: `pull request ${fact.repository}#${fact.number} is already on line ${before.line}, with different content`
              })
      })
    ),
    Stream.filterMap((fact) => fact)
  )

const REASONS: Readonly<Record<string, string>> = {
  NotFound: "there is no such file",
  BadResource: "it cannot be read: it is a folder, not a file",
  PermissionDenied: "it cannot be read: its permissions do not allow it"
}

/** All facts of a file, in order. Fails with UnusableFacts when the file cannot be read, has an invalid line, or is empty (unless `orNone`). */
export const load = Effect.fn("GitHubFacts.load")(function* (file: string, orNone = false) {
  const files = yield* FileSystem.FileSystem
  const facts = yield* decode(file, files.stream(file)).pipe(
    Stream.catchTags({
      SystemError: (error) => new UnusableFacts({ file, problem: REASONS[error.reason] ?? `it cannot be read (${error.reason})` }),
      BadArgument: (error) => new UnusableFacts({ file, problem: `it cannot be read (${error.message})` })
    }),
    Stream.runCollect
  )
  if (Chunk.isEmpty(facts) && !orNone)
    return yield* new UnusableFacts({ file, problem: "it holds no facts: expected one JSON object a line" })
  return Chunk.toReadonlyArray(facts)
})
