/** Reads `.gittensor.yml`, at the root of a repository's default branch: whether its maintainers want bounties, and what they require of pull requests. */
import { Either, Schema } from "effect"
import { parse } from "yaml"
import { isAboutBounties } from "./consentWords.ts"
import { problemOf } from "./jsonProblem.ts"
import { onOneLine } from "./onOneLine.ts"
import { strangersBytes } from "./strangersBytes.ts"

export const CHOICES_FILE = ".gittensor.yml"

export const choicesFile = strangersBytes({
  what: "a repository's .gittensor.yml",
  writtenBy: "writers of a repository of the roster",
  readIn: "this process",
  limits: { bytes: 8_192, items: 20, also: "no aliases, no complex keys" },
  test: "test/unit/domain/repositoryChoices.test.ts"
})

const Name = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(50))

const ChoicesFile = Schema.Struct({
  bounties: Schema.optionalWith(Schema.Unknown, { default: () => null }),
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
  /** The line that says no in another form than `bounties: false`; null: there is none. */
  readonly refusal: string | null
  /** Keys that mean nothing to this program: they are for other or later ones. */
  readonly unknown: ReadonlyArray<string>
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
  refusal: null,
  unknown: [],
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

const KEYS: ReadonlySet<string> = new Set(Object.keys(ChoicesFile.fields))
const LONGEST_SHOWN = 60

const short = (text: string): string => {
  const line = onOneLine(text)
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line
}

const lineOf = (key: string, value: unknown): string => short(`${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`)

/** Whether a key or one below it is about bounties. */
const isAbout = ([key, value]: readonly [string, unknown]): boolean =>
  isAboutBounties(key) || (typeof value === "object" && value !== null && Object.entries(value).some(isAbout))

/** A key that is no documented one and is about bounties, or `bounties` with another value than true or false. */
const isRefusal = ([key, value]: readonly [string, unknown]): boolean =>
  key === "bounties" ? typeof value !== "boolean" : !KEYS.has(key) && isAbout([key, value])

const chosenIn = (document: unknown): Either.Either<RepositoryChoices, string> =>
  Either.mapBoth(Schema.decodeUnknownEither(ChoicesFile)(document ?? {}), {
    onLeft: problemOf,
    onRight: ({ bounties, ...written }) => {
      const entries = Object.entries(document ?? {})
      const [refusal] = entries.filter(isRefusal).map(([key, value]) => lineOf(key, value))
      return {
        ...written,
        bounties: refusal === undefined && typeof bounties === "boolean" ? bounties : refusal === undefined ? null : false,
        refusal: refusal ?? null,
        unknown: entries.flatMap((entry) => (KEYS.has(entry[0]) || isAbout(entry) ? [] : [short(entry[0])])),
        problem: null
      }
    }
  })

/** Reads the file's text; null: GitHub does not show it as text. */
export const readChoices = (text: string | null): RepositoryChoices => {
  if (text === null) return unreadable("it is no text")
  if (Buffer.byteLength(text) > choicesFile.limits.bytes) return unreadable(`it has more than ${choicesFile.limits.bytes} bytes`)
  if (COMPLEX_KEY.test(text)) return unreadable('it has a "?" before a space, which begins a key of several words')
  return Either.getOrElse(Either.flatMap(documentIn(text), chosenIn), unreadable)
}
