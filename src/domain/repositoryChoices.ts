/** Reads `.gittensor.yml`, at the root of a repository's default branch: whether its maintainers want bounties, and what they require of pull requests. */
import { Either, Schema } from "effect"
import { parse } from "yaml"
import { problemOf } from "./jsonProblem.ts"
import { strangersBytes } from "./strangersBytes.ts"

export const CHOICES_FILE = ".gittensor.yml"

export const choicesFile = strangersBytes({
  what: "a repository's .gittensor.yml",
  writtenBy: "whoever may push to a repository of the roster",
  readIn: "this process",
  limits: { bytes: 8_192, items: 20, also: "no aliases, no complex keys" },
  test: "test/unit/domain/repositoryChoices.test.ts"
})

const Name = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(50))

/** Unknown keys are ignored: they are for other or later programs. */
const ChoicesFile = Schema.Struct({
  bounties: Schema.optionalWith(Schema.NullOr(Schema.Boolean), { default: () => null }),
  repository: Schema.optionalWith(Schema.NullOr(Schema.String.pipe(Schema.maxLength(140))), { default: () => null }),
  ai: Schema.optionalWith(Schema.NullOr(Schema.Literal("none", "disclosed", "any")), { default: () => null }),
  comments: Schema.optionalWith(Schema.Boolean, { default: () => false }),
  labels: Schema.optionalWith(Schema.NullOr(Schema.Array(Name).pipe(Schema.maxItems(choicesFile.limits.items))), { default: () => null }),
  test: Schema.optionalWith(Schema.NullOr(Schema.NonEmptyString.pipe(Schema.maxLength(1_000), Schema.pattern(/^[^\0]*$/))), {
    default: () => null
  })
})

export interface RepositoryChoices {
  /** Whether bounties are welcome; null: not set. A file that cannot be read counts as a no, because its author wanted to say something. */
  readonly bounties: boolean | null
  /** The `owner/name` that the file is for; null: not set. Forks and templates inherit files. */
  readonly repository: string | null
  /** Whether pull requests may be made by programs: never, if disclosed, or freely; null: not set. */
  readonly ai: "none" | "disclosed" | "any" | null
  /** Whether the file allows a comment on each issue with a bounty, and a status on competitors' pull requests. */
  readonly comments: boolean
  /** The labels by which maintainers ask for a bounty; null: the usual ones. */
  readonly labels: ReadonlyArray<string> | null
  /** The command that runs the tests, for /bin/sh; null: as recognised from the repository's files. */
  readonly test: string | null
  /** The problem of the file; null if it has none, or there is no file. */
  readonly problem: string | null
}

/** The choices of a repository without the file. */
export const NO_CHOICES: RepositoryChoices = {
  bounties: null,
  repository: null,
  ai: null,
  comments: false,
  labels: null,
  test: null,
  problem: null
}

const unreadable = (problem: string): RepositoryChoices => ({ ...NO_CHOICES, bounties: false, problem })

/** The start of a complex key (`? [a, b]`). Nested ones take the parser more than quadratic time, and no choice needs one. */
const COMPLEX_KEY = /(?:^|[\s\-?:,[{])\?(?:\s|$)/

const documentIn = (text: string): Either.Either<unknown, string> =>
  Either.try({
    try: (): unknown => parse(text, { maxAliasCount: 0, logLevel: "error", prettyErrors: false, schema: "core" }),
    catch: () => "it is not YAML, or has aliases"
  })

/** Reads the file's text; null: GitHub does not show it as text. */
export const readChoices = (text: string | null): RepositoryChoices => {
  if (text === null) return unreadable("it is no text")
  if (Buffer.byteLength(text) > choicesFile.limits.bytes) return unreadable(`it has more than ${choicesFile.limits.bytes} bytes`)
  if (COMPLEX_KEY.test(text)) return unreadable('it has a "?" before a space, which begins a key of several words')
  const read = Either.flatMap(documentIn(text), (document) =>
    Either.mapLeft(Schema.decodeUnknownEither(ChoicesFile)(document ?? {}), problemOf)
  )
  return Either.match(read, { onLeft: unreadable, onRight: (written) => ({ ...written, problem: null }) })
}
