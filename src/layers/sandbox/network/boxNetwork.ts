/** Starts the proxy of a box with a network, and says what the box needs to use it. */
import { existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { Readable } from "node:stream"
import { Effect, Schema, type Scope } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"
import { ownWorker } from "../../process/ownProgram.ts"
import { unavailable } from "../bubblewrap/means.ts"
import { ownProgramInside } from "../ownProgramInside.ts"
import type { BoxEnd, BoxNetwork, ReadOnlyPath, SandboxUnavailable } from "../Sandbox.ts"
import { allowance, CERTIFICATES, registriesOf, registryOrigins, upstreamOf } from "./operator.ts"
import { Report, type Rules, SOCKET } from "./rules.ts"

/** Where the box has the proxy's socket, and certificates of the operator's own. */
const INSIDE = "/network"
export const PORT = 3_128
const ADDRESS = `http://127.0.0.1:${PORT}`

/** Connections of one box in all. An installer opens a few thousand at most. */
const MOST_CONNECTIONS = 50_000

const PATIENCE = "20 seconds"

export interface NetworkOfBox {
  readonly readOnly: ReadonlyArray<ReadOnlyPath>
  readonly environment: Readonly<Record<string, string>>
  /** In front of the command. */
  readonly before: ReadonlyArray<string>
  /** What the proxy did not let through, each once, in words. */
  readonly refused: Effect.Effect<ReadonlyArray<string>>
  /** Ends when the box has used up its bytes. */
  readonly usedUp: Effect.Effect<BoxEnd>
}

/** Every tool has its own idea of how a proxy is named. */
const PROXY_VARIABLES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["http_proxy", "https_proxy", "all_proxy"].flatMap((name) => [
      [name, ADDRESS],
      [name.toUpperCase(), ADDRESS]
    ])
  ),
  no_proxy: "",
  NO_PROXY: "",
  JAVA_TOOL_OPTIONS: `${["http", "https"].map((scheme) => `-D${scheme}.proxyHost=127.0.0.1 -D${scheme}.proxyPort=${PORT}`).join(" ")} -Dhttp.nonProxyHosts=`,
  CARGO_HTTP_PROXY: ADDRESS
}

/** The operator's own certificates, which the box sees at other paths. */
const certificates = (variables: NodeJS.ProcessEnv) => {
  const found = CERTIFICATES.flatMap((name, index) => {
    const outside = variables[name]
    return outside === undefined || !existsSync(outside) ? [] : [{ name, outside, inside: `${INSIDE}/certificates${index}` }]
  })
  return { readOnly: found, environment: Object.fromEntries(found.map(({ name, inside }) => [name, inside])) }
}

const decodeReport = Schema.decodeUnknownOption(Schema.parseJson(Report))

/** The proxy runs until the scope ends. `folder`: of the box, for the socket. */
export const boxNetwork = ({ allow, bytes }: BoxNetwork, folder: string): Effect.Effect<NetworkOfBox, SandboxUnavailable, Scope.Scope> =>
  Effect.gen(function* () {
    const allowed = yield* Effect.mapError(allowance, (error) =>
      unavailable(`the setting for servers that boxes may reach can't be read (${String(error)})`, "correct GITTENSOR_FETCH_ALLOW")
    )
    const rules: Rules = {
      allow: [...allow, ...allowed.origins, ...registryOrigins(process.env)],
      networks: allowed.networks,
      upstream: upstreamOf(process.env),
      bytes,
      connections: MOST_CONNECTIONS
    }
    const shared = join(folder, "network")
    const refused = new Map<string, string>()
    const listening = Promise.withResolvers<boolean>()
    const usedUp = Promise.withResolvers<void>()
    yield* Effect.acquireRelease(
      Effect.try({
        try: () => {
          mkdirSync(shared, { mode: 0o755 })
          const proxy = Bun.spawn({
            cmd: [...ownWorker("box-proxy"), join(shared, SOCKET)],
            stdin: "pipe",
            stdout: "pipe",
            stderr: "ignore",
            env: {}
          })
          proxy.stdin.write(`${JSON.stringify(rules)}\n`)
          void proxy.stdin.flush()
          createInterface({ input: Readable.fromWeb(proxy.stdout) }).on("line", (line) => {
            const report = decodeReport(line)
            if (report._tag === "None") return
            if (report.value._tag === "listening") listening.resolve(true)
            else if (report.value._tag === "usedUp") usedUp.resolve()
            else refused.set(report.value.what, report.value.why)
          })
          void proxy.exited.then(() => listening.resolve(false))
          return proxy
        },
        catch: (cause) => unavailable(`the proxy of the box can't be started (${messageOf(cause)})`, "look at the machine's limits")
      }),
      (proxy) =>
        Effect.promise(() => {
          proxy.kill("SIGKILL")
          return proxy.exited
        })
    )
    const isListening = yield* Effect.promise(() => listening.promise).pipe(
      Effect.timeoutTo({ duration: PATIENCE, onSuccess: (is) => is, onTimeout: () => false })
    )
    if (!isListening) return yield* unavailable("the proxy of the box did not start", "look at the machine's limits")
    const own = ownProgramInside()
    const trusted = certificates(process.env)
    return {
      readOnly: [...own.readOnly, { outside: shared, inside: `${INSIDE}/proxy` }, ...trusted.readOnly],
      environment: { ...registriesOf(process.env), ...trusted.environment, ...PROXY_VARIABLES },
      before: [...own.command, "--worker", "box-forward", `${INSIDE}/proxy/${SOCKET}`, String(PORT)],
      usedUp: Effect.as(
        Effect.promise(() => usedUp.promise),
        "network"
      ),
      refused: Effect.sync(() => [...refused].map(([what, why]) => `${what}: ${why}`))
    }
  })
