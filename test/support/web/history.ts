/** Extends the API's small history with issues and competitions in every state, so that no view is empty. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { OTHER_RECORDS } from "../api/quality.ts"
import { ALICE, BOB, seed, VALIDATOR } from "../api/seed.ts"

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

type Change = Readonly<Record<string, unknown>>

/** Inserts copies of a table's rows with some of their columns changed. */
export const copy = (table: string, where: string, change: Change) =>
  Effect.flatMap(
    SqlClient,
    (sql) => sql`INSERT INTO ${sql(table)} SELECT (jsonb_populate_record(NULL::${sql(table)}, to_jsonb(old) ||
      ${JSON.stringify(change)}::jsonb)).* FROM ${sql(table)} old WHERE ${sql.literal(where)}`
  )

/** Validators that the seed does not have. */
export const [DAVE, EVE] = ["5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw", "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL"]

/**
 * The findings of two more validators on the first competition: one differs about Alice's pull request, one could not check it, and both found a
 * rejected one of Bob's that the index does not have.
 */
const moreQuality = Effect.gen(function* () {
  const ofBob = { hotkey: BOB, number: 90, commit: "c".repeat(40), ...OTHER_RECORDS.rejected }
  for (const [validator, change] of [
    [DAVE, OTHER_RECORDS.broken],
    [EVE, OTHER_RECORDS.failed]
  ] as const) {
    yield* copy("quality_documents", `validator = '${VALIDATOR}'`, { validator })
    for (const one of [change, ofBob]) yield* copy("quality_records", `validator = '${VALIDATOR}'`, { validator, ...one })
  }
})

/** A copy of the seed's first issue, open on GitHub. */
export const newIssue = (id: number, change: Change & { readonly status: string }) =>
  copy("issues", "id = 1", {
    id,
    number: id + 100,
    competition: null,
    registered_at: 5,
    updated_at: 30,
    node_id: `I_${id}`,
    queue_position: null,
    title: `An issue that is ${change.status.toLowerCase()}`,
    github_state: "open",
    github_avatar: null,
    github_closed_at: null,
    edited_at: null,
    without_consent: null,
    ...change
  })

export const everyState = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* seed
  for (const { id, issue, status, ended, reason } of others) {
    const isOver = ended !== "Running"
    yield* newIssue(issue, { status, reason, funded: status === "Cancelled" ? "0" : "100000000000", attempts: status === "Open" ? 1 : 0 })
    yield* copy("competitions", `id = ${COMPETITION}`, {
      id,
      issue,
      reason,
      status: ended,
      deadline: 600,
      outcome_until: 700,
      slash_a: ended === "Unsolved" ? true : null,
      slash_b: ended === "Unsolved" ? false : null,
      winner: ended === "Won" ? 1 : null,
      pull_request: ended === "Won" ? 78 : null,
      ended_at: isOver ? 30 : null,
      a_rating_after: isOver ? 1_500_000 : null,
      b_rating_after: isOver ? 1_520_000 : null
    })
    if (status !== "Open") yield* sql`UPDATE issues SET competition = ${id} WHERE id = ${issue}`
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
        const changes: Readonly<Record<string, Change>> = {
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
          yield* copy(table, `ctid = (SELECT ctid FROM ${table} WHERE ${where} LIMIT 1)`, changes[table] ?? { block, event: 1 })
      })
    )
  )
