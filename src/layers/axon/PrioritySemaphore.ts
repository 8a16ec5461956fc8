/**
 * Room for so much work at a time. When it is full, work waits; when too much waits, the least urgent is turned away. The more urgent goes first, of
 * equals who came first; nobody has more than a part of the room.
 */
import { Data, Deferred, Effect } from "effect"

export interface Limits {
  /** Pieces of work at a time. */
  readonly places: number
  /** Pieces that wait for a place. */
  readonly waiting: number
  /** Pieces of one owner, at work and waiting. */
  readonly perOwner: number
}

export class TurnedAway extends Data.TaggedError("TurnedAway")<{ readonly why: "full" | "too many of one owner" }> {}

interface Waiter {
  readonly urgency: bigint
  /** False: turned away for somebody more urgent. */
  readonly turn: Deferred.Deferred<boolean>
}

export interface PrioritySemaphore {
  /** Does the work in a place of its own, or fails at once or while it waits. */
  readonly within: <A, E, R>(owner: string, urgency: bigint, work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | TurnedAway, R>
  readonly counts: () => { readonly atWork: number; readonly waiting: number; readonly owners: number }
}

export const make = ({ places, waiting, perOwner }: Limits): PrioritySemaphore => {
  let atWork = 0
  const queue: Array<Waiter> = []
  const owners = new Map<string, number>()

  const leave = (owner: string): void => {
    const count = (owners.get(owner) ?? 1) - 1
    if (count === 0) owners.delete(owner)
    else owners.set(owner, count)
  }
  /** The place goes from one to the next without being free in between. */
  const handOver = Effect.suspend(() => {
    const next = queue.shift()
    if (next === undefined) {
      atWork -= 1
      return Effect.void
    }
    return Deferred.succeed(next.turn, true)
  })
  const enqueue = (waiter: Waiter): Waiter | undefined => {
    const at = queue.findIndex(({ urgency }) => urgency < waiter.urgency)
    queue.splice(at < 0 ? queue.length : at, 0, waiter)
    return queue.length > waiting ? queue.pop() : undefined
  }

  /** A place is held when this succeeds; it is given back by whoever holds it. */
  const take = (urgency: bigint) =>
    Effect.gen(function* () {
      if (atWork < places) {
        atWork += 1
        return true
      }
      const waiter: Waiter = { urgency, turn: yield* Deferred.make<boolean>() }
      const last = enqueue(waiter)
      if (last !== undefined) yield* Deferred.succeed(last.turn, false)
      return yield* Effect.interruptible(Deferred.await(waiter.turn)).pipe(
        Effect.onInterrupt(() =>
          Effect.gen(function* () {
            const at = queue.indexOf(waiter)
            if (at >= 0) queue.splice(at, 1)
            // The place came in the same moment.
            else if (yield* Effect.orElseSucceed(Deferred.await(waiter.turn), () => false)) yield* handOver
          })
        )
      )
    })

  return {
    within: (owner, urgency, work) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const own = owners.get(owner) ?? 0
          if (own >= perOwner) return yield* new TurnedAway({ why: "too many of one owner" })
          owners.set(owner, own + 1)
          return yield* Effect.gen(function* () {
            if (!(yield* take(urgency))) return yield* new TurnedAway({ why: "full" })
            return yield* Effect.ensuring(restore(work), handOver)
          }).pipe(Effect.ensuring(Effect.sync(() => leave(owner))))
        })
      ),
    counts: () => ({ atWork, waiting: queue.length, owners: owners.size })
  }
}
