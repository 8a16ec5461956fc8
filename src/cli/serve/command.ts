/** `gittensor serve`: serves the index over HTTP. */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Config, Effect } from "effect"
import {
  byDefault,
  contact,
  databaseOptions,
  invalid,
  json,
  metricsOptions,
  port as portOption,
  publicUrl,
  whenRun,
  wholeNumber
} from "../shared/options.ts"

const host = Options.text("host").pipe(
  byDefault("127.0.0.1", "the address to listen on; 0.0.0.0 for every network, preferably behind an HTTPS reverse proxy")
)

const port = portOption("port", "the port; 0 takes a free one", 8080)

const endpoint = Options.text("endpoint").pipe(
  Options.withDescription(
    "the chain's address, or several, separated by commas: /health then compares with the chain's head instead of the clock"
  ),
  Options.withFallbackConfig(Config.string("GITTENSOR_ENDPOINT")),
  Options.optional
)

const maxBehind = Options.text("max-behind").pipe(
  Options.withPseudoName("blocks"),
  byDefault("50", "/health fails when the index is more blocks behind than this"),
  Options.mapEffect(wholeNumber("--max-behind", 1, 100_000_000))
)

const rateLimit = Options.text("rate-limit").pipe(
  Options.withPseudoName("requests"),
  byDefault("1200", "requests that a client may send in a minute; 0 for no limit"),
  Options.mapEffect(wholeNumber("--rate-limit", 0, 100_000_000))
)

const trustedProxies = Options.text("trusted-proxies").pipe(
  Options.withPseudoName("networks"),
  Options.withFallbackConfig(Config.string("GITTENSOR_TRUSTED_PROXIES")),
  byDefault(
    "none",
    "the proxies that set X-Forwarded-For, -Host and -Proto themselves, and whose word counts: addresses and networks, separated by commas"
  ),
  Options.mapEffect((text) =>
    Effect.gen(function* () {
      const { parseTrustedProxies } = yield* Effect.promise(() => import("../../dashboard/api/server/clientAddress.ts"))
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
  byDefault("500", "clients that may follow /v1/stream at the same time"),
  Options.mapEffect(wholeNumber("--max-streams", 0, 100_000))
)

const maxConnections = Options.text("max-connections").pipe(
  Options.withPseudoName("number"),
  byDefault("10", "the most connections to the database"),
  Options.mapEffect(wholeNumber("--max-connections", 1, 1_000))
)

const accessLog = Options.choice("access-log", ["all", "errors", "none"] as const).pipe(byDefault("all", "which requests to log"))

const exportTo = Options.text("export").pipe(
  Options.withPseudoName("DIR|s3://BUCKET/PREFIX"),
  Options.withDescription(
    "also write the page with its data as static files to a folder or an S3-compatible bucket, whenever the index changes; the bucket's key comes from GITTENSOR_S3_ACCESS_KEY_ID and GITTENSOR_S3_SECRET_ACCESS_KEY"
  ),
  Options.optional
)

const push = Options.text("push").pipe(
  Options.withPseudoName("DIR"),
  Options.withDescription(
    "also notify browsers whose page is closed (Web Push); this folder keeps the server's key, which the first start makes, and who subscribed. It takes --contact, which push services get"
  ),
  Options.withFallbackConfig(Config.string("GITTENSOR_PUSH")),
  Options.optional
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
    publicUrl: publicUrl("for previews of links, pictures and feeds; by default the address of each request"),
    contact: contact("as the page says; without it, the page names nobody"),
    exportTo,
    push,
    ...metricsOptions("not served"),
    json
  },
  whenRun(() => import("./serve.ts"))(({ run }) => run)
).pipe(Command.withDescription("serve the index over HTTP: the web page, and a JSON API that is described at /docs"))
