/** A corporate network: nodes are reachable only through a proxy, and providers may serve only WebSocket. */
import { createServer, type Server } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schedule } from "effect"
import { ChainHead, layer } from "../../../src/layers/chain/node/ChainHead.ts"
import { finalisedNumberOf } from "../../../src/layers/chain/node/endpoint.ts"
import { probe } from "../../../src/layers/chain/node/probe.ts"
import { isException, proxyFor, throughProxy } from "../../../src/layers/machine/http/proxies.ts"
import { serve, serveWebSocket } from "../../support/serve.ts"

const GENESIS = `0x${"0".repeat(64)}`
const ANSWERS: Readonly<Record<string, unknown>> = {
  chain_getBlockHash: GENESIS,
  chain_getFinalizedHead: GENESIS,
  chain_getHeader: { number: "0x2a" }
}

/** A node that answers over WebSocket, and refuses HTTP requests as many providers do. */
const node = serveWebSocket((text) => {
  const { id, method } = JSON.parse(text)
  return JSON.stringify({ jsonrpc: "2.0", id, result: ANSWERS[method] ?? null })
})

/** A proxy that directs every tunnel to this machine, whatever the host name. `tunnels`: the requested targets. */
const proxyServer = Effect.gen(function* () {
  const tunnels: Array<string> = []
  const server: Server = createServer((_, answer) => answer.writeHead(403).end())
  server.on("connect", ({ url = "" }, client) => {
    tunnels.push(url)
    const upstream = connect(Number(url.split(":")[1]), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n")
      client.pipe(upstream).pipe(client)
    })
    upstream.on("error", () => client.destroy())
    client.on("error", () => upstream.destroy())
  })
  yield* Effect.acquireRelease(
    Effect.promise(() => new Promise<void>((listens) => server.listen(0, "127.0.0.1", listens))),
    () =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )
  return { tunnels, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
})

const NAMES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap((name) => [name, name.toUpperCase()])

/** Sets the operator's proxy variables, and restores them. */
const withVariables = (variables: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = NAMES.map((name) => [name, process.env[name]] as const)
      for (const name of NAMES) delete process.env[name]
      Object.assign(process.env, variables)
      return before
    }),
    (before) =>
      Effect.sync(() => {
        for (const [name, value] of before) {
          if (value === undefined) delete process.env[name]
          else process.env[name] = value
        }
      })
  )

describe("a node behind the operator's proxy", () => {
  it.scopedLive("is asked through it", () =>
    Effect.gen(function* () {
      const { port } = yield* node
      const { tunnels, url } = yield* proxyServer
      yield* withVariables({ HTTPS_PROXY: url })
      assert.strictEqual(yield* finalisedNumberOf(`ws://node.invalid:${port}`, GENESIS, "5 seconds"), 42)
      assert.deepStrictEqual(tunnels, [`node.invalid:${port}`])
      assert.strictEqual(yield* finalisedNumberOf(`ws://127.0.0.1:${port}`, GENESIS, "5 seconds"), 42)
      assert.lengthOf(tunnels, 1, "this machine's own node is not")
    })
  )

  it.scopedLive("is named with it where it does not answer", () =>
    Effect.gen(function* () {
      yield* withVariables({ HTTPS_PROXY: "http://user:secret@127.0.0.1:9" })
      const { message } = yield* Effect.flip(probe("wss://node.invalid", "5 seconds"))
      assert.include(message, "through the proxy http://127.0.0.1:9")
      assert.notInclude(message, "secret")
    })
  )

  it("is one that the variables say", () => {
    const variables = { HTTPS_PROXY: "proxy:3128", NO_PROXY: "corp.example,10.0.0.0/8,a.example:9944,[fd00::1]" }
    for (const address of ["wss://node.example", "ws://node.example", "https://node.example", "wss://a.example"])
      assert.strictEqual(proxyFor(address, variables), "http://proxy:3128", address)
    for (const address of [
      "wss://x.corp.example",
      "wss://10.1.2.3",
      "ws://a.example:9944",
      "wss://[fd00::1]",
      "http://node.example",
      "ws://localhost"
    ])
      assert.isUndefined(proxyFor(address, variables), address)
    assert.strictEqual(proxyFor("ws://node.example", { http_proxy: "http://one:1", https_proxy: "http://two:2" }), "http://one:1")
    assert.isUndefined(proxyFor("wss://node.example", { ALL_PROXY: "socks5://proxy:1080" }))
    assert.strictEqual(throughProxy("wss://node.example", {}), "")
    assert.isTrue(isException("anything", ["*"]))
  })
})

describe("a provider that refuses", () => {
  it.scopedLive.each([
    [429, /answers 429 instead of opening a WebSocket: .* over the provider's limit/],
    [403, /answers 403 .* refuses this machine or its key/],
    [503, /answers 503 instead of opening a WebSocket$/]
  ] as const)("says %d, and what that means is told", ([status, said]) =>
    Effect.gen(function* () {
      yield* withVariables({})
      const server = yield* serve(() => new Response("no", { status }))
      assert.match((yield* Effect.flip(probe(`ws://127.0.0.1:${server.port}`, "5 seconds"))).message, said)
    })
  )
})

describe("a provider that serves only WebSocket", () => {
  it.scopedLive("tells the chain's head all the same", () =>
    Effect.gen(function* () {
      const { port } = yield* node
      yield* Effect.gen(function* () {
        const { seen } = yield* ChainHead
        yield* Effect.repeat(seen, { until: ({ number }) => Option.isSome(number), schedule: Schedule.spaced("20 millis") })
        assert.deepStrictEqual((yield* seen).number, Option.some(42))
      }).pipe(Effect.provide(layer({ endpoints: [`ws://127.0.0.1:${port}`] })))
    })
  )
})
