/** Adds to the OpenAPI description what every endpoint may answer besides its own responses. */
import { onlyOneErrorShape } from "./openApi.ts"

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value)

const mapped = (value: unknown, change: (inner: Record<string, unknown>, name: string) => unknown) =>
  isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, isRecord(inner) ? change(inner, name) : inner]))
    : value

const NOT_MODIFIED = { description: "The content still matches the ETag in If-None-Match; no body" }

const IF_NONE_MATCH = {
  name: "if-none-match",
  in: "header",
  required: false,
  schema: { type: "string" },
  description: "the ETag of an earlier answer; the response is 304 without a body if the content has not changed"
}

/** Endpoints whose answers are never cached: momentary ones and the endless stream. */
const NEVER_CACHED: ReadonlySet<string> = new Set(["/health", "/ready", "/metrics", "/v1/stream"])

const withNotModified = (operation: Record<string, unknown>) => ({
  ...operation,
  parameters: [...(Array.isArray(operation.parameters) ? operation.parameters : []), IF_NONE_MATCH],
  responses: { ...(isRecord(operation.responses) ? operation.responses : {}), 304: NOT_MODIFIED }
})

/** Unifies the error shape, and adds 304 to every endpoint with an ETag. */
export const describe = (specification: Record<string, unknown>): Record<string, unknown> => {
  const described = onlyOneErrorShape(specification)
  const paths = mapped(described.paths, (item, path) => (NEVER_CACHED.has(path) ? item : mapped(item, withNotModified)))
  return { ...described, paths }
}
