/** Values of the rules as JSON, for the conformance kit: what JSON lacks is an object with one key. */

/** A number below is in decimal digits, bytes in hexadecimal ones; undefined fields of objects are left out. Input may also have `$repeat`: a text, and how often it comes. */
const TAGS = ["$bigint", "$bytes", "$map", "$number", "$set", "$undefined"] as const
type Tag = (typeof TAGS)[number]

const tagged = (tag: Tag, value: unknown) => ({ [tag]: value })

const each = (value: object, of: (part: unknown) => unknown) =>
  Object.fromEntries(Object.entries(value).flatMap(([key, part]) => (part === undefined ? [] : [[key, of(part)]])))

/** Throws a TypeError where a value is none of the forms, such as a function. */
export const toPlain = (value: unknown): unknown => {
  if (typeof value === "bigint") return tagged("$bigint", String(value))
  if (value === undefined) return tagged("$undefined", true)
  if (typeof value === "number" && !(Number.isFinite(value) && !Object.is(value, -0)))
    return tagged("$number", Object.is(value, -0) ? "-0" : String(value))
  if (typeof value === "function") throw new TypeError("a function is no value")
  if (typeof value !== "object" || value === null) return value
  if (ArrayBuffer.isView(value)) return tagged("$bytes", Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex"))
  if (value instanceof Map) return tagged("$map", [...value].map(toPlain))
  if (value instanceof Set) return tagged("$set", [...value].map(toPlain))
  return Array.isArray(value) ? value.map(toPlain) : each(value, toPlain)
}

const pairOf = (value: unknown): readonly [unknown, unknown] => (Array.isArray(value) ? [value[0], value[1]] : [undefined, undefined])

/** The value that `toPlain` was given. */
export const fromPlain = (plain: unknown): unknown => {
  if (typeof plain !== "object" || plain === null) return plain
  if (Array.isArray(plain)) return plain.map(fromPlain)
  const [[key, value] = ["", undefined]] = Object.entries(plain)
  const list = () => (Array.isArray(value) ? value.map(fromPlain) : [])
  switch (key) {
    case "$bigint":
      return BigInt(String(value))
    case "$undefined":
      return undefined
    case "$repeat": {
      const [text, times] = pairOf(value)
      return String(text).repeat(Number(times))
    }
    case "$number":
      return Number(value)
    case "$bytes":
      return new Uint8Array(Buffer.from(String(value), "hex"))
    case "$map":
      return new Map(list().map(pairOf))
    case "$set":
      return new Set(list())
    default:
      return each(plain, fromPlain)
  }
}
