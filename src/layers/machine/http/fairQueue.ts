/**
 * A fair queue for strangers' work on the process's one thread. The client that has used least time goes first, however much others have queued, and
 * between two turns the event loop runs. A refused request costs its client more than its time, so a client that sends only such requests waits
 * behind the others. (The algorithm is start-time fair queueing.)
 */
import { CLIENTS_OF_A_NETWORK, type Sharer } from "./addresses.ts"

/** The least charge of a turn, in milliseconds: its arrival took time too. */
const LEAST = 0.1
/** The most charge of a turn, in milliseconds. A longer turn met a busy machine or a garbage collection, for which its client must not pay. */
const MOST = 20
/** The extra charge of a refused request, in milliseconds: some twenty turns. */
const REFUSED = 30
/** How far a client can fall behind the others, in milliseconds. So a client that shares an address with refused ones still gets its turn. */
const BEHIND = 100
/**
 * The least share of a turn by which the virtual time advances. Otherwise it would stand still while new clients arrive, and earlier ones would
 * starve.
 */
const GOES_ON = 1 / 64
/** The clients, or networks, remembered before stale ones are removed. */
const REMEMBERED = 1_024

interface Turn {
  readonly sharer: Sharer
  readonly begin: () => void
}

export interface FairQueue {
  /** Runs `begin` in this client's turn. Returns a function that gives the turn up. */
  readonly take: (sharer: Sharer, begin: () => void) => () => void
  /** Charges a client for a refused request. */
  readonly refused: (sharer: Sharer) => void
  readonly size: () => number
  /** The number of remembered clients and networks. */
  readonly remembered: () => number
}

/** The finish time of each client or network in virtual time. An unknown one is at the virtual time. */
const makeAccounts = () => {
  const ends = new Map<string, number>()
  let tidyAt = REMEMBERED
  return {
    endOf: (key: string) => ends.get(key) ?? 0,
    charge: (key: string, time: number, milliseconds: number): void => {
      ends.set(key, Math.min(Math.max(time, ends.get(key) ?? 0) + milliseconds, time + BEHIND))
      if (ends.size < tidyAt) return
      for (const [other, end] of ends) if (end <= time) ends.delete(other)
      tidyAt = Math.max(REMEMBERED, 2 * ends.size)
    },
    clear: () => ends.clear(),
    size: () => ends.size
  }
}

/** `now`: a monotonic clock in milliseconds. `soon`: runs a function after the event loop's other due work. */
export const make = (now: () => number, soon: (run: () => void) => void = setImmediate): FairQueue => {
  /** Queued turns by client, in the order of arrival. */
  const waiting = new Map<string, Set<Turn>>()
  const clients = makeAccounts()
  const networks = makeAccounts()
  let time = 0
  let size = 0

  const startOf = ({ client, network }: Sharer) => Math.max(time, clients.endOf(client), networks.endOf(network))
  const charge = ({ client, network }: Sharer, milliseconds: number): void => {
    clients.charge(client, time, milliseconds)
    networks.charge(network, time, milliseconds / CLIENTS_OF_A_NETWORK)
  }

  const remove = (turn: Turn): void => {
    const { client } = turn.sharer
    const own = waiting.get(client)
    if (own?.delete(turn) !== true) return
    size -= 1
    if (own.size === 0) waiting.delete(client)
  }

  const next = (): Turn | undefined => {
    let first: Turn | undefined
    for (const own of waiting.values())
      for (const turn of own) {
        if (first === undefined || startOf(turn.sharer) < startOf(first.sharer)) first = turn
        break
      }
    return first
  }

  const step = (): void => {
    const turn = next()
    if (turn !== undefined) {
      remove(turn)
      const beganAt = now()
      time = startOf(turn.sharer)
      try {
        turn.begin()
      } finally {
        const took = Math.min(Math.max(LEAST, now() - beganAt), MOST)
        charge(turn.sharer, took)
        time += took * GOES_ON
        schedule()
      }
    } else schedule()
  }

  const schedule = (): void => {
    if (size > 0) soon(step)
    else {
      // The queue is empty, so no client is ahead of another.
      isScheduled = false
      time = 0
      clients.clear()
      networks.clear()
    }
  }
  let isScheduled = false

  return {
    take: (sharer, begin) => {
      const turn: Turn = { sharer, begin }
      const own = waiting.get(sharer.client)
      if (own === undefined) waiting.set(sharer.client, new Set([turn]))
      else own.add(turn)
      size += 1
      if (!isScheduled) {
        isScheduled = true
        soon(step)
      }
      return () => remove(turn)
    },
    refused: ({ client }) => {
      // With an empty queue no client is ahead. The network is not charged: honest neighbours would pay.
      if (isScheduled) clients.charge(client, time, REFUSED)
    },
    size: () => size,
    remembered: () => clients.size() + networks.size()
  }
}
