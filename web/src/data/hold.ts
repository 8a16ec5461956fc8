/** Keeps a list still while it is read: shown rows change in place; new rows above or between wait until requested. */

export interface HeldValue<A> {
  /** The shown rows, updated, and the rows that follow them. */
  readonly items: ReadonlyArray<A>
  /** The number of new rows above or between the shown ones. */
  readonly waiting: number
  /** None of the shown rows was in the new data, so more rows may be new than were read. */
  readonly isGap: boolean
  /** The shown rows have a new order. */
  readonly isReordered: boolean
}

export const nothingHeld = <A>(items: ReadonlyArray<A>): HeldValue<A> => ({ items, waiting: 0, isGap: false, isReordered: false })

/** `more` means that `now` is only the beginning of the list: rows missing at its end were pushed out, not removed. */
export const hold = <A>(shown: ReadonlyArray<A>, now: ReadonlyArray<A>, keyOf: (item: A) => string, more: boolean): HeldValue<A> => {
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
