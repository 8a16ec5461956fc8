/** Deletes old artefacts. The findings that they support stay, with links that no longer resolve. */
import { Duration, Effect, Schedule } from "effect"
import { Artefacts } from "../layers/storage/objects/Artefacts.ts"

/** Retention, the same as for finished work. */
const RETENTION = Duration.days(30)

/** Deletes old artefacts at start and then daily. Several processes may run it at once. */
export const artefactRetention = Effect.flatMap(Artefacts, ({ prune }) => prune(RETENTION)).pipe(
  Effect.tap((deleted) => (deleted === 0 ? Effect.void : Effect.logInfo(`deleted ${deleted} artefacts that were over 30 days old`))),
  Effect.catchAll(({ message }) =>
    Effect.logWarning(`artefacts over 30 days old could not be deleted; tomorrow this is tried again: ${message}`)
  ),
  Effect.repeat(Schedule.spaced(Duration.days(1))),
  Effect.forkScoped
)
