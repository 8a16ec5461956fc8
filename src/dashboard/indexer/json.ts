/** Converts values of the contract's client to JSON. */
import type { Json } from "./blockContents.ts"

/** NUL and lone surrogates, which Postgres cannot store as text. Anybody can send them in a failing call. */
const NOT_TEXT = /\0|\p{Surrogate}/gu

/** Bigints become decimal strings. Undefined fields are left out; other values that JSON cannot represent become null. */
export const toJson = (value: unknown): Json => {
  switch (typeof value) {
    case "string":
      return value.replace(NOT_TEXT, "\ufffd")
    case "boolean":
      return value
    case "number":
      return Number.isFinite(value) ? value : null
    case "bigint":
      return value.toString()
    case "object":
      if (value === null) return null
      if (Array.isArray(value)) return value.map(toJson)
      return Object.fromEntries(Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [[name, toJson(field)]])))
    default:
      return null
  }
}
