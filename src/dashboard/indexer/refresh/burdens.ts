/** Review burden of pull requests on repositories, from GitHub: once a day for each repository with a registered issue or in the roster. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Clock, Duration, Effect, Either, Option, Schema } from "effect"
import { BURDEN_DAYS, type Burden, burdenOf, type MinersAccounts } from "../../../domain/burden.ts"
import { RepositoryName } from "../../../domain/IssueRef.ts"
import { GitHubBurden } from "../../../layers/github/display/GitHubBurden.ts"
import { explained, transaction } from "../../../layers/storage/database/Database.ts"

const REFRESH_INTERVAL = Duration.days(1)

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
  let [asked, failures] = [0, 0]
  for (const repository of due) {
    const now = yield* Clock.currentTimeMillis
    const since = now - Duration.toMillis(Duration.days(BURDEN_DAYS))
    const answer = yield* Effect.either(
      Option.match(decodeName(repository), {
        onNone: () => Effect.succeed(null),
        onSome: (name) => gitHub.pullRequests(name, since)
      })
    )
    if (Either.isRight(answer)) {
      yield* recordBurden(repository, answer.right === null ? null : burdenOf(answer.right, miners), now)
      asked += 1
      failures = 0
    } else {
      failures += 1
      yield* Effect.logDebug(`the pull requests of ${repository} could not be read`, answer.left.message)
      if (answer.left.limited === true || answer.left.status === 401 || failures >= MAX_FAILURES) break
    }
  }
  return asked
})
