/** Fetches what an axon shows everybody. What comes was written by a stranger; the caller checks it. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import { Duration, Effect, Layer, Stream } from "effect"
import type { AxonTarget } from "../../domain/Metagraph.ts"

/** Why there is nothing: nothing listens there, it has none, or its answer is too slow or too long. */
export type NoText = "unreachable" | "slow" | "refused" | "too large"

/** How long one request may take, the body included. */
const PATIENCE = Duration.seconds(3)

/** Asks an axon for a path. `limit`: the longest answer in bytes. */
export const fetchBytes = Effect.fn("fetchBytes")(function* (
  client: HttpClient.HttpClient,
  { ip, port, hotkey }: AxonTarget,
  path: string,
  limit: number
) {
  yield* Effect.annotateCurrentSpan({ ip, port, hotkey, path })
  const host = ip.includes(":") ? `[${ip}]` : ip
  const unreachable = (): NoText => "unreachable"
  const read = Effect.gen(function* () {
    const response = yield* Effect.mapError(client.get(`http://${host}:${port}${path}`), unreachable)
    if (response.status !== 200) return yield* Effect.fail<NoText>("refused")
    const chunks: Array<Uint8Array> = []
    let length = 0
    yield* response.stream.pipe(
      Stream.mapError(unreachable),
      Stream.runForEach((chunk) => {
        length += chunk.length
        chunks.push(chunk)
        return length > limit ? Effect.fail<NoText>("too large") : Effect.void
      })
    )
    return Buffer.concat(chunks)
  })
  return yield* Effect.scoped(read).pipe(Effect.timeoutFail({ duration: PATIENCE, onTimeout: (): NoText => "slow" }))
})

/** The same as text. */
export const fetchText = (...asked: Parameters<typeof fetchBytes>) => Effect.map(fetchBytes(...asked), (bytes) => bytes.toString("utf8"))

/** The client for such questions. A redirect could lead anywhere. */
export const clientLayer: Layer.Layer<HttpClient.HttpClient> = FetchHttpClient.layer.pipe(
  Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual", keepalive: false }))
)
