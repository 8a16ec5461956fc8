/** Asks a node about itself and its chain over a short connection of its own, without polkadot.js, which is slow to load. */
import { type Duration, Effect, Schema } from "effect"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { throughProxy } from "../../machine/http/proxies.ts"
import { isForDevelopment } from "./Chain.ts"
import { MESSAGE_LIMITS } from "./endpoint.ts"
import { reasonOf } from "./errors.ts"
import { socketOptions } from "./socketOptions.ts"

/** A node's answers. Durations are in milliseconds; `at` is in milliseconds since 1970 by the chain's clock. */
export interface Probe {
  /** The time to connect. */
  readonly connected: number
  /** The time of one request over the open connection. */
  readonly latency: number
  readonly genesisHash: string
  readonly finalised: { readonly number: number; readonly at: number | null }
  readonly best: { readonly number: number; readonly at: number | null }
  readonly isSyncing: boolean
  /** A development chain: its timestamps may be anything. */
  readonly isDevelopment: boolean
  /** Like `node-subtensor 301`. */
  readonly runtime: string
}

export class ProbeFailed extends Schema.TaggedError<ProbeFailed>()("ProbeFailed", {
  reason: Schema.String,
  /** Whether the node gave no answer, and may give one later. */
  isSilent: Schema.Boolean
}) {
  override get message() {
    return this.reason
  }
}

/** Where every Substrate chain keeps its clock: twox128("Timestamp") and twox128("Now"). */
export const CLOCK_KEY = "0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb"

const Hash = Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{64}$/))
const Header = Schema.Struct({ number: Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{1,8}$/)) })
const Health = Schema.Struct({ isSyncing: Schema.Boolean })
const Runtime = Schema.Struct({ specName: Schema.String, specVersion: Schema.Int })
const Moment = Schema.NullOr(Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{16}$/)))
const Reply = Schema.parseJson(
  Schema.Struct({
    id: Schema.Int,
    result: Schema.optional(Schema.Unknown),
    error: Schema.optional(Schema.Struct({ message: Schema.String }))
  })
)

const momentIn = (value: string | null): number | null =>
  value === null ? null : Number(new DataView(Uint8Array.fromHex(value.slice(2)).buffer).getBigUint64(0, true))

type Ask = <A, I>(schema: Schema.Schema<A, I>, method: string, ...params: ReadonlyArray<unknown>) => Promise<A>

strangersBytes({
  what: "a chain node's answers about itself, for `doctor` and to choose an endpoint",
  writtenBy: "the node's operator",
  readIn: "this process",
  limits: { ...MESSAGE_LIMITS, also: "a time limit set by the caller" },
  test: "test/http/chain/messages.test.ts"
})

/** An open connection for requests. A socket error fails all requests that wait. */
const connect = (endpoint: string) =>
  Effect.async<{ readonly ask: Ask; readonly leave: () => void }, ProbeFailed>((resume) => {
    const socket = new WebSocket(endpoint, socketOptions(endpoint))
    const waiting = new Map<number, { readonly done: (value: unknown) => void; readonly fail: (error: Error) => void }>()
    let next = 1
    const failAll = (reason: string) => {
      const error = new ProbeFailed({ reason: `${reason}${throughProxy(endpoint)}`, isSilent: true })
      for (const { fail } of waiting.values()) fail(error)
      waiting.clear()
      resume(error)
    }
    const leave = () => {
      socket.onmessage = null
      socket.onclose = null
      socket.onerror = null
      socket.terminate()
    }
    const ask: Ask = async (schema, method, ...params) => {
      const id = next++
      const answered = new Promise<unknown>((done, fail) => waiting.set(id, { done, fail }))
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }))
      const value = await answered
      if (!Schema.is(schema)(value))
        throw new ProbeFailed({ reason: `its answer to ${method} is not that of a Substrate node`, isSilent: false })
      return value
    }
    socket.onopen = () => resume(Effect.succeed({ ask, leave }))
    socket.onerror = (event) => failAll(reasonOf(event))
    socket.onclose = () => failAll("the node closed the connection")
    socket.onmessage = ({ data }) => {
      const reply = Schema.decodeUnknownOption(Reply)(data)
      if (reply._tag === "None") return failAll("the server there does not speak JSON-RPC")
      const { id, result, error } = reply.value
      const waiter = waiting.get(id)
      waiting.delete(id)
      if (error !== undefined) waiter?.fail(new ProbeFailed({ reason: error.message, isSilent: false }))
      else waiter?.done(result)
    }
    return Effect.sync(leave)
  })

const examine = async (ask: Ask, connected: number): Promise<Probe> => {
  const asked = performance.now()
  const { isSyncing } = await ask(Health, "system_health")
  const latency = performance.now() - asked
  const [genesisHash, kind, runtime, finalisedHash, bestHash] = await Promise.all([
    ask(Hash, "chain_getBlockHash", 0),
    ask(Schema.Unknown, "system_chainType"),
    ask(Runtime, "state_getRuntimeVersion"),
    ask(Hash, "chain_getFinalizedHead"),
    ask(Hash, "chain_getBlockHash")
  ])
  const at = async (hash: string) => {
    const [{ number }, moment] = await Promise.all([ask(Header, "chain_getHeader", hash), ask(Moment, "state_getStorage", CLOCK_KEY, hash)])
    return { number: Number(number), at: momentIn(moment) }
  }
  const [finalised, best] = await Promise.all([at(finalisedHash), at(bestHash)])
  return {
    connected,
    latency,
    genesisHash,
    finalised,
    best,
    isSyncing,
    isDevelopment: isForDevelopment(kind),
    runtime: `${runtime.specName} ${runtime.specVersion}`
  }
}

/** The reason where a node does not answer within the limit. */
export const NO_ANSWER_IN_TIME = "no answer in time"

/** Asks a node. `limit` applies to the whole exchange. */
export const probe = Effect.fn("Chain.probe")(function* (endpoint: string, limit: Duration.DurationInput) {
  const started = performance.now()
  return yield* Effect.acquireUseRelease(
    connect(endpoint),
    ({ ask }) =>
      Effect.tryPromise({
        try: () => examine(ask, performance.now() - started),
        catch: (cause) => (cause instanceof ProbeFailed ? cause : new ProbeFailed({ reason: reasonOf(cause), isSilent: true }))
      }),
    ({ leave }) => Effect.sync(leave)
  ).pipe(
    // Acquisition cannot be interrupted, and a node may accept a connection and stay silent.
    Effect.disconnect,
    Effect.timeoutFail({ duration: limit, onTimeout: () => new ProbeFailed({ reason: NO_ANSWER_IN_TIME, isSilent: true }) })
  )
})
