/** The chain head known to `serve --endpoint` while its endpoints answer, hang and refuse. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Option, TestClock } from "effect"
import { ChainHead, layer } from "../../../src/layers/chain/node/ChainHead.ts"

/** The block of a node that answers; a node hangs or refuses connections otherwise. */
type Node = number | "hangs" | "refuses"

const isHeader = (init: RequestInit | undefined) => String(init?.body).includes("chain_getHeader")

/** `fetch` to nodes by their host names. */
const fetchFrom = (nodes: Record<string, Node>) =>
  ((address: string, init?: RequestInit) => {
    const node = nodes[new URL(address).hostname] ?? "refuses"
    if (node === "refuses") return Promise.reject(new Error("connection refused"))
    if (node === "hangs") return new Promise(() => undefined)
    return Promise.resolve(Response.json({ result: isHeader(init) ? { number: `0x${node.toString(16)}` } : "0x00" }))
  }) as typeof fetch

const pass = (seconds: number) =>
  // In small steps, because each answer needs several promises.
  Effect.forEach(
    Array.from({ length: seconds }),
    () =>
      Effect.zipRight(
        TestClock.adjust("1 second"),
        Effect.promise(() => new Promise((done) => setImmediate(done)))
      ),
    { discard: true }
  )

const watching = <A, E>(nodes: Record<string, Node>, test: (lines: ReadonlyArray<string>) => Effect.Effect<A, E, ChainHead>) => {
  const lines: Array<string> = []
  const logger = Logger.make(({ message }) => {
    lines.push(String((Array.isArray(message) ? message : [message])[0]))
  })
  return test(lines).pipe(
    Effect.provide(layer({ endpoints: Object.keys(nodes).map((name) => `wss://${name}`) })),
    Effect.provideService(FetchHttpClient.Fetch, fetchFrom(nodes)),
    Effect.provide(Logger.replace(Logger.defaultLogger, logger))
  )
}

const seen = Effect.flatMap(ChainHead, (head) => head.seen)

describe("the chain's head, as serve sees it", () => {
  for (const dead of ["hangs", "refuses"] as const)
    it.effect(`is unknown within 30 s when the only node ${dead}, and known again when it answers`, () => {
      const nodes: Record<string, Node> = { only: 7 }
      return watching(nodes, (lines) =>
        Effect.gen(function* () {
          yield* pass(3)
          assert.deepStrictEqual((yield* seen).number, Option.some(7))
          nodes.only = dead
          yield* pass(10)
          assert.deepStrictEqual((yield* seen).number, Option.some(7), "one missed answer is no outage")
          yield* pass(20)
          const { number, silence } = yield* seen
          assert.deepStrictEqual(number, Option.none())
          assert.isAtLeast(silence, 20_000)
          yield* pass(60)
          assert.lengthOf(lines, 1)
          assert.match(lines[0] ?? "", /^no endpoint of --endpoint has answered for \d+ s: start the node, or name another one$/)
          nodes.only = 9
          yield* pass(15)
          assert.deepStrictEqual((yield* seen).number, Option.some(9))
          assert.deepStrictEqual(lines.slice(1), ["an endpoint of --endpoint answers again"])
        })
      )
    })

  it.effect("stays known while one node of several answers, and counts how long it stands still", () => {
    const nodes: Record<string, Node> = { hanging: "hangs", behind: 5, ahead: 8, gone: "refuses" }
    return watching(nodes, (lines) =>
      Effect.gen(function* () {
        yield* pass(60)
        const { number, silence, standstill } = yield* seen
        assert.deepStrictEqual(number, Option.some(8))
        assert.isBelow(silence, 20_000)
        assert.isAtLeast(standstill, 50_000)
        nodes.ahead = 9
        yield* pass(12)
        assert.isBelow((yield* seen).standstill, 12_000)
        assert.deepStrictEqual(lines, [])
      })
    )
  })

  it.effect("is unknown when no node has ever answered", () =>
    watching({ gone: "refuses" }, () =>
      Effect.gen(function* () {
        yield* pass(21)
        assert.deepStrictEqual(yield* seen, { number: Option.none(), silence: 21_000, standstill: 0 })
      })
    )
  )
})
