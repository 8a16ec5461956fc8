/**
 * Whose turn is next where strangers need the one thread of this process. Whoever has had least of its time goes first, however much others wait with, and between two
 * turns the process does everything else that is due. (The rule is "start-time fair queueing" of networks.)
 */
import { CLIENTS_OF_A_NETWORK, type Sharer } from "./addresses.ts"

/** What a turn is charged at least, in milliseconds: what brought it here took time too. */
const LEAST = 0.1

interface Turn {
  readonly sharer: Sharer
  readonly begin: () => void
}

export interface FairQueue {
  /** Runs `begin` when it is this client's turn. Returns what gives the turn up. */
  readonly take: (sharer: Sharer, begin: () => void) => () => void
  /** How many wait. */
  readonly size: () => number
}

/** `now`: a clock in milliseconds that never goes back. `soon`: runs something once the process has done what else is due. */
export const make = (now: () => number, soon: (run: () => void) => void = setImmediate): FairQueue => {
  /** Turns by client, in the order of their arrival. */
  const waiting = new Map<string, Set<Turn>>()
  /** How far each client, and each network, has come in the time that all share. */
  const clients = new Map<string, number>()
  const networks = new Map<string, number>()
  let time = 0
  let size = 0

  const startOf = ({ client, network }: Sharer) => Math.max(time, clients.get(client) ?? 0, networks.get(network) ?? 0)

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
      const { client, network } = turn.sharer
      const beganAt = now()
      time = startOf(turn.sharer)
      try {
        turn.begin()
      } finally {
        const took = Math.max(LEAST, now() - beganAt)
        clients.set(client, time + took)
        networks.set(network, Math.max(time, networks.get(network) ?? 0) + took / CLIENTS_OF_A_NETWORK)
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
    size: () => size
  }
}
