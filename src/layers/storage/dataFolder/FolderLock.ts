/**
 * Lets one process at a time use a folder. The system releases the lock however its holder ends, even by SIGKILL. It is a lock of SQLite's on a file,
 * so it works wherever the journal works.
 */

import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Clock, Effect, Schema } from "effect"
import { EXIT } from "../../../domain/causes.ts"
import { adviceFor, codeOf, faultOf, open } from "../sqlite/sqlite.ts"
import { type NetworkFolder, networkFolder } from "./networkFolder.ts"

/** Another process holds the lock. */
class AnotherProcess extends Schema.TaggedError<AnotherProcess>()("AnotherProcess", {
  work: Schema.String,
  folder: Schema.String,
  /** The holder's process and start time, as it wrote them; empty if unknown. */
  holder: Schema.String,
  /** The end of the message where the folder is on a network file system. */
  network: Schema.String
}) {
  readonly exitCode = EXIT.occupied
  override get message() {
    return `another process ${this.work}${this.holder === "" ? "" : ` (${this.holder})`}, it holds ${this.folder}: end that one first${this.network}`
  }
}

/** The lock file cannot be used. */
class LockUnusable extends Schema.TaggedError<LockUnusable>()("LockUnusable", {
  file: Schema.String,
  code: Schema.String,
  network: Schema.String
}) {
  override get message() {
    return `the lock ${this.file} can't be used (${this.code}): ${adviceFor(this.code)}${this.network}`
  }
}

/** The end of the message on a network file system, where a lock may fail or persist without a process. */
const networkText = (found: NetworkFolder | undefined): string =>
  found === undefined ? "" : `. If none runs, it may be the network's: ${found.text}; ${found.advice}`

const Holder = Schema.parseJson(Schema.Struct({ process: Schema.Int, since: Schema.String }))
const decodeHolder = Schema.decodeUnknownOption(Holder)

const holderIn = (file: string): string => {
  try {
    const found = decodeHolder(readFileSync(file, "utf8"))
    return found._tag === "Some" ? `process ${found.value.process} since ${found.value.since}` : ""
  } catch {
    return ""
  }
}

/** The second transaction stays open until the connection closes, and holds the lock. */
const TAKE_LOCK = "BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS holder (process INTEGER); COMMIT; BEGIN EXCLUSIVE"

/**
 * Holds the lock `name` in a folder (created if missing) until the scope ends, and warns of a network file system. `work`: what the holder does, as
 * the end of "another process …".
 */
export const holdLock = Effect.fn("FolderLock.hold")(function* (folder: string, name: string, work: string) {
  const file = join(folder, `${name}.lock`)
  const note = join(folder, `${name}.json`)
  const since = new Date(yield* Clock.currentTimeMillis).toISOString()
  yield* Effect.acquireRelease(
    Effect.try({
      try: () => {
        const database = open({ file, tables: TAKE_LOCK, mode: "lock" })
        try {
          writeFileSync(note, JSON.stringify({ process: process.pid, since }))
          return database
        } catch (cause) {
          database.close()
          throw cause
        }
      },
      catch: codeOf
    }).pipe(
      Effect.catchAll((code) =>
        Effect.flatMap(networkFolder(folder), (found) => {
          const network = networkText(found)
          const error =
            faultOf(code) === "busy"
              ? new AnotherProcess({ work, folder, holder: holderIn(note), network })
              : new LockUnusable({ file, code, network })
          return Effect.fail(error)
        })
      )
    ),
    (database) => Effect.sync(() => database.close())
  )
  const found = yield* networkFolder(folder)
  if (found !== undefined) yield* Effect.logWarning(`${found.text}: ${found.advice}`)
})
