/** The only module that opens SQLite files: it decides how each is shared and synchronised, explains error codes, and checks for damage. */
import { Database } from "bun:sqlite"
import { mkdirSync } from "node:fs"
import { dirname } from "node:path"

export type { Database } from "bun:sqlite"

/** A failure, classified by what the operator can do about it. */
export type SqliteFault = "busy" | "notWritable" | "full" | "corrupt" | "older" | "other"

/** SQLite's result code, or the system's if the file could not be reached. */
export const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "UNKNOWN"

/** The code of a file that lacks a column, before the column. */
const OLDER_FILE = "OLDER: it lacks "

export const faultOf = (code: string): SqliteFault => {
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) return "busy"
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|^(EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOENT|EISDIR)$/.test(code)) return "notWritable"
  if (/^SQLITE_(FULL|IOERR)|^(ENOSPC|EDQUOT)$/.test(code)) return "full"
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return "corrupt"
  if (code.startsWith(OLDER_FILE)) return "older"
  return "other"
}

/** Whether the file stays unusable until somebody moves it away. */
export const isLasting = (code: string): boolean => /^(corrupt|older)$/.test(faultOf(code))

const advice: Record<SqliteFault, string> = {
  busy: "another process has kept it locked for 5 seconds: end that process",
  notWritable: "it cannot be opened for writing: check its folder and its permissions",
  full: "it cannot be written: free space on its disk",
  corrupt: "it is damaged: move it away and start again",
  older: "an earlier program made it: move it away and start again",
  other: "SQLite refused: look up the code"
}

/** What to do about an error code, as the end of a sentence about the file. */
export const adviceFor = (code: string): string => advice[faultOf(code)]

const modes = {
  /**
   * Any number of processes. Rollback journal and full synchronisation: committed data survives kill -9 and a power loss. SQLite itself waits at most
   * 50 ms for a lock, because its wait blocks the whole process.
   */
  shared: ["busy_timeout = 50", "synchronous = FULL"],
  /** One process; a second is refused at once. Committed data survives kill -9 and a loss of power. */
  exclusive: ["locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"],
  /** Like `exclusive`, but a loss of power may undo the last commits. */
  exclusiveFast: ["locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"],
  /** Any number of processes of one machine. Commits do not wait for the disk: a power loss may undo the last ones, and damages nothing. */
  cache: ["busy_timeout = 50", "journal_mode = WAL", "synchronous = NORMAL"],
  /** A file that serves only as a lock. Its journal is in memory, so that no damaged second file is left behind. */
  lock: ["locking_mode = EXCLUSIVE", "journal_mode = MEMORY", "busy_timeout = 0"]
} as const

export interface Opening {
  /** A path, whose folder is made, or `:memory:`. */
  readonly file: string
  /** Statements that create what is missing. */
  readonly tables: string
  readonly mode?: keyof typeof modes
  /** Fails with SQLITE_FULL instead of growing further: a full disk for tests. */
  readonly maximumPages?: number | undefined
}

const columnsOf = (database: Database): ReadonlyArray<string> =>
  database
    .query("SELECT t.name || '.' || c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'")
    .values()
    .map(([name]) => String(name))

/** Throws if a table of the file lacks a column that these statements declare. Columns and tables that they do not declare are a later program's. */
const checkColumns = (database: Database, tables: string): void => {
  const found = columnsOf(database)
  if (found.length === 0) return
  const declared = new Database(":memory:")
  declared.run(tables)
  const ofFile = new Set(found.map((column) => column.split(".")[0]))
  const lacking = columnsOf(declared).find((column) => ofFile.has(column.split(".")[0]) && !found.includes(column))
  declared.close()
  if (lacking !== undefined) throw Object.assign(new Error(`it lacks ${lacking}`), { code: `${OLDER_FILE}${lacking}` })
}

/** Opens a file, creating it if it is missing. Throws SQLite's error, the system's, or the code of a file that an earlier program made without what is needed. */
export const open = ({ file, tables, mode = "shared", maximumPages }: Opening): Database => {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const database = new Database(file, { create: true, readwrite: true, strict: true })
  try {
    for (const pragma of modes[mode]) database.run(`PRAGMA ${pragma}`)
    if (maximumPages !== undefined) database.run(`PRAGMA max_page_count = ${maximumPages}`)
    checkColumns(database, tables)
    database.run(tables)
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

/** The first finding of SQLite's quick check; undefined if the file is sound. */
const firstDamage = (database: Database): string | undefined => {
  const found: unknown = database.query("PRAGMA quick_check(1)").values()[0]?.[0]
  return found === "ok" ? undefined : String(found)
}

/** Like `open`, but a file that fails SQLite's quick check throws SQLITE_CORRUPT. */
export const openChecked = (opening: Opening): Database => {
  const database = open(opening)
  try {
    const damage = firstDamage(database)
    if (damage !== undefined) throw Object.assign(new Error(damage), { code: "SQLITE_CORRUPT" })
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

/** Opens an existing file for reading only; the caller closes it. Throws SQLite's error. */
const openReadOnly = (file: string): Database => new Database(file, { readonly: true, strict: true })

/** The damage in a file, without a change to it; undefined if it is sound, or if another process holds it and checks it itself. */
export const damageIn = (file: string): string | undefined => {
  try {
    const database = openReadOnly(file)
    try {
      return firstDamage(database)
    } finally {
      database.close()
    }
  } catch (cause) {
    if (faultOf(codeOf(cause)) === "busy") return undefined
    return cause instanceof Error ? cause.message : String(cause)
  }
}
