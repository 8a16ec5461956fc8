/**
 * Strangers' data can hold values that no type allows for, such as a date in the year three million. A defect that such a value raises ends only the
 * reading of that one thing. It is counted, logged, and shown in /health.
 */
import { Context, Effect, Ref } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"
import { count } from "../telemetry/metrics.ts"

/** The kinds of things that are read so. */
export type Boundary = "issue" | "pull request" | "repository" | "gist" | "peer"

/** How many of the newest defects are kept. */
const KEPT_DEFECTS = 20

/** The defects of this process, the newest last. */
export class Defects extends Context.Reference<Defects>()("gittensor/Defects", {
  defaultValue: () => Ref.unsafeMake<{ readonly total: number; readonly newest: ReadonlyArray<string> }>({ total: 0, newest: [] })
}) {}

/** Runs `reading`, which reads the stranger's thing `name`. If it dies of a defect, runs `otherwise` with the reason instead. Interruptions pass. */
export const contained = <A, E, R, B, E2, R2>(
  boundary: Boundary,
  name: string,
  reading: Effect.Effect<A, E, R>,
  otherwise: (why: string) => Effect.Effect<B, E2, R2>
): Effect.Effect<A | B, E | E2, R | R2> =>
  Effect.catchAllDefect(reading, (defect) =>
    Effect.gen(function* () {
      const why = `what was read of ${name} is not what it should be: ${messageOf(defect)}`
      yield* count("gittensor_defects_total", { what: boundary })
      yield* Effect.flatMap(Defects, (defects) =>
        Ref.update(defects, ({ newest, total }) => ({ total: total + 1, newest: [...newest, why].slice(-KEPT_DEFECTS) }))
      )
      yield* Effect.logWarning(why)
      return yield* otherwise(why)
    })
  )
