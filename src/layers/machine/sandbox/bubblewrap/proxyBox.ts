/** The proxy of a box with a network, in a box of its own, which has this machine's network, no files, and no keys. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { Deferred, Effect, Schema } from "effect"
import { strangersBytes } from "../../../../domain/strangersBytes.ts"
import { forAtMost } from "../../effects/forAtMost.ts"
import { upstreamOf } from "../../http/proxies.ts"
import { temporaryFolder } from "../../process/temporaryFolder.ts"
import type { NetworkOfBox } from "../network/NetworkOfBox.ts"
import { type Allowance, CERTIFICATES, registriesOf, registryOrigins } from "../network/operator.ts"
import { PORT, Report, Rules, SOCKET } from "../network/rules.ts"
import { ownProgramInside } from "../ownProgramInside.ts"
import { type BoxEnd, type BoxLimits, type BoxNetwork, type ReadOnlyPath, shownOutput } from "../Sandbox.ts"
import { type HostTools, unavailable } from "./hostTools.ts"
import { openBox } from "./openBox.ts"
import { follow } from "./streams.ts"

const MEBIBYTE = 1_048_576

const PROXY_LIMITS: Partial<BoxLimits> = {
  seconds: Number.POSITIVE_INFINITY,
  memory: 512 * MEBIBYTE,
  disk: 16 * MEBIBYTE,
  files: 1_000,
  processes: 64,
  openFiles: 1_024,
  output: 65_536
}

const FOLDER_INSIDE = "/opt/gittensor/proxy"
const CERTIFICATES_INSIDE = "/opt/gittensor/certificates"
/** The most connections of one box in total. An installer opens a few thousand at most. */
const MOST_CONNECTIONS = 50_000
/** The most bytes of reports that are read. The proxy handles strangers' bytes, so its reports are bounded too. */
const MOST_REPORTS = 65_536

strangersBytes({
  what: "traffic of a sandbox with a network, and the names it looks up",
  writtenBy: "the code in the sandbox, and the servers that it contacts",
  readIn: "a sandbox",
  limits: { memory: 512 * MEBIBYTE, atOnce: MOST_CONNECTIONS, answered: MOST_REPORTS },
  test: "test/unit/sandbox/network.test.ts"
})

const ADDRESS = `http://127.0.0.1:${PORT}`
const JAVA = ["http", "https"].map((scheme) => `-D${scheme}.proxyHost=127.0.0.1 -D${scheme}.proxyPort=${PORT}`).join(" ")

/** The names that various tools give to the proxy's variable. */
const PROXY_VARIABLES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["http_proxy", "https_proxy", "all_proxy"].flatMap((name) => [
      [name, ADDRESS],
      [name.toUpperCase(), ADDRESS]
    ])
  ),
  no_proxy: "",
  NO_PROXY: "",
  JAVA_TOOL_OPTIONS: `${JAVA} -Dhttp.nonProxyHosts=`,
  CARGO_HTTP_PROXY: ADDRESS,
  // Node.js respects the variables above since version 24, if this is set.
  NODE_USE_ENV_PROXY: "1"
}

/** The operator's certificates, and the variables that name them inside. */
const certificates = (): { readonly readOnly: ReadonlyArray<ReadOnlyPath>; readonly variables: Readonly<Record<string, string>> } => {
  const found = CERTIFICATES.flatMap((name) => {
    const outside = process.env[name]
    return outside === undefined || !existsSync(outside) ? [] : [{ name, outside, inside: join(CERTIFICATES_INSIDE, name) }]
  })
  return { readOnly: found, variables: Object.fromEntries(found.map(({ name, inside }) => [name, inside])) }
}

const rulesFor = ({ allow, bytes }: BoxNetwork, { origins, networks }: Allowance): Rules => ({
  allow: [...allow, ...origins, ...registryOrigins(process.env)],
  networks,
  upstream: upstreamOf(process.env),
  bytes,
  connections: MOST_CONNECTIONS
})

const encodeRules = Schema.encodeSync(Schema.parseJson(Rules))
const decodeReport = Schema.decodeOption(Schema.parseJson(Report))

/** Starts a proxy for one box, until the scope ends. `number`: an unused number of a box. */
export const openProxy = Effect.fn("Sandbox.openProxy")(function* (
  tools: HostTools,
  number: Effect.Effect<number>,
  wanted: BoxNetwork,
  allowed: Allowance
) {
  const own = ownProgramInside()
  const folder = yield* Effect.mapError(temporaryFolder("box"), ({ message }) => unavailable(message, "free some space"))
  const proxy = yield* openBox(
    tools,
    yield* number,
    {
      command: [...own.command, "--worker", "box-proxy", join(FOLDER_INSIDE, SOCKET)],
      readOnly: own.readOnly,
      writable: [{ outside: folder, inside: FOLDER_INSIDE, bytes: MEBIBYTE, files: 100 }],
      limits: PROXY_LIMITS
    },
    "machine"
  )
  const listening = yield* Deferred.make<void>()
  const usedUp = yield* Deferred.make<BoxEnd>()
  const refused: Array<string> = []
  let [rest, received] = ["", 0]
  const onReport = (line: string): void => {
    const report = decodeReport(line)
    if (report._tag === "None") return
    const { value } = report
    if (value._tag === "listening") Deferred.unsafeDone(listening, Effect.void)
    else if (value._tag === "usedUp") Deferred.unsafeDone(usedUp, Effect.succeed("network"))
    else refused.push(`${shownOutput(value.what)}: ${shownOutput(value.why)}`)
  }
  const followed = follow(proxy.output, (chunk) => {
    received += chunk.length
    if (received > MOST_REPORTS) return
    const lines = (rest + Buffer.from(chunk).toString("utf8")).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) onReport(line)
  })
  yield* proxy.write(Buffer.from(`${encodeRules(rulesFor(wanted, allowed))}\n`))
  yield* Effect.raceFirst(
    Deferred.await(listening),
    Effect.flatMap(Effect.zip(proxy.exited, proxy.errors), ([, said]) =>
      unavailable(
        `the proxy of a sandbox with a network ended (${shownOutput(said).trim().slice(-300)})`,
        "run: gittensor simulate sandbox"
      )
    )
  )
  const trusted = certificates()
  const network: NetworkOfBox = {
    readOnly: [...own.readOnly, { outside: folder, inside: FOLDER_INSIDE }, ...trusted.readOnly],
    environment: { ...registriesOf(process.env), ...trusted.variables, ...PROXY_VARIABLES },
    before: [...own.command, "--worker", "box-forward", join(FOLDER_INSIDE, SOCKET), String(PORT)],
    usedUp: Deferred.await(usedUp),
    // Its last reports come before its end.
    refused: proxy.endInput.pipe(Effect.zipRight(Effect.promise(() => followed)), forAtMost("10 seconds"), Effect.as(refused))
  }
  return network
})
