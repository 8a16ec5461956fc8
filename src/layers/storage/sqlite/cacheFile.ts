/** A SQLite file for replaceable data: if it cannot be used, that is logged once and its users continue without it. */
import { rmSync } from "node:fs"
import { Effect, Option, type Scope } from "effect"
import { codeOf, type Database, faultOf, open } from "./sqlite.ts"

export interface CacheFile {
  readonly database: Database
  /** Runs statements; none if they failed. Logs the first failure, unless another process has the file locked. */
  readonly attempt: <A>(operation: string, run: () => A) => Effect.Effect<Option.Option<A>>
}

export interface Description {
  readonly file: string
  /** As in "the cache of scored files". */
  readonly name: string
  /** What happens without the cache, as the end of a sentence. */
  readonly instead: string
}

/** Opens the file until the scope ends; none if it cannot be opened. */
export const openCacheFile = (
  { file, name, instead }: Description,
  tables: string
): Effect.Effect<Option.Option<CacheFile>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const logged = { once: false }
    const attempt = <A>(operation: string, run: () => A): Effect.Effect<Option.Option<A>> =>
      Effect.try({ try: run, catch: codeOf }).pipe(
        Effect.tapError((code) =>
          logged.once || faultOf(code) === "busy"
            ? Effect.void
            : Effect.logWarning(`${name} ${file} failed at "${operation}" (${code}): ${instead}`).pipe(
                Effect.tap(() => Effect.sync(() => (logged.once = true)))
              )
        ),
        Effect.option
      )
    const opened = yield* Effect.acquireRelease(
      attempt("open", () => {
        try {
          return open({ file, tables, mode: "cache" })
        } catch (cause) {
          if (faultOf(codeOf(cause)) !== "older") throw cause
          for (const beside of ["", "-wal", "-shm"]) rmSync(`${file}${beside}`, { force: true })
          return open({ file, tables, mode: "cache" })
        }
      }),
      (database) => Effect.sync(() => Option.getOrUndefined(database)?.close())
    )
    return Option.map(opened, (database) => ({ database, attempt }))
  })
