/** The input and output of a box's filtering proxy. */
import { Schema } from "effect"

/** What the proxy allows besides port 443 of public addresses. It reads this from standard input at its start. */
export const Rules = Schema.Struct({
  /** Allowed at any address. `http`: without TLS too. */
  allow: Schema.Array(Schema.Struct({ host: Schema.String, port: Schema.Int, scheme: Schema.Literal("http", "https") })),
  /** Networks whose addresses count as public, as ADDRESS/BITS. */
  networks: Schema.Array(Schema.String),
  /** The operator's own proxy, and the hosts to reach without it: names and suffixes. */
  upstream: Schema.NullOr(Schema.Struct({ url: Schema.String, except: Schema.Array(Schema.String) })),
  /** Bytes in both directions together, of all connections. */
  bytes: Schema.Number,
  /** The most connections during the whole run. */
  connections: Schema.Int
})
export interface Rules extends Schema.Schema.Type<typeof Rules> {}

/** The proxy's reports on standard output, one JSON document a line. */
export const Report = Schema.Union(
  Schema.TaggedStruct("listening", {}),
  /** `what`: the host and port, `why`: the reason. */
  Schema.TaggedStruct("refused", { what: Schema.String, why: Schema.String }),
  /** The bytes are used up. */
  Schema.TaggedStruct("usedUp", {})
)
export type Report = typeof Report.Type

/** The port of the box's own loopback that leads to the proxy. */
export const PORT = 3_128

/** The name of the proxy's socket in the folder that both boxes share. */
export const SOCKET = "socket"
