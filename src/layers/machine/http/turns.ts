/**
 * Limits the rate at which a client's requests begin: a burst at once, then a steady rate. Even refusals take time, and a client that sends without
 * end would use all of it. (The algorithm is GCRA, the generic cell rate algorithm of traffic shaping.)
 */
import { LRUCache } from "lru-cache"
import { CLIENTS_OF_A_NETWORK, type Sharer } from "./addresses.ts"

export interface Pace {
  /** Requests of one client per second. */
  readonly perSecond: number
  /** Requests of one client in a burst. */
  readonly burst: number
}

/** The longest wait of a request, in milliseconds. A request with a longer wait would not be answered in time. */
const LONGEST = 10_000
/** The remembered clients, and networks. An evicted one may send a burst again. */
const REMEMBERED = 16_384

/** Reserves turns at least `spacing` milliseconds apart, after a burst. */
const makeReserve = (spacing: number, burst: number) => {
  /** When the next turn would be without the burst, in the order of the last reservation. */
  const next = new LRUCache<string, number>({ max: REMEMBERED })
  return {
    waitOf: (key: string, now: number) => Math.max(0, (next.peek(key) ?? now) - now - (burst - 1) * spacing),
    take: (key: string, now: number): void => {
      next.set(key, Math.max(next.peek(key) ?? now, now) + spacing)
    }
  }
}

export interface Turns {
  /**
   * Reserves a turn and returns the milliseconds until it; undefined, without a reservation, if it is too far away. `now`: milliseconds of a
   * monotonic clock.
   */
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
