/**
 * When a client's next request may begin. A client may send a burst at once; whatever it sends beyond that begins at a steady pace. To refuse a request takes time too,
 * and a client that asks without end would take all of it. (The rule is GCRA, the "generic cell rate algorithm" of networks that shape traffic.)
 */
import { CLIENTS_OF_A_NETWORK, type Sharer } from "./addresses.ts"

export interface Pace {
  /** Requests of one client in a second. */
  readonly perSecond: number
  /** Requests of one client at once. */
  readonly burst: number
}

/** The longest that a request waits for its turn, in milliseconds. Whoever has more ahead of it is not going to be answered in time. */
const LONGEST = 10_000
/** Clients, and networks, that are remembered. One that was forgotten may send a burst again. */
const REMEMBERED = 16_384

/** Reserves turns that are `spacing` milliseconds apart, but for a burst. */
const makeReserve = (spacing: number, burst: number) => {
  /** When the next turn would be, without a burst. The order is that of the last reservation. */
  const next = new Map<string, number>()
  return {
    waitOf: (key: string, now: number) => Math.max(0, (next.get(key) ?? now) - now - (burst - 1) * spacing),
    take: (key: string, now: number): void => {
      const at = Math.max(next.get(key) ?? now, now) + spacing
      next.delete(key)
      const oldest = next.keys().next()
      if (next.size >= REMEMBERED && !oldest.done) next.delete(oldest.value)
      next.set(key, at)
    }
  }
}

export interface Turns {
  /** Milliseconds until the turn that is reserved hereby; undefined, without a reservation, if it is too far away. `now`: milliseconds of a monotonic clock. */
  readonly reserve: (sharer: Sharer, now: number) => number | undefined
}

export const make = ({ perSecond, burst }: Pace): Turns => {
  const clients = makeReserve(1_000 / perSecond, burst)
  const networks = makeReserve(1_000 / (perSecond * CLIENTS_OF_A_NETWORK), burst * CLIENTS_OF_A_NETWORK)
  return {
    reserve: ({ client, network }, now) => {
      const wait = Math.max(clients.waitOf(client, now), networks.waitOf(network, now))
      if (wait > LONGEST) return undefined
      clients.take(client, now)
      networks.take(network, now)
      return wait
    }
  }
}
