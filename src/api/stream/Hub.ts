/** Who listens to the stream. Each message is encoded once; a listener that does not keep up is cut off and may come back where it was. */
import * as Sse from "@effect/experimental/Sse"
import { Duration, Effect, Queue, Schema, type Scope } from "effect"
import { count, set } from "../../telemetry/metrics.ts"
import { MESSAGES } from "../definition/stream.ts"

/** A message as it goes over the wire. `id`: the block that it goes up to. */
export interface Frame {
  readonly id: number | undefined
  /** The event's name; none: it is no message but a part of the protocol. */
  readonly event: string | undefined
  readonly bytes: Uint8Array
}

const encoder = new TextEncoder()

/** How one kind of message is written. `id` where it moves the listener on. */
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

/** How long a browser waits before it connects again. */
export const RETRY: Frame = {
  id: undefined,
  event: undefined,
  bytes: encoder.encode(Sse.encoder.write(new Sse.Retry({ duration: Duration.seconds(2), lastEventId: undefined })))
}

/** A comment: it keeps proxies from closing the connection, and finds out who is gone. */
const HEARTBEAT: Frame = { id: undefined, event: undefined, bytes: encoder.encode(": \n\n") }

/** Messages that wait for a listener at most; at a block in 12 s that is minutes. */
const WAITING = 32

export interface Limits {
  readonly listeners: number
  readonly perClient: number
}

export class TooManyListeners extends Schema.TaggedError<TooManyListeners>()("TooManyListeners", {
  message: Schema.String,
  /** Whether it is this client that has too many. */
  own: Schema.Boolean
}) {}

interface Listener {
  readonly client: string
  readonly queue: Queue.Queue<Frame>
}

export interface Hub {
  readonly size: () => number
  /** Its messages from now on, until the scope ends; the queue is shut down when the listener is cut off. */
  readonly listen: (client: string) => Effect.Effect<Queue.Dequeue<Frame>, TooManyListeners, Scope.Scope>
  readonly publish: (message: Frame) => Effect.Effect<void>
  readonly heartbeat: Effect.Effect<void>
  /** Ends every listener's stream; new ones are refused. */
  readonly close: Effect.Effect<void>
}

export const make = ({ listeners: most, perClient }: Limits): Hub => {
  const listeners = new Set<Listener>()
  let closed = false
  const counted = Effect.suspend(() => set("gittensor_api_stream_clients", listeners.size))

  const cutOff = (listener: Listener, why: string) =>
    Effect.gen(function* () {
      if (!listeners.delete(listener)) return
      yield* Queue.shutdown(listener.queue)
      yield* count("gittensor_api_stream_dropped_total", { why })
      yield* counted
    })

  const join = (client: string) =>
    Effect.gen(function* () {
      const own = [...listeners].filter((listener) => listener.client === client).length
      if (closed) return yield* new TooManyListeners({ message: "the server is about to end: connect again", own: false })
      if (listeners.size >= most)
        return yield* new TooManyListeners({ message: `${most} clients listen already: try again later`, own: false })
      if (own >= perClient)
        return yield* new TooManyListeners({ message: `${own} connections from your address listen already: close one`, own: true })
      const listener = { client, queue: yield* Queue.dropping<Frame>(WAITING) }
      listeners.add(listener)
      yield* counted
      return listener
    })

  const leave = (listener: Listener) =>
    Effect.suspend(() => {
      listeners.delete(listener)
      return Effect.zipRight(Queue.shutdown(listener.queue), counted)
    })

  const publish = (message: Frame) =>
    Effect.gen(function* () {
      if (message.event !== undefined) yield* count("gittensor_api_stream_messages_total", { event: message.event })
      for (const listener of [...listeners]) if (!listener.queue.unsafeOffer(message)) yield* cutOff(listener, "slow")
    })

  return {
    size: () => listeners.size,
    listen: (client) => Effect.map(Effect.acquireRelease(join(client), leave), ({ queue }) => queue),
    publish,
    heartbeat: publish(HEARTBEAT),
    close: Effect.suspend(() => {
      closed = true
      return Effect.forEach([...listeners], (listener) => cutOff(listener, "stopping"), { discard: true })
    })
  }
}
