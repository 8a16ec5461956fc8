/** The whole server in this process, requested over HTTP. Its clock is the test's clock. */
import * as Sse from "@effect/experimental/Sse"
import { Duration, Effect, Layer, Option } from "effect"
import { handlers } from "../../../src/dashboard/api/handlers/handlers.ts"
import type { Page } from "../../../src/dashboard/api/page/Page.ts"
import { parseTrustedProxies } from "../../../src/dashboard/api/server/clientAddress.ts"
import * as Server from "../../../src/dashboard/api/server/Server.ts"
import * as IndexWatch from "../../../src/dashboard/api/stream/IndexWatch.ts"
import { ChainHead, type SeenHead } from "../../../src/layers/chain/node/ChainHead.ts"
import { OwnsProcess } from "../../../src/layers/machine/telemetry/memory.ts"
import { PATIENCE } from "../watchdog.ts"

export interface ServingOptions {
  readonly rateLimit?: number
  readonly listeners?: number
  readonly perClient?: number
  readonly maxBehind?: number
  /** The stream's polling interval for new blocks. */
  readonly every?: Duration.DurationInput
  /** The head that the chain reports. By default no chain is asked. */
  readonly chainHead?: number
  /** Further facts about the chain's head. */
  readonly chain?: Partial<SeenHead>
  /** How long answers may lag behind the database. Default: not at all. */
  readonly answersBehind?: Duration.DurationInput
  /** Without a page, the server offers the API alone. */
  readonly page?: Page
  readonly publicUrl?: string
  /** Nodes that the check of a match may ask. */
  readonly witnesses?: ReadonlyArray<string>
  /** Notifications with the page closed; by default there are none. */
  readonly push?: Server.ServerOptions["push"]
  /** Trusted proxies. Default: this machine. */
  readonly proxies?: ReadonlyArray<string>
}

/** Starts the server on the database in context and returns the addresses of the API and of its metrics. Closing the scope stops it. */
export const serveBoth = ({
  rateLimit = 0,
  listeners = 10,
  perClient = 10,
  maxBehind = 50,
  every = "1 second",
  answersBehind = 0,
  chainHead,
  chain,
  page,
  publicUrl,
  witnesses = [],
  push,
  proxies = ["127.0.0.1"]
}: ServingOptions = {}) =>
  Effect.gen(function* () {
    const trusted = parseTrustedProxies(proxies)
    if ("malformed" in trusted) return yield* Effect.dieMessage(trusted.malformed)
    const watch = yield* Layer.build(IndexWatch.layer({ listeners, perClient, every, heartbeat: "15 seconds" }))
    const { port, metrics } = yield* Server.make(handlers, {
      hostname: "127.0.0.1",
      port: 0,
      rateLimit,
      trusted,
      maxBehind,
      accessLog: "none",
      patience: Duration.seconds(10),
      answersBehind,
      version: "0.0.0-test",
      witnesses,
      metrics: { hostname: "127.0.0.1", port: 0 },
      ...(publicUrl === undefined ? {} : { publicUrl }),
      ...(push === undefined ? {} : { push }),
      ...(page === undefined ? {} : { page })
    }).pipe(
      Effect.provide(watch),
      Effect.provideService(OwnsProcess, false),
      Effect.provideService(ChainHead, {
        seen: Effect.succeed({ number: Option.fromNullable(chainHead), silence: 0, standstill: 0, ...chain })
      })
    )
    return { url: `http://127.0.0.1:${port}`, metricsUrl: `http://127.0.0.1:${metrics?.port}` }
  }).pipe(Effect.orDie)

/** The address of the API alone. */
export const serve = (options?: ServingOptions) => Effect.map(serveBoth(options), ({ url }) => url)

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
  readonly json: () => unknown
}

/** Sends one request and returns the response exactly as received, without decompressing it. */
export const ask = (url: string, init: RequestInit = {}): Effect.Effect<Answer> =>
  Effect.promise(async () => {
    const response = await fetch(url, { decompress: false, redirect: "manual", ...init } as RequestInit)
    const bytes = new Uint8Array(await response.arrayBuffer())
    return { status: response.status, headers: response.headers, bytes, json: () => JSON.parse(new TextDecoder().decode(bytes)) }
  })

/** Repeats a request until the answer fits, for effects that take some time. */
export const askUntil = (url: string, fits: (answer: Answer) => boolean, until = performance.now() + PATIENCE): Effect.Effect<Answer> =>
  Effect.flatMap(ask(url), (answer) =>
    fits(answer)
      ? Effect.succeed(answer)
      : performance.now() < until
        ? askUntil(url, fits, until)
        : Effect.dieMessage(`${url} stayed at ${answer.status}: ${new TextDecoder().decode(answer.bytes).slice(0, 300)}`)
  )

export interface Message {
  readonly event: string
  readonly id: string | undefined
  readonly data: unknown
}

export interface Listening {
  readonly status: number
  /** The next message, or `undefined` once the stream has ended. */
  readonly next: Effect.Effect<Message | undefined>
  readonly hangUp: Effect.Effect<void>
}

/** Opens the event stream. */
export const listen = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const abort = new AbortController()
    yield* Effect.addFinalizer(() => Effect.sync(() => abort.abort()))
    const response = yield* Effect.promise(() => fetch(`${url}`, { headers, signal: abort.signal }))
    const reader = response.body?.getReader()
    const [waiting, decoder] = [[] as Message[], new TextDecoder()]
    const parser = Sse.makeParser((found) => {
      if (found._tag === "Event") waiting.push({ event: found.event, id: found.id, data: JSON.parse(found.data) })
    })
    const next = async (): Promise<Message | undefined> => {
      for (;;) {
        const message = waiting.shift()
        if (message !== undefined) return message
        const chunk = await reader?.read()
        if (chunk === undefined || chunk.done) return undefined
        parser.feed(decoder.decode(chunk.value, { stream: true }))
      }
    }
    const listening: Listening = { status: response.status, next: Effect.promise(next), hangUp: Effect.sync(() => abort.abort()) }
    return listening
  })

/** Takes the next message, and asserts its event name. */
export const expectMessage = (listening: Listening, event: string) =>
  Effect.flatMap(listening.next, (message) =>
    message?.event === event ? Effect.succeed(message) : Effect.dieMessage(`instead of ${event} came ${JSON.stringify(message)}`)
  )
