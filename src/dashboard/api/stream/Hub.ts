/** The listeners of the stream. Each message is encoded once. A listener that cannot keep up is disconnected and may resume where it was. */
import * as Sse from "@effect/experimental/Sse"
import { Duration, Effect, Queue, Schema, type Scope } from "effect"
import { count, set } from "../../../layers/machine/telemetry/metrics.ts"
import { MESSAGES } from "../definition/stream.ts"

/** A message in its wire format. `id`: the last block that it covers. */
export interface Frame {
  readonly id: number | undefined
  /** The event's name; undefined for frames without news: heartbeats and protocol frames. */
  readonly event: string | undefined
  readonly bytes: Uint8Array
}

const encoder = new TextEncoder()

/** The encoder for one kind of message. `id` is set if the message advances the listener. */
const framesOf = <A, I>(event: string, schema: Schema.Schema<A, I>) => {
  const encode = Schema.encodeSync(schema)
  return (message: A, id?: number): Frame => ({
    id,
    event,
    bytes: encoder.encode(Sse.encoder.write({ _tag: "Event", event, id: id?.toString(), data: JSON.stringify(encode(message)) }))
  })
}

export const hello = framesOf("hello", MESSAGES.hello)
export const change = framesOf("change", MESSAGES.change)
export const gitHub = framesOf("github", MESSAGES.github)
export const reset = framesOf("reset", MESSAGES.reset)

/** Tells browsers the delay before reconnecting. */
export const RECONNECT_DELAY: Frame = {
  id: undefined,
  event: undefined,
  bytes: encoder.encode(Sse.encoder.write(new Sse.Retry({ duration: Duration.seconds(2), lastEventId: undefined })))
}

/** Keeps proxies from closing the connection, shows listeners that it is alive, and reveals disconnected ones. */
const HEARTBEAT: Frame = { ...framesOf("beat", MESSAGES.beat)({}), event: undefined }

/** Messages buffered per listener: several minutes at one block in 12 s. */
const QUEUE_SIZE = 32

export interface ListenerLimits {
  readonly listeners: number
  readonly perClient: number
}

export class TooManyListeners extends Schema.TaggedError<TooManyListeners>()("TooManyListeners", {
  message: Schema.String,
  /** Whether the limit per client was exceeded, rather than the total. */
  own: Schema.Boolean
}) {}

interface Listener {
  readonly client: string
  readonly queue: Queue.Queue<Frame>
}

export interface Hub {
  /** The number of clients. */
  readonly size: () => number
  /** Whether there are listeners: clients or parts of this program. */
  readonly isHeard: () => boolean
  /** Messages from now on, until the scope closes. The queue shuts down when the hub disconnects the listener. */
  readonly listen: (client: string) => Effect.Effect<Queue.Dequeue<Frame>, TooManyListeners, Scope.Scope>
  /** For a part of this program: a value for each change from now on, until the scope closes. Unconsumed changes are merged into one. */
  readonly follow: Effect.Effect<Queue.Dequeue<true>, never, Scope.Scope>
  readonly publish: (message: Frame) => Effect.Effect<void>
  readonly heartbeat: Effect.Effect<void>
  /** Ends all streams and rejects new ones. */
  readonly close: Effect.Effect<void>
}

export const make = ({ listeners: most, perClient }: ListenerLimits): Hub => {
  const listeners = new Set<Listener>()
  const followers = new Set<Queue.Queue<true>>()
  let closed = false
  const counted = Effect.suspend(() => set("gittensor_api_stream_clients", listeners.size))

  const disconnect = (listener: Listener, why: string) =>
    Effect.gen(function* () {
      if (!listeners.delete(listener)) return
      yield* Queue.shutdown(listener.queue)
      yield* count("gittensor_api_stream_dropped_total", { why })
      yield* counted
    })

  const join = (client: string) =>
    Effect.gen(function* () {
      const own = [...listeners].filter((listener) => listener.client === client).length
      if (closed) return yield* new TooManyListeners({ message: "the server is shutting down: connect again", own: false })
      if (listeners.size >= most)
        return yield* new TooManyListeners({ message: `${most} clients are already listening: try again later`, own: false })
      if (own >= perClient)
        return yield* new TooManyListeners({ message: `your address already has ${own} open streams: close one`, own: true })
      const listener = { client, queue: yield* Queue.dropping<Frame>(QUEUE_SIZE) }
      listeners.add(listener)
      yield* counted
      return listener
    })

  const leave = (listener: Listener) =>
    Effect.suspend(() => {
      listeners.delete(listener)
      return Effect.zipRight(Queue.shutdown(listener.queue), counted)
    })

  const follow = Effect.acquireRelease(
    Effect.tap(Queue.sliding<true>(1), (queue) => Effect.sync(() => followers.add(queue))),
    (queue) =>
      Effect.zipRight(
        Effect.sync(() => followers.delete(queue)),
        Queue.shutdown(queue)
      )
  )

  const publish = (message: Frame) =>
    Effect.gen(function* () {
      if (message.event !== undefined) {
        yield* count("gittensor_api_stream_messages_total", { event: message.event })
        for (const queue of followers) queue.unsafeOffer(true)
      }
      for (const listener of [...listeners]) if (!listener.queue.unsafeOffer(message)) yield* disconnect(listener, "slow")
    })

  return {
    size: () => listeners.size,
    isHeard: () => listeners.size > 0 || followers.size > 0,
    listen: (client) => Effect.map(Effect.acquireRelease(join(client), leave), ({ queue }) => queue),
    follow,
    publish,
    heartbeat: publish(HEARTBEAT),
    close: Effect.suspend(() => {
      closed = true
      return Effect.forEach([...listeners], (listener) => disconnect(listener, "stopping"), { discard: true })
    })
  }
}
