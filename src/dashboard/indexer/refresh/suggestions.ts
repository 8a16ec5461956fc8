/** Open issues that could get a bounty, from the last survey. The operator enables surveys; a visitor never triggers one. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Clock, Duration, Effect, Option, Schema } from "effect"
import { explained, transaction } from "../../../layers/storage/database/Database.ts"
import { type Fields, insertWhole } from "../rows.ts"

export interface SuggestedIssue extends Omit<Fields<"suggestions">, "seenAt"> {
  readonly reasons: ReadonlyArray<{ readonly points: number; readonly why: string }>
}

/** The result of one survey. */
export interface Suggested {
  readonly issues: ReadonlyArray<SuggestedIssue>
  /** Repositories that could not be read: their earlier suggestions stay. */
  readonly unread: ReadonlyArray<string>
}

/** Suggestions stored. */
const STORED_SUGGESTIONS = 50

/** Interval of surveys: each takes up to a dozen requests per repository. */
const SURVEY_INTERVAL = Duration.hours(6)

/** Replaces the stored suggestions. */
export const recordSuggestions = ({ issues, unread }: Suggested, now: number) =>
  transaction(
    Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* sql`DELETE FROM suggestions WHERE NOT lower(repository) = ANY (${unread.map((name) => name.toLowerCase())}::text[])`
      yield* insertWhole(
        "suggestions",
        issues.map((one) => ({ ...one, seenAt: now })),
        "keeping"
      )
      yield* sql`DELETE FROM suggestions WHERE (repository, number) NOT IN (
        SELECT repository, number FROM suggestions ORDER BY points DESC, opened_at, repository, number LIMIT ${STORED_SUGGESTIONS})`
    })
  )

const Newest = Schema.Tuple(Schema.Struct({ at: Schema.NullOr(Schema.DateFromSelf) }))

/** Time until the next survey is due. */
export const untilNextLook = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [{ at }] = yield* Effect.flatMap(sql`SELECT max(seen_at) AS at FROM suggestions`, (rows) =>
    Effect.orDie(Schema.decodeUnknown(Newest)(rows))
  )
  const due = Option.match(Option.fromNullable(at), {
    onNone: () => 0,
    onSome: (last) => last.getTime() + Duration.toMillis(SURVEY_INTERVAL)
  })
  return Duration.millis(Math.max(0, due - (yield* Clock.currentTimeMillis)))
}).pipe(explained)

/** Surveys once and stores the result. */
export const refreshSuggestions = <E, R>(look: Effect.Effect<Suggested, E, R>) =>
  Effect.flatMap(look, (found) => Effect.flatMap(Clock.currentTimeMillis, (now) => recordSuggestions(found, now)))
