/**
 * Facts of merged pull requests, one JSON object a line, as the dev chain's GitHub stand-in loads them. They say who wrote what when, which
 * issues it closed and how large its files are; no contents.
 */
import { FileSystem } from "@effect/platform"
import { Chunk, Effect, HashMap, Option, ParseResult, Schema, Stream } from "effect"
import { IssueNumber, RepositoryName } from "./IssueRef.ts"

/** A moment as GitHub or git writes it (ISO 8601 with an offset), read as milliseconds since 1970. */
export const Moment = Schema.transformOrFail(Schema.String, Schema.Int, {
  strict: true,
  decode: (text, _, ast) => {
    const milliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN
    return Number.isNaN(milliseconds)
      ? ParseResult.fail(new ParseResult.Type(ast, text, `"${text}" is not a time such as 2026-01-31T12:00:00Z`))
      : ParseResult.succeed(milliseconds)
  },
  encode: (milliseconds) => ParseResult.succeed(new Date(milliseconds).toISOString())
})

/** `id` is null where the data hides the account; `login` tells such accounts apart. */
export const FactAuthor = Schema.Struct({
  id: Schema.NullOr(Schema.Int.pipe(Schema.positive())),
  login: Schema.String.pipe(Schema.pattern(/^\S{1,64}$/))
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

const problemOf = (error: ParseResult.ParseError): string => {
  const [first] = ParseResult.ArrayFormatter.formatErrorSync(error)
  if (first === undefined) return error.message
  return first.path.length === 0 ? first.message.replace(/\s+/g, " ") : `"${first.path.join(".")}": ${first.message.replace(/\s+/g, " ")}`
}

/**
 * Facts from bytes, line by line: a byte-order mark, CRLF and blank lines are passed over; `file` names the bytes in errors.
 * Fails with UnusableFacts at the first line that is not a fact, or that repeats a pull request.
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
        (error) => new UnusableFacts({ file, lineNumber: index + 1, problem: problemOf(error) })
      )
    ),
    Stream.mapAccumEffect(HashMap.empty<string, number>(), (seen, { fact, line }) =>
      Option.match(HashMap.get(seen, placeOf(fact)), {
        onNone: () => Effect.succeed([HashMap.set(seen, placeOf(fact), line), fact] as const),
        onSome: (before) =>
          new UnusableFacts({
            file,
            lineNumber: line,
            problem: `pull request ${fact.repository}#${fact.number} was on line ${before} already`
          })
      })
    )
  )

/** All facts of a file, in its order. Fails with UnusableFacts when it cannot be read, holds none, or a line is not a fact. */
export const load = Effect.fn("GitHubFacts.load")(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  const facts = yield* decode(file, files.stream(file)).pipe(
    Stream.catchTags({
      SystemError: (error) =>
        new UnusableFacts({ file, problem: error.reason === "NotFound" ? "there is no such file" : `it cannot be read (${error.reason})` }),
      BadArgument: (error) => new UnusableFacts({ file, problem: `it cannot be read (${error.message})` })
    }),
    Stream.runCollect
  )
  if (Chunk.isEmpty(facts)) return yield* new UnusableFacts({ file, problem: "it holds no facts: expected one JSON object a line" })
  return Chunk.toReadonlyArray(facts)
})
