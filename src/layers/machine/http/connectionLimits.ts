/**
 * Decides which connections to close, so that a newcomer gets in however many connections another client holds open. When there is no room, closes
 * idle connections: first unproven ones of the client with the most connections, and of these the one that has waited longest.
 */
import { type Sharer, sharerAt } from "./addresses.ts"
import { losingOrder } from "./losingOrder.ts"
import * as SharedRoom from "./sharedRoom.ts"

export interface Limits {
  /** Concurrent connections. */
  readonly total: number
  /** Concurrent connections of one client: an IPv4 address or an IPv6 /64. */
  readonly perClient: number
  /** Milliseconds from a request's first byte until its headers are complete. */
  readonly head: number
  /** Milliseconds without a request. */
  readonly idle: number
  /** Milliseconds without transferred bytes while a request is in progress. */
  readonly stall: number
  /** The most bytes of answers that all clients together have not read yet. */
  readonly unsent: number
}

/**
 * Why a connection was closed. full: to make room. client: its client had too many. slow, idle: it took too long. refused: there was no room. greedy:
 * its client sends more than can be answered in time, or leaves too much of its answers unread.
 */
export const CLOSING_REASONS = ["full", "client", "slow", "idle", "refused", "greedy"] as const
export type Reason = (typeof CLOSING_REASONS)[number]

export interface Peer {
  readonly close: () => void
  /** Bytes received and sent so far. */
  readonly moved: () => number
  /** Bytes of answers that the client has not read yet. */
  readonly unsent: () => number
}

export interface Connection {
  readonly sharer: Sharer
  /**
   * A request's headers are complete. `isAtWork`: whether its body is complete too and it is being handled, so that the connection must not be
   * closed.
   */
  readonly begin: (isAtWork: () => boolean) => void
  /** The request is answered. `whole`: it was read to its end. Otherwise the connection is closed after a delay, so that the answer can arrive. */
  readonly finish: (whole: boolean) => void
  /** A proven sender's request came on it. Such connections are closed last. */
  readonly markProven: () => void
  /** Whether it has the most requests in progress, so that the next must wait. */
  readonly isBusy: () => boolean
  /** Closes it, because its client sends more than can be answered in time. */
  readonly refuse: () => void
  /** The peer closed it. */
  readonly leave: () => void
}

interface Entry extends SharedRoom.RoomUser {
  readonly peer: Peer
  phase: "waiting" | "working" | "ending"
  requests: number
  /** Whether the newest request is being handled. */
  isAtWork: () => boolean
  /** When this phase began. Milliseconds. */
  began: number
  /** When this phase began or, while working, when bytes last moved. Milliseconds. */
  since: number
  /** The bytes that the connection had moved at that time. */
  moved: number
  /** Bytes of answers that were unread then. */
  unsent: number
  /** When a request's first byte was seen. */
  head: number | undefined
  proven: boolean
}

/** The time for an answer to arrive if the rest of its request is not read, in milliseconds. */
const ENDING = 2_000
/** The share of places freed at once, since a choice visits every connection. */
const SHARE_FREED = 1 / 16
/** If proven connections hold more than this share of the places, they lose their privilege, so that newcomers get places. */
const PROVEN_SHARE = 1 / 2
/** Concurrent requests on one connection. Hardly any client pipelines, and each request takes some kilobytes. */
const MOST_PIPELINED = 8
/** The share of `unsent` that is freed at once. */
const UNSENT_FREED = 1 / 4

const isClosable = ({ phase, isAtWork }: Entry) => phase !== "working" || !isAtWork()

/** The closable connections, in the order of closing. `total`: the limit of connections. */
const closingOrder = (all: ReadonlySet<Entry>, total: number): ReadonlyArray<Entry> => {
  const proven = Array.from(all).filter(({ proven }) => proven).length
  const hasPrivilege = proven <= total * PROVEN_SHARE
  return losingOrder(all, (entry) => ({
    size: 1,
    mayGo: isClosable(entry),
    isKnown: hasPrivilege && entry.proven,
    isSlow: false,
    speed: entry.began
  })).map(({ sharer }) => sharer)
}

/** The reason to close a connection now (`at`, milliseconds), if any. Records its progress since the last call. */
const overdue = (entry: Entry, limits: Limits, at: number): Reason | undefined => {
  const moved = entry.peer.moved()
  switch (entry.phase) {
    case "waiting": {
      const unsent = entry.peer.unsent()
      if (unsent > 0 || entry.unsent > 0) {
        // The client has not read all of the last answer yet.
        if (unsent !== entry.unsent) entry.since = at
        entry.unsent = unsent
        entry.moved = moved
        return at - entry.since >= limits.stall ? "slow" : undefined
      }
      if (moved !== entry.moved) entry.head ??= at
      if (entry.head !== undefined) return at - entry.head >= limits.head ? "slow" : undefined
      return at - entry.since >= limits.idle ? "idle" : undefined
    }
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
  const closed: Record<Reason, number> = { full: 0, client: 0, slow: 0, idle: 0, refused: 0, greedy: 0 }
  const unsent = SharedRoom.make<Entry>(limits.unsent, UNSENT_FREED)

  const remove = (entry: Entry): void => {
    all.delete(entry)
    unsent.leave(entry)
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
    const count = going[0]?.proven === true ? 1 : Math.ceil(limits.total * SHARE_FREED)
    for (const entry of going.slice(0, count)) drop(entry, "full")
  }

  /** Admits a connection, or closes it. `trusted`: a proxy, without the limit per client. */
  const admit = (address: string, peer: Peer, trusted = false): Connection | undefined => {
    const sharer = sharerAt(address)
    const { client } = sharer
    const own = clients.get(client) ?? new Set<Entry>()
    const most = trusted ? limits.total : limits.perClient
    if (own.size >= most) {
      const [oldest] = Array.from(own)
        .filter(isClosable)
        .sort((a, b) => Number(a.proven) - Number(b.proven) || a.began - b.began)
      if (oldest !== undefined) drop(oldest, "client")
    }
    if (own.size < most && all.size >= limits.total) makeRoom()
    if (own.size >= most || all.size >= limits.total) {
      closed.refused += 1
      peer.close()
      return undefined
    }
    const at = now()
    const entry: Entry = {
      ...sharer,
      peer,
      phase: "waiting",
      requests: 0,
      isAtWork: () => false,
      began: at,
      since: at,
      moved: 0,
      unsent: 0,
      head: undefined,
      proven: trusted,
      share: () => ({ size: peer.unsent(), mayGo: true, isSlow: true, speed: entry.began })
    }
    all.add(entry)
    clients.set(client, own.add(entry))
    const enter = (phase: Entry["phase"]) => {
      entry.phase = phase
      entry.began = now()
      entry.since = entry.began
      entry.moved = peer.moved()
      entry.head = undefined
    }
    return {
      sharer,
      begin: (isAtWork) => {
        entry.requests += 1
        entry.isAtWork = isAtWork
        if (entry.phase !== "ending") enter("working")
      },
      finish: (whole) => {
        if (!all.has(entry)) return
        entry.requests -= 1
        entry.unsent = peer.unsent()
        // A proxy's unread answers belong to many clients, and the others must not suffer for these.
        if (entry.unsent > 0 && !trusted) for (const greedy of unsent.grown(entry)) drop(greedy, "greedy")
        if (!whole) enter("ending")
        else if (entry.requests === 0 && entry.phase === "working") enter("waiting")
      },
      markProven: () => {
        entry.proven = true
      },
      isBusy: () => entry.requests >= MOST_PIPELINED,
      refuse: () => drop(entry, "greedy"),
      leave: () => remove(entry)
    }
  }

  return {
    admit,
    /** Closes connections that exceeded a time limit. Call it every second. */
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
    /** The numbers of open connections, of their clients and networks, and of closed ones by reason. */
    counts: () => ({
      open: all.size,
      clients: clients.size,
      networks: new Set(Array.from(all, ({ network }) => network)).size,
      closed: { ...closed }
    })
  }
}

export type ConnectionLimits = ReturnType<typeof make>
