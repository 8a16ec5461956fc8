/**
 * Whose turn is next where strangers need the one thread of this process. Whoever has had least of its time goes first, however much others wait with, and between two
 * turns the process does everything else that is due. Refused requests cost their clients more than they took, so whoever only sends such waits for the others. (The rule
 * is "start-time fair queueing" of networks.)
 */
import { CLIENTS_OF_A_NETWORK, type Sharer } from "./addresses.ts"

/** What a turn is charged at least, in milliseconds: what brought it here took time too. */
const LEAST = 0.1
/** What a turn is charged at most, in milliseconds. A turn that takes longer met a busy machine or a garbage collection, which is not its client's doing. */
const MOST = 20
/** What a refused request costs beyond its turn, in milliseconds: some twenty turns. */
const REFUSED = 30
/** How far a client can fall behind the others, in milliseconds. So whoever shares an address with refused clients still gets its turn. */
const BEHIND = 100
/** The shared time goes on by this part of a turn at least. Otherwise it would stand still while new clients come, and whoever came before them would wait for ever. */
const GOES_ON = 1 / 64
/** Clients, or networks, that are remembered before those are sought that can be forgotten. */
const REMEMBERED = 1_024

interface Turn {
  readonly sharer: Sharer
  readonly begin: () => void
}

export interface FairQueue {
  /** Runs `begin` when it is this client's turn. Returns what gives the turn up. */
  readonly take: (sharer: Sharer, begin: () => void) => () => void
  /** Puts a client behind the others, because its request was refused. */
  readonly refused: (sharer: Sharer) => void
  /** How many wait. */
  readonly size: () => number
  /** How many clients and networks are remembered. */
  readonly remembered: () => number
}

/** How far each has come in the time that all share. Whoever is not there has come no further than that time. */
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

/** `now`: a clock in milliseconds that never goes back. `soon`: runs something once the process has done what else is due. */
export const make = (now: () => number, soon: (run: () => void) => void = setImmediate): FairQueue => {
  /** Turns by client, in the order of their arrival. */
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
      // Nobody waits, so nobody has had more than others.
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
      // Where nobody waits, nobody is ahead of anybody. Its network does not pay: honest neighbours would.
      if (isScheduled) clients.charge(client, time, REFUSED)
    },
    size: () => size,
    remembered: () => clients.size() + networks.size()
  }
}
