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
  optionally,
  port as portOption,
  publicUrl,
  whenRun,
  wholeOption
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

const maxBehind = wholeOption("max-behind", "blocks", 1, 100_000_000).pipe(
  byDefault(50, "/health fails when the index is more blocks behind than this")
)

const rateLimit = wholeOption("rate-limit", "requests", 0, 100_000_000).pipe(
  byDefault(1_200, "requests that a client may send in a minute; 0 for no limit")
)

const trustedProxies = Options.text("trusted-proxies").pipe(
  Options.withPseudoName("networks"),
  Options.withFallbackConfig(Config.string("GITTENSOR_TRUSTED_PROXIES")),
  byDefault(
    "none",
    "the proxies to trust, which set X-Forwarded-For, -Host and -Proto themselves: addresses and networks, separated by commas"
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

const maxStreams = wholeOption("max-streams", "clients", 0, 100_000).pipe(
  byDefault(500, "clients that may follow /v1/stream at the same time")
)

const maxConnections = wholeOption("max-connections", "number", 1, 1_000).pipe(byDefault(10, "the most connections to the database"))

const accessLog = Options.choice("access-log", ["all", "errors", "none"] as const).pipe(byDefault("all", "which requests to log"))

const witnesses = Options.text("witnesses").pipe(
  Options.withPseudoName("wss://ONE,wss://TWO"),
  Options.withDescription(
    "archive nodes, best of two operators, that readers' browsers ask when they verify a match: the page names them to everybody. Without it, those of the main network"
  ),
  Options.withFallbackConfig(Config.string("GITTENSOR_WITNESSES")),
  Options.withDefault(""),
  Options.mapEffect((text) => {
    const nodes = text
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== "")
    const wrong = nodes.find((node) => !URL.canParse(node) || !/^wss?:$/.test(new URL(node).protocol))
    return wrong === undefined
      ? Effect.succeed(nodes)
      : Effect.fail(invalid(`--witnesses ${wrong}: write each as ws://… or wss://…, separated by commas`))
  })
)

const exportTo = Options.text("export").pipe(
  Options.withPseudoName("DIR|s3://BUCKET/PREFIX"),
  optionally(
    "also write the page with its data as static files to a folder or an S3-compatible bucket, whenever the index changes; the bucket's key comes from GITTENSOR_S3_ACCESS_KEY_ID and GITTENSOR_S3_SECRET_ACCESS_KEY"
  )
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
    witnesses,
    contact: contact("as the page says; without it, the page names nobody"),
    exportTo,
    push,
    ...metricsOptions("not served"),
    json
  },
  whenRun(() => import("./serve.ts"))(({ run }) => run)
).pipe(Command.withDescription("serve the index over HTTP: the web page, and a JSON API that is described at /docs"))
