/** The roster: the repositories to score, and the figures to score them by. It is validated before use, and its hash identifies it in scores. */
import { Context, Effect, Layer, Option, Schema } from "effect"
import { canonicalHash } from "../../../domain/canonicalJson.ts"
import { type FileRules, fileRulesOf } from "../../../domain/contributions/FileRules.ts"
import { defaultRoster } from "../../../domain/defaultRoster.ts"
import type { Emission } from "../../../domain/Emission.ts"
import { type ConsentRules, RosterDocument, type RosterRepositories, repositoriesScoredBy } from "../../../domain/Roster.ts"
import { readRoster, type UnusableRoster } from "./readRoster.ts"

export class Roster extends Context.Tag("gittensor/Roster")<
  Roster,
  {
    /** The repositories sorted by name, so that rosters with equal hashes are scored by the same sums in the same order. Each has the defaults of the roster's set of rules. */
    readonly repositories: RosterRepositories
    /** The rules of maintainers' consent in scores. */
    readonly consent: ConsentRules
    /** The pools that the emission is divided into. */
    readonly emission: Emission
    /** The same value for the life of the service. */
    readonly fileRules: FileRules
    /** Identifies the roster in scores, in hexadecimal: the hash that the signer signed, or the hash of a file from the disk. */
    readonly sha256: string
  }
>() {}

const encode = Schema.encodeSync(RosterDocument)

/** Makes a roster of a validated document. `sha256` identifies it. */
export const identifiedRoster = (document: RosterDocument, sha256: string): Roster["Type"] =>
  Roster.of({
    repositories: repositoriesScoredBy(
      Object.fromEntries(Object.entries(document.repositories).toSorted(([left], [right]) => (left < right ? -1 : 1))),
      document
    ),
    consent: document,
    emission: document.emission,
    fileRules: fileRulesOf(document),
    sha256
  })

/**
 * Makes a roster of a document from the disk. Its identity is the hash of its canonical form with all defaults filled in, so equal figures have equal
 * hashes.
 */
export const unsignedRosterOf = (document: RosterDocument): Roster["Type"] => identifiedRoster(document, canonicalHash(encode(document)))

/** A roster of a validated document. */
export const layerOf = (document: RosterDocument): Layer.Layer<Roster> => Layer.sync(Roster, () => unsignedRosterOf(document))

/** The roster that comes with the program. */
export const layerBuiltIn: Layer.Layer<Roster> = layerOf(defaultRoster)

export const layerPath = (path: string): Layer.Layer<Roster, UnusableRoster> =>
  Layer.effect(Roster, Effect.map(readRoster(path), unsignedRosterOf))

/** The roster that a command names with `--roster`; otherwise the built-in one. */
export const layer = (path: Option.Option<string>): Layer.Layer<Roster, UnusableRoster> =>
  Option.match(path, { onNone: () => layerBuiltIn, onSome: layerPath })
