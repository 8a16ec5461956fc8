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
import { similarTo } from "./similarTo.ts"

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

/** A process's environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** All variables that are read. A test compares them with the source. */
export const VARIABLES: ReadonlyArray<string> = [
  ...SETTINGS.map(environmentName),
  ...[
    ...[
      "ARTEFACTS",
      "AXON_IP",
      "BOX",
      "CACHE_GB",
      "CONFIG",
      "CONTACT",
      "DRAND_URL",
      "FETCH_ALLOW",
      "GITHUB_COMMENTS_TOKEN",
      "GITHUB_PATIENCE"
    ],
    ...["GITHUB_PAUSE", "GITHUB_STATUS_URL", "GITHUB_TIMEOUT", "KEEP_EVIDENCE", "KEEP_REPORTS", "PUBLIC_URL", "PUSH", "RESCORED_RECORDS"],
    ...["S3_ACCESS_KEY_ID", "S3_ENDPOINT", "S3_REGION", "S3_SECRET_ACCESS_KEY", "S3_SESSION_TOKEN", "S3_STYLE", "SCORES", "STEP_LIMIT"],
    ...["STOPS_WITH_INPUT", "TRUSTED_PROXIES", "WITNESSES", "WORK_DATABASE", "WORK_HOST", "WORK_KEY", "WORK_PEERS"]
  ].map((name) => `GITTENSOR_${name}`)
]

/**
 * Whether a variable is for the project's own tests and benchmarks, or one that Kubernetes sets for a service of such a name
 * (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
 */
const isOthers = (name: string): boolean =>
  ["GITTENSOR_API", "GITTENSOR_ATTACKS", "GITTENSOR_FUZZ_SECONDS", "GITTENSOR_SEARCH", "GITTENSOR_WRITE"].includes(name) ||
  ["BENCH", "TEST", "TOOLS", "YEAR"].some((what) => name.startsWith(`GITTENSOR_${what}_`)) ||
  ["_SERVICE_HOST", "_PORT"].some((end) => name.endsWith(end)) ||
  ["_SERVICE_PORT", "_PORT_"].some((part) => name.includes(part))

const unknownVariables = (environment: Environment): ReadonlyArray<string> =>
  Object.keys(environment)
    .filter((name) => name.startsWith("GITTENSOR_") && !VARIABLES.includes(name) && !isOthers(name))
    .sort()
    .map((name) => {
      const [meant] = similarTo(name, VARIABLES)
      return `the variable ${name} is not a setting of this release, and is ignored${meant === undefined ? "" : `: did you mean ${meant}?`}`
    })

const isGiven = (value: string | undefined): value is string => value !== undefined && value.trim() !== ""

/** A file's settings by the names of their environment variables, and its keys that this release does not know: a later one may. */
interface Settings {
  readonly known: ReadonlyMap<string, string>
  readonly unknown: ReadonlyArray<string>
}

const NO_SETTINGS: Settings = { known: new Map(), unknown: [] }

/** Errors never quote the file, because it may contain a secret. */
const settingsIn = (text: string): Either.Either<Settings, string> =>
  Either.gen(function* () {
    const json = yield* Either.try({ try: (): unknown => JSON.parse(text), catch: () => "it is not JSON" })
    if (!Predicate.isReadonlyRecord(json)) return yield* Either.left('it must be one object, like {"endpoint": "wss://…"}')
    const known = new Map<string, string>()
    for (const [key, value] of Object.entries(json)) {
      if (!SETTINGS.includes(key)) continue
      if (typeof value !== "string" && typeof value !== "number") return yield* Either.left(`"${key}" must be text or a number`)
      if (isGiven(String(value))) known.set(environmentName(key), String(value))
    }
    return { known, unknown: Object.keys(json).filter((key) => !SETTINGS.includes(key)) }
  })

const readSettings = (file: string): Effect.Effect<Settings, InvalidInput> =>
  Effect.try({ try: () => readFileSync(file, "utf8"), catch: messageOf }).pipe(
    Effect.flatMap(settingsIn),
    Effect.mapError((reason) => unreadableConfiguration(file, reason))
  )

/** Where settings come from, and a warning for each variable and each key of the file that is not one. */
export interface Configuration {
  readonly provider: ConfigProvider.ConfigProvider
  readonly warnings: ReadonlyArray<string>
}

/** The environment takes precedence over the file. Fails if a named file is missing or is not JSON. */
export const configurationOf = (environment: Environment): Effect.Effect<Configuration, InvalidInput> =>
  Effect.gen(function* () {
    const named = isGiven(environment.GITTENSOR_CONFIG) ? environment.GITTENSOR_CONFIG : undefined
    const home = yield* HomeFolder
    const file = named ?? (home === "" ? undefined : join(home, ".gittensor", "config.json"))
    const variables = Object.entries(environment).flatMap(([name, value]) => (isGiven(value) ? [[name, value] as const] : []))
    if (named !== undefined && !existsSync(named)) return yield* unreadableConfiguration(named, "it does not exist")
    const { known, unknown } = file === undefined || !existsSync(file) ? NO_SETTINGS : yield* readSettings(file)
    return {
      provider: ConfigProvider.fromMap(new Map(variables), { pathDelim: "_" }).pipe(
        ConfigProvider.orElse(() => ConfigProvider.fromMap(new Map(known)))
      ),
      warnings: [
        ...unknownVariables(environment),
        ...unknown.map((key) => {
          const meant = SETTINGS.find((setting) => setting.toLowerCase() === key.toLowerCase()) ?? similarTo(key, SETTINGS)[0]
          const advice = meant === undefined ? `the settings are ${SETTINGS.join(", ")}` : `did you mean "${meant}"?`
          return `"${key}" in ${file} is not a setting of this release, and is ignored: ${advice}`
        })
      ]
    }
  })
