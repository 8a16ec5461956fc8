/** Two endpoints of one chain, one of which falls behind: the client notices and switches, and reports every finalised block exactly once. */
import { assert, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Ref, Stream } from "effect"
import * as Connections from "../../../src/layers/chain/node/connections.ts"
import { finalisedNumberOf, shown } from "../../../src/layers/chain/node/endpoint.ts"
import * as FinalisedHeads from "../../../src/layers/chain/node/finalisedHeads.ts"
import * as Requests from "../../../src/layers/chain/node/requests.ts"
import { eventually, startChain } from "../../support/cli/support.ts"

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: ReadonlyArray<unknown>
}

/**
 * A relay to a node with two faults: it can still answer but report no new finalised block, or it can lose its subscriptions, so that it answers
 * correctly but sends no notifications on existing connections.
 */
const startSleeper = (target: string) =>
  Effect.gen(function* () {
    let head: string | undefined
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
              const { id, method } = JSON.parse(String(text)) as Message
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
    const heads = FinalisedHeads.make({ ...connections, ...(yield* Requests.make(connections)), silence: Duration.seconds(2) })
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
    return { connections, hasAll, reaches, reading, reported }
  })

it.scopedLive("leaves a connection whose subscription the node lost, for another endpoint or for the same one", () =>
  Effect.gen(function* () {
    const chain = yield* startChain
    for (const others of [[], [chain.endpoint]]) {
      const sleeper = yield* startSleeper(chain.endpoint)
      // With rules under which endpoints are never compared in time.
      const { connections, hasAll, reaches, reported } = yield* follow([sleeper.endpoint, ...others], {
        compareEvery: Duration.hours(1),
        mostBehind: 10
      })
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
