/**
 * The roster from this machine's disk: one JSON file; a file of repositories alone, scored by the figures that the program comes with; or a folder with the three
 * files that the subnet's owner publishes.
 */
import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import { Effect, Schema } from "effect"
import { defaultRoster } from "../../domain/defaultRoster.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { LanguageTable, Roster, RosterRepositories, TokenWeights } from "../../domain/Roster.ts"

/** The roster can't be read, or says what it must not; nothing is scored by it. */
export class UnusableRoster extends Schema.TaggedError<UnusableRoster>()("UnusableRoster", {
  path: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the roster ${this.path} can't be used: ${this.reason}`
  }
}

export interface FoundRoster {
  readonly roster: Roster
  /** Of everything that it says, its defaults filled in, in hexadecimal digits: the same for the same figures. */
  readonly sha256: string
}

const REPOSITORIES = /^(?:master_)?repositories(?:-[\w.-]+)?\.json$/

/** Objects with their keys in order. */
const sorted = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)])
  )
}

const found = (roster: Roster): FoundRoster => ({
  roster,
  sha256: bytesToHex(sha256(new TextEncoder().encode(JSON.stringify(sorted(Schema.encodeSync(Roster)(roster))))))
})

const isWhole = (document: unknown): boolean =>
  typeof document === "object" && document !== null && Object.hasOwn(document, "version") && Object.hasOwn(document, "repositories")

/** Reads and checks the roster; keys that are not known and values out of their ranges are refused with their place. */
export const readRoster = Effect.fn("readRoster")(function* (path: string) {
  const unusable = (reason: string) => new UnusableRoster({ path, reason })
  const attempt = <A>(run: () => Promise<A>) =>
    Effect.tryPromise({ try: run, catch: (cause) => unusable(cause instanceof Error ? cause.message : String(cause)) })
  const read = (name: string) =>
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
    const document = yield* read(path)
    if (isWhole(document)) return found(yield* decode(Roster, document))
    return found({ ...defaultRoster, repositories: yield* decode(RosterRepositories, document) })
  }
  const newest = (yield* attempt(() => readdir(path)))
    .filter((name) => REPOSITORIES.test(name))
    .toSorted()
    .at(-1)
  if (newest === undefined) return yield* unusable("it has no file master_repositories….json")
  const part = <A, I>(schema: Schema.Schema<A, I>, name: string) =>
    Effect.flatMap(read(join(path, name)), (document) => decode(schema, document, `${name}: `))
  return found({
    version: 0,
    repositories: yield* part(RosterRepositories, newest),
    languages: yield* part(LanguageTable, "programming_languages.json"),
    token_weights: yield* part(TokenWeights, "token_weights.json")
  })
})
