/**
 * Reads a roster from the disk, in four forms: one JSON file, in which the built-in tables of languages and weights may be left out; the same, signed by its
 * signer; a file of repositories alone, scored by the built-in tables as the subnet's program does; or a folder with the three files that the signer publishes, and optionally `emission.json` for other pools than the default.
 */

import { readdir, readFile, stat } from "node:fs/promises"
import { basename, join } from "node:path"
import { Effect, Schema } from "effect"
import { EXIT } from "../../../domain/causes.ts"
import { defaultRoster } from "../../../domain/defaultRoster.ts"
import { defaultEmission, Emission } from "../../../domain/Emission.ts"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { whyUnread } from "../../../domain/messageOf.ts"
import { LanguageTable, RosterDocument, RosterRepositories, TokenWeights } from "../../../domain/Roster.ts"
import { signedRoster } from "../../../domain/SignedRoster.ts"

/** The roster cannot be read, or is not valid. */
export class UnusableRoster extends Schema.TaggedError<UnusableRoster>()("UnusableRoster", {
  path: Schema.String,
  reason: Schema.String
}) {
  readonly exitCode = EXIT.usage
  override get message() {
    return `the roster ${this.path} can't be used: ${this.reason}`
  }
}

const REPOSITORIES = /^(?:master_)?repositories(?:-[\w.-]+)?\.json$/

/** The pools of a folder's roster. Without it, the default applies. */
const EMISSION_FILE = "emission.json"

/** The parts that a roster file may leave out, with their defaults. */
const BUILT_IN = { version: 0, languages: defaultRoster.languages, token_weights: defaultRoster.token_weights }

const hasKeys = (document: unknown, ...keys: ReadonlyArray<string>): document is object =>
  typeof document === "object" && document !== null && keys.every((key) => Object.hasOwn(document, key))

/** Readers for a path, whose errors name the path. */
const readerOf = (path: string) => {
  const unusable = (reason: string) => new UnusableRoster({ path, reason })
  const attempt = <A>(run: () => Promise<A>, name = path) =>
    Effect.tryPromise({ try: run, catch: (cause) => unusable(`${name === path ? "" : `${basename(name)}: `}${whyUnread(cause)}`) })
  const read = (name: string) =>
    Effect.flatMap(
      attempt(() => readFile(name), name),
      (bytes) => Effect.mapError(decodeUtf8(bytes), unusable)
    )
  const parse = (text: string) => Effect.mapError(parseJson(text), unusable)
  const decode = <A, I>(schema: Schema.Schema<A, I>, document: unknown, name = "") =>
    Schema.decodeUnknown(schema)(document).pipe(Effect.mapError((error) => unusable(`${name}${problemOf(error)}`)))
  const signed = (text: string) => decode(signedRoster.Text, text.replace(/\n$/, ""))
  return { unusable, attempt, read, parse, decode, signed }
}

const decodeUtf8 = (bytes: Uint8Array) =>
  Effect.try({ try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes), catch: () => "it is not JSON (it is not UTF-8)" })

const parseJson = (text: string) =>
  Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: (cause) => `it is not JSON${cause instanceof SyntaxError ? ` (${cause.message})` : ""}`
  })

/** Reads and checks a roster. Unknown keys and values out of range are errors that name their place. */
export const readRoster = Effect.fn("readRoster")(function* (path: string) {
  const { unusable, attempt, read, parse, decode, signed } = readerOf(path)
  if (!(yield* attempt(async () => (await stat(path)).isDirectory()))) {
    const text = yield* read(path)
    const document = yield* parse(text)
    if (hasKeys(document, "body", "signature")) return (yield* signed(text)).body.roster
    if (hasKeys(document, "repositories")) return yield* decode(RosterDocument, { ...BUILT_IN, ...document })
    // The form of the subnet's own files, which its own program scores.
    const alone: RosterDocument = { ...defaultRoster, scoring: "parity", repositories: yield* decode(RosterRepositories, document) }
    return alone
  }
  const names = yield* attempt(() => readdir(path))
  const newest = names
    .filter((name) => REPOSITORIES.test(name))
    .toSorted()
    .at(-1)
  if (newest === undefined) return yield* unusable("it has no file master_repositories….json")
  const part = <A, I>(schema: Schema.Schema<A, I>, name: string) =>
    read(join(path, name)).pipe(
      Effect.flatMap(parse),
      Effect.flatMap((document) => decode(schema, document, `${name}: `))
    )
  const whole: RosterDocument = {
    version: 0,
    emission: names.includes(EMISSION_FILE) ? yield* part(Emission, EMISSION_FILE) : defaultEmission,
    repositories: yield* part(RosterRepositories, newest),
    languages: yield* part(LanguageTable, "programming_languages.json"),
    token_weights: yield* part(TokenWeights, "token_weights.json")
  }
  return whole
})

/** Reads a signed roster and verifies its signature. */
export const readSignedRoster = Effect.fn("readSignedRoster")(function* (path: string) {
  const { unusable, read, parse, signed } = readerOf(path)
  const text = yield* read(path)
  if (!hasKeys(yield* parse(text), "body", "signature"))
    return yield* unusable("it is not signed: sign it with gittensor owner roster sign")
  return yield* signed(text)
})
