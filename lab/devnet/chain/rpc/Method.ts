import { Effect, ParseResult, Schema } from "effect"
import { parseHex } from "../codec/hex.ts"
import type { Client } from "./Client.ts"
import { invalidParams, type RpcError } from "./RpcError.ts"

/** A JSON-RPC method: takes raw parameters and the client, returns the answer. */
export type Method = (params: ReadonlyArray<unknown>, client: Client) => Effect.Effect<unknown, RpcError>

export type Methods = Readonly<Record<string, Method>>

/** Whole bytes in hexadecimal, with or without 0x; decoded to digits without 0x. */
export const HexText = Schema.transformOrFail(Schema.String, Schema.String, {
  strict: true,
  decode: (text, _options, ast) => {
    const bare = parseHex(text)
    return bare === undefined
      ? ParseResult.fail(new ParseResult.Type(ast, text, "expected whole bytes as hexadecimal digits, like 0x0a1b"))
      : ParseResult.succeed(bare)
  },
  encode: (bare) => ParseResult.succeed(`0x${bare}`)
})

/** A parameter that clients may omit or send as null. */
export const Optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.NullOr(schema)

/**
 * A method whose positional parameters are decoded by these schemas. Missing parameters count as null; surplus ones are ignored, because older and
 * newer clients send them.
 */
export const method = <const Elements extends ReadonlyArray<Schema.Schema.AnyNoContext>>(
  elements: Elements,
  run: (params: Decoded<Elements>, client: Client) => Effect.Effect<unknown, RpcError>
): Method => {
  // TypeScript cannot infer the tuple's type from a generic spread.
  const schema = Schema.Tuple(...elements) as unknown as Schema.Schema<Decoded<Elements>, unknown>
  const decode = Schema.decodeUnknown(schema)
  return (params, client) =>
    decode(elements.map((_, index) => params[index] ?? null)).pipe(
      Effect.mapError((error) => invalidParams(ParseResult.ArrayFormatter.formatErrorSync(error)[0]?.message ?? "not understood")),
      Effect.flatMap((decoded) => run(decoded, client))
    )
}

type Decoded<Elements extends ReadonlyArray<Schema.Schema.AnyNoContext>> = {
  readonly [Index in keyof Elements]: Schema.Schema.Type<Elements[Index]>
}

/** A method without parameters and with a constant answer. */
export const constant =
  (answer: unknown): Method =>
  () =>
    Effect.succeed(answer)
