/**
 * Opening a SQLite file that several processes share, and telling its failures apart.
 */
import { Database } from "bun:sqlite"
import { mkdirSync } from "node:fs"
import { dirname } from "node:path"
import { Schedule } from "effect"

/** What went wrong, by what a person can do about it. */
export type SqliteFault = "busy" | "notWritable" | "full" | "corrupt" | "other"

/** SQLite's own result code, or the system's where the file could not be reached at all. */
export const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "UNKNOWN"

export const faultOf = (code: string): SqliteFault => {
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) return "busy"
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|^(EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOENT|EISDIR)$/.test(code)) return "notWritable"
  if (/^SQLITE_(FULL|IOERR)|^(ENOSPC|EDQUOT)$/.test(code)) return "full"
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return "corrupt"
  return "other"
}

/** What to do about a fault, as the second half of a sentence about the file. */
export const adviceFor = (fault: SqliteFault): string =>
  ({
    busy: "another process has kept it locked for 5 seconds: end that process",
    notWritable: "it cannot be opened for writing: check its folder and its permissions",
    full: "it cannot be written: free space on its disk",
    corrupt: "it is damaged: move it away and start again",
    other: "SQLite refused: look at its code"
  })[fault]

/** Tries again for about 5 seconds. Each try itself waits 50 ms at most, because SQLite's own waiting stops the whole process. */
export const whileBusy = Schedule.spaced("50 millis").pipe(Schedule.jittered, Schedule.upTo("5 seconds"))

/**
 * Opens the file, creating it and its folder, and makes its tables. Rollback journal and full synchronisation: what is committed survives
 * kill -9 and a loss of power, and any number of processes may open it. `maximumPages`: refuse to grow beyond. Throws SQLiteError or the system's error.
 */
export const open = (file: string, tables: string, options: { readonly maximumPages?: number } = {}): Database => {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true })
  const database = new Database(file, { create: true, readwrite: true, strict: true })
  try {
    database.run("PRAGMA busy_timeout = 50")
    database.run("PRAGMA synchronous = FULL")
    if (options.maximumPages !== undefined) database.run(`PRAGMA max_page_count = ${options.maximumPages}`)
    database.run(tables)
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}
