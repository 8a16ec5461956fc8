/**
 * Defence in depth against secrets in logs and errors: removes every secret that this process was given from each line. Nothing relies on it, since secrets
 * are `Redacted` throughout.
 */
import { Config, type ConfigProvider, Effect, Option } from "effect"

const SETTINGS = ["GITTENSOR_URI", "GITTENSOR_GITHUB_TOKEN", "GITTENSOR_GITHUB_COMMENTS_TOKEN", "BT_WALLET_PASSWORD"] as const
/** Settings with a URL that may contain a password. */
const DATABASES = ["GITTENSOR_DATABASE", "DATABASE_URL"] as const
/** Names of environment variables with a password, a secret of ours or of a webhook, or a judge's API key. */
const VARIABLES = /^(PGPASSWORD$|BT_PW_|\w*_?API_?KEY$|\w+_(KEY|SECRET)$|(BT|GITTENSOR)_\w*(PASSWORD|TOKEN|SECRET|MNEMONIC|SEED|URI)$)/
/** Shorter values are not redacted: they reveal little, and would match everywhere in a log. */
const SHORTEST_SECRET = 6
const REDACTED = "<redacted>"

/** The value of an option, given as `--option=value` or as two words. */
const valueOf = (option: string, argv: ReadonlyArray<string>): ReadonlyArray<string> =>
  argv.flatMap((word, index) =>
    word.startsWith(`${option}=`) ? [word.slice(option.length + 1)] : word === option ? [argv[index + 1] ?? ""] : []
  )

/** The password in a database URL, raw and percent-decoded. */
const passwordIn = (address: string): ReadonlyArray<string> => {
  const [, password] = /^[a-z]+:\/\/[^:@/]*:(.+)@/i.exec(address) ?? []
  if (password === undefined) return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

const DATABASE_OPTIONS = ["--database", "--work-database"] as const

/** Warns of a database's password on the command line, which every process of the machine can read. */
export const warnOfPasswords = (argv: ReadonlyArray<string>): Effect.Effect<void> =>
  Effect.forEach(
    DATABASE_OPTIONS.filter((option) => valueOf(option, argv).some((address) => passwordIn(address).length > 0)),
    (option) =>
      Effect.logWarning(
        `the password in ${option} can be read by every process on this machine: give the address in ${option === "--database" ? "DATABASE_URL" : "GITTENSOR_WORK_DATABASE"} instead`
      ),
    { discard: true }
  )

/** A phrase or a private key on the command line, given by mistake. */
const LOOKS_SECRET = /^([a-z]+\s+){11,23}[a-z]+\b|^0x[0-9a-f]{64}/i

/** Forms in which a secret may appear: whole, each part between commas, a phrase without its derivation path, and each with JSON escapes. */
const formsOf = (secret: string): ReadonlyArray<string> => {
  const parts = [secret, ...secret.split(",").map((part) => part.trim()), secret.split("//", 1)[0] ?? ""]
  return parts.flatMap((part) => [part, JSON.stringify(part).slice(1, -1)])
}

/** Removes the secrets of command line, environment and configuration file from texts. */
export const redactor = (
  argv: ReadonlyArray<string>,
  environment: Readonly<Record<string, string | undefined>>,
  provider: ConfigProvider.ConfigProvider
): Effect.Effect<(text: string) => string> =>
  Effect.gen(function* () {
    const configured = yield* Effect.forEach(SETTINGS, (name) => Effect.option(provider.load(Config.string(name))))
    const variables = Object.entries(environment).flatMap(([name, value]) => (VARIABLES.test(name) && value !== undefined ? [value] : []))
    const addresses = yield* Effect.forEach(DATABASES, (name) => Effect.option(provider.load(Config.string(name))))
    const given = [
      ...configured.flatMap(Option.toArray),
      ...variables,
      ...valueOf("--uri", argv),
      ...[...addresses.flatMap(Option.toArray), ...DATABASE_OPTIONS.flatMap((option) => valueOf(option, argv))].flatMap(passwordIn),
      ...argv.filter((word) => LOOKS_SECRET.test(word))
    ]
    const secrets = [...new Set(given.flatMap(formsOf))].filter(({ length }) => length >= SHORTEST_SECRET)
    // Longest first, because one secret may contain another.
    const inOrder = secrets.toSorted((a, b) => b.length - a.length)
    return (text) => inOrder.reduce((left, secret) => left.replaceAll(secret, REDACTED), text)
  })
