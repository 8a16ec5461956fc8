/** Corrects the library's OpenAPI description: our error for invalid requests, 304 for answers with an ETag, and CSV. */
import { Predicate } from "effect"
import { CSV, ROWS_OF_A_FILE } from "./csv.ts"

const LIBRARY = "#/components/schemas/HttpApiDecodeError"
const OURS = "#/components/schemas/BadRequest"

/** The library's description of its own decoding error. */
const LIBRARY_DESCRIPTION = "The request did not match the expected schema"
const OUR_DESCRIPTION = "A parameter is invalid"

const rewritten = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(rewritten)
  if (!Predicate.isRecord(value)) return value
  if (Array.isArray(value.anyOf) && value.anyOf.some((member) => Predicate.isRecord(member) && member.$ref === LIBRARY))
    return { $ref: OURS }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      inner === LIBRARY ? OURS : inner === LIBRARY_DESCRIPTION ? OUR_DESCRIPTION : rewritten(inner)
    ])
  )
}

const without = (record: Record<string, unknown>, ...keys: ReadonlyArray<string>) =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)))

/** Replaces the library's decoding error by `BadRequest`. */
export const onlyOneErrorShape = (specification: Record<string, unknown>): Record<string, unknown> => {
  const { components, paths } = specification
  if (!Predicate.isRecord(components) || !Predicate.isRecord(components.schemas)) return specification
  const schemas = without(components.schemas, "HttpApiDecodeError", "Issue", "PropertyKey")
  return { ...specification, paths: rewritten(paths), components: { ...components, schemas } }
}

const mapped = (value: unknown, change: (inner: Record<string, unknown>, name: string) => unknown) =>
  Predicate.isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, Predicate.isRecord(inner) ? change(inner, name) : inner]))
    : value

/** JSON has an empty schema, because it may be anything; other media types are described as bytes. */
const contentAs = (mediaType: string, documented: unknown) => (mediaType === "application/json" ? { schema: {} } : documented)

/** Documents all media types of an operation's successful answer. The library supports one per status. */
export const answersWithAnyOf =
  (mediaTypes: ReadonlyArray<string>) =>
  (operation: Record<string, unknown>): Record<string, unknown> => ({
    ...operation,
    responses: mapped(operation.responses, (response, status) => {
      if (status !== "200" || !Predicate.isRecord(response.content)) return response
      const [documented] = Object.values(response.content)
      return { ...response, content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, contentAs(mediaType, documented)])) }
    })
  })

const NOT_MODIFIED = { description: "The content still matches the ETag in If-None-Match; no body" }

const IF_NONE_MATCH = {
  name: "if-none-match",
  in: "header",
  required: false,
  schema: { type: "string" },
  description: "the ETag of an earlier answer; the response is 304 without a body if the content has not changed"
}

/** Endpoints whose answers are never cached: momentary states and the endless stream. */
const NEVER_CACHED: ReadonlySet<string> = new Set(["/health", "/ready", "/v1/stream"])

const withNotModified = (operation: Record<string, unknown>) => ({
  ...operation,
  parameters: [...(Array.isArray(operation.parameters) ? operation.parameters : []), IF_NONE_MATCH],
  responses: { ...(Predicate.isRecord(operation.responses) ? operation.responses : {}), 304: NOT_MODIFIED }
})

const NEXT_FILE = {
  Link: { description: 'the address of the next file, with rel="next"; missing on the last', schema: { type: "string" } }
}

/** The same operation with its rows as CSV. */
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

/** The paths with those of lists as CSV. */
const withCsvPaths = (paths: unknown, lists: ReadonlySet<string>) =>
  Predicate.isRecord(paths)
    ? Object.fromEntries(
        Object.entries(paths).flatMap(([path, item]) => [
          [path, item],
          ...(lists.has(path) ? [[path + CSV, mapped(item, asCsv)] as const] : [])
        ])
      )
    : paths

/** Unifies the error shape, adds 304 to every endpoint with an ETag, and CSV to the lists with these paths. */
export const describe =
  (lists: ReadonlyArray<string>) =>
  (specification: Record<string, unknown>): Record<string, unknown> => {
    const described = onlyOneErrorShape(specification)
    const paths = mapped(described.paths, (item, path) => (NEVER_CACHED.has(path) ? item : mapped(item, withNotModified)))
    return { ...described, paths: withCsvPaths(paths, new Set(lists.map((path) => path.replaceAll(/:(\w+)/g, "{$1}")))) }
  }
