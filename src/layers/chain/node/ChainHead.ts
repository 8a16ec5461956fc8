/**
 * Polls the number of the chain's finalised block, for callers that only measure their lag. A poll takes two small requests, over HTTP, or over a
 * WebSocket where a node serves no HTTP.
 */
import { Context, Duration, Effect, Layer, Option, Ref, Schedule, Schema } from "effect"
import { MAX_NESTING } from "../../../domain/nesting.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { elapsedMillis } from "../../machine/effects/elapsed.ts"
import { answerTo, jsonOf } from "../../machine/http/boundedAnswer.ts"
import { finalisedNumberOf } from "./endpoint.ts"

export interface SeenHead {
  /** The finalised block. None: there are no endpoints, or none has answered recently. */
  readonly number: Option.Option<number>
  /** Milliseconds without an answer of any endpoint; 0 if there are no endpoints. */
  readonly silence: number
  /** Milliseconds since this block was first seen; 0 if no number is known. */
  readonly standstill: number
}

export class ChainHead extends Context.Tag("gittensor/ChainHead")<ChainHead, { readonly seen: Effect.Effect<SeenHead> }>() {}

export interface ChainHeadOptions {
  /** ws://…, wss://…, http://… or https://…. All are polled, and the highest block counts. */
  readonly endpoints: ReadonlyArray<string>
  readonly every?: Duration.DurationInput
}

const answers = strangersBytes({
  what: "a chain node's finalised head, over HTTP",
  writtenBy: "the node's operator",
  readIn: "this process",
  limits: { bytes: 1_048_576, time: Duration.seconds(5), nesting: MAX_NESTING },
  test: "test/http/strangers/servers.test.ts"
})
/** How long an answer counts, in milliseconds: three polls, one of which may time out. */
export const ANSWER_VALID_FOR = 20_000

const Hash = Schema.Struct({ result: Schema.String })
const Header = Schema.Struct({ result: Schema.Struct({ number: Schema.NumberFromString }) })

/** Substrate nodes answer JSON-RPC over HTTP at the address of their WebSocket. */
const httpOf = (endpoint: string) => endpoint.replace(/^ws(s?):/, "http$1:")

const ask = <A, I>(endpoint: string, answer: Schema.Schema<A, I>, method: string, ...params: ReadonlyArray<string>) => {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })
  const headers = { "content-type": "application/json" }
  return Effect.flatMap(answerTo({ url: httpOf(endpoint), method: "POST", headers, body }, answers.limits), jsonOf(answer))
}

const headByHttp = (endpoint: string) =>
  Effect.gen(function* () {
    const { result: hash } = yield* ask(endpoint, Hash, "chain_getFinalizedHead")
    const { result: header } = yield* ask(endpoint, Header, "chain_getHeader", hash)
    return header.number
  }).pipe(Effect.timeout(answers.limits.time))

/** For providers that serve only WebSockets. */
const headBySocket = (endpoint: string) =>
  Effect.flatMap(finalisedNumberOf(endpoint, undefined, answers.limits.time), (number) =>
    number === undefined ? Effect.fail("no answer over a WebSocket") : Effect.succeed(number)
  )

/** `bySocket`: the endpoints that answered only there. */
const headOf = (endpoint: string, bySocket: Set<string>) => {
  const http = Effect.zipLeft(
    headByHttp(endpoint),
    Effect.sync(() => bySocket.delete(endpoint))
  )
  if (!endpoint.startsWith("ws")) return http
  const socket = Effect.zipLeft(
    headBySocket(endpoint),
    Effect.sync(() => bySocket.add(endpoint))
  )
  const isAsked = (error: Effect.Effect.Error<typeof http>) =>
    error._tag !== "TimeoutException" &&
    (error._tag !== "AnswerFailed" || !["unreachable", "slow"].includes(error.failure) || /closed|reset/i.test(error.reason))
  return bySocket.has(endpoint)
    ? Effect.orElse(socket, () => http)
    : Effect.catchAll(http, (error) => (isAsked(error) ? Effect.mapError(socket, () => error) : Effect.fail(error)))
}

interface KnownHead {
  readonly number: number
  /** When an endpoint last and first reported this block. */
  readonly at: number
  readonly since: number
}

const make = ({ endpoints, every = Duration.seconds(6) }: ChainHeadOptions) =>
  Effect.gen(function* () {
    const began = yield* elapsedMillis
    const known = yield* Ref.make<KnownHead | undefined>(undefined)
    const isSilent = yield* Ref.make(false)
    const bySocket = new Set<string>()
    const silenceOf = (found: KnownHead | undefined, now: number) => now - (found?.at ?? began)
    const look = Effect.gen(function* () {
      const [failures, numbers] = yield* Effect.partition(endpoints, (endpoint) => headOf(endpoint, bySocket), { concurrency: "unbounded" })
      const at = yield* elapsedMillis
      if (numbers.length > 0) {
        const number = Math.max(...numbers)
        yield* Ref.update(known, (before) => ({ number, at, since: before?.number === number ? before.since : at }))
      }
      const silence = silenceOf(yield* Ref.get(known), at)
      const wasSilent = yield* Ref.getAndSet(isSilent, silence >= ANSWER_VALID_FOR)
      // Log once for each outage, not every few seconds.
      if (silence >= ANSWER_VALID_FOR && !wasSilent)
        yield* Effect.logWarning(
          `no endpoint of --endpoint has answered for ${Math.round(silence / 1000)} s: start the node, or name another one`,
          failures.map(({ message }) => message).join("; ")
        )
      if (silence < ANSWER_VALID_FOR && wasSilent) yield* Effect.logInfo("an endpoint of --endpoint answers again")
    })
    yield* look.pipe(Effect.repeat(Schedule.spaced(every)), Effect.forkScoped)
    return ChainHead.of({
      seen: Effect.gen(function* () {
        const found = yield* Ref.get(known)
        const now = yield* elapsedMillis
        const silence = silenceOf(found, now)
        return found === undefined || silence >= ANSWER_VALID_FOR
          ? { number: Option.none(), silence, standstill: 0 }
          : { number: Option.some(found.number), silence, standstill: now - found.since }
      })
    })
  })

export const layer = (options: ChainHeadOptions) => Layer.scoped(ChainHead, make(options))

/** A `ChainHead` for programs without endpoints: it has seen no block. */
export const none = Layer.succeed(ChainHead, { seen: Effect.succeed({ number: Option.none(), silence: 0, standstill: 0 }) })
