/**
 * Facts of merged pull requests, one JSON object a line, as the dev chain's GitHub stand-in loads them. They say who wrote what when, which
 * issues it closed and how large its files are; no contents.
 */
import { FileSystem } from "@effect/platform"
import { Chunk, Effect, HashMap, Option, ParseResult, Schema, Stream } from "effect"
import { IssueNumber, RepositoryName } from "./IssueRef.ts"

const written = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(?:([Zz])|([+-]\d\d):?(\d\d)?)?$/
const YEARS = { from: Date.parse("0001-01-01T00:00:00Z"), until: Date.parse("9999-12-31T00:00:00Z") } as const

const millisecondsOf = (text: string): number => {
  const [match, date, time, , hours, minutes = "00"] = written.exec(text) ?? []
  // Without an offset it is UTC, and not what the machine's own zone makes of it.
  return match === undefined ? Number.NaN : Date.parse(`${date}T${time}${hours === undefined ? "Z" : `${hours}:${minutes}`}`)
}

/**
 * A moment as GitHub or git writes it (ISO 8601, `T` or a space between date and time; without an offset it is UTC), read as milliseconds
 * since 1970. Years 1 to 9999.
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

/** GitHub's ids of accounts, as its GraphQL holds them: 31 bits. */
const AccountId = Schema.Int.pipe(Schema.between(1, 2_147_483_647))

/**
 * `id` is null where the data hides the account; `login` tells such accounts apart. Any name will do as a login, such as `helper[bot]`, but one
 * that a terminal would take for a command.
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

/** Lines added and deleted; null of a binary file. */
export const FactFile = Schema.Struct({
  path: Schema.NonEmptyString,
  additions: Schema.NullOr(Schema.NonNegativeInt),
  deletions: Schema.NullOr(Schema.NonNegativeInt)
})
export interface FactFile extends Schema.Schema.Type<typeof FactFile> {}

export const CommitSha = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/))

/** One line. `merged_at` and `merge_commit_sha` are null of a pull request that was not merged: it then closed nothing. */
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

/** What is wrong with a file of facts, and where; lines count from 1. (An error's own `line` is taken by the JavaScript engine.) */
export class UnusableFacts extends Schema.TaggedError<UnusableFacts>()("UnusableFacts", {
  file: Schema.String,
  lineNumber: Schema.optional(Schema.Number),
  problem: Schema.String
}) {
  override get message() {
    return `${this.file}${this.lineNumber === undefined ? "" : `, line ${this.lineNumber}`}: ${this.problem}`
  }
}

/** What tells accounts apart: the id where there is one (logins can be renamed), else the login. */
export const identityOf = (author: FactAuthor): string => (author.id === null ? `login:${author.login.toLowerCase()}` : `id:${author.id}`)

/** A pull request's place, as one key: GitHub's names ignore case. */
export const placeOf = (place: { readonly repository: string; readonly number: number }): string =>
  `${place.repository}#${place.number}`.toLowerCase()

const decodeLine = Schema.decodeUnknownEither(Schema.parseJson(PullRequestFact))

/** A problem is told in one line of a terminal, whatever the file holds. */
const LONGEST_PROBLEM = 300
const shortened = (text: string): string => {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ")
  return line.length > LONGEST_PROBLEM ? `${line.slice(0, LONGEST_PROBLEM)}…` : line
}

const problemOf = (text: string, error: ParseResult.ParseError): string => {
  if (text.startsWith("\u001f")) return "this is no text but a compressed file: unpack it first"
  const [first] = ParseResult.ArrayFormatter.formatErrorSync(error)
  if (first === undefined) return shortened(error.message)
  if (first.path.length > 0) return shortened(`"${first.path.join(".")}": ${first.message}`)
  return text.trimStart().startsWith("{") ? shortened(first.message) : `Expected a JSON object a line, not ${shortened(text).slice(0, 40)}`
}

const same = Schema.equivalence(PullRequestFact)

/**
 * Facts from bytes, line by line: a byte-order mark, CRLF and blank lines are passed over, so are keys that are not known and a line that
 * says again what another said; `file` names the bytes in errors.
 * Fails with UnusableFacts at the first line that is not a fact, or that says something else of a pull request than a line before.
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
                problem: `pull request ${fact.repository}#${fact.number} was on line ${before.line} already, where something else is said of it`
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

/** All facts of a file, in its order. Fails with UnusableFacts when it cannot be read, holds none, or a line is not a fact. */
export const load = Effect.fn("GitHubFacts.load")(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  const facts = yield* decode(file, files.stream(file)).pipe(
    Stream.catchTags({
      SystemError: (error) => new UnusableFacts({ file, problem: REASONS[error.reason] ?? `it cannot be read (${error.reason})` }),
      BadArgument: (error) => new UnusableFacts({ file, problem: `it cannot be read (${error.message})` })
    }),
    Stream.runCollect
  )
  if (Chunk.isEmpty(facts)) return yield* new UnusableFacts({ file, problem: "it holds no facts: expected one JSON object a line" })
  return Chunk.toReadonlyArray(facts)
})
