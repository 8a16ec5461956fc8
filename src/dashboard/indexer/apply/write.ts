/** Writes collected changes: one statement per table, in the order of their foreign keys. */
import { SqlClient } from "@effect/sql"
import type { SqlError } from "@effect/sql/SqlError"
import { Effect } from "effect"
import { issueOnGitHub } from "../../../layers/storage/database/schema/tables.ts"
import { toJson } from "../json.ts"
import { recordLinks } from "../links.ts"
import { insert, type Row, update, withRows } from "../rows.ts"
import { type Changes, type Ending, type Log, type Replaceable, replaceables } from "./Changes.ts"
import type { Vote } from "./State.ts"
import { Issue, MinerRegistration, MinerResults, toRow, Validator } from "./stored.ts"

type Write = Effect.Effect<void, SqlError, SqlClient.SqlClient>

const issueRow = toRow(Issue)
const validatorRow = toRow(Validator)
const resultsRow = toRow(MinerResults)
const registrationRow = toRow(MinerRegistration)

const endingRow = ({ aRatingAfter, bRatingAfter, competition: { id, status } }: Ending): Row => ({
  id,
  status: status._tag,
  winner: status._tag === "Won" ? status.winner : null,
  pull_request: status._tag === "Won" ? status.pullRequest : null,
  reason: status._tag === "Void" ? toJson(status.reason) : null,
  slash_a: status._tag === "Unsolved" ? status.slashA : null,
  slash_b: status._tag === "Unsolved" ? status.slashB : null,
  ended_at: status._tag === "Running" ? null : status.at,
  a_rating_after: aRatingAfter,
  b_rating_after: bRatingAfter
})

const voteRow = (vote: Vote): Row => ({
  block: vote.block,
  event: vote.event,
  kind: vote.kind,
  issue: vote.issue,
  round: vote.kind === "pair" ? vote.round : null,
  competition: vote.competition,
  validator: vote.validator,
  choice: toJson(vote.choice),
  since: vote.since,
  cast_weight: vote.kind === "outcome" ? (vote.cast?.toString() ?? null) : null,
  weight: vote.end?.weight.toString() ?? null,
  total_weight: vote.end?.totalWeight.toString() ?? null,
  ended_at: vote.end?.at ?? null,
  ended_by: vote.end?.by ?? null,
  in_passing_tally: vote.end?.inPassingTally ?? null
})

/** Writes registrations only of miners whose registration changed, because the head refresh writes them too. Clears UIDs before reassigning them. */
const writeMiners = (changes: Changes): Write =>
  Effect.gen(function* () {
    const miners = [...changes.miners.values()]
    const newcomers = miners.flatMap(({ firstSeenAt, hotkey }) =>
      changes.newcomers.has(hotkey) ? [{ hotkey, first_seen_at: firstSeenAt }] : []
    )
    const moved = miners.filter(({ hotkey }) => changes.moved.has(hotkey)).map(registrationRow)
    yield* insert("miners", newcomers, "keeping")
    yield* withRows("miners", moved, (from) => {
      return `UPDATE miners AS t SET uid = NULL FROM ${from} WHERE t.uid = r.uid AND t.hotkey <> r.hotkey`
    })
    yield* withRows("miners", moved, (from) => {
      const sets = "uid = r.uid, registered_at = r.registered_at, coldkey = coalesce(r.coldkey, t.coldkey)"
      return `UPDATE miners AS t SET ${sets} FROM ${from} WHERE t.hotkey = r.hotkey`
    })
    yield* update("miners", miners.map(resultsRow), "hotkey")
  })

const GITHUB_UNKNOWN = Object.keys(issueOnGitHub)
  .map((column) => `"${column}" = NULL`)
  .join(", ")

/** Deletes GitHub data of issues that now refer to another GitHub issue. */
const forgetGitHub = (issues: ReadonlyArray<number>): Write =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.when(sql`UPDATE issues SET ${sql.literal(GITHUB_UNKNOWN)} WHERE id IN ${sql.in(issues)}`, () => issues.length > 0)
  )

export const write = (changes: Changes): Write =>
  Effect.gen(function* () {
    const append = (table: Log) => insert(table, changes.appendedTo(table))
    const replace = (table: Replaceable) => insert(table, changes.replacedIn(table), replaceables[table])
    yield* append("blocks")
    yield* append("calls")
    yield* append("events")
    yield* writeMiners(changes)
    yield* replace("registrations")
    yield* insert("issues", [...changes.issues.values()].map(issueRow), ["id"])
    yield* forgetGitHub([...changes.exchanged])
    yield* append("competitions")
    yield* update("competitions", Array.from(changes.endings.values(), endingRow), "id")
    for (const [place, payee] of changes.payees) {
      const [id, side] = place.split(" ")
      yield* update("competitions", [{ id: Number(id), [`${side}_payee`]: payee }], "id")
    }
    yield* insert("votes", Array.from(changes.votes.values(), voteRow), ["block", "event"])
    yield* replace("attestations")
    yield* append("ratings")
    yield* append("payouts")
    yield* append("treasury_flows")
    yield* append("collateral_flows")
    yield* insert("validators", [...changes.validators.values()].map(validatorRow), ["hotkey"])
    yield* append("config_changes")
    yield* replace("weights")
    yield* replace("reports")
    yield* recordLinks(changes.commitments)
  })
