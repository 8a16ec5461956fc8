/** More than the API's small history: issues and competitions in every state, so that each view has something to show. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { ALICE, BOB, seed } from "../api/seed.ts"

/** Issues that wait, as many as a list needs to be long. */
export const manyIssues = (count: number) =>
  Effect.flatMap(
    SqlClient,
    (
      sql
    ) => sql`INSERT INTO issues (id, repository, number, target, funded, status, queue_position, registered_at, updated_at, title, labels)
      SELECT n, 'owner-' || n % 40 || '/repository-' || n % 200, n, 100000000000 + n::bigint * 1000000, 0, 'Funding', n, 5, 5, 'Part ' || n || ' does not work',
        '[{"name": "bug", "color": "d73a4a"}]' FROM generate_series(100, ${99 + count}::int) n`
  )

const COMPETITION = 1

/** Copies of the seed's competition in the other states, each with an issue of its own. */
const others = [
  { id: 2, issue: 10, status: "Competing", ended: "Running", reason: null },
  { id: 3, issue: 11, status: "Solved", ended: "Won", reason: null },
  { id: 4, issue: 12, status: "Open", ended: "Expired", reason: null },
  { id: 5, issue: 13, status: "Cancelled", ended: "Void", reason: { _tag: "Reverted" } },
  { id: 6, issue: 14, status: "Cancelled", ended: "Void", reason: { _tag: "SubmittedTooEarly", hotkey: BOB } }
] as const

export const everyState = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* seed
  for (const { id, issue, status, ended, reason } of others) {
    yield* sql`INSERT INTO issues (id, repository, number, target, funded, status, reason, attempts, payable_at, registered_at, updated_at, node_id, title, labels, github_state, github_author, github_seen_at)
      SELECT ${issue}, repository, ${issue} + 100, target, ${status === "Cancelled" ? "0" : "100000000000"}::numeric, ${status}, ${reason === null ? null : JSON.stringify(reason)}::jsonb,
        ${status === "Open" ? 1 : 0}, ${status === "Solved" ? 60 : null}, 5, 30, node_id || ${id}, ${`An issue that is ${status.toLowerCase()}`}, labels, 'open', github_author, github_seen_at
      FROM issues WHERE id = 1`
    yield* sql`CREATE TEMPORARY TABLE one AS SELECT * FROM competitions WHERE id = ${COMPETITION}`
    yield* sql`UPDATE one SET id = ${id}, issue = ${issue}, deadline = 600, outcome_until = 700, status = ${ended}, reason = ${reason === null ? null : JSON.stringify(reason)}::jsonb,
      winner = ${ended === "Won" ? 1 : null}, pull_request = ${ended === "Won" ? 78 : null}, ended_at = ${ended === "Running" ? null : 30},
      a_rating_after = ${ended === "Running" ? null : 1_500_000}, b_rating_after = ${ended === "Running" ? null : 1_520_000}`
    yield* sql`INSERT INTO competitions SELECT * FROM one`
    yield* sql`DROP TABLE one`
    if (status === "Competing" || status === "Solved" || status === "Cancelled")
      yield* sql`UPDATE issues SET competition = ${id} WHERE id = ${issue}`
  }
  yield* sql`INSERT INTO events (block, index, name, fields) VALUES (39, 7, 'OutcomeVoted', ${JSON.stringify({ issue: 10, competition: 2 })}::jsonb)`
  yield* sql`INSERT INTO votes (block, event, kind, issue, round, competition, validator, choice, weight, total_weight)
    SELECT 39, 7, 'outcome', 10, NULL, 2, validator, ${JSON.stringify({ _tag: "Solved", hotkey: ALICE, pullRequest: 79 })}::jsonb, 4000000000, 10000000000 FROM votes WHERE event = 3 AND block = 20`
})

/** Every address of a view with something to show, and what some of them show when there is nothing. */
export const VIEWS = [
  "/issues",
  "/issues?status=Open",
  "/issues?search=nothing-is-like-that",
  ...[1, 2, 3, 10, 11, 12, 13, 14].map((id) => `/issues/${id}`),
  "/issues/999",
  "/competitions",
  ...[1, 2, 3, 4, 5, 6].map((id) => `/competitions/${id}`),
  "/miners",
  `/miners/${ALICE}`,
  "/leaderboard",
  `/head-to-head?a=${ALICE}&b=${BOB}`,
  "/head-to-head",
  "/treasury",
  "/validators",
  "/validators/5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy",
  "/events",
  "/events?from=20&to=20",
  "/stats",
  "/book",
  "/nothing-is-here"
] as const
