/** What a box's filtering proxy is told, and what it tells. */
import { Schema } from "effect"

/** What the proxy lets through beside port 443 of public addresses. It reads this from standard input at its start. */
export const Rules = Schema.Struct({
  /** Reached whatever their addresses are. `http`: without TLS too. */
  allow: Schema.Array(Schema.Struct({ host: Schema.String, port: Schema.Int, scheme: Schema.Literal("http", "https") })),
  /** Networks whose addresses count as public, as ADDRESS/BITS. */
  networks: Schema.Array(Schema.String),
  /** The operator's own proxy, and the hosts that are reached without it: names and ends of names. */
  upstream: Schema.NullOr(Schema.Struct({ url: Schema.String, except: Schema.Array(Schema.String) })),
  /** Bytes in both directions together, of all connections. */
  bytes: Schema.Number,
  /** Connections in all. */
  connections: Schema.Int
})
export interface Rules extends Schema.Schema.Type<typeof Rules> {}

/** What the proxy says on standard output, one JSON document a line. */
export const Report = Schema.Union(
  Schema.TaggedStruct("listening", {}),
  /** `what`: the host and port, `why`: the reason. */
  Schema.TaggedStruct("refused", { what: Schema.String, why: Schema.String }),
  /** The bytes are used up. */
  Schema.TaggedStruct("usedUp", {})
)
export type Report = typeof Report.Type

/** A port of the box's own loopback, which leads to the proxy. Nothing else is there. */
export const PORT = 3_128

/** The name of the proxy's socket in the folder that both boxes have. */
export const SOCKET = "socket"
