/** The address of a database: checked before it is used, and told without its password. */
import { Effect, Redacted, Schema } from "effect"

/** What was given as the database's address is none. It is not repeated: it may hold a password. */
export class InvalidDatabaseUrl extends Schema.TaggedError<InvalidDatabaseUrl>()("InvalidDatabaseUrl", { reason: Schema.String }) {
  override get message() {
    return `the database's address (--database, or DATABASE_URL) ${this.reason}: write it like postgres://user:password@host:5432/name`
  }
}

/** What may be said of an address: user, host, port and name. */
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
 * As pg takes it: what it calls aliases of verify-full, with a warning of many lines at every start, is that by name. So `require` checks the server's
 * certificate; `no-verify` does not.
 */
export const connectionString = (url: Redacted.Redacted<string>): string => {
  const parsed = URL.parse(Redacted.value(url))
  const mode = parsed?.searchParams.get("sslmode") ?? ""
  if (parsed === null || !["prefer", "require", "verify-ca"].includes(mode) || parsed.searchParams.has("uselibpqcompat"))
    return Redacted.value(url)
  parsed.searchParams.set("sslmode", "verify-full")
  return parsed.href
}
