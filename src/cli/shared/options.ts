/** Options that several commands share. Most can also be set in the environment or the configuration file (program/configuration.ts). */
import { existsSync } from "node:fs"
import * as Args from "@effect/cli/Args"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import { Config, Duration, Effect, Either, Option, Redacted } from "effect"
import { parse as parseAddress } from "../../domain/Account.ts"
import { isMirror } from "../../layers/chain/roster/mirrorAddress.ts"
import type { RosterSource } from "./rosterSource.ts"

/** Gives an option a default value, and a description that mentions it. */
export const byDefault =
  <const B extends string | number>(value: B, description: string) =>
  <A>(self: Options.Options<A>): Options.Options<A | B> =>
    Options.withDefault(Options.withDescription(self, `${description} (default: ${value})`), value)

/** Makes an option optional, and gives it a description. */
export const optionally =
  (description: string) =>
  <A>(self: Options.Options<A>): Options.Options<Option.Option<A>> =>
    Options.optional(Options.withDescription(self, description))

/** The error for an invalid value. `sentence` names the option or argument. */
export const invalid = (sentence: string) => ValidationError.invalidValue(HelpDoc.p(sentence))

/** Imports a command's implementation when the command runs, so that `--help` and mistyped options do not wait for the chain's libraries. */
export const whenRun =
  <Module>(load: () => Promise<Module>) =>
  <Given, A, E, R>(body: (module: Module) => (given: Given) => Effect.Effect<A, E, R>) =>
  (given: Given): Effect.Effect<A, E, R> =>
    Effect.flatMap(Effect.promise(load), (module) => body(module)(given))

/** An integer from `minimum` to `maximum`. `name`: for the error. */
export const wholeNumber =
  (name: string, minimum: number, maximum: number) =>
  (text: string): Effect.Effect<number, ValidationError.ValidationError> =>
    /^-?\d{1,15}$/.test(text) && Number(text) >= minimum && Number(text) <= maximum
      ? Effect.succeed(Number(text))
      : Effect.fail(invalid(`${name} "${text}" is not a whole number from ${minimum} to ${maximum}`))

/** An option for an integer from `minimum` to `maximum`. `unit`: the number's name in the help. */
export const wholeOption = (name: string, unit: string, minimum: number, maximum: number) =>
  Options.text(name).pipe(Options.withPseudoName(unit), Options.mapEffect(wholeNumber(`--${name}`, minimum, maximum)))

const UNITS: Readonly<Record<string, (amount: number) => Duration.Duration>> = {
  ms: Duration.millis,
  s: Duration.seconds,
  m: Duration.minutes
}

/** A duration such as 3m, 90s or 500ms. */
export const time = (name: string, description: string, otherwise: string) =>
  Options.text(name).pipe(
    Options.withPseudoName("time"),
    byDefault(otherwise, description),
    Options.mapEffect((text) => {
      const [, amount = "", unit = ""] = /^([1-9]\d{0,6})(ms|s|m)$/.exec(text) ?? []
      const duration = UNITS[unit]?.(Number(amount))
      return duration === undefined
        ? Effect.fail(invalid(`--${name} "${text}" is not a time: write it like 3m, 90s or 500ms`))
        : Effect.succeed(duration)
    })
  )

/** A TCP port; 0 lets the system choose. */
export const port = (name: string, description: string, otherwise: number) =>
  wholeOption(name, "port", 0, 65_535).pipe(byDefault(otherwise, description))

/** Default port for health and metrics of a validator: 1,000 above the axon's default port. */
export const USUAL_METRICS_PORT = 9_091

const metricsHost = Options.text("metrics-host").pipe(
  Options.withFallbackConfig(Config.string("GITTENSOR_METRICS_HOST")),
  byDefault("127.0.0.1", "the address that --metrics-port listens on; others see there which endpoints this process uses")
)

/** The listener for health and metrics. `otherwise`: its default port, if any. */
export const metricsOptions = (otherwise: string, what = "serve /health, /live, /ready and /metrics on this port; 0 takes a free one") => ({
  metricsHost,
  metricsPort: Options.text("metrics-port").pipe(
    Options.withPseudoName("port"),
    Options.withDescription(`${what} (default: ${otherwise})`),
    Options.withFallbackConfig(Config.string("GITTENSOR_METRICS_PORT")),
    Options.mapEffect(wholeNumber("--metrics-port", 0, 65_535)),
    Options.optional
  )
})

/** A switch that is on unless `--no-NAME` is given. (A plain boolean option is off by default, and `withDefault` does not change that.) */
export const onByDefault = (name: string, description: string) =>
  Options.boolean(`no-${name}`, { ifPresent: false, negationNames: [name] }).pipe(Options.withDescription(description))

/** A folder, not checked here: `Options.directory` dies on paths that the system rejects. */
export const folder = (name: string) => Options.text(name).pipe(Options.withPseudoName("directory"))

export const existingFile = (name: string) =>
  Options.text(name).pipe(
    Options.withPseudoName("file"),
    Options.mapEffect((path) => (existsSync(path) ? Effect.succeed(path) : Effect.fail(invalid(`--${name} ${path}: no such file`))))
  )

const endpoint = Options.text("endpoint").pipe(
  Options.withFallbackConfig(Config.string("GITTENSOR_ENDPOINT")),
  byDefault(
    "wss://entrypoint-finney.opentensor.ai:443",
    "the chain's WebSocket address, ws://… or wss://…; several may be given, separated by commas"
  )
)

const netuid = Options.text("netuid").pipe(
  Options.withPseudoName("number"),
  Options.withFallbackConfig(Config.string("GITTENSOR_NETUID")),
  byDefault("74", "the subnet's number"),
  Options.mapEffect(wholeNumber("--netuid", 0, 65_535))
)

export const contract = Options.text("contract").pipe(
  Options.withPseudoName("address"),
  Options.withDescription("the contract's address"),
  Options.withFallbackConfig(Config.string("GITTENSOR_CONTRACT")),
  Options.mapEffect((text) => Effect.mapError(parseAddress(text), ({ message }) => invalid(`--contract ${message}`)))
)

/** The index's database: a Postgres server, or an embedded one in a folder. */
export const databaseOptions = Options.all({
  database: Options.redacted("database").pipe(
    Options.withPseudoName("address"),
    Options.withDescription(
      "a Postgres 15 or newer: postgres://user:password@host:5432/name (or set DATABASE_URL); default: an embedded one in --data"
    ),
    Options.withFallbackConfig(Config.orElse(Config.redacted("GITTENSOR_DATABASE"), () => Config.redacted("DATABASE_URL"))),
    Options.optional
  ),
  data: folder("data").pipe(
    Options.withDescription("the folder of the embedded database (default ~/.gittensor)"),
    Options.withFallbackConfig(Config.string("GITTENSOR_DATA")),
    Options.optional
  )
}).pipe(
  Options.mapEffect(({ database, data }) => {
    if (Option.isSome(data)) return Effect.succeed({ database, data: data.value })
    // Only the embedded database needs a folder.
    const isServer = Option.exists(database, (address) => Redacted.value(address) !== "")
    const folder = Effect.promise(() => import("../../layers/storage/dataFolder/dataFolder.ts")).pipe(
      Effect.flatMap(({ inHome }) => inHome("the embedded database", "--data or --database")),
      Effect.mapError(({ message }) => invalid(message))
    )
    return Effect.map(isServer ? Effect.succeed("") : folder, (found) => ({ database, data: found }))
  })
)

/** The page's public URL; `use`: its purpose. */
export const publicUrl = (use: string) =>
  Options.text("public-url").pipe(
    Options.withPseudoName("https://HOST"),
    Options.withDescription(`the address under which people reach the page, ${use}`),
    Options.withFallbackConfig(Config.string("GITTENSOR_PUBLIC_URL")),
    Options.optional,
    Options.mapEffect(
      Option.match({
        onNone: () => Effect.succeedNone,
        onSome: (text) => {
          const url = URL.canParse(text) ? new URL(text) : undefined
          return url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === "/" && url.search + url.hash + url.username === ""
            ? Effect.succeedSome(url.origin)
            : Effect.fail(invalid(`--public-url "${text}" is not the address of a server: write it like https://gittensor.example`))
        }
      })
    )
  )

/** The operator's contact; `use`: its audience. Safe in Markdown. */
export const contact = (use: string) =>
  Options.text("contact").pipe(
    Options.withPseudoName("address"),
    Options.withDescription(`where people can write to you, ${use}: an e-mail address, or one that begins with https://`),
    Options.withFallbackConfig(Config.string("GITTENSOR_CONTACT")),
    Options.mapEffect((text) =>
      text.length <= 200 && /^(?:https:\/\/[\w.-]+(?::\d+)?(?:\/[\w./~-]*)?|[\w.+-]+@[\w.-]+)$/.test(text)
        ? Effect.succeed(text)
        : Effect.fail(invalid(`--contact "${text}" is neither an e-mail address nor one that begins with https://`))
    ),
    Options.optional
  )

/** The Postgres database of durable workflows, which workers on several machines share. */
export const workDatabase = Options.redacted("work-database").pipe(
  Options.withPseudoName("address"),
  Options.withDescription("the Postgres through which validators hand work to workers: postgres://user:password@host:5432/name"),
  Options.withFallbackConfig(Config.redacted("GITTENSOR_WORK_DATABASE"))
)

/** The panel file of duels' judges. */
export const judges = Options.text("judges").pipe(
  Options.withPseudoName("file"),
  Options.withDescription(
    "the panel of judges that compare competitors' pull requests, as a JSON file (docs/reference/quality.md); it changes no vote"
  ),
  Options.withFallbackConfig(Config.string("GITTENSOR_JUDGES"))
)

export interface DatabaseOptions {
  readonly database: Option.Option<Redacted.Redacted<string>>
  readonly data: string
}

export const roster = Options.text("roster").pipe(
  Options.withPseudoName("path"),
  Options.withDescription("the roster of repositories, weights and pools: a JSON file, or a folder with its files"),
  Options.withFallbackConfig(Config.string("GITTENSOR_ROSTER")),
  Options.mapEffect((path) =>
    isMirror(path)
      ? Effect.fail(
          invalid(`--roster "${path}" is an address, which this command does not fetch from: download the file and name its path`)
        )
      : Effect.succeed(path)
  ),
  Options.optional
)

/** Parses one path, or mirrors' URLs. */
const sourceOf = (text: string): Either.Either<RosterSource, string> => {
  // A path may contain commas.
  if (text !== "" && !text.includes("://")) return Either.right({ _tag: "Path", path: text })
  const named = text.split(",").map((part) => part.trim())
  return named.every(isMirror)
    ? Either.right({ _tag: "Mirrors", urls: [...new Set(named)] })
    : Either.left(`--roster "${text}" is neither a path nor addresses of mirrors (https://… or http://…), separated by commas`)
}

export const rosterSource = Options.text("roster").pipe(
  Options.withPseudoName("path or URLs"),
  Options.withDescription(
    "the roster of repositories, weights and pools: a JSON file, a folder with its files, or addresses that serve what the roster's signer published, separated by commas"
  ),
  Options.withFallbackConfig(Config.string("GITTENSOR_ROSTER")),
  Options.mapEffect((text) => Effect.mapError(sourceOf(text), invalid)),
  Options.optional
)

export const json = Options.boolean("json").pipe(Options.withDescription("print JSON"))

export const yes = Options.boolean("yes").pipe(Options.withAlias("y"), Options.withDescription("send without asking"))

export const dryRun = Options.boolean("dry-run").pipe(Options.withDescription("print what would be sent, and send nothing"))

export const walletOptions = {
  wallet: Options.text("wallet").pipe(
    Options.withFallbackConfig(Config.string("GITTENSOR_WALLET")),
    byDefault("default", "the wallet's name")
  ),
  hotkey: Options.text("hotkey").pipe(
    Options.withFallbackConfig(Config.string("GITTENSOR_HOTKEY")),
    byDefault("default", "the hotkey's name in the wallet")
  ),
  walletPath: folder("wallet-path").pipe(
    Options.withDescription("the folder that holds the wallets (default ~/.bittensor/wallets)"),
    Options.withFallbackConfig(Config.string("GITTENSOR_WALLET_PATH")),
    Options.optional
  )
}
export interface WalletOptions {
  readonly wallet: string
  readonly hotkey: string
  readonly walletPath: Option.Option<string>
}

/** Selects the signing key: a wallet's, or a secret URI on a dev chain. */
export const key = Options.all({
  ...walletOptions,
  uri: Options.redacted("uri").pipe(
    Options.withPseudoName("secret"),
    Options.withDescription("a secret URI instead of a wallet, for a dev chain: //Alice"),
    Options.withFallbackConfig(Config.redacted("GITTENSOR_URI")),
    Options.optional
  )
})
export interface KeyOptions extends WalletOptions {
  readonly uri: Option.Option<Redacted.Redacted<string>>
}

export const network = Options.all({ endpoint, netuid })

export const data = folder("data").pipe(
  Options.withDescription("the data folder, with enrolments and the vote journal (default ~/.gittensor/<hotkey>)"),
  Options.withFallbackConfig(Config.string("GITTENSOR_DATA")),
  Options.optional
)

/** The options of every command that calls the contract through `contractCall`. */
export const callOptions = { network, contract, key, yes, dryRun, json }

/** The contract's number of an issue, a competition or a change. */
export const idArgument = (name: string, description: string) =>
  Args.text({ name }).pipe(
    Args.mapEffect((text) => Effect.mapError(wholeNumber(name, 1, 4_294_967_295)(text), ({ error }) => error)),
    Args.withDescription(description)
  )

export const addressArgument = (name: string, description: string) =>
  Args.text({ name }).pipe(
    Args.mapEffect((text) => Effect.mapError(parseAddress(text), ({ message }) => HelpDoc.p(message))),
    Args.withDescription(description)
  )

export const addressOption = (name: string, description: string) =>
  Options.text(name).pipe(
    Options.withPseudoName("address"),
    Options.withDescription(description),
    Options.mapEffect((text) => Effect.mapError(parseAddress(text), ({ message }) => invalid(`--${name} ${message}`))),
    Options.optional
  )

export const minerHotkey = addressOption("hotkey-address", "the miner's hotkey, if it is not the wallet's")

export const issueArgument = idArgument("issue", 'the issue\'s number in the contract, as "gittensor mine issues" shows it')

export const allowBuildScripts = Options.boolean("allow-build-scripts").pipe(
  Options.withDescription(
    "let Gradle and Maven run a repository's own code to fetch its dependencies, in a sandbox that reaches public servers"
  )
)
