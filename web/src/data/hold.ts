/** Keeps a list still under its reader: what it shows changes in place, what is new above or between waits until it is asked for. */

export interface Held<A> {
  /** What is shown: the rows that were, as they are now, and what came behind them. */
  readonly items: ReadonlyArray<A>
  /** How many rows are new above or between those that are shown. */
  readonly waiting: number
  /** So many are new that none of those that are shown was among what was read: there may be more. */
  readonly isGap: boolean
  /** Those that are shown stand in another order now. */
  readonly isReordered: boolean
}

export const nothingHeld = <A>(items: ReadonlyArray<A>): Held<A> => ({ items, waiting: 0, isGap: false, isReordered: false })

/** `more`: `now` is the list's beginning only, so that what is missing at its end was pushed over its edge and has not gone. */
export const hold = <A>(shown: ReadonlyArray<A>, now: ReadonlyArray<A>, keyOf: (item: A) => string, more: boolean): Held<A> => {
  const were = new Set(shown.map(keyOf))
  const lastIn = (items: ReadonlyArray<A>, keys: ReadonlySet<string>) => items.findLastIndex((item) => keys.has(keyOf(item)))
  const last = lastIn(now, were)
  if (last < 0) return more && shown.length > 0 ? { items: shown, waiting: now.length, isGap: true, isReordered: false } : nothingHeld(now)
  const fresh = new Map(now.map((item) => [keyOf(item), item]))
  const end = lastIn(shown, new Set(fresh.keys())) + 1
  const kept = shown.slice(0, end).flatMap((item) => fresh.get(keyOf(item)) ?? [])
  const behind = now.slice(last + 1)
  const still = now.filter((item) => were.has(keyOf(item)))
  return {
    items: [...kept, ...(behind.length > 0 ? behind : more ? shown.slice(end) : [])],
    waiting: last + 1 - still.length,
    isGap: false,
    isReordered: kept.some((item, index) => item !== still[index])
  }
}
