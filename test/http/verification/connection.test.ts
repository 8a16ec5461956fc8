/** A node that refuses, limits, forgets, or answers too much: nothing is told, and why. */
import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import { connect } from "../../../src/verification/node/Connection.ts"

interface Asked {
  readonly id: number
  readonly method: string
}

/** A node that answers each request with this text; undefined closes the connection. */
const withNode = async (answer: (request: Asked) => string | undefined, use: (endpoint: string) => Promise<void>) => {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, it) => (it.upgrade(request) ? undefined : new Response("no")),
    websocket: {
      message: (socket, text) => {
        const said = answer(JSON.parse(String(text)))
        if (said === undefined) socket.close(1011)
        else socket.send(said)
      }
    }
  })
  try {
    await use(`ws://127.0.0.1:${server.port}`)
  } finally {
    await server.stop(true)
  }
}

const result = ({ id }: Asked, value: unknown) => JSON.stringify({ jsonrpc: "2.0", id, result: value })
const failure = ({ id }: Asked, code: number, message: string) => JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } })

const whyOf = async (endpoint: string, requests = 1): Promise<string> => {
  const node = connect(endpoint)
  try {
    for (let number = 0; number < requests; number++) await node.request("state_getStorage", [number])
    return "told"
  } catch (error) {
    return error instanceof Error ? error.message : ""
  } finally {
    node.close()
  }
}

describe("a node", () => {
  for (const [name, answer, expected, requests = 1] of [
    ["that answers", (asked) => result(asked, null), /^told$/],
    [
      "that pruned the state",
      (asked) => failure(asked, 4003, "Client error: UnknownBlock: State already discarded for 0x00"),
      /no longer has the chain's state/
    ],
    ["that limits", (asked) => failure(asked, -32005, "too many requests"), /limits how much one client may ask/],
    ["that does not serve it", (asked) => failure(asked, -32601, "Method not found"), /does not serve this request/],
    ["that refuses", (asked) => failure(asked, -32000, "no"), /refused: -32000: no$/],
    ["that closes", () => undefined, /closed the connection \(1011\)/],
    ["that answers too much", (asked) => result(asked, "x".repeat(17_000_000)), /more than 16777216 bytes/],
    ["that is asked too much", (asked) => result(asked, null), /more than 30 requests/, 31]
  ] as ReadonlyArray<readonly [string, (asked: Asked) => string | undefined, RegExp, number?]>)
    it(name, () => withNode(answer, async (endpoint) => assert.match(await whyOf(endpoint, requests), expected)))

  it("is asked the same only once", () =>
    withNode(
      (asked) => result(asked, asked.id),
      async (endpoint) => {
        const node = connect(endpoint)
        const twice = await Promise.all([node.request("a", [1]), node.request("a", [1]), node.request("a", [2])])
        node.close()
        assert.deepStrictEqual([twice, node.requests()], [[1, 1, 2], 2])
      }
    ))

  it("that is silent", () =>
    withNode(
      ({ id }) => (id === 1 ? '{"id": 99, "result": 1}' : "no JSON"),
      async (endpoint) => {
        const node = connect(endpoint, 30, Duration.millis(200))
        const answers = await Promise.allSettled([node.request("a", []), node.request("b", [])])
        node.close()
        for (const answer of answers)
          assert.match(String(answer.status === "rejected" && answer.reason), /did not answer "[ab]" within 0.2 seconds/)
      }
    ))

  it("that cannot be reached", async () => assert.match(await whyOf("ws://127.0.0.1:9"), /cannot be reached|closed/))
})
