/** Rate-limited log lines about a lasting condition, such as a dead node: one line per period, at level debug in between. */
import { Duration, Effect, Ref } from "effect"
import { elapsedMillis } from "./elapsed.ts"

export interface RareLines {
  /** Warns about `subject` unless it did so within the time. */
  readonly warn: (subject: string, message: string) => Effect.Effect<void>
  /** The same at level error. */
  readonly fail: (subject: string, message: string) => Effect.Effect<void>
  /** The same at level info, for conditions that need no repair. */
  readonly inform: (subject: string, message: string) => Effect.Effect<void>
  /** Logs once that the condition is over, if there was a line about `subject`, or about any subject where none is given. */
  readonly over: (message: string, subject?: string) => Effect.Effect<void>
  /** Forgets all subjects, because their conditions are over. */
  readonly forget: Effect.Effect<void>
}

/** A text without its variable parts, such as block numbers and hashes. As a subject it stands for all texts of its kind. */
export const kindOf = (text: string): string => text.replace(/0x[0-9a-f]+|\d+/gi, "#")

interface Said {
  /** When the line was logged, in milliseconds of the monotonic clock. */
  readonly at: number
  readonly isOver: boolean
}

/** Lines without a rate limit. */
export const each: RareLines = {
  warn: (_, message) => Effect.logWarning(message),
  fail: (_, message) => Effect.logError(message),
  inform: (_, message) => Effect.logInfo(message),
  over: () => Effect.void,
  forget: Effect.void
}

/** `every`: the time between two lines about one subject. */
export const make = (every: Duration.DurationInput): Effect.Effect<RareLines> =>
  Effect.map(Ref.make<ReadonlyMap<string, Said>>(new Map()), (said) => {
    const say = (subject: string, line: Effect.Effect<void>, quietly: Effect.Effect<void>) =>
      Effect.gen(function* () {
        const now = yield* elapsedMillis
        const isRecent = ({ at }: Said) => now - at < Duration.toMillis(every)
        const before = (yield* Ref.get(said)).get(subject)
        if (before !== undefined && isRecent(before)) return yield* quietly
        yield* Ref.update(said, (all) => new Map([...[...all].filter(([, one]) => isRecent(one)), [subject, { at: now, isOver: false }]]))
        yield* line
      })
    return {
      warn: (subject, message) => say(subject, Effect.logWarning(message), Effect.logDebug(message)),
      fail: (subject, message) => say(subject, Effect.logError(message), Effect.logDebug(message)),
      inform: (subject, message) => say(subject, Effect.logInfo(message), Effect.logDebug(message)),
      over: (message, subject) =>
        Ref.modify(said, (all) => {
          const ended = [...all].filter(([one, { isOver }]) => !isOver && (subject === undefined || one === subject))
          if (ended.length === 0) return [Effect.void, all]
          return [Effect.logInfo(message), new Map([...all, ...ended.map(([one, { at }]) => [one, { at, isOver: true }] as const)])]
        }).pipe(Effect.flatten),
      forget: Ref.set(said, new Map())
    }
  })
