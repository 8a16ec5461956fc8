/** Endpoints of one chain, one of which falls behind, goes silent, refuses or lacks what is asked: the client notices, and does what it can elsewhere. */
import { assert, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Logger, Ref, Stream } from "effect"
import * as Connections from "../../../src/layers/chain/node/connections.ts"
import { finalisedNumberOf, shownAddress } from "../../../src/layers/chain/node/endpoint.ts"
import { MOST_FAILED } from "../../../src/layers/chain/node/endpointRests.ts"
import { ChainUnavailable, isPruned } from "../../../src/layers/chain/node/errors.ts"
import * as FinalisedHeads from "../../../src/layers/chain/node/finalisedHeads.ts"
import { CLOCK_KEY } from "../../../src/layers/chain/node/probe.ts"
import * as Requests from "../../../src/layers/chain/node/requests.ts"
import { eventually, startChain } from "../../support/cli/support.ts"
import { startFaultyNode } from "../../support/year/faultyNode.ts"

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
      const node = yield* startFaultyNode(chain.endpoint)
      const { connections, hasAll, reaches, reported } = yield* follow([node.endpoint, ...others], seldom)
      assert.strictEqual(yield* connections.inUse, node.endpoint)
      node.loseSubscriptions()
      yield* reaches((yield* Ref.get(reported)).length + 30)
      assert.strictEqual(yield* connections.inUse, others[0] ?? node.endpoint)
      yield* hasAll
    }
  })
)

it.scopedLive("leaves an endpoint whose finalised head lags for one that is ahead", () =>
  Effect.gen(function* () {
    const chain = yield* startChain
    const node = yield* startFaultyNode(chain.endpoint)
    const endpoints = [node.endpoint, chain.endpoint]
    const rules = { compareEvery: Duration.seconds(1), mostBehind: 10 }
    const { connections, hasAll, reaches, reading, reported } = yield* follow(endpoints, rules)
    const { current } = connections
    assert.strictEqual(yield* connections.inUse, node.endpoint)
    const { api } = yield* current
    node.sleepAt((yield* Effect.promise(() => api.rpc.chain.getFinalizedHead())).toHex())
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
    const node = yield* startFaultyNode(chain.endpoint)
    const said: Array<string> = []
    const logger = Logger.make(({ message }) => void said.push(String(message)))
    yield* Effect.gen(function* () {
      const { connections, hasAll, reaches, reported, requests } = yield* follow([node.endpoint, chain.endpoint], seldom)
      node.fail(/^chain_getFinalizedHead$/, -32_999, "RPC rate limit exceeded")
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
    const node = yield* startFaultyNode(chain.endpoint)
    // Of nodes behind one address, every second one has it.
    for (const endpoints of [[node.endpoint, chain.endpoint], [node.endpoint]]) {
      const connections = yield* Connections.make(endpoints, seldom)
      const requests = yield* Requests.make(connections)
      node.fail(/^state_getStorage$/, 4_003, "Client error: UnknownBlock: State already discarded for 0x12")
      const reading = requests.request("time of an old block", "state_getStorage", [CLOCK_KEY, connections.genesisHash])
      assert.isTrue(yield* Effect.isSuccess(requests.anywhere(reading)), endpoints.join())
      assert.strictEqual(yield* connections.inUse, node.endpoint)
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
    assert.strictEqual(shownAddress(url), text)
})
