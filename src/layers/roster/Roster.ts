/**
 * The roster: which repositories are scored, and by which figures. It is checked before anything is scored by it, and its hash identifies it in scores.
 *
 * `--roster` takes three forms: one JSON file; a file of repositories alone, scored by the built-in figures; or a folder with the three files that the
 * subnet's owner publishes, and `emission.json` for other pools than the default.
 */
import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { Context, Effect, Layer, Option, Schema } from "effect"
import { canonicalHash } from "../../domain/canonicalJson.ts"
import { type FileRules, fileRulesOf } from "../../domain/contributions/FileRules.ts"
import { defaultRoster } from "../../domain/defaultRoster.ts"
import { defaultEmission, Emission } from "../../domain/Emission.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { LanguageTable, RosterDocument, RosterRepositories, TokenWeights } from "../../domain/Roster.ts"

/** The roster cannot be read, or is not valid. */
export class UnusableRoster extends Schema.TaggedError<UnusableRoster>()("UnusableRoster", {
  path: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the roster ${this.path} can't be used: ${this.reason}`
  }
}

export class Roster extends Context.Tag("gittensor/Roster")<
  Roster,
  {
    /** By rising name, so that rosters with equal hashes are scored by the same sums in the same order. */
    readonly repositories: RosterRepositories
    /** The pools that the emission is divided into. */
    readonly emission: Emission
    /** The same value for the life of the service. */
    readonly fileRules: FileRules
    /** The hash of the canonical document with all defaults filled in, in hexadecimal digits: equal figures have equal hashes. */
    readonly sha256: string
  }
>() {}

const encode = Schema.encodeSync(RosterDocument)

/** The service of a roster that is already checked. */
const of = (document: RosterDocument): typeof Roster.Service =>
  Roster.of({
    repositories: Object.fromEntries(Object.entries(document.repositories).toSorted(([left], [right]) => (left < right ? -1 : 1))),
    emission: document.emission,
    fileRules: fileRulesOf(document),
    sha256: canonicalHash(encode(document))
  })

const REPOSITORIES = /^(?:master_)?repositories(?:-[\w.-]+)?\.json$/

/** The pools of a folder's roster. Without it, the default applies. */
const EMISSION_FILE = "emission.json"

const isWhole = (document: unknown): boolean =>
  typeof document === "object" && document !== null && Object.hasOwn(document, "version") && Object.hasOwn(document, "repositories")

/** Reads and checks a roster. Unknown keys and values out of range are errors that name their place. */
const read = Effect.fn("Roster.read")(function* (path: string) {
  const unusable = (reason: string) => new UnusableRoster({ path, reason })
  const attempt = <A>(run: () => Promise<A>) =>
    Effect.tryPromise({ try: run, catch: (cause) => unusable(cause instanceof Error ? cause.message : String(cause)) })
  const parse = (name: string) =>
    attempt(() => readFile(name)).pipe(
      Effect.flatMap((bytes) =>
        Effect.try({
          try: (): unknown => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)),
          catch: (cause) => unusable(`it is not JSON${cause instanceof SyntaxError ? ` (${cause.message})` : ""}`)
        })
      )
    )
  const decode = <A, I>(schema: Schema.Schema<A, I>, document: unknown, name = "") =>
    Schema.decodeUnknown(schema)(document).pipe(Effect.mapError((error) => unusable(`${name}${problemOf(error)}`)))

  if (!(yield* attempt(async () => (await stat(path)).isDirectory()))) {
    const document = yield* parse(path)
    if (isWhole(document)) return yield* decode(RosterDocument, document)
    const alone: RosterDocument = { ...defaultRoster, repositories: yield* decode(RosterRepositories, document) }
    return alone
  }
  const names = yield* attempt(() => readdir(path))
  const newest = names
    .filter((name) => REPOSITORIES.test(name))
    .toSorted()
    .at(-1)
  if (newest === undefined) return yield* unusable("it has no file master_repositories….json")
  const part = <A, I>(schema: Schema.Schema<A, I>, name: string) =>
    Effect.flatMap(parse(join(path, name)), (document) => decode(schema, document, `${name}: `))
  const whole: RosterDocument = {
    version: 0,
    emission: names.includes(EMISSION_FILE) ? yield* part(Emission, EMISSION_FILE) : defaultEmission,
    repositories: yield* part(RosterRepositories, newest),
    languages: yield* part(LanguageTable, "programming_languages.json"),
    token_weights: yield* part(TokenWeights, "token_weights.json")
  }
  return whole
})

/** The roster that comes with the program. */
export const layerBuiltIn: Layer.Layer<Roster> = Layer.sync(Roster, () => of(defaultRoster))

/** The roster at a path. */
export const layerPath = (path: string): Layer.Layer<Roster, UnusableRoster> => Layer.effect(Roster, Effect.map(read(path), of))

/** The roster that a command names with `--roster`; otherwise the built-in one. */
export const layer = (path: Option.Option<string>): Layer.Layer<Roster, UnusableRoster> =>
  Option.match(path, { onNone: () => layerBuiltIn, onSome: layerPath })
