/** Which nightly parts of CI are due: those whose files, or whose way to be played, differ from those of their last good result. */
import { createHash } from "node:crypto"
import { Schema } from "effect"

/** A part of CI that `.ci/run` leaves out while nothing that it guards has changed. `guards`: files and folders. It is a command of .ci/checks, or tests. */
const Part = Schema.Struct({
  name: Schema.String,
  what: Schema.String,
  command: Schema.optional(Schema.String),
  tests: Schema.optional(Schema.NonEmptyArray(Schema.String)),
  guards: Schema.NonEmptyArray(Schema.String),
  why: Schema.String
}).pipe(Schema.filter(({ command, tests }) => (command === undefined) !== (tests === undefined) || "a part is a command or tests"))
export type Part = typeof Part.Type
export const Parts = Schema.parseJson(Schema.Array(Part))

/** What a part last came to, at which revision, over which files. */
const Result = Schema.Struct({
  isGood: Schema.Boolean,
  at: Schema.String,
  revision: Schema.String,
  digest: Schema.String,
  seconds: Schema.Number
})
export type Result = typeof Result.Type
export const Results = Schema.parseJson(Schema.Record({ key: Schema.String, value: Result }), { space: 2 })

/** The digest of what a part's result depends on. `listing`: git's own list of the guarded files, with their modes and hashes. */
export const digestOf = ({ command, tests }: Part, listing: string): string =>
  createHash("sha256")
    .update(JSON.stringify([command ?? null, tests ?? null, listing]))
    .digest("hex")

/** The files that a part guards, as git sees them. */
export interface Guarded {
  readonly digest: string
  /** Whether files differ from the listed ones, or are not listed yet. */
  readonly isChanged: boolean
}

/** Why a part has to be played; undefined if its last result still holds. */
export const whyDue = (result: Result | undefined, { digest, isChanged }: Guarded): string | undefined => {
  if (result === undefined) return "it has no result yet"
  if (!result.isGood) return `it failed at ${result.revision.slice(0, 8)}`
  if (isChanged) return "what it guards has changes that are not committed"
  return result.digest === digest ? undefined : `what it guards changed since ${result.revision.slice(0, 8)}`
}
