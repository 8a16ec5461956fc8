/**
 * A timestamp in microseconds, as the rules for open-source contributions compare them: an issue and a pull request may be opened within the same
 * millisecond. A double holds microseconds since 1970 exactly.
 */
import { ParseResult, Schema } from "effect"

const written = /^\s*(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(?:(?:([Zz])|([+-])(\d\d):?(\d\d))\s*)?$/

const EARLIEST_MILLISECONDS = Date.parse("0001-01-01T00:00:00Z")
const LATEST_MILLISECONDS = Date.parse("9999-12-31T23:59:59Z")

/** Microseconds since 1970 of an ISO 8601 text, or NaN. UTC without an offset; digits after the sixth are cut off. */
export const microsecondsOf = (text: string): number => {
  const [match, date, time, seconds = "00", fraction = "", , sign, hours = "00", minutes = "00"] = written.exec(text) ?? []
  if (match === undefined) return Number.NaN
  const milliseconds = Date.parse(`${date}T${time}:${seconds}Z`)
  // Some engines parse impossible dates (30 February) as dates of the next month.
  if (!(milliseconds >= EARLIEST_MILLISECONDS && milliseconds <= LATEST_MILLISECONDS)) return Number.NaN
  if (new Date(milliseconds).toISOString().slice(0, 10) !== date) return Number.NaN
  const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
  return (milliseconds - offset) * 1000 + Number(fraction.slice(0, 6).padEnd(6, "0"))
}

/** A timestamp as text: `2026-01-31T12:00:00.000001Z`, without a fraction for whole seconds. */
export const instantText = (microseconds: number): string => {
  const milliseconds = Math.floor(microseconds / 1000)
  const within = microseconds - Math.floor(milliseconds / 1000) * 1_000_000
  const whole = new Date(milliseconds).toISOString().slice(0, 19)
  return within === 0 ? `${whole}Z` : `${whole}.${String(within).padStart(6, "0")}Z`
}

/** A timestamp as GitHub writes it, read as microseconds since 1970. Years 1 to 9999. */
export const Instant = Schema.transformOrFail(Schema.String, Schema.Int, {
  strict: true,
  decode: (text, _, ast) => {
    const microseconds = microsecondsOf(text)
    return Number.isNaN(microseconds)
      ? ParseResult.fail(new ParseResult.Type(ast, text, `${JSON.stringify(text)} is not a time such as 2026-01-31T12:00:00Z`))
      : ParseResult.succeed(microseconds)
  },
  encode: (microseconds) => ParseResult.succeed(instantText(microseconds))
}).annotations({ identifier: "Instant" })
