/** Plain values of the contract's client as JSON has them. */
import type { Json } from "./facts.ts"

/** What Postgres takes into no text: NUL, and halves of a character. Anybody can put them into a call that is refused. */
const NOT_TEXT = /\0|\p{Surrogate}/gu

/** Bigints become decimal strings; what JSON has no word for becomes null. */
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
      return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toJson(field)]))
    default:
      return null
  }
}
