/**
 * Who is connected, and who goes when there is no room: whoever waits for nothing but its next request makes room for who comes, first in the network
 * that holds the most connections and never asked for anything that was proven. So a newcomer gets in, however many connections somebody else holds open.
 */
import { clientKey, networkKey, unmapped } from "./addresses.ts"

export interface Limits {
  /** Connections at a time. */
  readonly total: number
  /** Of one client: an IPv4 address, an IPv6 /64. */
  readonly perClient: number
  /** Milliseconds from a request's first byte until its headers are there. */
  readonly head: number
  /** Milliseconds without a request. */
  readonly idle: number
  /** Milliseconds that nothing moves while a request is worked on. */
  readonly stall: number
}

/** Why a connection was closed: it made room, its client had too many, it was too slow, it was not used; or there was no room at all. */
export const REASONS = ["full", "client", "slow", "idle", "refused"] as const
export type Reason = (typeof REASONS)[number]

export interface Peer {
  readonly close: () => void
  /** Bytes that came and went until now. */
  readonly moved: () => number
}

export interface Connection {
  /** A request's headers are there. */
  readonly begin: () => void
  /** It is answered. `whole`: it was read to its end; else the connection is of no more use, and has a moment for the answer to arrive. */
  readonly finish: (whole: boolean) => void
  /** Somebody whom we know proved a request on it: it goes last. */
  readonly markProven: () => void
  /** The peer is gone. */
  readonly leave: () => void
}

interface Entry {
  readonly peer: Peer
  readonly client: string
  readonly network: string
  phase: "waiting" | "working" | "ending"
  requests: number
  /** When this phase began, or in work when something moved last; milliseconds. */
  since: number
  /** What had moved then. */
  moved: number
  /** When the first byte of a request was seen. */
  head: number | undefined
  known: boolean
}

/** How long an answer has to arrive when the rest of its request is not read, in milliseconds. */
const ENDING = 2_000
/** The part of all places that is freed at once: choosing looks at every connection. */
const FREED = 1 / 16
/** More of the known than this part of all places are treated as everybody is: newcomers need places, too. */
const KNOWN = 1 / 2

export const make = (limits: Limits, now: () => number) => {
  const all = new Set<Entry>()
  const clients = new Map<string, Set<Entry>>()
  const closed: Record<Reason, number> = { full: 0, client: 0, slow: 0, idle: 0, refused: 0 }

  const remove = (entry: Entry): void => {
    all.delete(entry)
    const own = clients.get(entry.client)
    own?.delete(entry)
    if (own?.size === 0) clients.delete(entry.client)
  }
  const drop = (entry: Entry, why: Reason): void => {
    remove(entry)
    closed[why] += 1
    entry.peer.close()
  }
  const mayGo = ({ phase }: Entry) => phase !== "working"
  const byAge = (a: Entry, b: Entry) => a.since - b.since

  /** Those that may go, in the order in which they do. */
  const dispensable = (): ReadonlyArray<Entry> => {
    const networks = new Map<string, Array<Entry>>()
    let known = 0
    for (const entry of all) {
      const own = networks.get(entry.network)
      if (own === undefined) networks.set(entry.network, [entry])
      else own.push(entry)
      if (entry.known) known += 1
    }
    const isKept = known > limits.total * KNOWN ? () => 0 : ({ known }: Entry) => (known ? 1 : 0)
    const ranked: Array<{ readonly entry: Entry; readonly level: number }> = []
    for (const entries of networks.values()) {
      const going = entries.filter(mayGo).sort((a, b) => isKept(a) - isKept(b) || byAge(a, b))
      // How many its network still holds when it is its turn.
      for (const [index, entry] of going.entries()) ranked.push({ entry, level: entries.length - index })
    }
    return ranked
      .sort((a, b) => isKept(a.entry) - isKept(b.entry) || b.level - a.level || byAge(a.entry, b.entry))
      .map(({ entry }) => entry)
  }

  const makeRoom = (): void => {
    const going = dispensable()
    const count = going[0]?.known === true ? 1 : Math.ceil(limits.total * FREED)
    for (const entry of going.slice(0, count)) drop(entry, "full")
  }

  /** Takes a connection in, or closes it. `trusted`: it speaks for many, so that there may be as many of its client as there is room for. */
  const admit = (address: string, peer: Peer, trusted = false): Connection | undefined => {
    const plain = unmapped(address)
    const client = clientKey(plain)
    const own = clients.get(client) ?? new Set<Entry>()
    const most = trusted ? limits.total : limits.perClient
    if (own.size >= most) {
      const [oldest] = Array.from(own)
        .filter(mayGo)
        .sort((a, b) => Number(a.known) - Number(b.known) || byAge(a, b))
      if (oldest !== undefined) drop(oldest, "client")
    }
    if (own.size < most && all.size >= limits.total) makeRoom()
    if (own.size >= most || all.size >= limits.total) {
      closed.refused += 1
      peer.close()
      return undefined
    }
    const entry: Entry = {
      peer,
      client,
      network: networkKey(plain),
      phase: "waiting",
      requests: 0,
      since: now(),
      moved: 0,
      head: undefined,
      known: trusted
    }
    all.add(entry)
    clients.set(client, own.add(entry))
    const enter = (phase: Entry["phase"]) => {
      entry.phase = phase
      entry.since = now()
      entry.moved = peer.moved()
      entry.head = undefined
    }
    return {
      begin: () => {
        entry.requests += 1
        if (entry.phase !== "ending") enter("working")
      },
      finish: (whole) => {
        entry.requests -= 1
        if (!whole) enter("ending")
        else if (entry.requests === 0 && entry.phase === "working") enter("waiting")
      },
      markProven: () => {
        entry.known = true
      },
      leave: () => remove(entry)
    }
  }

  const overdue = (entry: Entry, at: number): Reason | undefined => {
    const moved = entry.peer.moved()
    switch (entry.phase) {
      case "waiting":
        if (moved !== entry.moved) entry.head ??= at
        if (entry.head !== undefined) return at - entry.head >= limits.head ? "slow" : undefined
        return at - entry.since >= limits.idle ? "idle" : undefined
      case "working":
        if (moved !== entry.moved) {
          entry.moved = moved
          entry.since = at
        }
        return at - entry.since >= limits.stall ? "slow" : undefined
      case "ending":
        return at - entry.since >= ENDING ? "slow" : undefined
    }
  }

  return {
    admit,
    /** Closes those whose time is over; to be called each second. */
    sweep: (): void => {
      const at = now()
      for (const entry of all) {
        const why = overdue(entry, at)
        if (why !== undefined) drop(entry, why)
      }
    },
    /** Closes all. */
    end: (): void => {
      for (const { peer } of all) peer.close()
    },
    /** How many there are, of how many clients and networks, and how many were closed until now. */
    standing: () => ({
      open: all.size,
      clients: clients.size,
      networks: new Set(Array.from(all, ({ network }) => network)).size,
      closed: { ...closed }
    })
  }
}

export type Connections = ReturnType<typeof make>
