/** Extends the API's small history with issues and competitions in every state, so that no view is empty. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { ALICE, BOB, CAROL, seed } from "../api/seed.ts"

/** Waiting issues, enough for a long list. */
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

/** Copies of the seed's competition in the other states, each on its own issue. */
const others = [
  { id: 2, issue: 10, status: "Competing", ended: "Running", reason: null },
  { id: 3, issue: 11, status: "Solved", ended: "Won", reason: null },
  { id: 4, issue: 12, status: "Open", ended: "Unsolved", reason: null },
  { id: 5, issue: 13, status: "Cancelled", ended: "Void", reason: { _tag: "NotPlanned" } },
  { id: 6, issue: 14, status: "Cancelled", ended: "Void", reason: { _tag: "SubmittedTooEarly", hotkey: BOB } }
] as const

/**
 * The findings of two more validators on the first competition: one differs about Alice's pull request, one could not check it, and both found a
 * rejected one of Bob's that the index does not have.
 */
const moreQuality = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [differing, failing] = ["5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw", "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL"]
  const copy = (validator: string | undefined, change: object) => sql`
    INSERT INTO quality_records SELECT (jsonb_populate_record(NULL::quality_records, to_jsonb(old) || ${JSON.stringify({ validator, ...change })}::jsonb)).*
    FROM quality_records old WHERE validator NOT IN (${differing ?? ""}, ${failing ?? ""})`
  for (const validator of [differing, failing])
    yield* sql`INSERT INTO quality_documents SELECT issue, ${validator}, at, document, read_at FROM quality_documents ORDER BY validator DESC LIMIT 1`
  yield* copy(differing, {
    reason: null,
    fault: null,
    verification: {
      verdict: "broken",
      ecosystem: "npm",
      command: "node --test",
      failToPass: { count: 1, first: ["saves twice"] },
      broken: { count: 120, first: Array.from({ length: 50 }, (_, index) => `opens file ${index}`) },
      flaky: { count: 1, first: ["waits for a port"] },
      own: {
        failToPass: { count: 1, first: ["its own test"] },
        failing: { count: 0, first: [] },
        removed: { count: 1, first: ["an old test"] },
        skipped: { count: 0, first: [] },
        hidden: { count: 0, first: [] }
      },
      changesDependencies: true
    }
  })
  yield* copy(failing, {
    state: "failed",
    fault: "infrastructure",
    reason: "the sandbox cannot start: install bubblewrap",
    verification: null
  })
  for (const validator of [differing, failing])
    yield* copy(validator, {
      hotkey: BOB,
      number: 90,
      commit: "c".repeat(40),
      state: "rejected",
      fault: "miner",
      reason: "the diff is a near-duplicate of an earlier head",
      gate: {
        passed: false,
        fault: "miner",
        findings: [{ check: "duplicate", rejects: true, path: null, line: null, shown: "Jaccard 0.98 with #77", limit: "Jaccard 0.95" }],
        found: 1,
        files: 2,
        addedLines: 10,
        deletedLines: 4,
        fingerprints: 60,
        comparedWith: 1
      },
      verification: null
    })
})

export const everyState = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* seed
  for (const { id, issue, status, ended, reason } of others) {
    yield* sql`INSERT INTO issues (id, repository, number, target, funded, status, reason, attempts, registered_at, updated_at, node_id, title, excerpt, language, labels, github_state, github_author, github_seen_at)
      SELECT ${issue}, repository, ${issue} + 100, target, ${status === "Cancelled" ? "0" : "100000000000"}::numeric, ${status}, ${reason === null ? null : JSON.stringify(reason)}::jsonb,
        ${status === "Open" ? 1 : 0}, 5, 30, node_id || ${id}, ${`An issue that is ${status.toLowerCase()}`}, excerpt, language, labels, 'open', github_author, github_seen_at
      FROM issues WHERE id = 1`
    yield* sql`CREATE TEMPORARY TABLE one AS SELECT * FROM competitions WHERE id = ${COMPETITION}`
    yield* sql`UPDATE one SET id = ${id}, issue = ${issue}, deadline = 600, outcome_until = 700, status = ${ended}, reason = ${reason === null ? null : JSON.stringify(reason)}::jsonb,
      slash_a = ${ended === "Unsolved" ? true : null}, slash_b = ${ended === "Unsolved" ? false : null}, winner = ${ended === "Won" ? 1 : null}, pull_request = ${ended === "Won" ? 78 : null}, ended_at = ${ended === "Running" ? null : 30},
      a_rating_after = ${ended === "Running" ? null : 1_500_000}, b_rating_after = ${ended === "Running" ? null : 1_520_000}`
    yield* sql`INSERT INTO competitions SELECT * FROM one`
    yield* sql`DROP TABLE one`
    if (status === "Competing" || status === "Solved" || status === "Cancelled")
      yield* sql`UPDATE issues SET competition = ${id} WHERE id = ${issue}`
  }
  yield* sql`INSERT INTO events (block, index, name, fields) VALUES (39, 7, 'OutcomeVoted', ${JSON.stringify({ issue: 10, competition: 2 })}::jsonb)`
  yield* moreQuality
  yield* sql`INSERT INTO votes (block, event, kind, issue, round, competition, validator, choice, since)
    SELECT 39, 7, 'outcome', 10, NULL, 2, validator, ${JSON.stringify({ _tag: "Solved", hotkey: ALICE, pullRequest: 79 })}::jsonb, 39 FROM votes WHERE event = 3 AND block = 20`
})

const COPIED = [
  ["issues", "id = 2"],
  ["competitions", "id = 1"],
  ["calls", "block = 30"],
  ["votes", "block = 20"],
  ["attestations", "block = 12"],
  ["ratings", "block = 20"],
  ["payouts", "block = 30"],
  ["treasury_flows", "block = 6"],
  ["collateral_flows", "block = 16"],
  ["config_changes", "block = 35"],
  ["registrations", "held_from = 3"],
  ["weights", "block = 33"],
  ["reports", "block = 34"],
  ["consensus_epochs", "epoch = 2"],
  ["consensus_voters", "epoch = 2 AND report IS NOT NULL"],
  ["consensus_findings", "epoch = 2"],
  ["consensus_divergences", "epoch = 2"]
] as const

const NEWS = [
  "IssueRegistered",
  "OutcomeVoted",
  "BountyPaid",
  "ConfigChanged",
  "CollateralDeposited",
  "BountyFunded",
  "ValidatorAdded",
  "CompetitionStarted"
] as const

/** A block that adds a row to every list, including those of the seed's issue, competition, miner and validator. */
export const everyList = (block: number) =>
  Effect.flatMap(SqlClient, (sql) =>
    sql.withTransaction(
      Effect.gen(function* () {
        const id = 100 + block
        yield* sql`INSERT INTO blocks VALUES (${block}, ${`0x${block}`}, ${new Date(Date.UTC(2026, 0, 1, 0, 0, block))})`
        for (const [index, name] of NEWS.entries())
          yield* sql`INSERT INTO events (block, index, name, fields) VALUES (${block}, ${index}, ${name}, '{"issue": 1, "competition": 1}')`
        const changes: Readonly<Record<string, object>> = {
          issues: { id, number: id, registered_at: block, updated_at: block },
          competitions: { id, started_at: block, issue: id },
          attestations: { block, event: 1, round: block },
          registrations: { held_from: block, registered_at: block },
          consensus_epochs: { epoch: block, block, looked_at: block },
          consensus_voters: { epoch: block },
          consensus_findings: { epoch: block },
          consensus_divergences: { epoch: block, block, read_at: block },
          payouts: { block, event: 1, issue: id, competition: id }
        }
        for (const [table, where] of COPIED)
          yield* sql`INSERT INTO ${sql(table)} SELECT (jsonb_populate_record(NULL::${sql(table)}, to_jsonb(old) ||
            ${JSON.stringify(changes[table] ?? { block, event: 1 })}::jsonb)).* FROM ${sql(table)} old WHERE ${sql.literal(where)} LIMIT 1`
      })
    )
  )

/** The address of every view with content, and of some empty views. */
export const VIEWS = [
  "/",
  "/issues",
  "/issues?status=Open",
  "/issues?search=nothing-is-like-that",
  ...[1, 2, 3, 10, 11, 12, 13, 14].map((id) => `/issues/${id}`),
  "/issues/999",
  "/repositories/acme/widgets",
  "/repositories/nobody/nothing",
  "/search",
  "/search?q=a",
  "/search?q=nothing-is-like-that",
  "/competitions",
  ...[1, 2, 3, 4, 5, 6].map((id) => `/competitions/${id}`),
  "/miners",
  `/miners/${ALICE}`,
  "/leaderboard",
  `/head-to-head?a=${ALICE}&b=${BOB}`,
  "/head-to-head",
  "/treasury",
  "/validators",
  "/validators?evidence=all",
  "/validators/5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy",
  `/validators/${CAROL}`,
  ...[0, 2, 999].map((epoch) => `/consensus/${epoch}`),
  "/events",
  "/events?from=20&to=20",
  "/stats",
  "/how-it-works",
  "/me",
  "/?wall",
  "/nothing-is-here"
] as const
