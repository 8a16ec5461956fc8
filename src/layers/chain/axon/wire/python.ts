/** Parses and prints JSON as Python does, because Bittensor's body hash covers Python's str() of each value. Integers and floats differ. */

/** bigint is Python's int, number its float. */
export type PythonValue = null | boolean | bigint | number | string | ReadonlyArray<PythonValue> | { readonly [key: string]: PythonValue }

interface ReviverContext {
  readonly source?: string
}

const INTEGER = /^-?\d+$/

/** The most digits that Python converts by default (`sys.int_info.default_max_str_digits`): more take more than linear time. */
const MAX_DIGITS = 4_300

const integerOf = (source: string): bigint => {
  if (source.length > MAX_DIGITS + 1) throw new SyntaxError(`an integer has more than ${MAX_DIGITS} digits`)
  return BigInt(source)
}

/** Parses JSON with exact integers. Throws SyntaxError like JSON.parse, and RangeError where it is nested thousands of times. */
export const parseJson = (text: string): PythonValue =>
  // TypeScript's library does not declare the reviver's third argument yet.
  JSON.parse(text, ((_key: string, value: PythonValue, context?: ReviverContext) =>
    typeof value === "number" && context?.source !== undefined && INTEGER.test(context.source) ? integerOf(context.source) : value) as (
    this: unknown,
    key: string,
    value: unknown
  ) => unknown)

/** Python's repr() of a float: JavaScript's digits, with an exponent below 1e-4 and from 1e16 up. */
const floatText = (value: number): string => {
  if (Number.isNaN(value)) return "nan"
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf"
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0"
  const [mantissa = "", exponentText = "0"] = value.toExponential().split("e")
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= 16) {
    const magnitude = Math.abs(exponent).toString().padStart(2, "0")
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${magnitude}`
  }
  const plain = exponent < 0 ? value.toFixed(Math.max(0, mantissa.replace(/[-.]/g, "").length - 1 - exponent)) : value.toString()
  return plain.includes(".") ? plain : `${plain}.0`
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" }

/** Characters that Python's repr() escapes: controls, formats, surrogates, private use, unassigned, and separators except the space. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Zs}]/u

const escapedCharacter = (character: string): string => {
  const known = ESCAPES[character]
  if (known !== undefined) return known
  if (character === " " || !UNPRINTABLE.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`
}

const quotedText = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = Array.from(text, escapedCharacter).join("")
  return `${quote}${quote === "'" ? body.replaceAll("'", "\\'") : body}${quote}`
}

/** Python's repr(). */
const repr = (value: PythonValue): string => {
  if (value === null) return "None"
  if (typeof value === "boolean") return value ? "True" : "False"
  if (typeof value === "bigint") return value.toString()
  if (typeof value === "number") return floatText(value)
  if (typeof value === "string") return quotedText(value)
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`
  return `{${Object.entries(value)
    .map(([key, item]) => `${quotedText(key)}: ${repr(item)}`)
    .join(", ")}}`
}

/** Python's str(): a string unchanged, anything else as its repr(). */
export const str = (value: PythonValue): string => (typeof value === "string" ? value : repr(value))

/** JSON that `parseJson` reads back to the same value: floats keep their point, integers all their digits. Floats must be finite. */
export const toJson = (value: PythonValue): string => {
  if (typeof value === "bigint") return value.toString()
  if (typeof value === "number") return floatText(value)
  if (value === null || typeof value !== "object") return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(toJson).join(",")}]`
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${toJson(item)}`)
    .join(",")}}`
}
