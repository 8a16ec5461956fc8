import { Schema } from "effect"

/** A JSON-RPC error. Codes are JSON-RPC's own and Substrate's. */
export class RpcError extends Schema.TaggedError<RpcError>()("RpcError", {
  code: Schema.Number,
  message: Schema.String,
  data: Schema.optional(Schema.Unknown)
}) {}

export const parseError = new RpcError({ code: -32700, message: "Parse error" })
export const invalidRequest = new RpcError({ code: -32600, message: "Invalid request" })
export const methodNotFound = (method: string) => new RpcError({ code: -32601, message: `Method not found: ${method}` })
export const invalidParams = (reason: string) => new RpcError({ code: -32602, message: `Invalid params: ${reason}` })
export const internalError = new RpcError({ code: -32603, message: "Internal error" })
export const tooManySubscriptions = new RpcError({ code: -32006, message: "Too many subscriptions on the connection" })
export const noSubscriptionsHere = new RpcError({ code: -32601, message: "Method not found: subscriptions need a WebSocket" })
export const clientError = (reason: string) => new RpcError({ code: 4003, message: `Client error: ${reason}` })
