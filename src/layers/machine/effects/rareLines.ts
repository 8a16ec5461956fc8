/** Rate-limited log lines about a lasting condition, such as a dead node: one line per period, at level debug in between. */
import { Duration, Effect, Ref } from "effect"
import { elapsedMillis } from "./elapsed.ts"

export interface RareLines {
  /** Warns about `subject` unless it did so within the time. Of texts of other kinds about it, the first few are said too. */
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

/** A text without its variable parts, which are addresses, hashes and numbers: it stands for all texts of its kind. */
export const kindOf = (text: string): string => text.replace(/\b5[1-9A-HJ-NP-Za-km-z]{47}\b|0x[0-9a-f]+|\b[0-9a-f]{20,}\b|\d+/gi, "#")

/** The most kinds of text that are said about a subject within the time. */
const MOST_KINDS = 16

interface LoggedLine {
  readonly subject: string
  /** When the line was logged, in milliseconds of the monotonic clock. */
  readonly at: number
  readonly isOver: boolean
}

/** Lines without a rate limit. */
export const everyLine: RareLines = {
  warn: (_, message) => Effect.logWarning(message),
  fail: (_, message) => Effect.logError(message),
  inform: (_, message) => Effect.logInfo(message),
  over: () => Effect.void,
  forget: Effect.void
}

/** `every`: the time between two lines about one subject. */
export const make = (every: Duration.DurationInput): Effect.Effect<RareLines> =>
  Effect.map(Ref.make<ReadonlyMap<string, LoggedLine>>(new Map()), (said) => {
    const sayBy = (log: (message: string) => Effect.Effect<void>) => (subject: string, message: string) =>
      Effect.gen(function* () {
        const now = yield* elapsedMillis
        const recent = [...(yield* Ref.get(said))].filter(([, { at }]) => now - at < Duration.toMillis(every))
        const kind = `${subject}\n${kindOf(message)}`
        const of = recent.filter(([, one]) => one.subject === subject)
        if (of.length >= MOST_KINDS || of.some(([one]) => one === kind)) return yield* Effect.logDebug(message)
        yield* Ref.set(said, new Map([...recent, [kind, { subject, at: now, isOver: false }]]))
        yield* log(message)
      })
    return {
      warn: sayBy(Effect.logWarning),
      fail: sayBy(Effect.logError),
      inform: sayBy(Effect.logInfo),
      over: (message, subject) =>
        Ref.modify(said, (all) => {
          const isEnded = (one: LoggedLine) => !one.isOver && (subject === undefined || one.subject === subject)
          if (![...all.values()].some(isEnded)) return [Effect.void, all]
          return [Effect.logInfo(message), new Map([...all].map(([kind, one]) => [kind, isEnded(one) ? { ...one, isOver: true } : one]))]
        }).pipe(Effect.flatten),
      forget: Ref.set(said, new Map())
    }
  })
