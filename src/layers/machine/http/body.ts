/** Reads request bodies of bounded length. */
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import { Data, Effect } from "effect"

export class BodyUnread extends Data.TaggedError("BodyUnread")<{ readonly why: "too long" | "cut short" }> {}

/**
 * Reads a body of at most `maxBytes`. Leaves the rest of a longer one unread and the connection open, so that the refusal still reaches the client;
 * `Listener` closes it afterwards. (@effect/platform's own limit destroys the socket first.) `onLength`: called with the number of bytes so far.
 */
export const readBody = (
  request: HttpServerRequest.HttpServerRequest,
  maxBytes: number,
  onLength: (length: number) => void = () => undefined
): Effect.Effect<Uint8Array, BodyUnread> =>
  Effect.async((resume) => {
    const incoming = NodeHttpServerRequest.toIncomingMessage(request)
    const chunks: Array<Uint8Array> = []
    let length = 0
    const end = (result: Effect.Effect<Uint8Array, BodyUnread>) => {
      stop()
      resume(result)
    }
    const onData = (chunk: Uint8Array) => {
      length += chunk.length
      chunks.push(chunk)
      if (length > maxBytes) end(new BodyUnread({ why: "too long" }))
      else onLength(length)
    }
    const onEnd = () => end(Effect.succeed(Buffer.concat(chunks)))
    const onCut = () => end(new BodyUnread({ why: "cut short" }))
    const stop = () => {
      incoming.off("data", onData).off("end", onEnd).off("error", onCut).off("close", onCut)
      incoming.on("error", () => undefined)
      incoming.pause()
    }
    incoming.on("data", onData).once("end", onEnd).once("error", onCut).once("close", onCut)
    return Effect.sync(stop)
  })
