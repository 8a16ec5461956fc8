import { Effect, ParseResult, Schema } from "effect"
import { parseHex } from "../codec/hex.ts"
import type { Client } from "./Client.ts"
import { invalidParams, type RpcError } from "./RpcError.ts"

/** A JSON-RPC method: parameters as they came, the client, and the answer. */
export type Method = (params: ReadonlyArray<unknown>, client: Client) => Effect.Effect<unknown, RpcError>

export type Methods = Readonly<Record<string, Method>>

/** Whole bytes written `0x…` or without the 0x; decoded to bare digits. */
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

/** A parameter that clients leave out or send as null. */
export const Optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.NullOr(schema)

/**
 * A method whose parameters, in order, follow the schemas. Missing ones count as null; further ones are ignored, as
 * clients of different ages send them.
 */
export const method = <const Elements extends ReadonlyArray<Schema.Schema.AnyNoContext>>(
  elements: Elements,
  run: (params: Decoded<Elements>, client: Client) => Effect.Effect<unknown, RpcError>
): Method => {
  // TypeScript does not see through the generic spread that the tuple's type is the mapped one, without requirements
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

/** A method that takes nothing and answers the same always. */
export const constant =
  (answer: unknown): Method =>
  () =>
    Effect.succeed(answer)
