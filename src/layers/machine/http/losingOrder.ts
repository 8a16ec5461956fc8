/**
 * Orders the users of a full shared resource (connections, memory, streams) by who loses its share first. Slow ones go first, then those of the
 * client that takes most, so that no client is shut out by another.
 */
import { CLIENTS_OF_A_NETWORK, type Sharer } from "./addresses.ts"

export interface Share {
  /** Its amount of the resource. */
  readonly size: number
  /** An extra charge to its client, such as for failed requests. */
  readonly debt?: number
  /** False for work that must not be cut, but counts for its client. */
  readonly mayGo: boolean
  /** Goes after all others. */
  readonly isKnown: boolean
  /** Goes before all others. */
  readonly isSlow: boolean
  /** The lowest goes first, among equals. */
  readonly speed: number
}

export interface Losing<S> {
  readonly sharer: S
  /** The amount that its client holds at its turn to go, or, if more, a share of its network's amount. */
  readonly level: number
  readonly isSlow: boolean
}

const add = (sums: Map<string, number>, key: string, amount: number): number => {
  const sum = (sums.get(key) ?? 0) + amount
  sums.set(key, sum)
  return sum
}

/** The users that may go, in the order of going. */
export const losingOrder = <S extends Sharer>(all: Iterable<S>, shareOf: (sharer: S) => Share): ReadonlyArray<Losing<S>> => {
  const shares = Array.from(all, (sharer) => ({ sharer, level: 0, ...shareOf(sharer) }))
  type Ranked = (typeof shares)[number]
  const byClass = (a: Ranked, b: Ranked) => Number(a.isKnown) - Number(b.isKnown) || Number(b.isSlow) - Number(a.isSlow)
  const clients = new Map<string, number>()
  const networks = new Map<string, number>()
  for (const { sharer, debt = 0 } of shares) if (debt > (clients.get(sharer.client) ?? 0)) clients.set(sharer.client, debt)
  // Count backwards from those that stay longest, so that each level says what is left at its turn.
  const lastFirst = shares.toSorted((a, b) => Number(a.mayGo) - Number(b.mayGo) || byClass(b, a) || b.speed - a.speed)
  for (const share of lastFirst) {
    const { client, network } = share.sharer
    share.level = Math.max(add(clients, client, share.size), add(networks, network, share.size) / CLIENTS_OF_A_NETWORK)
  }
  return lastFirst.filter(({ mayGo }) => mayGo).sort((a, b) => byClass(a, b) || b.level - a.level || a.speed - b.speed)
}
