/** The address of a database: checked before it is used, and shown without its password. */
import { Effect, Redacted, Schema } from "effect"

/** Not a database address. The message does not repeat it, because it may hold a password. */
export class InvalidDatabaseUrl extends Schema.TaggedError<InvalidDatabaseUrl>()("InvalidDatabaseUrl", { reason: Schema.String }) {
  override get message() {
    return `the database's address (--database, or DATABASE_URL) ${this.reason}: write it like postgres://user:password@host:5432/name`
  }
}

/** The parts of an address that may be shown: user, host, port and name. */
export const placeOf = (url: Redacted.Redacted<string>): Effect.Effect<string, InvalidDatabaseUrl> =>
  Effect.gen(function* () {
    const parsed = URL.parse(Redacted.value(url))
    if (parsed === null) return yield* new InvalidDatabaseUrl({ reason: "is no URL" })
    if (parsed.protocol !== "postgres:" && parsed.protocol !== "postgresql:")
      return yield* new InvalidDatabaseUrl({ reason: "does not begin with postgres://" })
    const host = parsed.host === "" ? (parsed.searchParams.get("host") ?? "") : parsed.host
    const user = parsed.username === "" ? "" : `${parsed.username}@`
    return `postgres://${user}${host}${parsed.pathname === "/" ? "" : parsed.pathname}`
  })

/**
 * Writes sslmode as pg wants it: pg treats `require` and similar modes as aliases of `verify-full` but prints a long warning at every start. So `require`
 * checks the server's certificate; `no-verify` does not.
 */
export const connectionString = (url: Redacted.Redacted<string>): string => {
  const parsed = URL.parse(Redacted.value(url))
  const mode = parsed?.searchParams.get("sslmode") ?? ""
  if (parsed === null || !["prefer", "require", "verify-ca"].includes(mode) || parsed.searchParams.has("uselibpqcompat"))
    return Redacted.value(url)
  parsed.searchParams.set("sslmode", "verify-full")
  return parsed.href
}
