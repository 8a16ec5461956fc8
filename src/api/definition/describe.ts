/** What every endpoint may answer beside its own, as the OpenAPI description says it. */
import { onlyOneErrorShape } from "./openApi.ts"

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value)

const mapped = (value: unknown, change: (inner: Record<string, unknown>, name: string) => unknown) =>
  isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, isRecord(inner) ? change(inner, name) : inner]))
    : value

const NOT_MODIFIED = { description: "It is still what the ETag in If-None-Match names; no body" }

const IF_NONE_MATCH = {
  name: "if-none-match",
  in: "header",
  required: false,
  schema: { type: "string" },
  description: "the ETag of an earlier answer: 304 without a body if it still is the same"
}

/** Answers that are never the same twice, or never end. */
const ALWAYS_NEW: ReadonlySet<string> = new Set(["/health", "/ready", "/metrics", "/v1/stream"])

const withNotModified = (operation: Record<string, unknown>) => ({
  ...operation,
  parameters: [...(Array.isArray(operation.parameters) ? operation.parameters : []), IF_NONE_MATCH],
  responses: { ...(isRecord(operation.responses) ? operation.responses : {}), 304: NOT_MODIFIED }
})

/** One error shape, and 304 wherever an answer has an ETag. */
export const describe = (specification: Record<string, unknown>): Record<string, unknown> => {
  const described = onlyOneErrorShape(specification)
  const paths = mapped(described.paths, (item, path) => (ALWAYS_NEW.has(path) ? item : mapped(item, withNotModified)))
  return { ...described, paths }
}
