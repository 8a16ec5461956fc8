/**
 * A resource that strangers share, such as memory for request bodies, or places for requests. When it is full, a newcomer is not refused: slow users
 * lose their share, or else the users that take most. A newcomer is refused only if its own client takes most of all.
 */
import { Data, Deferred, Effect } from "effect"
import type { Sharer } from "./addresses.ts"
import { losingOrder, type Share } from "./losingOrder.ts"

/** A user of the resource. */
export interface RoomUser extends Sharer {
  /** Its present share. */
  readonly share: () => Omit<Share, "isKnown">
}

export interface SharedRoom<T extends RoomUser> {
  /** Admits a user. Returns the users that lost their share: others, or the newcomer itself. */
  readonly enter: (user: T) => ReadonlyArray<T>
  /** A user's share may have grown. Returns the users that lost theirs, perhaps this one. */
  readonly grown: (user: T) => ReadonlyArray<T>
  /** Releases a user's share. */
  readonly leave: (user: T) => void
  /** The present users. */
  readonly users: () => ReadonlyArray<T>
}

/** `capacity`: the sum of all sizes. `freed`: the share of it that is freed at once, where a choice one by one would take too long. */
export const make = <T extends RoomUser>(capacity: number, freed = 0): SharedRoom<T> => {
  const sizes = new Map<T, number>()
  let taken = 0

  const set = (user: T, size: number | undefined): void => {
    taken += (size ?? 0) - (sizes.get(user) ?? 0)
    if (size === undefined) sizes.delete(user)
    else sizes.set(user, size)
  }

  const makeRoom = (asking: T): ReadonlyArray<T> => {
    for (const user of sizes.keys()) set(user, user.share().size)
    if (taken <= capacity) return []
    const lost: Array<T> = []
    for (const { sharer, isSlow } of losingOrder(sizes.keys(), (user) => ({ ...user.share(), isKnown: false }))) {
      // A client gets no more by further requests.
      const goes = sharer.client === asking.client && !isSlow ? asking : sharer
      if (taken <= (goes === asking ? capacity : capacity * (1 - freed))) break
      set(goes, undefined)
      lost.push(goes)
      if (goes === asking) break
    }
    if (taken > capacity && sizes.has(asking)) {
      set(asking, undefined)
      lost.push(asking)
    }
    return lost
  }

  const grown = (user: T): ReadonlyArray<T> => {
    set(user, user.share().size)
    return taken > capacity ? makeRoom(user) : []
  }
  return { enter: grown, grown, leave: (user) => set(user, undefined), users: () => [...sizes.keys()] }
}

/** The work lost its share to others. */
export class MadeRoom extends Data.TaggedError("MadeRoom") {}

/** Work that uses a share. */
export interface Worker extends RoomUser {
  readonly lost: Deferred.Deferred<never, MadeRoom>
}

export interface WorkRoom {
  readonly capacity: number
  readonly freed?: number
  /** The least share of each. Default 1. */
  readonly least?: number
  /**
   * The least rate at which work must progress. Work more than `patience` seconds behind it is slow; otherwise the work furthest behind goes first.
   * Without a floor, nothing is slow, and the oldest goes first.
   */
  readonly floor?: { readonly perSecond: number; readonly patience: number }
}

/** The callbacks by which work reports its share. */
export interface Taking {
  /** Its share is now this large. */
  readonly grow: (size: number) => void
  /** From now on it is not cut, and does not grow. */
  readonly settle: () => void
}

/** Runs work within shares of a resource. `now`: a monotonic clock in milliseconds. */
export const makeWorkRoom = ({ capacity, freed, least = 1, floor }: WorkRoom, now: () => number) => {
  const room = make<Worker>(capacity, freed)
  const cut = (lost: ReadonlyArray<Worker>) => {
    for (const worker of lost) Deferred.unsafeDone(worker.lost, Effect.fail(new MadeRoom()))
  }
  return {
    /** Fails with MadeRoom when there is no room for it, or it loses its share. `debt`: an extra charge to its client. */
    within: <A, E, R>({ client, network }: Sharer, work: (taking: Taking) => Effect.Effect<A, E, R>, debt = 0) =>
      Effect.acquireUseRelease(
        Effect.map(Deferred.make<never, MadeRoom>(), (lost) => {
          const since = now()
          let grown = 0
          let settled = false
          const share = () => {
            const ahead = (floor === undefined ? 0 : grown / floor.perSecond) - (now() - since) / 1_000
            return {
              size: Math.max(least, grown),
              debt,
              mayGo: !settled,
              isSlow: floor !== undefined && ahead < -floor.patience,
              speed: ahead
            }
          }
          const worker: Worker = { client, network, lost, share }
          const taking: Taking = {
            grow: (size) => {
              grown = size
              cut(room.grown(worker))
            },
            settle: () => {
              settled = true
            }
          }
          cut(room.enter(worker))
          return { worker, taking }
        }),
        ({ worker, taking }) => Effect.raceFirst(Deferred.await(worker.lost), work(taking)),
        ({ worker }) => Effect.sync(() => room.leave(worker))
      ),
    users: () => room.users().length
  }
}
