/** A relay in front of a node that counts JSON-RPC requests and bytes, and can hide methods of the node. */
import { Effect, Schema, type Scope } from "effect"
import { relay } from "../devnet/relay.ts"

export interface Counted {
  readonly endpoint: string
  /** The methods requested since the last call, in order, without connection management. */
  readonly taken: () => ReadonlyArray<string>
  /** Bytes in both directions since the last call. */
  readonly bytes: () => number
}

const Request = Schema.parseJson(Schema.Struct({ method: Schema.String, id: Schema.optional(Schema.Union(Schema.String, Schema.Number)) }))
const OF_THE_CONNECTION: ReadonlySet<string> = new Set(["system_health", "state_subscribeRuntimeVersion"])

/** `unknown`: the methods that the node does not have. */
export const counted = (target: string, unknown: ReadonlySet<string> = new Set()): Effect.Effect<Counted, never, Scope.Scope> =>
  Effect.suspend(() => {
    let methods: Array<string> = []
    let bytes = 0
    const relayed = relay(target, {
      reply: (text) => {
        bytes += text.length
        const { method, id } = Schema.decodeUnknownSync(Request)(text)
        if (!OF_THE_CONNECTION.has(method)) methods.push(method)
        if (!unknown.has(method)) return undefined
        return JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32601, message: "Method not found" } })
      },
      answer: (text) => {
        bytes += text.length
        return text
      }
    })
    return Effect.map(relayed, (endpoint) => ({
      endpoint,
      taken: () => {
        const before = methods
        methods = []
        return before
      },
      bytes: () => {
        const before = bytes
        bytes = 0
        return before
      }
    }))
  })
