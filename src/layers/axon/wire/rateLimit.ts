/**
 * Counts events by key in fixed windows of time. Bounded: finished windows are dropped, and when all are live the oldest goes.
 */

export interface WindowLimit {
  readonly limit: number
  /** Nanoseconds. */
  readonly window: bigint
  /** Keys remembered at a time. */
  readonly capacity: number
}

export interface WindowCounter {
  /** Whether the key has used up its window. */
  readonly isOver: (key: string, now: bigint) => boolean
  /** Counts one event; false when it is more than allowed. */
  readonly admit: (key: string, now: bigint) => boolean
  readonly size: () => number
}

export const make = ({ limit, window, capacity }: WindowLimit): WindowCounter => {
  const windows = new Map<string, { readonly start: bigint; count: number }>()
  const current = (key: string, now: bigint) => {
    const found = windows.get(key)
    return found !== undefined && now - found.start < window ? found : undefined
  }
  const makeRoom = (now: bigint): void => {
    for (const [key, { start }] of windows) if (now - start >= window) windows.delete(key)
    const oldest = windows.keys().next()
    if (windows.size >= capacity && !oldest.done) windows.delete(oldest.value)
  }
  return {
    isOver: (key, now) => (current(key, now)?.count ?? 0) >= limit,
    admit: (key, now) => {
      const found = current(key, now)
      if (found !== undefined) {
        found.count += 1
        return found.count <= limit
      }
      windows.delete(key)
      if (windows.size >= capacity) makeRoom(now)
      windows.set(key, { start: now, count: 1 })
      return limit >= 1
    },
    size: () => windows.size
  }
}
