/** Artefacts are deleted after a time. What they supported stays; its links then lead nowhere. */
import { Duration, Effect, Schedule } from "effect"
import { Artefacts } from "../layers/storage/objects/Artefacts.ts"

/** As finished work. */
const KEPT = Duration.days(30)

/** Deletes old artefacts now and every day. Several processes may do it at once. */
export const artefactRetention = Effect.flatMap(Artefacts, ({ prune }) => prune(KEPT)).pipe(
  Effect.tap((deleted) => (deleted === 0 ? Effect.void : Effect.logInfo(`deleted ${deleted} artefacts that were over 30 days old`))),
  Effect.catchAll(({ message }) =>
    Effect.logWarning(`artefacts over 30 days old were not deleted, and are tried again tomorrow: ${message}`)
  ),
  Effect.repeat(Schedule.spaced(Duration.days(1))),
  Effect.forkScoped
)
