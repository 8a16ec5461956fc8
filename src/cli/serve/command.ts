/** `gittensor serve`: the index for pages and programs, over HTTP. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Config, Effect } from "effect"
import { databaseOptions, invalid, json, port as portOption, whenRun, wholeNumber } from "../shared/options.ts"

const host = Options.text("host").pipe(
  Options.withDescription("the address to listen on; 0.0.0.0 for every network, best behind a reverse proxy that speaks HTTPS"),
  Options.withDefault("127.0.0.1")
)

const port = portOption("port", "the port; 0 takes a free one", 8080)

const endpoint = Options.text("endpoint").pipe(
  Options.withDescription("a chain's address, or several with commas between: /health measures by its head instead of by the clock"),
  Options.withFallbackConfig(Config.string("GITTENSOR_ENDPOINT")),
  Options.optional
)

const maxBehind = Options.text("max-behind").pipe(
  Options.withPseudoName("blocks"),
  Options.withDescription("/health is bad when the index is more blocks behind than this"),
  Options.withDefault("50"),
  Options.mapEffect(wholeNumber("--max-behind", 1, 100_000_000))
)

const rateLimit = Options.text("rate-limit").pipe(
  Options.withPseudoName("requests"),
  Options.withDescription("requests of one client in a minute; 0: as many as it likes"),
  Options.withDefault("1200"),
  Options.mapEffect(wholeNumber("--rate-limit", 0, 100_000_000))
)

const trustedProxies = Options.text("trusted-proxies").pipe(
  Options.withPseudoName("networks"),
  Options.withDescription('whose X-Forwarded-For is believed: addresses and networks with commas between, or "none"'),
  Options.withDefault("127.0.0.0/8,::1"),
  Options.mapEffect((text) =>
    Effect.gen(function* () {
      const { parseTrustedProxies } = yield* Effect.promise(() => import("../../api/server/clientAddress.ts"))
      const networks = text === "none" ? [] : text.split(",").map((part) => part.trim())
      const trusted = parseTrustedProxies(networks)
      if ("malformed" in trusted)
        return yield* Effect.fail(
          invalid(`--trusted-proxies "${trusted.malformed}" is neither an address nor a network: write it like 10.0.0.0/8 or ::1`)
        )
      return trusted
    })
  )
)

const maxStreams = Options.text("max-streams").pipe(
  Options.withPseudoName("clients"),
  Options.withDescription("clients that may listen to /v1/stream at a time"),
  Options.withDefault("500"),
  Options.mapEffect(wholeNumber("--max-streams", 0, 100_000))
)

const maxConnections = Options.text("max-connections").pipe(
  Options.withPseudoName("number"),
  Options.withDescription("connections to the database at most"),
  Options.withDefault("10"),
  Options.mapEffect(wholeNumber("--max-connections", 1, 1_000))
)

const accessLog = Options.choice("access-log", ["all", "errors", "none"] as const).pipe(
  Options.withDescription("which requests get a line in the log"),
  Options.withDefault("all" as const)
)

export const serve = Command.make(
  "serve",
  {
    host,
    port,
    database: databaseOptions,
    maxConnections,
    endpoint,
    maxBehind,
    rateLimit,
    trustedProxies,
    maxStreams,
    accessLog,
    json
  },
  whenRun(
    () => import("./run.ts"),
    ({ run }) => run
  )
).pipe(Command.withDescription("the index for pages and programs: a JSON API over HTTP, its description at /docs"))
