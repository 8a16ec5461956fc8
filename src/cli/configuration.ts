/**
 * Where a setting comes from: a flag, else the environment (`GITTENSOR_ENDPOINT`), else the configuration file (`{"endpoint": …}`). The file is
 * the one that `GITTENSOR_CONFIG` names, else `~/.gittensor/config.json`; a file in the current folder is never read, so that a stray one
 * changes no validator.
 */
import { existsSync, readFileSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { ConfigProvider, Effect, Schema } from "effect"

const Text = Schema.Union(Schema.String, Schema.Number, Schema.Boolean)

/** The keys a configuration file may hold: the name of each flag, in camel case. */
export const ConfigurationFile = Schema.Struct({
  endpoint: Text,
  netuid: Text,
  contract: Text,
  wallet: Text,
  hotkey: Text,
  walletPath: Text,
  uri: Text,
  githubUrl: Text,
  githubToken: Text,
  data: Text,
  logLevel: Text
}).pipe(Schema.partial)

export class UnreadableConfiguration extends Schema.TaggedError<UnreadableConfiguration>()("UnreadableConfiguration", {
  file: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the configuration file ${this.file} can't be used: ${this.reason}`
  }
}

const environmentName = (key: string) => `GITTENSOR_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

/** Environment over file. Fails when the file is named but missing, is not JSON, or has an unknown key. */
export const configurationProvider: Effect.Effect<ConfigProvider.ConfigProvider, UnreadableConfiguration> = Effect.gen(function* () {
  const named = process.env.GITTENSOR_CONFIG
  const file = named ?? join(homedir(), ".gittensor", "config.json")
  const environment = ConfigProvider.fromEnv()
  if (!existsSync(file)) {
    return named === undefined ? environment : yield* new UnreadableConfiguration({ file, reason: "it does not exist" })
  }
  const text = yield* Effect.try({
    try: () => readFileSync(file, "utf8"),
    catch: (cause) => new UnreadableConfiguration({ file, reason: String(cause) })
  })
  const settings = yield* Schema.decodeUnknown(Schema.parseJson(ConfigurationFile), { onExcessProperty: "error" })(text).pipe(
    Effect.mapError((error) => new UnreadableConfiguration({ file, reason: error.message.replace(/\s+/g, " ") }))
  )
  const entries = Object.entries(settings).map(([key, value]) => [environmentName(key), String(value)] as const)
  return environment.pipe(ConfigProvider.orElse(() => ConfigProvider.fromMap(new Map(entries))))
})
