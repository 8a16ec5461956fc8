/** Corrects the library's OpenAPI description: our error for invalid requests, 304 for answers with an ETag, CSV, and schemas that generators of clients know. */
import * as JsonSchema from "@effect/platform/OpenApiJsonSchema"
import { Predicate, Schema } from "effect"
import { CSV, ROWS_OF_A_FILE } from "./csv.ts"
import { MESSAGES } from "./stream.ts"

const LIBRARY = "#/components/schemas/HttpApiDecodeError"
const OURS = "#/components/schemas/BadRequest"

/** The library's description of its own decoding error. */
const LIBRARY_DESCRIPTION = "The request did not match the expected schema"
const OUR_DESCRIPTION = "A parameter is invalid"

/** Effect's schemas of whole numbers. Generators would make a type of each. */
const NUMBERS: ReadonlySet<unknown> = new Set(["#/components/schemas/Int", "#/components/schemas/NonNegativeInt"])

const without = (record: Record<string, unknown>, ...keys: ReadonlyArray<string>) =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)))

/** A tuple as an array of so many items, each one of its members: most generators do not know `prefixItems`, and some refuse `items: false`. */
const asArray = (members: ReadonlyArray<Record<string, unknown>>) => {
  const areWhole = members.every(({ type, minimum }) => type === "integer" && minimum === 0)
  return {
    description: members.map(({ description }) => description).join(", "),
    items: areWhole ? { type: "integer", format: "int64", minimum: 0 } : { anyOf: members },
    minItems: members.length,
    maxItems: members.length
  }
}

/** The largest 32-bit integer. Generators for Go and Java make a 32-bit type of an integer without a format. */
const LARGEST_INT32 = 2_147_483_647

/** What the library says of its schemas: titles such as "maxLength(140)", ids that several schemas share, and that no field may be added. */
const isLibrarys = ([key, value]: readonly [string, unknown]) =>
  ((key === "title" || key === "$id") && typeof value === "string") || (key === "additionalProperties" && value === false)

/** A schema in our words, which later versions may add fields to, with the width of its numbers, and no enumeration of booleans, which Java lacks. */
const plainSchema = (schema: Record<string, unknown>): Record<string, unknown> => {
  const left = Object.fromEntries(Object.entries(schema).filter((entry) => !isLibrarys(entry)))
  if (Array.isArray(schema.prefixItems)) return { ...without(left, "prefixItems"), ...asArray(schema.prefixItems) }
  if (schema.type === "boolean") return without(left, "enum")
  if (schema.type === "number") return { ...left, format: "double" }
  if (schema.type !== "integer" && !NUMBERS.has(schema.$ref)) return left
  const isSmall = typeof schema.maximum === "number" && schema.maximum <= LARGEST_INT32
  return { type: "integer", ...(isSmall ? {} : { format: "int64" }), ...without(left, "$ref") }
}

const rewritten = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(rewritten)
  if (!Predicate.isRecord(value)) return value
  if (Array.isArray(value.anyOf) && value.anyOf.some((member) => Predicate.isRecord(member) && member.$ref === LIBRARY))
    return { $ref: OURS }
  return plainSchema(
    Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        inner === LIBRARY ? OURS : inner === LIBRARY_DESCRIPTION ? OUR_DESCRIPTION : rewritten(inner)
      ])
    )
  )
}

/** Replaces the library's decoding error by `BadRequest`, and what it says of its own schemas. */
export const onlyOneErrorShape = (specification: Record<string, unknown>): Record<string, unknown> => {
  const { components, paths } = specification
  if (!Predicate.isRecord(components) || !Predicate.isRecord(components.schemas)) return specification
  const schemas = without(components.schemas, "HttpApiDecodeError", "Issue", "PropertyKey", "Int", "NonNegativeInt")
  return { ...specification, paths: rewritten(paths), components: { ...components, schemas: rewritten(schemas) } }
}

const mapped = (value: unknown, change: (inner: Record<string, unknown>, name: string) => unknown) =>
  Predicate.isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, Predicate.isRecord(inner) ? change(inner, name) : inner]))
    : value

/** JSON has an empty schema, because it may be anything; other media types are described as bytes. */
const contentAs = (mediaType: string, documented: unknown) => (mediaType === "application/json" ? { schema: {} } : documented)

/** An operation with other content of its successful answer. */
const withContent =
  (contentOf: (documented: Record<string, unknown>) => Record<string, unknown>) =>
  (operation: Record<string, unknown>): Record<string, unknown> => ({
    ...operation,
    responses: mapped(operation.responses, (response, status) =>
      status === "200" && Predicate.isRecord(response.content) ? { ...response, content: contentOf(response.content) } : response
    )
  })

/** Documents all media types of an operation's successful answer. The library supports one per status. */
export const answersWithAnyOf = (mediaTypes: ReadonlyArray<string>) =>
  withContent((documented) =>
    Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, contentAs(mediaType, Object.values(documented)[0])]))
  )

const NOT_MODIFIED = { description: "The content still matches the ETag in If-None-Match; no body" }

const IF_NONE_MATCH = {
  name: "if-none-match",
  in: "header",
  required: false,
  schema: { type: "string" },
  description: "the ETag of an earlier answer; the response is 304 without a body if the content has not changed"
}

const STREAM = "/v1/stream"

/** Endpoints whose answers are never cached: momentary states and the endless stream. */
const NEVER_CACHED: ReadonlySet<string> = new Set(["/health", "/ready", STREAM])

const withNotModified = (operation: Record<string, unknown>) => ({
  ...operation,
  parameters: [...(Array.isArray(operation.parameters) ? operation.parameters : []), IF_NONE_MATCH],
  responses: { ...(Predicate.isRecord(operation.responses) ? operation.responses : {}), 304: NOT_MODIFIED }
})

const NEXT_FILE = {
  Link: { description: 'the address of the next file, with rel="next"; missing on the last', schema: { type: "string" } }
}

const asCsv = (operation: Record<string, unknown>) => ({
  ...operation,
  operationId: `${String(operation.operationId)}.csv`,
  tags: ["CSV"],
  summary: `${String(operation.summary)}, as CSV`,
  description: `At most ${ROWS_OF_A_FILE} rows, unless \`limit\` asks for fewer. Text that a spreadsheet would take for a formula begins with an apostrophe.`,
  responses: mapped(operation.responses, (response, status) =>
    status === "200"
      ? {
          description: "The rows, with a line of names first (RFC 4180)",
          headers: NEXT_FILE,
          content: { "text/csv": { schema: { type: "string" } } }
        }
      : response
  )
})

const withCsvPaths = (paths: unknown, lists: ReadonlySet<string>) =>
  Predicate.isRecord(paths)
    ? Object.fromEntries(
        Object.entries(paths).flatMap(([path, item]) => [
          [path, item],
          ...(lists.has(path) ? [[path + CSV, mapped(item, asCsv)] as const] : [])
        ])
      )
    : paths

/** The description with the data of the stream's messages, each of which is JSON, as the type of the stream. */
const withMessages = (specification: Record<string, unknown>): Record<string, unknown> => {
  const { components, paths } = specification
  if (!Predicate.isRecord(components) || !Predicate.isRecord(components.schemas)) return specification
  const schemas = { ...components.schemas }
  const schema = JsonSchema.makeWithDefs(Schema.Union(...Object.values(MESSAGES)), { defs: schemas })
  const withSchema = withContent(() => ({ "text/event-stream": { schema } }))
  const described = mapped(paths, (item, path) => (path === STREAM ? mapped(item, withSchema) : item))
  return { ...specification, paths: described, components: { ...components, schemas } }
}

/** Unifies the error shape, adds 304 to every endpoint with an ETag, and CSV to the lists with these paths. */
export const describe =
  (lists: ReadonlyArray<string>) =>
  (specification: Record<string, unknown>): Record<string, unknown> => {
    const described = onlyOneErrorShape(withMessages(specification))
    const paths = mapped(described.paths, (item, path) => (NEVER_CACHED.has(path) ? item : mapped(item, withNotModified)))
    return { ...described, paths: withCsvPaths(paths, new Set(lists.map((path) => path.replaceAll(/:(\w+)/g, "{$1}")))) }
  }
