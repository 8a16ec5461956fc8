import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Redacted } from "effect"
import * as fc from "fast-check"
import { type Fault, take } from "../../../lab/devnet/github/server/faults.ts"
import * as Limits from "../../../lab/devnet/github/server/rateLimits.ts"
import { fromNodeId, nodeId } from "../../../lab/devnet/github/View.ts"
import * as Tokens from "../../../src/layers/github/client/tokens.ts"
import { makeWith } from "../../../src/layers/github/GitHub.ts"
import { ref, service, story } from "../../support/github/story.ts"

describe("faults", () => {
  it("apply to matching requests, as often as requested, in order", () => {
    const faults: ReadonlyArray<Fault> = [
      { _tag: "Hang", path: "^/gists" },
      { _tag: "Status", status: 502, times: 2 }
    ]
    const [first, afterFirst] = take(faults, "/user")
    assert.deepInclude(first, { _tag: "Status", status: 502 })
    const [second, afterSecond] = take(afterFirst, "/gists/1")
    assert.strictEqual(second?._tag, "Hang")
    const [third, afterThird] = take(afterSecond, "/gists/1")
    assert.strictEqual(third?._tag, "Status")
    assert.deepStrictEqual(afterThird, [])
    assert.deepStrictEqual(take([], "/user"), [undefined, []])
  })
})

describe("limits", () => {
  const settings = { core: 3, anonymous: 1, graphql: 2, pointsPerMinute: 12, contentPerMinute: 80, contentPerHour: 500 }

  it("count each caller and resource separately, and start again after an hour", () => {
    let limits = Limits.make(settings)
    for (let count = 0; count < 3; count++) limits = Limits.spend(limits, 7, "core", { cost: 1, points: 1 }, 1000)
    assert.strictEqual(Limits.statusOf(limits, 7, "core", 1000).remaining, 0)
    assert.strictEqual(Limits.statusOf(limits, 7, "graphql", 1000).remaining, 2)
    assert.strictEqual(Limits.statusOf(limits, 8, "core", 1000).remaining, 3)
    assert.strictEqual(Limits.statusOf(limits, null, "core", 1000).limit, 1)
    assert.strictEqual(Limits.statusOf(limits, 7, "core", 1000 + 3_600_000).remaining, 3)
  })

  it("refuse beyond the points per minute", () => {
    let limits = Limits.make(settings)
    for (let count = 0; count < 3; count++) limits = Limits.spend(limits, 7, count === 0 ? "core" : "graphql", { cost: 1, points: 5 }, 1000)
    assert.strictEqual(Limits.statusOf(limits, 7, "core", 31_000).secondaryWait, 30_000)
    assert.isUndefined(Limits.statusOf(limits, 7, "core", 61_000).secondaryWait)
  })

  it("never go below zero", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000_000), { maxLength: 20 }), (steps) => {
        let now = 0
        let limits = Limits.make(settings)
        for (const step of steps) {
          now += step
          limits = Limits.spend(limits, 7, "core", { cost: 1, points: 1 }, now)
          const { limit, used, remaining, resetAt } = Limits.statusOf(limits, 7, "core", now)
          assert.isTrue(remaining >= 0 && used <= limit && used + remaining === limit && resetAt > now)
        }
      })
    )
  })
})

describe("tokens", () => {
  const three = Tokens.make(["a", "b", "c"].map((token) => Redacted.make(token)))

  it("are used in turn, skipping resting and refused ones", () => {
    let tokens = Tokens.refuse(Tokens.rest(three, 1, "core", 100), 2, 0, 1000)
    const turns: Array<number | string> = []
    for (const now of [0, 0, 100, 100, 100]) {
      const choice = Tokens.choose(tokens, "core", now)
      turns.push(choice._tag === "Use" ? choice.slot : choice._tag)
      if (choice._tag === "Use") tokens = Tokens.used(tokens, choice.slot)
    }
    assert.deepStrictEqual(turns, [0, 0, 1, 0, 1])
    assert.deepStrictEqual(Tokens.choose(tokens, "core", 1000), { _tag: "Use", slot: 2 })
    assert.strictEqual(Tokens.choose(tokens, "graphql", 0)._tag, "Use", "GraphQL has a limit of its own")
  })

  it("are refused for longer each time, up to a minute, until GitHub knows them", () => {
    let [tokens, now] = [three, 0]
    const rests: Array<number> = []
    for (let time = 0; time < 7; time++) {
      tokens = Tokens.refuse(Tokens.refuse(tokens, 1, now, 2_000), 1, now, 2_000)
      const until = tokens.slots[1]?.refusedUntil ?? 0
      rests.push((until - now) / 1_000)
      assert.strictEqual(tokens.slots.map(Tokens.isUnknown)[1], time >= 4)
      now = until
    }
    assert.deepStrictEqual(rests, [2, 4, 8, 16, 32, 60, 60])
    assert.deepStrictEqual(Tokens.answered(tokens, 1).slots[1], three.slots[1])
  })

  it("say when the first is free again, and when GitHub knows none", () => {
    const resting = [0, 1, 2].reduce((tokens, slot) => Tokens.rest(tokens, slot, "core", 100 + slot), three)
    assert.deepStrictEqual(Tokens.choose(resting, "core", 0), { _tag: "Rest", until: 100, isRefused: false })
    const refusedOnce = [0, 1, 2].reduce((tokens, slot) => Tokens.refuse(tokens, slot, 0, 50 + slot), three)
    assert.deepStrictEqual(Tokens.choose(refusedOnce, "core", 0), { _tag: "Rest", until: 50, isRefused: true })
    const times = [0, 100, 1_000, 10_000, 100_000]
    const unknown = times.reduce((all, at) => [0, 1, 2].reduce((tokens, slot) => Tokens.refuse(tokens, slot, at, 50), all), three)
    assert.deepStrictEqual(Tokens.choose(unknown, "core", 100_000), { _tag: "AllRefused" })
    assert.deepStrictEqual(Tokens.choose(unknown, "core", 100_800), { _tag: "Use", slot: 0 }, "it is tried again")
  })

  it("may be absent, which counts as one way of asking", () => {
    assert.deepStrictEqual(Tokens.choose(Tokens.make([]), "core", 0), { _tag: "Use", slot: 0 })
  })
})

it("node ids decode to what they name, and other text does not", () => {
  fc.assert(
    fc.property(fc.constantFrom("Repository", "User", "Organization"), fc.nat(), (kind, id) => {
      assert.deepStrictEqual(fromNodeId(nodeId(kind, id)), { kind, id: String(id) })
    })
  )
  fc.assert(
    fc.property(
      fc.string(),
      (text) => fromNodeId(text) === undefined || nodeId(fromNodeId(text)?.kind ?? "", fromNodeId(text)?.id ?? "") === text
    )
  )
})

describe("the simulated GitHub under nonsense", () => {
  it.scopedLive("answers 4xx to nonsense, and keeps running", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* story({ limits: { pointsPerMinute: 1e6 } })
      const segment = fc.constantFrom(
        "repos",
        "acme",
        "widgets",
        "issues",
        "1",
        "0",
        "-1",
        "99999999999999999999",
        "pulls",
        "timeline",
        "user",
        "users",
        "gists",
        "%2e%2e",
        "%F0%9F%92%A9",
        "_control",
        "close",
        "graphql",
        "repositories",
        ""
      )
      const request = fc.record({
        method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"),
        path: fc.array(segment, { maxLength: 6 }).map((parts) => `/${parts.join("/")}`),
        query: fc.constantFrom("", "?page=0", "?page=1e9&per_page=-1", "?state=x&creator=", "?%"),
        body: fc.constantFrom(
          "",
          "{",
          "[]",
          '{"query":1}',
          '{"query":"{ nothing }"}',
          '{"files":{"a":1}}',
          '{"repository":"acme/widgets","number":1}'
        )
      })
      yield* Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(request, async ({ method, path, query, body }) => {
            const response = await fetch(url + path + query, {
              method,
              headers: { authorization: `Bearer ${observer.token}`, "content-type": "application/json" },
              ...(method === "GET" ? {} : { body })
            })
            await response.text()
            assert.isBelow(response.status, 500, `${method} ${path}${query} ${body}`)
          }),
          { numRuns: 300 }
        )
      )
      assert.strictEqual((yield* (yield* service(url, [observer.token])).viewer).login, "observer")
    })
  )

  it.scopedLive("lets a client abandon a hanging request, and still stops at once", () =>
    Effect.gen(function* () {
      // Longer than a test's timeout.
      const hour = Duration.hours(1)
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { url, control, observer } = yield* story()
          yield* control.addFault({ payload: { fault: { _tag: "Hang", times: 100 } } })
          const github = yield* makeWith({
            url,
            tokens: [Redacted.make(observer.token)],
            timeout: hour,
            patience: hour,
            pause: Duration.millis(1)
          })
          const met = (count: number) => Effect.repeat(control.countRequests({ payload: {} }), { until: ({ faults }) => faults === count })
          // The request is still waiting when the stand-in stops.
          yield* Effect.forkDaemon(Effect.ignore(github.issueEvidence(ref(1))))
          yield* met(1)
          const asking = yield* Effect.fork(github.viewer)
          yield* met(2)
          assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(asking)))
        })
      )
    })
  )
})
