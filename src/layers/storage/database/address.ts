/** Validates a database's address, and shows it without its password. */
import { readFileSync } from "node:fs"
import { getCACertificates } from "node:tls"
import { Config, Effect, Redacted } from "effect"
import type pg from "pg"
import { InvalidInput } from "../../../domain/failures.ts"
import { messageOf } from "../../../domain/messageOf.ts"

/** The message does not quote the address, because it may contain a password. */
export const invalidDatabaseUrl = (reason: string) =>
  new InvalidInput({
    message: `the database's address (--database, or DATABASE_URL) ${reason}: write it like postgres://user:password@host:5432/name`
  })

/** The parts of an address that may be shown: user, host, port and name. */
export const placeOf = (url: Redacted.Redacted<string>): Effect.Effect<string, InvalidInput> =>
  Effect.gen(function* () {
    const parsed = URL.parse(Redacted.value(url))
    if (parsed === null) return yield* invalidDatabaseUrl("is no URL")
    if (parsed.protocol !== "postgres:" && parsed.protocol !== "postgresql:")
      return yield* invalidDatabaseUrl("does not begin with postgres://")
    const host = parsed.host === "" ? (parsed.searchParams.get("host") ?? "") : parsed.host
    const user = parsed.username === "" ? "" : `${parsed.username}@`
    return `postgres://${user}${host}${parsed.pathname === "/" ? "" : parsed.pathname}`
  })

/** TLS modes as pg takes them: it treats `require` and similar modes as aliases of `verify-full`, but prints a long warning at every start (brianc/node-postgres#3473). */
const MODES: Readonly<Record<string, string>> = { prefer: "verify-full", require: "verify-full", "verify-ca": "verify-full" }

const UNVERIFIED: ReadonlyArray<string> = ["", "disable", "allow", "no-verify"]

const fileOf = (path: string | null): string | undefined => (path === null ? undefined : readFileSync(path, "utf8"))

/** The TLS options of an address, with the system's certificates, which Bun does not trust by default. */
const bySystem = (parsed: URL): pg.PoolConfig => {
  const [cert, key] = [fileOf(parsed.searchParams.get("sslcert")), fileOf(parsed.searchParams.get("sslkey"))]
  for (const name of ["sslmode", "sslrootcert", "sslcert", "sslkey"]) parsed.searchParams.delete(name)
  return {
    connectionString: parsed.href,
    ssl: { ca: getCACertificates("system"), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) }
  }
}

const environment = (name: string): Effect.Effect<string> => Effect.orElseSucceed(Config.string(name), () => "")

/**
 * The connection's options for an address. `require` verifies the server's certificate; `no-verify` does not. Certificate authorities are those of
 * `sslrootcert`, else those of PGSSLROOTCERT where TLS is required. As in libpq, `system` means the system's authorities, and implies `verify-full`.
 */
export const connectionTo = (url: Redacted.Redacted<string>): Effect.Effect<pg.PoolConfig, InvalidInput> =>
  Effect.gen(function* () {
    const given = Redacted.value(url)
    const parsed = URL.parse(given)
    if (parsed === null || parsed.searchParams.has("uselibpqcompat")) return { connectionString: given }
    const mode = parsed.searchParams.get("sslmode") ?? (yield* environment("PGSSLMODE"))
    const isVerified = !UNVERIFIED.includes(mode)
    const byEnvironment = yield* environment("PGSSLROOTCERT")
    const root = parsed.searchParams.get("sslrootcert") ?? (isVerified || mode === "" ? byEnvironment : "")
    if (root === "system" && (isVerified || mode === ""))
      return yield* Effect.try({
        try: () => bySystem(parsed),
        catch: (cause) => invalidDatabaseUrl(`can't be used (${messageOf(cause)})`)
      })
    if (!isVerified) return { connectionString: given }
    parsed.searchParams.set("sslmode", MODES[mode] ?? mode)
    if (root !== "") parsed.searchParams.set("sslrootcert", root)
    return { connectionString: parsed.href }
  })
