/** Review burden of pull requests on repositories, once a day for each with a registered issue or in the roster, and hourly what their people chose. From GitHub. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Clock, Duration, Effect, Either, Option, Schema } from "effect"
import { BURDEN_DAYS, type Burden, burdenOf, type MinersAccounts } from "../../../domain/burden.ts"
import { RepositoryName } from "../../../domain/IssueRef.ts"
import { GitHubBurden } from "../../../layers/github/display/GitHubBurden.ts"
import type { GitHubUnavailable } from "../../../layers/github/GitHub.ts"
import type { ChosenThere } from "../../../layers/github/open/chosenThere.ts"
import { explained, transaction } from "../../../layers/storage/database/Database.ts"
import { chosenText } from "../../../story/chosen.ts"

const REFRESH_INTERVAL = Duration.days(1)
const CHOICES_INTERVAL = Duration.hours(1)

/** The most repositories whose choices are read at a time, so that the other figures have their turn. */
const MOST_CHOICES = 50

/** Consecutive failures after which GitHub counts as down. */
const MAX_FAILURES = 3

const iso = (milliseconds: number) => new Date(milliseconds).toISOString()

const decodeName = Schema.decodeUnknownOption(RepositoryName)

/** Deletes rows of other repositories than these and those with an unfinished issue, and returns those that are due, the longest waiting first. */
const dueOf = (roster: ReadonlyArray<string>, now: number) =>
  transaction(
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const wanted = sql`
        SELECT lower(repository) AS repository FROM issues WHERE status NOT IN ('Paid', 'Cancelled')
        UNION SELECT lower(name) FROM unnest(${roster}::text[]) AS name`
      yield* sql`DELETE FROM repositories WHERE repository NOT IN (${wanted})`
      const rows = yield* sql<{ readonly repository: string }>`
        SELECT wanted.repository FROM (${wanted}) AS wanted LEFT JOIN repositories AS known USING (repository)
        WHERE known.asked_at IS NULL OR known.asked_at <= ${iso(now - Duration.toMillis(REFRESH_INTERVAL))}::timestamptz
        ORDER BY known.asked_at NULLS FIRST, wanted.repository`
      return rows.map(({ repository }) => repository)
    })
  )

const Miners = Schema.Array(Schema.Struct({ account: Schema.Int, proven: Schema.NullOr(Schema.Boolean), asked: Schema.Boolean }))

/**
 * The accounts of the currently registered miners; null while the subnet's state was not read, or GitHub was not asked about some of them. A miner whose
 * proof GitHub does not show is unknown.
 */
const minersNow = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [head] = yield* sql`SELECT FROM chain WHERE treasury_at IS NOT NULL`
  if (head === undefined) return null
  const rows = yield* sql`
    SELECT github_account AS account, github_proven AS proven, github_seen_at IS NOT NULL AS asked
    FROM miners WHERE uid IS NOT NULL AND github_account IS NOT NULL`
  const known = yield* Effect.orDie(Schema.decodeUnknown(Miners)(rows))
  if (known.some(({ asked }) => !asked)) return null
  return {
    accounts: new Set(known.flatMap(({ account, proven }) => (proven === true ? [account] : []))),
    unknown: known.filter(({ proven }) => proven === null).length
  } satisfies MinersAccounts
}).pipe(explained)

/** Stores a burden. null: GitHub does not show the repository, and the earlier figures stay. */
const recordBurden = (repository: string, burden: Burden | null, now: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const found = burden === null ? null : JSON.stringify({ ...burden, since: iso(burden.since) })
    yield* sql`
      INSERT INTO repositories (repository, burden, seen_at, asked_at)
      VALUES (${repository}, ${found}::jsonb, ${found === null ? null : iso(now)}::timestamptz, ${iso(now)}::timestamptz)
      ON CONFLICT (repository) DO UPDATE SET asked_at = excluded.asked_at,
        burden = coalesce(excluded.burden, repositories.burden), seen_at = coalesce(excluded.seen_at, repositories.seen_at)`
  }).pipe(explained)

/** Stores what people chose. null: GitHub does not show the repository, and what was read before stays. */
const recordChoices = (repository: string, chosen: ChosenThere | null, now: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const found = chosen === null ? null : JSON.stringify(chosenText(chosen, chosen.files))
    yield* sql`
      UPDATE repositories SET choices = coalesce(${found}::jsonb, choices), choices_at = ${iso(now)}::timestamptz
      WHERE repository = ${repository}`
  }).pipe(explained)

/** Reads and stores each repository, until our share of the rate limit is exhausted or GitHub is down. Returns how many were read. */
const readDue = Effect.fn("readDue")(function* <A, E, R>(
  what: string,
  due: ReadonlyArray<string>,
  read: (name: RepositoryName, now: number) => Effect.Effect<A | null, GitHubUnavailable>,
  record: (repository: string, answer: A | null, now: number) => Effect.Effect<void, E, R>
) {
  let [asked, failures] = [0, 0]
  for (const repository of due) {
    const now = yield* Clock.currentTimeMillis
    const answer = yield* Effect.either(
      Option.match(decodeName(repository), { onNone: () => Effect.succeed(null), onSome: (name) => read(name, now) })
    )
    if (Either.isRight(answer)) {
      yield* record(repository, answer.right, now)
      asked += 1
      failures = 0
    } else {
      failures += 1
      yield* Effect.logDebug(`${what} of ${repository} could not be read`, answer.left.message)
      if (answer.left.limited === true || answer.left.status === 401 || failures >= MAX_FAILURES) break
    }
  }
  return asked
})

/** Reads what people chose in the repositories that are due. Needs a token. Returns how many were read. */
const refreshChoices = Effect.gen(function* () {
  const [gitHub, sql, now] = yield* Effect.all([GitHubBurden, SqlClient, Clock.currentTimeMillis])
  const rows = yield* explained(sql<{ readonly repository: string }>`
    SELECT repository FROM repositories
    WHERE choices_at IS NULL OR choices_at <= ${iso(now - Duration.toMillis(CHOICES_INTERVAL))}::timestamptz
    ORDER BY choices_at NULLS FIRST, repository LIMIT ${MOST_CHOICES}`)
  const due = rows.map(({ repository }) => repository)
  return yield* readDue("the choices", due, gitHub.choices, recordChoices)
})

/**
 * Reads repositories that are due, until our share of the rate limit is exhausted or GitHub is down; the next call continues. Needs a token, and answers
 * about all miners. `roster`: the names of its repositories. Returns how many repositories were requested.
 */
export const refreshReviewBurdens = Effect.fn("refreshReviewBurdens")(function* (roster: ReadonlyArray<string>) {
  const gitHub = yield* GitHubBurden
  if (!gitHub.hasToken) return 0
  const miners = yield* minersNow
  if (miners === null) return 0
  const due = yield* dueOf(roster, yield* Clock.currentTimeMillis)
  const days = Duration.toMillis(Duration.days(BURDEN_DAYS))
  const asked = yield* readDue(
    "the pull requests",
    due,
    (name, now) => gitHub.pullRequests(name, now - days),
    (repository, list, now) => recordBurden(repository, list === null ? null : burdenOf(list, miners), now)
  )
  yield* refreshChoices
  return asked
})
