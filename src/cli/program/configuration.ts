/**
 * Where settings come from: a flag, else the environment (`GITTENSOR_ENDPOINT`), else the configuration file (`{"endpoint": …}`).
 * An empty value counts as not given, because systemd's and Docker's environment files set such variables.
 * `GITTENSOR_CONFIG` names the file; the default is `~/.gittensor/config.json`. The current folder is never searched, so that a stray file cannot
 * change a validator.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { ConfigProvider, Effect, Either, Predicate } from "effect"
import { InvalidInput } from "../../domain/failures.ts"
import { messageOf } from "../../domain/messageOf.ts"
import { HomeFolder } from "../../layers/machine/process/HomeFolder.ts"

/** The settings of a configuration file: the flags' names in camel case. */
const SETTINGS: ReadonlyArray<string> = [
  "endpoint",
  "netuid",
  "contract",
  "wallet",
  "hotkey",
  "walletPath",
  "uri",
  "githubUrl",
  "githubToken",
  "roster",
  "judges",
  "webhooks",
  "data",
  "database",
  "metricsHost",
  "metricsPort",
  "logLevel",
  "logFormat"
]

const unreadableConfiguration = (file: string, reason: string) =>
  new InvalidInput({ message: `the configuration file ${file} cannot be used: ${reason}` })

/** `walletPath` → GITTENSOR_WALLET_PATH. */
export const environmentName = (key: string) => `GITTENSOR_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

const isGiven = (value: string | undefined): value is string => value !== undefined && value.trim() !== ""

/** The file's settings by the names of their environment variables. Errors never quote the file, because it may contain a secret. */
const settingsIn = (text: string): Either.Either<ReadonlyMap<string, string>, string> =>
  Either.gen(function* () {
    const json = yield* Either.try({ try: (): unknown => JSON.parse(text), catch: () => "it is not JSON" })
    if (!Predicate.isReadonlyRecord(json)) return yield* Either.left('it must be one object, like {"endpoint": "wss://…"}')
    const settings = new Map<string, string>()
    for (const [key, value] of Object.entries(json)) {
      if (!SETTINGS.includes(key)) return yield* Either.left(`"${key}" is not a setting; the settings are ${SETTINGS.join(", ")}`)
      if (typeof value !== "string" && typeof value !== "number") return yield* Either.left(`"${key}" must be text or a number`)
      if (isGiven(String(value))) settings.set(environmentName(key), String(value))
    }
    return settings
  })

/** A process's environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The environment takes precedence over the file. Fails if a named file is missing, is not JSON, or has an unknown key. */
export const configurationProvider = (environment: Environment): Effect.Effect<ConfigProvider.ConfigProvider, InvalidInput> =>
  Effect.gen(function* () {
    const named = isGiven(environment.GITTENSOR_CONFIG) ? environment.GITTENSOR_CONFIG : undefined
    const home = yield* HomeFolder
    const file = named ?? (home === "" ? undefined : join(home, ".gittensor", "config.json"))
    const variables = Object.entries(environment).flatMap(([name, value]) => (isGiven(value) ? [[name, value] as const] : []))
    const provider = ConfigProvider.fromMap(new Map(variables), { pathDelim: "_" })
    if (file === undefined) return provider
    if (!existsSync(file)) {
      return named === undefined ? provider : yield* unreadableConfiguration(file, "it does not exist")
    }
    const text = yield* Effect.try({
      try: () => readFileSync(file, "utf8"),
      catch: (cause) => unreadableConfiguration(file, messageOf(cause))
    })
    const settings = yield* Effect.mapError(settingsIn(text), (reason) => unreadableConfiguration(file, reason))
    return provider.pipe(ConfigProvider.orElse(() => ConfigProvider.fromMap(new Map(settings))))
  })
