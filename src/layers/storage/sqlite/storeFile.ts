/** A SQLite file behind a service: open until the scope ends, retried while busy, and, if its data is replaceable, made anew when damaged. */
import { rename } from "node:fs/promises"
import { Effect, Schedule, type Scope } from "effect"
import { codeOf, type Database, faultOf, type Opening, open, openChecked } from "./sqlite.ts"

/** A failed operation, for the service's own error. */
export interface Failure {
  readonly operation: string
  readonly file: string
  /** SQLite's result code, or the system's. */
  readonly code: string
}

export interface StoreFile<E> {
  readonly database: Database
  /** Runs statements. In a shared file they are retried for 5 seconds while another process has it locked. */
  readonly attempt: <A>(operation: string, run: () => A) => Effect.Effect<A, E>
}

export interface Description<E> extends Opening {
  readonly failed: (failure: Failure) => E
  /**
   * For replaceable data: check the file when it is opened, and move aside one that is damaged or lacks columns, as an earlier program made it. `name` begins the
   * warning and `consequence` ends it. Without `renew` such a file is a failure.
   */
  readonly renew?: { readonly name: string; readonly consequence: string }
}

const whileBusy = Schedule.spaced("50 millis").pipe(Schedule.jittered, Schedule.upTo("5 seconds"))

export const openStoreFile = <E>({ failed, renew, ...opening }: Description<E>): Effect.Effect<StoreFile<E>, E, Scope.Scope> =>
  Effect.gen(function* () {
    const { file, mode = "shared" } = opening
    const tried = <A>(operation: string, run: () => A) =>
      Effect.try({ try: run, catch: (cause): Failure => ({ operation, file, code: codeOf(cause) }) }).pipe(
        // The holder of an exclusive file keeps it: a retry would not help.
        Effect.retry({ schedule: whileBusy, while: ({ code }) => mode === "shared" && faultOf(code) === "busy" })
      )
    const opened = tried("open", () => (renew === undefined ? open(opening) : openChecked(opening)))
    const database = yield* Effect.acquireRelease(
      renew === undefined
        ? opened
        : Effect.catchIf(
            opened,
            ({ code }) => ["corrupt", "older"].includes(faultOf(code)),
            ({ code }) =>
              Effect.gen(function* () {
                const isOlder = faultOf(code) === "older"
                const aside = `${file}.${isOlder ? "older" : "damaged"}-${crypto.randomUUID()}`
                yield* Effect.logWarning(
                  `${renew.name} ${file} ${isOlder ? "was made by an earlier program" : "is damaged"}: moved to ${aside} and begun anew; ${renew.consequence}`
                )
                // If another process has moved it first, open that one's new file.
                yield* Effect.ignore(Effect.tryPromise(() => rename(file, aside)))
                return yield* opened
              }).pipe(Effect.annotateLogs({ code }))
          ),
      (one) => Effect.sync(() => one.close())
    ).pipe(Effect.mapError(failed))
    return { database, attempt: (operation, run) => Effect.mapError(tried(operation, run), failed) }
  })
