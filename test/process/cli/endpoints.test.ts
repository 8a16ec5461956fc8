/** Endpoints of one chain, one of which falls behind, goes silent, refuses or lacks what is asked: the client notices, and does what it can elsewhere. */
import { assert, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Logger, Ref, Stream } from "effect"
import * as Connections from "../../../src/layers/chain/node/connections.ts"
import { finalisedNumberOf, shown } from "../../../src/layers/chain/node/endpoint.ts"
import { MOST_FAILED } from "../../../src/layers/chain/node/endpointRests.ts"
import { ChainUnavailable, isPruned } from "../../../src/layers/chain/node/errors.ts"
import * as FinalisedHeads from "../../../src/layers/chain/node/finalisedHeads.ts"
import { CLOCK_KEY } from "../../../src/layers/chain/node/probe.ts"
import * as Requests from "../../../src/layers/chain/node/requests.ts"
import { eventually, startChain } from "../../support/cli/support.ts"

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: ReadonlyArray<unknown>
}

/**
 * A node in front of another one that can fall asleep, so that it still answers but reports no new finalised block, or lose its subscriptions, so that it answers rightly and
 * announces nothing on the connections that it has. It can fail requests of some methods, as providers over their limit and pruned nodes do.
 */
const startSleeper = (target: string) =>
  Effect.gen(function* () {
    let head: string | undefined
    let failing: { readonly methods: RegExp; readonly error: { readonly code: number; readonly message: string } } | undefined
    let asked = 0
    const sockets = new Set<object>()
    const mute = new WeakSet<object>()
    const server = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.serve<{ upstream: WebSocket; waiting: Array<string> }, never>({
          hostname: "127.0.0.1",
          port: 0,
          fetch: (request, server) => {
            const upstream = new WebSocket(target)
            return server.upgrade(request, { data: { upstream, waiting: [] } }) ? undefined : new Response("no", { status: 400 })
          },
          websocket: {
            open: (socket) => {
              const { upstream, waiting } = socket.data
              sockets.add(socket)
              upstream.onopen = () => {
                for (const text of waiting.splice(0)) upstream.send(text)
              }
              upstream.onmessage = ({ data }) => {
                const { method } = JSON.parse(String(data)) as Message
                if (method !== "chain_finalizedHead" || (head === undefined && !mute.has(socket))) socket.send(String(data))
              }
              upstream.onclose = () => socket.close()
            },
            message: (socket, text) => {
              const { id, method = "" } = JSON.parse(String(text)) as Message
              if (failing?.methods.test(method) === true && asked++ % 2 === 0) {
                socket.send(JSON.stringify({ jsonrpc: "2.0", id, error: failing.error }))
                return
              }
              if (head !== undefined && method === "chain_getFinalizedHead") {
                socket.send(JSON.stringify({ jsonrpc: "2.0", id, result: head }))
                return
              }
              const { upstream, waiting } = socket.data
              if (upstream.readyState === WebSocket.OPEN) upstream.send(String(text))
              else waiting.push(String(text))
            },
            close: ({ data }) => data.upstream.close()
          }
        })
      ),
      (server) => Effect.promise(() => server.stop(true))
    )
    return {
      endpoint: `ws://127.0.0.1:${server.port}`,
      sleepAt: (hash: string | undefined) => {
        head = hash
      },
      /** Every second request of these methods fails. */
      fail: (methods: RegExp, code: number, message: string) => {
        asked = 0
        failing = { methods, error: { code, message } }
      },
      loseSubscriptions: () => {
        for (const socket of sockets) mute.add(socket)
      }
    }
  })

/** Follows the chain from now on over several endpoints. */
const follow = (endpoints: ReadonlyArray<string>, rules: Connections.Rules) =>
  Effect.gen(function* () {
    const connections = yield* Connections.make(endpoints, rules)
    const reported = yield* Ref.make<ReadonlyArray<number>>([])
    const requests = yield* Requests.make(connections)
    const heads = FinalisedHeads.make({ ...connections, ...requests, silence: Duration.seconds(2) })
    const reading = yield* Effect.forkScoped(Stream.runForEach(heads, ({ number }) => Ref.update(reported, (all) => [...all, number])))
    const reaches = (count: number) =>
      eventually(
        `${count} blocks`,
        Effect.map(Ref.get(reported), (all) => (all.length >= count ? true : undefined))
      )
    const hasAll = Effect.map(Ref.get(reported), (all) =>
      assert.deepStrictEqual(
        all,
        all.map((_, index) => (all[0] ?? 0) + index),
        "in order, none twice, none lost"
      )
    )
    yield* reaches(5)
    return { connections, hasAll, reaches, reading, reported, requests }
  })

it.scopedLive("leaves a connection whose subscription the node lost, for another endpoint or for the same one", () =>
  Effect.gen(function* () {
    const chain = yield* startChain
    for (const others of [[], [chain.endpoint]]) {
      const sleeper = yield* startSleeper(chain.endpoint)
      const { connections, hasAll, reaches, reported } = yield* follow([sleeper.endpoint, ...others], seldom)
      assert.strictEqual(yield* connections.inUse, sleeper.endpoint)
      sleeper.loseSubscriptions()
      yield* reaches((yield* Ref.get(reported)).length + 30)
      assert.strictEqual(yield* connections.inUse, others[0] ?? sleeper.endpoint)
      yield* hasAll
    }
  })
)

it.scopedLive("leaves an endpoint whose finalised head lags for one that is ahead", () =>
  Effect.gen(function* () {
    const chain = yield* startChain
    const sleeper = yield* startSleeper(chain.endpoint)
    const endpoints = [sleeper.endpoint, chain.endpoint]
    const rules = { compareEvery: Duration.seconds(1), mostBehind: 10 }
    const { connections, hasAll, reaches, reading, reported } = yield* follow(endpoints, rules)
    const { current } = connections
    assert.strictEqual(yield* connections.inUse, sleeper.endpoint)
    const { api } = yield* current
    sleeper.sleepAt((yield* Effect.promise(() => api.rpc.chain.getFinalizedHead())).toHex())
    yield* eventually(
      "the other endpoint",
      Effect.map(connections.inUse, (now) => (now === chain.endpoint ? true : undefined))
    )
    const before = (yield* Ref.get(reported)).length
    yield* reaches(before + 20)
    yield* hasAll
    yield* Fiber.interrupt(reading)

    const genesis = connections.genesisHash
    assert.isAbove((yield* finalisedNumberOf(chain.endpoint, genesis, "5 seconds")) ?? 0, 10)
    assert.isUndefined(yield* finalisedNumberOf(chain.endpoint, `0x${"00".repeat(32)}`, "5 seconds"), "another chain")
    assert.isUndefined(yield* finalisedNumberOf("ws://127.0.0.1:1", genesis, "5 seconds"), "nobody")
  })
)

/** Nothing compares endpoints in time. */
const seldom = { compareEvery: Duration.hours(1), mostBehind: 10 }

it.scopedLive("leaves an endpoint that announces blocks and refuses requests, and says so once", () =>
  Effect.gen(function* () {
    const chain = yield* startChain
    const sleeper = yield* startSleeper(chain.endpoint)
    const said: Array<string> = []
    const logger = Logger.make(({ message }) => void said.push(String(message)))
    yield* Effect.gen(function* () {
      const { connections, hasAll, reaches, reported, requests } = yield* follow([sleeper.endpoint, chain.endpoint], seldom)
      sleeper.fail(/^chain_getFinalizedHead$/, -32_999, "RPC rate limit exceeded")
      const failed = yield* Ref.make(0)
      yield* requests.finalisedHead.pipe(
        Effect.catchAll(() => Ref.update(failed, (count) => count + 1)),
        Effect.repeat({ until: () => Effect.map(connections.inUse, (now) => now === chain.endpoint) })
      )
      assert.isAtMost(yield* Ref.get(failed), MOST_FAILED + 1)
      yield* reaches((yield* Ref.get(reported)).length + 5)
      yield* hasAll
    }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
    const about = said.filter((line) => line.includes("rate limit"))
    assert.lengthOf(about, 1)
    assert.match(
      about[0] ?? "",
      /is left for another endpoint: 5 of its last \d+ requests failed, so it rests for 1m: -32999: RPC rate limit/
    )
  })
)

it.scopedLive("asks other nodes for what one has pruned, without leaving it", () =>
  Effect.gen(function* () {
    const chain = yield* startChain
    const sleeper = yield* startSleeper(chain.endpoint)
    // Of nodes behind one address, every second one has it.
    for (const endpoints of [[sleeper.endpoint, chain.endpoint], [sleeper.endpoint]]) {
      const connections = yield* Connections.make(endpoints, seldom)
      const requests = yield* Requests.make(connections)
      sleeper.fail(/^state_getStorage$/, 4_003, "Client error: UnknownBlock: State already discarded for 0x12")
      const reading = requests.request("time of an old block", "state_getStorage", [CLOCK_KEY, connections.genesisHash])
      assert.isTrue(yield* Effect.isSuccess(requests.anywhere(reading)), endpoints.join())
      assert.strictEqual(yield* connections.inUse, sleeper.endpoint)
      const pruned = Effect.fail(new ChainUnavailable({ endpoint: "", operation: "", reason: "State already discarded" }))
      assert.isTrue(isPruned(yield* Effect.flip(requests.anywhere(pruned))), "nobody has it")
    }
  })
)

it("endpoints are shown without possible keys", () => {
  for (const [url, text] of [
    ["ws://127.0.0.1:9944", "ws://127.0.0.1:9944"],
    ["wss://node.example/", "wss://node.example"],
    ["wss://node.example/v1/SECRET", "wss://node.example/…"],
    ["wss://node.example?key=SECRET", "wss://node.example/…"],
    ["wss://me:SECRET@node.example:443/x", "wss://…@node.example/…"]
  ] as const)
    assert.strictEqual(shown(url), text)
})
