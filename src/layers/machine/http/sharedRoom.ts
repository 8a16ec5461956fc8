/**
 * Room that strangers share, such as memory for the bodies they send, or places for requests. When it is full, a newcomer is not refused: whoever is slow makes room,
 * or else whoever takes most. Only the client that takes most of all is refused itself.
 */
import { Data, Deferred, Effect } from "effect"
import type { Sharer } from "./addresses.ts"
import { losingOrder, type Share } from "./losingOrder.ts"

/** What somebody takes of the room. */
export interface Taker extends Sharer {
  /** What it takes now. */
  readonly share: () => Omit<Share, "isKnown">
}

export interface SharedRoom<T extends Taker> {
  /** Lets somebody in. Returns who lost what they took: others, or the newcomer itself. */
  readonly enter: (taker: T) => ReadonlyArray<T>
  /** Somebody inside may take more than before. Returns who lost what they took, perhaps itself. */
  readonly grown: (taker: T) => ReadonlyArray<T>
  /** Somebody leaves. */
  readonly leave: (taker: T) => void
  /** Who is inside. */
  readonly takers: () => ReadonlyArray<T>
}

/** `capacity`: the sum of all sizes. `freed`: the share of it that is freed at a time, where choosing one by one would take too long. */
export const make = <T extends Taker>(capacity: number, freed = 0): SharedRoom<T> => {
  const sizes = new Map<T, number>()
  let taken = 0

  const set = (taker: T, size: number | undefined): void => {
    taken += (size ?? 0) - (sizes.get(taker) ?? 0)
    if (size === undefined) sizes.delete(taker)
    else sizes.set(taker, size)
  }

  const makeRoom = (asking: T): ReadonlyArray<T> => {
    for (const taker of sizes.keys()) set(taker, taker.share().size)
    if (taken <= capacity) return []
    const lost: Array<T> = []
    for (const { sharer, isSlow } of losingOrder(sizes.keys(), (taker) => ({ ...taker.share(), isKnown: false }))) {
      // Nobody gets more by asking again.
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

  const grown = (taker: T): ReadonlyArray<T> => {
    set(taker, taker.share().size)
    return taken > capacity ? makeRoom(taker) : []
  }
  return { enter: grown, grown, leave: (taker) => set(taker, undefined), takers: () => [...sizes.keys()] }
}

/** The room was needed for others. */
export class MadeRoom extends Data.TaggedError("MadeRoom") {}

/** Work that takes a part of a room. */
export interface Worker extends Taker {
  readonly lost: Deferred.Deferred<never, MadeRoom>
}

export interface WorkRoom {
  readonly capacity: number
  readonly freed?: number
  /** What each takes at least. Default 1. */
  readonly least?: number
  /**
   * The pace at which work is expected to grow. What is more than `patience` seconds behind it is slow; else what is furthest behind goes first. Without a floor,
   * nothing is slow, and the oldest goes first.
   */
  readonly floor?: { readonly perSecond: number; readonly patience: number }
}

/** How work says what it takes. */
export interface Taking {
  /** It takes so much now. */
  readonly grow: (size: number) => void
  /** From now on it is not cut, and does not grow. */
  readonly settle: () => void
}

/** Runs work in a room. `now`: a clock in milliseconds that never goes back. */
export const makeWorkRoom = ({ capacity, freed, least = 1, floor }: WorkRoom, now: () => number) => {
  const room = make<Worker>(capacity, freed)
  const cut = (lost: ReadonlyArray<Worker>) => {
    for (const worker of lost) Deferred.unsafeDone(worker.lost, Effect.fail(new MadeRoom()))
  }
  return {
    /** Fails with MadeRoom when there is no room for it, or none any more. `debt`: what its client is charged beyond what it takes. */
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
    takers: () => room.takers().length
  }
}
