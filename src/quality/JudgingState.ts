/** What a validator's /health says of its judging. It knows no duel: what decides must not reach one. */
import { Context, type Effect } from "effect"

/** A head, or two of them, that are not judged yet. */
export interface Waiting {
  readonly what: string
  /** The last state that was reached. */
  readonly state: string
  /** Since when, in milliseconds since 1970. */
  readonly since: number
}

/** How a judge answered the stability probe. */
export interface Stability {
  readonly judge: string
  readonly model: string
  /** How often it was asked again, in one of the orders, and how often it preferred another solution than the time before. */
  readonly again: number
  readonly changed: number
}

export interface JudgingNow {
  /** From the one that has waited longest. */
  readonly queue: ReadonlyArray<Waiting>
  readonly judges: ReadonlyArray<Stability>
}

/** Undefined while the tables are not to be read; the log says why. */
export class JudgingState extends Context.Tag("gittensor/JudgingState")<JudgingState, Effect.Effect<JudgingNow | undefined>>() {}
