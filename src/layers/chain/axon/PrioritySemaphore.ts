/**
 * A semaphore with a bounded priority queue. The most urgent work goes first; equal urgency is first come, first served. Every second place goes to
 * the work that has waited longest, so that nothing starves. When the queue is full, it drops work of the owner that has most, the least urgent
 * first. No owner holds more than its share. (Effect's semaphores have neither priorities nor a bound.)
 */
import { Data, Deferred, Effect } from "effect"

export interface Limits {
  /** Work that runs at once. */
  readonly places: number
  /** The queue's length. */
  readonly waiting: number
  /** One owner's work, running and waiting. */
  readonly perOwner: number
}

export class TurnedAway extends Data.TaggedError("TurnedAway")<{ readonly why: "full" | "too many of one owner" }> {}

interface Waiter {
  readonly owner: string
  readonly urgency: bigint
  readonly arrived: number
  /** true: the waiter has a place. false: it was dropped for more urgent work. */
  readonly turn: Deferred.Deferred<boolean>
}

export interface PrioritySemaphore {
  /** Runs the work in a place. Fails with TurnedAway at once, or while it is queued. */
  readonly within: <A, E, R>(owner: string, urgency: bigint, work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | TurnedAway, R>
  readonly counts: () => { readonly atWork: number; readonly waiting: number; readonly owners: number }
}

export const make = ({ places, waiting, perOwner }: Limits): PrioritySemaphore => {
  let atWork = 0
  let arrivals = 0
  let isTurnOfUrgent = true
  const queue: Array<Waiter> = []
  const owners = new Map<string, number>()

  const leave = (owner: string): void => {
    const count = (owners.get(owner) ?? 1) - 1
    if (count === 0) owners.delete(owner)
    else owners.set(owner, count)
  }
  /** Passes a place straight to the next waiter, or frees it. */
  const handOver = Effect.suspend(() => {
    const [first] = queue
    if (first === undefined) {
      atWork -= 1
      return Effect.void
    }
    const next = isTurnOfUrgent ? first : queue.reduce((oldest, other) => (other.arrived < oldest.arrived ? other : oldest))
    isTurnOfUrgent = !isTurnOfUrgent
    queue.splice(queue.indexOf(next), 1)
    return Deferred.succeed(next.turn, true)
  })
  /** Returns the waiter that no longer fits, if any. */
  const enqueue = (waiter: Waiter): Waiter | undefined => {
    const at = queue.findIndex(({ urgency }) => urgency < waiter.urgency)
    queue.splice(at < 0 ? queue.length : at, 0, waiter)
    if (queue.length <= waiting) return undefined
    const workOf = ({ owner }: Waiter) => owners.get(owner) ?? 0
    const last = queue.reduceRight((found, other) => (workOf(other) > workOf(found) ? other : found))
    queue.splice(queue.indexOf(last), 1)
    return last
  }

  /** Waits for a place; false when turned away. The caller must hand over a place that it got. */
  const take = (owner: string, urgency: bigint) =>
    Effect.gen(function* () {
      if (atWork < places) {
        atWork += 1
        return true
      }
      const waiter: Waiter = { owner, urgency, arrived: arrivals++, turn: yield* Deferred.make<boolean>() }
      const last = enqueue(waiter)
      if (last !== undefined) yield* Deferred.succeed(last.turn, false)
      return yield* Effect.interruptible(Deferred.await(waiter.turn)).pipe(
        Effect.onInterrupt(() =>
          Effect.gen(function* () {
            const at = queue.indexOf(waiter)
            if (at >= 0) queue.splice(at, 1)
            // The place was given at the moment of the interruption.
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
            if (!(yield* take(owner, urgency))) return yield* new TurnedAway({ why: "full" })
            return yield* Effect.ensuring(restore(work), handOver)
          }).pipe(Effect.ensuring(Effect.sync(() => leave(owner))))
        })
      ),
    counts: () => ({ atWork, waiting: queue.length, owners: owners.size })
  }
}
