/**
 * A SQLite file with what can be had again: when it can't be opened, read or written, that is told once, and everybody goes on without it.
 */
import type { Database } from "bun:sqlite"
import { Effect, Option, type Scope } from "effect"
import { codeOf, faultOf, open } from "./sqlite.ts"

export interface CacheFile {
  readonly database: Database
  /** None when it failed, which is told the first time. A file that another process keeps busy is not worth a word. */
  readonly attempt: <A>(operation: string, run: () => A) => Effect.Effect<Option.Option<A>>
}

/** What there is to open it with. `instead`: what happens without it, as the end of a sentence. */
export interface Description {
  readonly file: string
  /** As in "the cache of scored files". */
  readonly name: string
  readonly instead: string
  readonly tables: string
}

/** The file until the scope ends; none when it cannot be opened. */
export const openCacheFile = ({ file, name, instead, tables }: Description): Effect.Effect<Option.Option<CacheFile>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const told = { once: false }
    const attempt = <A>(operation: string, run: () => A): Effect.Effect<Option.Option<A>> =>
      Effect.try({ try: run, catch: codeOf }).pipe(
        Effect.tapError((code) =>
          told.once || faultOf(code) === "busy"
            ? Effect.void
            : Effect.logWarning(`${name} ${file} failed at "${operation}" (${code}): ${instead}`).pipe(
                Effect.tap(() => Effect.sync(() => (told.once = true)))
              )
        ),
        Effect.option
      )
    const opened = yield* Effect.acquireRelease(
      attempt("open", () => open(file, tables)),
      (database) => Effect.sync(() => Option.getOrUndefined(database)?.close())
    )
    return Option.map(opened, (database) => ({ database, attempt }))
  })
