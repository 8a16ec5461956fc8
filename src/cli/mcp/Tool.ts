/** An MCP tool: name and description for the agent, schemas of input and output, and the implementation. */
import { Effect, JSONSchema, ParseResult, Schema } from "effect"
import { InvalidInput } from "../../domain/failures.ts"

/** A JSON Schema of an object, as MCP requires. */
export interface ObjectSchema {
  readonly type: "object"
  readonly [keyword: string]: unknown
}

export interface Tool<R> {
  readonly name: string
  readonly title: string
  readonly description: string
  /** Whether the tool only reads. Tools that sign do not. */
  readonly readOnly: boolean
  readonly input: ObjectSchema
  readonly output: ObjectSchema
  /** Fails with `InvalidArguments` if `given` does not match the schema `input`. The result matches `output`. */
  readonly call: (given: unknown) => Effect.Effect<Readonly<Record<string, unknown>>, unknown, R>
}

interface Definition<I, IE, O, OE, E, R> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly readOnly: boolean
  readonly input: Schema.Schema<I, IE>
  readonly output: Schema.Schema<O, OE & Readonly<Record<string, unknown>>>
  readonly run: (input: I) => Effect.Effect<O, E, R>
}

const objectSchema = (schema: Schema.Schema.AnyNoContext): ObjectSchema => ({
  ...JSONSchema.make(schema, { target: "jsonSchema2020-12" }),
  type: "object"
})

const problemOf = ({ path, message }: ParseResult.ArrayFormatterIssue): string =>
  path.length === 0 ? message : `${path.join(".")}: ${message}`

export const defineTool = <I, IE, O, OE, E, R>(definition: Definition<I, IE, O, OE, E, R>): Tool<R> => {
  const decode = Schema.decodeUnknown(definition.input, { errors: "all", onExcessProperty: "error" })
  const encode = Schema.encode(definition.output)
  return {
    name: definition.name,
    title: definition.title,
    description: definition.description,
    readOnly: definition.readOnly,
    input: objectSchema(definition.input),
    output: objectSchema(definition.output),
    call: (given) =>
      decode(given ?? {}).pipe(
        Effect.mapError(
          (error) =>
            new InvalidInput({
              message: `the arguments of ${definition.name} are wrong: ${ParseResult.ArrayFormatter.formatErrorSync(error).map(problemOf).join("; ")}`
            })
        ),
        Effect.flatMap(definition.run),
        Effect.flatMap((found) => Effect.orDie(encode(found)))
      )
  }
}
