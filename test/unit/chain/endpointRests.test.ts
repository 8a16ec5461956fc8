/** An endpoint that is connected and fails requests is left while another one does better, for longer each time. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as EndpointRests from "../../../src/layers/chain/node/endpointRests.ts"
import { ChainUnavailable, isNodesFailure } from "../../../src/layers/chain/node/errors.ts"

const REFUSED = "-32999: RPC rate limit exceeded"

/** Requests that end so, in turn; returns what the last of them said. */
const ask = ({ note }: EndpointRests.EndpointRests, place: number, ...failures: ReadonlyArray<string | undefined>) =>
  Effect.map(
    Effect.forEach(failures, (failure) => note(place, failure)),
    (all) => all.find((why) => why !== undefined)
  )
const times = <A>(count: number, one: A): ReadonlyArray<A> => Array.from({ length: count }, () => one)

describe("an endpoint's requests", () => {
  it.effect("may fail now and then", () =>
    Effect.gen(function* () {
      const rests = yield* EndpointRests.make(2)
      for (let round = 0; round < 20; round++) assert.isUndefined(yield* ask(rests, 0, REFUSED, ...times(9, undefined)))
      assert.deepStrictEqual(yield* rests.order(0), [0, 1])
    })
  )

  it.effect("that fail one in seven are a reason to leave it", () =>
    Effect.gen(function* () {
      const rests = yield* EndpointRests.make(2)
      const turns = times(5, [...times(6, undefined), REFUSED]).flat()
      assert.strictEqual(yield* ask(rests, 0, ...turns), `5 of its last 35 requests failed, so it rests for 1m: ${REFUSED}`)
      assert.deepStrictEqual(yield* rests.order(0), [1, 0])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* rests.order(0), [0, 1])
    })
  )

  it.effect("are not counted from an earlier connection", () =>
    Effect.gen(function* () {
      const rests = yield* EndpointRests.make(2)
      assert.isUndefined(yield* ask(rests, 0, ...times(4, REFUSED)))
      yield* rests.begin
      assert.isUndefined(yield* ask(rests, 0, ...times(4, REFUSED)))
    })
  )

  it.effect("are no reason to leave the only endpoint, nor one whose others all rest", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* ask(yield* EndpointRests.make(1), 0, ...times(50, REFUSED)))
      const rests = yield* EndpointRests.make(2)
      assert.match((yield* ask(rests, 0, ...times(5, REFUSED))) ?? "", /rests for 1m/)
      assert.isUndefined(yield* ask(rests, 1, ...times(50, REFUSED)))
      yield* TestClock.adjust("1 minute")
      assert.match((yield* ask(rests, 1, REFUSED)) ?? "", /rests for 1m/, "the first one is worth a try again")
    })
  )
})

describe("an endpoint's rest", () => {
  it.effect("doubles up to an hour, does not grow while it lasts, and is short again after an hour's good work", () =>
    Effect.gen(function* () {
      const { rest } = yield* EndpointRests.make(3)
      const lengths: Array<number> = []
      for (let time = 0; time < 9; time++) {
        const length = yield* rest(1)
        lengths.push(length / 60_000)
        yield* TestClock.adjust(length / 2)
        assert.strictEqual(yield* rest(1), length / 2)
        yield* TestClock.adjust(length / 2)
      }
      assert.deepStrictEqual(lengths, [1, 2, 4, 8, 16, 32, 60, 60, 60])
      yield* TestClock.adjust("61 minutes")
      assert.strictEqual(yield* rest(1), 60_000)
    })
  )

  it.effect("puts it last, first of those that rest the one that is ready first", () =>
    Effect.gen(function* () {
      const { order, rest } = yield* EndpointRests.make(4)
      yield* rest(2)
      yield* TestClock.adjust("30 seconds")
      yield* rest(0)
      assert.deepStrictEqual(yield* order(1), [1, 3, 2, 0])
      assert.deepStrictEqual(yield* order(3), [3, 1, 2, 0])
    })
  )
})

it("what speaks against a node is what another one may answer", () => {
  const failure = (reason: string) => new ChainUnavailable({ endpoint: "ws://node", operation: "read", reason })
  const pruned = "4003: Client error: UnknownBlock: State already discarded for 0x12"
  for (const [reason, isFailure] of [
    // Substrate with --rpc-rate-limit, and two providers.
    [REFUSED, true],
    ["-32029: Too Many Requests", true],
    ["-32005: daily request count exceeded, request rate limited", true],
    ["-32000: Server error", true],
    ["-32603: Internal error", true],
    ["-32601: Method not found", true],
    ["no answer in 20s", true],
    ["No response received from RPC endpoint in 60s", true],
    ["4003: Client error: UnknownBlock: Header was not found in the database: 0x12", true],
    ["4003: Client error: Execution failed: Runtime panicked", false],
    ["-32602: Invalid params", false],
    ["the chain has no Timestamp pallet", false]
  ] as const)
    assert.strictEqual(isNodesFailure(failure(reason), false), isFailure, reason)
  assert.isFalse(isNodesFailure(failure(pruned), false), "an old block")
  assert.isTrue(isNodesFailure(failure(pruned), true), "a block that every node has")
})
