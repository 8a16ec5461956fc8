/** Places on the chain, as a filter names them. The page filters an export by them too, so that nothing here imports anything. */

/** The largest block number that fits the database's integer. */
export const LARGEST_BLOCK = 2_147_483_647

/** A block, or a time in milliseconds since 1970. */
export type Place = { readonly block: number } | { readonly time: number }

const BLOCK = /^\d{1,10}$/
/** A day, or a time of a day with its distance from UTC. */
export const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/

/** What a block's number or a time names, a day its first moment in UTC; undefined for any other text. */
export const placeOf = (text: string): Place | undefined => {
  if (BLOCK.test(text)) return Number(text) <= LARGEST_BLOCK ? { block: Number(text) } : undefined
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : { time }
}
