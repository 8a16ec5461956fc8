/**
 * Which endpoints to prefer. A node may keep its connections, answer heartbeats and announce blocks while it refuses requests: a provider over its limit, or one
 * of several nodes behind an address that lacks blocks. Such an endpoint is left for another one and rests, as does one that gives no connection.
 */
import { Duration, Effect, Ref } from "effect"
import { elapsedMillis } from "../../machine/effects/elapsed.ts"

/** An endpoint is left when MOST_FAILED of its last WINDOW requests failed: seven loops send about as many in half a block. */
const WINDOW = 40
export const MOST_FAILED = 5

/** The first and the longest rest, in milliseconds. Each is twice the one before, until an endpoint has done without for as long as the longest. */
const FIRST_REST = 60_000
const LONGEST_REST = 3_600_000

interface Rest {
  /** In milliseconds of the monotonic clock. */
  readonly until: number
  readonly length: number
}

export interface EndpointRests {
  /**
   * Notes how a request to the endpoint in use ended: `failure` is why it failed, undefined where it did not. Returns why to leave the endpoint, if that is due
   * and another one does not rest; then the endpoint rests.
   */
  readonly note: (place: number, failure: string | undefined) => Effect.Effect<string | undefined>
  /** Lets an endpoint rest, for how many milliseconds. Nothing changes while it does already. */
  readonly rest: (place: number) => Effect.Effect<number>
  /** A new connection begins: earlier requests no longer count. */
  readonly begin: Effect.Effect<void>
  /** The places of the endpoints from one on, those that rest last: first whose rest ends first. */
  readonly order: (from: number) => Effect.Effect<ReadonlyArray<number>>
}

/** `count`: of endpoints. */
export const make = (count: number): Effect.Effect<EndpointRests> =>
  Effect.gen(function* () {
    const rests = yield* Ref.make<ReadonlyMap<number, Rest>>(new Map())
    /** Whether each of the last requests failed. */
    const recent = yield* Ref.make<ReadonlyArray<boolean>>([])
    const places = Array.from({ length: count }, (_, place) => place)
    const begin = Ref.set(recent, [])

    const rest = (place: number) =>
      Effect.flatMap(elapsedMillis, (now) =>
        Ref.modify(rests, (all) => {
          const before = all.get(place)
          if (before !== undefined && before.until > now) return [before.until - now, all]
          const length = before === undefined || now - before.until > LONGEST_REST ? FIRST_REST : Math.min(LONGEST_REST, 2 * before.length)
          return [length, new Map([...all, [place, { until: now + length, length }]])]
        })
      )

    const note = Effect.fn("EndpointRests.note")(function* (place: number, failure: string | undefined) {
      const latest = yield* Ref.updateAndGet(recent, (all) => [...all.slice(1 - WINDOW), failure !== undefined])
      const failed = latest.filter((isFailed) => isFailed).length
      if (failure === undefined || failed < MOST_FAILED) return undefined
      const [now, resting] = yield* Effect.all([elapsedMillis, Ref.get(rests)])
      if (!places.some((other) => other !== place && (resting.get(other)?.until ?? 0) <= now)) return undefined
      yield* begin
      const length = yield* rest(place)
      return `${failed} of its last ${latest.length} requests failed, so it rests for ${Duration.format(Duration.millis(length))}: ${failure}`
    })

    const order = (from: number) =>
      Effect.zipWith(elapsedMillis, Ref.get(rests), (now, all) => {
        const untilOf = (place: number) => Math.max(now, all.get(place)?.until ?? 0)
        return places.map((step) => (from + step) % count).toSorted((a, b) => untilOf(a) - untilOf(b))
      })

    return { note, rest, begin, order }
  })
