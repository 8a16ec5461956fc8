/** Lines about something that stays as it is, such as a node that stays dead: one in a while, at level debug in between. */
import { Clock, Duration, Effect, Ref } from "effect"

export interface RareLines {
  /** Warns about `subject` unless it did so within the time. */
  readonly warn: (subject: string, message: string) => Effect.Effect<void>
  /** Forgets all subjects, because what they were about is over. */
  readonly forget: Effect.Effect<void>
}

/** `every`: the time between two warnings about one subject. */
export const make = (every: Duration.DurationInput): Effect.Effect<RareLines> =>
  Effect.map(Ref.make<ReadonlyMap<string, number>>(new Map()), (warned) => ({
    warn: (subject, message) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const before = (yield* Ref.get(warned)).get(subject)
        if (before !== undefined && now - before < Duration.toMillis(every)) return yield* Effect.logDebug(message)
        yield* Ref.update(warned, (all) => new Map([...all, [subject, now]]))
        yield* Effect.logWarning(message)
      }),
    forget: Ref.set(warned, new Map())
  }))
