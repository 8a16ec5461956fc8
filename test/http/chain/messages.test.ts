/** Messages from a chain node: the runtime refuses a message longer than `MESSAGE_LIMITS`, compressed or not. */
import { createHash } from "node:crypto"
import { createServer, type Socket } from "node:net"
import { deflateRawSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { finalisedNumberOf, MESSAGE_LIMITS } from "../../../src/layers/chain/node/endpoint.ts"
import { probe } from "../../../src/layers/chain/node/probe.ts"

/** The GUID of RFC 6455, section 1.3. */
const WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

const accepted = (request: string, compressed: boolean): string => {
  const key = /sec-websocket-key: (\S+)/i.exec(request)?.[1] ?? ""
  const accept = createHash("sha1").update(`${key}${WEBSOCKET}`).digest("base64")
  return [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept}`,
    ...(compressed ? ["Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover"] : []),
    "\r\n"
  ].join("\r\n")
}

/** The header of a text message of this length. */
const headOf = (length: number, compressed: boolean): Buffer => {
  const head = Buffer.alloc(10)
  head[0] = compressed ? 0xc1 : 0x81
  head[1] = 127
  head.writeBigUInt64BE(BigInt(length), 2)
  return head
}

/** A node that answers each connection with these bytes. */
const node = (answer: (request: string) => ReadonlyArray<string | Uint8Array>) =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly close: () => void }>((resume) => {
      const sockets = new Set<Socket>()
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.on("error", () => undefined)
        socket.once("data", (chunk) => {
          for (const bytes of answer(chunk.toString("latin1"))) socket.write(bytes)
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const close = () => {
          server.close()
          for (const socket of sockets) socket.destroy()
        }
        resume(Effect.succeed({ url: `ws://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

/** A message of one repeated letter, deflated to about a thousandth. */
const deflated = (length: number): Buffer => deflateRawSync(Buffer.alloc(length, 0x61), { finishFlush: 2 }).subarray(0, -4)

describe("a chain node's message", () => {
  const { bytes } = MESSAGE_LIMITS
  const cases = [
    ["that says it is longer than the limit", (request: string) => [accepted(request, false), headOf(bytes + 1, false)]],
    [
      "that becomes longer than the limit once it is decompressed",
      (request: string) => {
        const body = deflated(bytes + 1)
        return [accepted(request, true), headOf(body.length, true), body]
      }
    ]
  ] as const
  for (const [name, answer] of cases)
    it.scopedLive(`${name} ends the connection`, () =>
      Effect.gen(function* () {
        const { url } = yield* node(answer)
        const error = yield* Effect.flip(probe(url, "5 minutes"))
        assert.include(error.message, "Message too big")
        assert.isUndefined(yield* finalisedNumberOf(url, "0x", "5 minutes"))
      })
    )
})
