/** What maintainers say in `.gittensor.yml`, at the root of their repository's default branch: whether they want bounties, and what they ask of pull requests. */
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

/** Keys that this program does not know are for others, or for later ones. */
const Written = Schema.Struct({
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
  /** Whether bounties are welcome; null: it does not say. A file that cannot be read counts as a no: whoever wrote one wanted to say something. */
  readonly bounties: boolean | null
  /** The `owner/name` that the file is for; null: it does not say. Forks and templates inherit files. */
  readonly repository: string | null
  /** Whether pull requests may be made by programs: never, where it is said, or as one likes; null: it does not say. */
  readonly ai: "none" | "disclosed" | "any" | null
  /** Whether a comment on each issue with a bounty, and a status on competitors' pull requests, is wanted. */
  readonly comments: boolean
  /** The labels by which maintainers ask for a bounty; null: the usual ones. */
  readonly labels: ReadonlyArray<string> | null
  /** The command that runs the tests, for /bin/sh; null: as its files say. */
  readonly test: string | null
  /** What is wrong with the file; null: nothing, or there is none. */
  readonly problem: string | null
}

/** Of a repository without the file. */
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

/** Where a key that is more than a word begins (`? [a, b]`). Nested ones take the parser more than the square of their number, and no choice needs one. */
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
    Either.mapLeft(Schema.decodeUnknownEither(Written)(document ?? {}), problemOf)
  )
  return Either.match(read, { onLeft: unreadable, onRight: (written) => ({ ...written, problem: null }) })
}
