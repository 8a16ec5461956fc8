/**
 * Database errors that the operator can fix, classified by SQLSTATE or the system's error code, each with advice. Anything else (bad SQL, a violated
 * constraint) is a defect.
 */

import type { SqlError } from "@effect/sql/SqlError"
import { Schema } from "effect"
import { EXIT, exitOfStore } from "../../../domain/causes.ts"

/** `where`: the server and database, or the folder; never a password. */
const fields = { where: Schema.String, reason: Schema.String }

/** Not reachable, too slow, or lost in the middle of a statement. It may recover. */
export class DatabaseUnavailable extends Schema.TaggedError<DatabaseUnavailable>()("DatabaseUnavailable", {
  ...fields,
  advice: Schema.String
}) {
  readonly exitCode = EXIT.unanswered
  override get message() {
    return `the database ${this.where} does not answer (${this.reason}): ${this.advice}`
  }
}

/** The embedded database has crashed: only a new process can open it again. */
export class DatabaseStopped extends Schema.TaggedError<DatabaseStopped>()("DatabaseStopped", fields) {
  override get message() {
    return `the embedded database ${this.where} has stopped (${this.reason}): start index and serve again`
  }
}

/** The database is read-only. */
export class DatabaseReadOnly extends Schema.TaggedError<DatabaseReadOnly>()("DatabaseReadOnly", fields) {
  readonly passes = true
  override get message() {
    return `the database ${this.where} can't be written (${this.reason}): give the address of the primary server, or end its read-only mode`
  }
}

/** Its disk is full. */
export class DatabaseFull extends Schema.TaggedError<DatabaseFull>()("DatabaseFull", fields) {
  readonly passes = true
  override get message() {
    return `the database ${this.where} can't grow (${this.reason}): free space on its disk; no block was written partially`
  }
}

/** It answers but refuses: wrong login, missing rights, wrong version or unsuitable state. */
export class DatabaseRefused extends Schema.TaggedError<DatabaseRefused>()("DatabaseRefused", {
  ...fields,
  advice: Schema.String,
  /** Whether its files are damaged: they stay so until somebody moves them away. */
  isDamaged: Schema.optional(Schema.Boolean)
}) {
  readonly exitCode = exitOfStore(this.isDamaged)
  override get message() {
    return `the database ${this.where} refused (${this.reason}): ${this.advice}`
  }
}

/** Its tables are those of an earlier program, or none: the index makes them. */
export class DatabaseOlder extends Schema.TaggedError<DatabaseOlder>()("DatabaseOlder", fields) {
  readonly passes = true
  override get message() {
    return `the database ${this.where} does not have this program's tables yet (${this.reason}): run "gittensor index" or "gittensor index --migrate-only" with a role that may create tables`
  }
}

/** Its tables do not match this program, and only people can change that. */
export class DatabaseSchema extends Schema.TaggedError<DatabaseSchema>()("DatabaseSchema", { ...fields, advice: Schema.String }) {
  readonly exitCode = EXIT.damaged
  override get message() {
    return `the database ${this.where} does not have this program's tables (${this.reason}): ${this.advice}`
  }
}

export type DatabaseError =
  | DatabaseUnavailable
  | DatabaseStopped
  | DatabaseReadOnly
  | DatabaseFull
  | DatabaseRefused
  | DatabaseOlder
  | DatabaseSchema

/** The embedded engine's code for its crash. Postgres' 57P02 would mean that it recovers. Classes from I to Z are free for such codes. */
export const ENGINE_STOPPED = "X0001"

const TRY_AGAIN = "try again when it runs and is reachable"
const BUSY_ADVICE = "try again; if that does not help, look for what keeps it busy in pg_stat_activity"
const CONNECTIONS = "lower --max-connections, or raise the server's max_connections"
const TLS =
  "check the server's certificate and sslmode in the database's address: disable, verify-full (which require means here) or no-verify"
const POOLER = "let the pooler give out connections for a transaction or a session, or give the address of the server itself"
const DAMAGED_ADVICE = "move its data away and index again: everything in it can be read from the chain"

const textIn = (cause: unknown, key: "code" | "message"): string => {
  const value: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, key) : undefined
  return typeof value === "string" ? value : ""
}

/** pg's texts for broken connections, which have no code. */
const BROKEN_CONNECTION = /timeout|terminated|not queryable|Connection error|after calling end|closed/i
const SYSTEM = /^(E[A-Z]+|EAI_[A-Z]+|ERR_[A-Z_]+|[A-Z_]*CERT[A-Z_]*)$/

/** pg's texts for failed authentication on the client's side, which has no code. */
const AUTHENTICATION = /SASL|SCRAM|password|authentication/i

const refusalAdvice = (code: string): string =>
  code.startsWith("28")
    ? "check the user and the password in the database's address, and the server's pg_hba.conf"
    : code === "3D000"
      ? "create that database, or name another in the database's address"
      : code === "3F000"
        ? "create the schema that the role's search_path names (CREATE SCHEMA), or set its search_path (ALTER ROLE … SET search_path = public)"
        : "let the role read it, and for an index create and write tables there"

/** A table, column or other object that is missing, or that is there already. */
const MISSING_OR_THERE: ReadonlySet<string> = new Set(["42P01", "42703", "42704", "42P07", "42701", "42710"])

/** A database with tables of several releases, or undefined if a migration's statement failed for another reason. */
export const mixed = (where: string, error: SqlError): DatabaseSchema | undefined =>
  MISSING_OR_THERE.has(textIn(error.cause, "code")) ? mixedTables(where, textIn(error.cause, "message")) : undefined

export const mixedTables = (where: string, reason: string): DatabaseSchema =>
  new DatabaseSchema({
    where,
    reason: `nor those of an earlier one: ${reason}`,
    advice: "restore its backup into an empty database, or index into one; everything can be read from the chain again"
  })

/** The database error behind a failed statement or connection; undefined if the statement itself is at fault. */
export const classify = (where: string, error: SqlError): DatabaseError | undefined => {
  const code = textIn(error.cause, "code")
  const text = textIn(error.cause, "message")
  const reason = [text, code].filter((part) => part !== "" && !text.includes(`${part} `)).join(", ") || error.message
  const unavailable = (advice: string) => new DatabaseUnavailable({ where, reason, advice })
  // SQLSTATE: five digits and letters; the first two are the class.
  if (/^[0-9A-Z]{5}$/.test(code) && !SYSTEM.test(code)) {
    if (/statement pooling/i.test(text)) return new DatabaseRefused({ where, reason, advice: POOLER })
    if (code === ENGINE_STOPPED) return new DatabaseStopped({ where, reason: text })
    if (code === "53300") return unavailable(CONNECTIONS)
    if (/^(08|57P0)/.test(code)) return unavailable(TRY_AGAIN)
    if (/^(57014|55P03|40001|40P01|25P03|25P04)$/.test(code)) return unavailable(BUSY_ADVICE)
    if (code === "25006") return new DatabaseReadOnly({ where, reason })
    if (/^(53[0-9A-Z]{3}|58030)$/.test(code)) return new DatabaseFull({ where, reason })
    if (/^(28[0-9A-Z]{3}|3D000|3F000|42501)$/.test(code)) return new DatabaseRefused({ where, reason, advice: refusalAdvice(code) })
    if (/^XX00[12]$/.test(code)) return new DatabaseRefused({ where, reason, advice: DAMAGED_ADVICE, isDamaged: true })
    return undefined
  }
  if (AUTHENTICATION.test(text)) return new DatabaseRefused({ where, reason, advice: refusalAdvice("28000") })
  if (/SSL|TLS|CERT|self.signed/i.test(`${text} ${code}`)) return new DatabaseRefused({ where, reason, advice: TLS })
  return SYSTEM.test(code) || BROKEN_CONNECTION.test(text) ? unavailable(TRY_AGAIN) : undefined
}
