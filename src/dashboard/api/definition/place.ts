/** Places on the chain and logins, as a filter names them. The page filters an export by them too, so that nothing here imports anything. */

/** A GitHub login, which is shorter than any account's address. */
export const LOGIN = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/

/** The largest block number that fits the database's integer. */
export const LARGEST_BLOCK = 2_147_483_647

/** A block, or a time in milliseconds since 1970. */
export type Place = { readonly block: number } | { readonly time: number }

const BLOCK = /^\d{1,10}$/
/** A day, or a time of a day with its distance from UTC. */
export const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/

const DAY_MILLISECONDS = 86_400_000
/** What every database takes: the years 1 to 9999. */
const [FIRST, LAST] = [Date.parse("0001-01-01T00:00:00Z"), Date.parse("9999-12-31T23:59:59.999Z")]

/** Whether the calendar has this day: engines differ about 31 February. */
const isDay = (day: string): boolean => {
  const start = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(start) && new Date(start).toISOString().startsWith(day)
}

/** What a block's number or a time names, a day its first moment in UTC, or its last one at the end of a range; undefined for any other text. */
export const placeOf = (text: string, end: "from" | "to"): Place | undefined => {
  if (BLOCK.test(text)) return Number(text) <= LARGEST_BLOCK ? { block: Number(text) } : undefined
  const day = text.slice(0, 10)
  if (!TIME.test(text) || !isDay(day)) return undefined
  const time = text === day && end === "to" ? Date.parse(`${day}T00:00:00Z`) + DAY_MILLISECONDS - 1 : Date.parse(text)
  return time >= FIRST && time <= LAST ? { time } : undefined
}
