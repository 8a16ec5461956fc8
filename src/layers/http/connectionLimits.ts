/**
 * Decides which connections to close, so that a newcomer gets in however many connections somebody else holds open. When there is no room, connections
 * that wait for their next request are closed: first unproven ones of the network with the most connections.
 */
import { clientKey, networkKey, unmapped } from "./addresses.ts"

export interface Limits {
  /** Connections at a time. */
  readonly total: number
  /** Connections of one client: an IPv4 address or an IPv6 /64. */
  readonly perClient: number
  /** Milliseconds from a request's first byte until its headers are complete. */
  readonly head: number
  /** Milliseconds without a request. */
  readonly idle: number
  /** Milliseconds without transferred bytes while a request is in progress. */
  readonly stall: number
}

/** Why a connection was closed. full: it made room. client: its client had too many. slow, idle: it took too long. refused: there was no room. */
export const REASONS = ["full", "client", "slow", "idle", "refused"] as const
export type Reason = (typeof REASONS)[number]

export interface Peer {
  readonly close: () => void
  /** Bytes received and sent so far. */
  readonly moved: () => number
}

export interface Connection {
  /** A request's headers are complete. */
  readonly begin: () => void
  /** The request is answered. `whole`: it was read to its end. Otherwise the connection is closed soon, with time for the answer to arrive. */
  readonly finish: (whole: boolean) => void
  /** A known sender proved a request on it. Such connections are closed last. */
  readonly markProven: () => void
  /** The peer closed it. */
  readonly leave: () => void
}

interface Entry {
  readonly peer: Peer
  readonly client: string
  readonly network: string
  phase: "waiting" | "working" | "ending"
  requests: number
  /** When this phase began or, while working, when bytes moved last. Milliseconds. */
  since: number
  /** Bytes moved until then. */
  moved: number
  /** When a request's first byte was seen. */
  head: number | undefined
  proven: boolean
}

/** How long an answer has to arrive if the rest of its request is not read, in milliseconds. */
const ENDING = 2_000
/** The share of places freed at a time, since choosing looks at every connection. */
const FREED = 1 / 16
/** If proven connections hold more than this share of the places, they lose their privilege: newcomers need places too. */
const PROVEN_SHARE = 1 / 2

const isClosable = ({ phase }: Entry) => phase !== "working"
const byAge = (a: Entry, b: Entry) => a.since - b.since

/** The connections that may be closed, in the order of closing. `total`: connections at a time. */
const closingOrder = (all: Iterable<Entry>, total: number): ReadonlyArray<Entry> => {
  const networks = new Map<string, Array<Entry>>()
  let proven = 0
  for (const entry of all) {
    const own = networks.get(entry.network)
    if (own === undefined) networks.set(entry.network, [entry])
    else own.push(entry)
    if (entry.proven) proven += 1
  }
  const privilege = proven > total * PROVEN_SHARE ? () => 0 : ({ proven }: Entry) => (proven ? 1 : 0)
  const ranked: Array<{ readonly entry: Entry; readonly level: number }> = []
  for (const entries of networks.values()) {
    const going = entries.filter(isClosable).sort((a, b) => privilege(a) - privilege(b) || byAge(a, b))
    // How many connections its network still holds when it is closed.
    for (const [index, entry] of going.entries()) ranked.push({ entry, level: entries.length - index })
  }
  return ranked
    .sort((a, b) => privilege(a.entry) - privilege(b.entry) || b.level - a.level || byAge(a.entry, b.entry))
    .map(({ entry }) => entry)
}

/** Why a connection has to be closed at a time (milliseconds), if it has. Notes what moved since the last look. */
const overdue = (entry: Entry, limits: Limits, at: number): Reason | undefined => {
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

  const makeRoom = (): void => {
    const going = closingOrder(all, limits.total)
    const count = going[0]?.proven === true ? 1 : Math.ceil(limits.total * FREED)
    for (const entry of going.slice(0, count)) drop(entry, "full")
  }

  /** Admits a connection or closes it. `trusted`: a proxy, without the limit per client. */
  const admit = (address: string, peer: Peer, trusted = false): Connection | undefined => {
    const plain = unmapped(address)
    const client = clientKey(plain)
    const own = clients.get(client) ?? new Set<Entry>()
    const most = trusted ? limits.total : limits.perClient
    if (own.size >= most) {
      const [oldest] = Array.from(own)
        .filter(isClosable)
        .sort((a, b) => Number(a.proven) - Number(b.proven) || byAge(a, b))
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
      proven: trusted
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
        entry.proven = true
      },
      leave: () => remove(entry)
    }
  }

  return {
    admit,
    /** Closes connections that exceeded a time limit. To be called every second. */
    sweep: (): void => {
      const at = now()
      for (const entry of all) {
        const why = overdue(entry, limits, at)
        if (why !== undefined) drop(entry, why)
      }
    },
    /** Closes every connection. */
    end: (): void => {
      for (const { peer } of all) peer.close()
    },
    /** Open connections, their clients and networks, and how many were closed so far, by reason. */
    counts: () => ({
      open: all.size,
      clients: clients.size,
      networks: new Set(Array.from(all, ({ network }) => network)).size,
      closed: { ...closed }
    })
  }
}

export type ConnectionLimits = ReturnType<typeof make>
