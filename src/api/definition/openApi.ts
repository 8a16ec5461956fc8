/** Makes the OpenAPI description name our error for an invalid request instead of the library's. */

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value)

const LIBRARY = "#/components/schemas/HttpApiDecodeError"
const OURS = "#/components/schemas/BadRequest"

/** The library's description of its own error. */
const LIBRARY_DESCRIPTION = "The request did not match the expected schema"
const OUR_DESCRIPTION = "A parameter is invalid"

const rewritten = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(rewritten)
  if (!isRecord(value)) return value
  if (Array.isArray(value.anyOf) && value.anyOf.some((member) => isRecord(member) && member.$ref === LIBRARY)) return { $ref: OURS }
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
  if (!isRecord(components) || !isRecord(components.schemas)) return specification
  const schemas = without(components.schemas, "HttpApiDecodeError", "Issue", "PropertyKey")
  return { ...specification, paths: rewritten(paths), components: { ...components, schemas } }
}
