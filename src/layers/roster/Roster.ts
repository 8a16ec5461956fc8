/**
 * The roster: which repositories are scored, and by which figures. It is checked before anything is scored by it, and its hash identifies it in scores.
 */
import { Context, Effect, Layer, Option, Schema } from "effect"
import { canonicalHash } from "../../domain/canonicalJson.ts"
import { type FileRules, fileRulesOf } from "../../domain/contributions/FileRules.ts"
import { defaultRoster } from "../../domain/defaultRoster.ts"
import type { Emission } from "../../domain/Emission.ts"
import { RosterDocument, type RosterRepositories } from "../../domain/Roster.ts"
import { readRoster, type UnusableRoster } from "./readRoster.ts"

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

/** The roster that comes with the program. */
export const layerBuiltIn: Layer.Layer<Roster> = Layer.sync(Roster, () => of(defaultRoster))

/** The roster at a path. */
export const layerPath = (path: string): Layer.Layer<Roster, UnusableRoster> => Layer.effect(Roster, Effect.map(readRoster(path), of))

/** The roster that a command names with `--roster`; otherwise the built-in one. */
export const layer = (path: Option.Option<string>): Layer.Layer<Roster, UnusableRoster> =>
  Option.match(path, { onNone: () => layerBuiltIn, onSome: layerPath })
