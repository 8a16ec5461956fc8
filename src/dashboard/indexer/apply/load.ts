/** Loads the state for applying the next block from the tables. */
import { SqlClient } from "@effect/sql"
import type { SqlError } from "@effect/sql/SqlError"
import { Effect, Option, ParseResult, Schema } from "effect"
import { OutcomeChoice } from "../../../contract-client/generated.ts"
import { CancelReason } from "../../../domain/Competition.ts"
import { OperationFailed } from "../../../domain/failures.ts"
import { defaultRatingRules } from "../../../elo/RatingRules.ts"
import { STILL_WAITS } from "../../../layers/storage/database/schema/expressions.ts"
import { History } from "../ratings.ts"
import { type ContractSettings, type Cursor, roundAt, type State, type Vote } from "./State.ts"
import { columnsOf, Issue, Miner, StoredAddress, Validator } from "./stored.ts"

const Count = Schema.Int
const OptionalCount = Schema.NullOr(Count)
const Side = Schema.Struct({ uid: Count, hotkey: StoredAddress, coldkey: StoredAddress })

const CursorRow = Schema.Struct({ number: Count, hash: Schema.String })
const SettingsRow = Schema.Struct({ config: Schema.Struct({ roundLength: Count, treasuryHotkey: StoredAddress }) })

const TenureRow = Schema.Struct({ uid: Count, heldFrom: Count, registeredAt: Count, hotkey: StoredAddress })

const CompetitionRow = Schema.Struct({
  id: Count,
  issue: Count,
  a: Side,
  b: Side,
  enrolled: Schema.Uint8ArrayFromSelf,
  skipped: Schema.Uint8ArrayFromSelf,
  startedAt: Count,
  status: Schema.Union(
    Schema.TaggedStruct("Running", {}),
    Schema.TaggedStruct("Won", { winner: Schema.Literal(0, 1), pullRequest: Count, at: Count }),
    Schema.TaggedStruct("Expired", { at: Count }),
    Schema.TaggedStruct("Unsolved", { at: Count, slashA: Schema.Boolean, slashB: Schema.Boolean }),
    Schema.TaggedStruct("Void", { reason: CancelReason, at: Count })
  )
})

const aVote = {
  block: Count,
  event: Count,
  issue: Count,
  competition: OptionalCount,
  validator: StoredAddress,
  since: Count
}
const VoteRow = Schema.Union(
  Schema.Struct({ kind: Schema.Literal("pair"), ...aVote, round: Count, choice: Schema.Struct({ a: Side, b: Side }) }),
  Schema.Struct({ kind: Schema.Literal("outcome"), ...aVote, choice: OutcomeChoice, cast: Schema.NullOr(Schema.BigInt) })
)

const RemovalRow = Schema.Struct({ change: Count, hotkey: StoredAddress, appliesFrom: Count, appliesUntil: Count })

type Load<A> = Effect.Effect<A, SqlError | OperationFailed, SqlClient.SqlClient>

const decodeRows = <A, I>(table: string, schema: Schema.Schema<A, I>, rows: Effect.Effect<ReadonlyArray<unknown>, SqlError>) =>
  Effect.flatMap(rows, (found) =>
    Effect.mapError(Schema.decodeUnknown(Schema.Array(schema))(found), (error) => {
      const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
      return new OperationFailed({
        message: `the table ${table} holds an unexpected row: ${issue?.path.slice(1).join(".")}: ${issue?.message}. Rebuild the index: gittensor index --from-genesis`
      })
    })
  )

/** The newest stored block. */
export const loadCursor: Load<Cursor | null> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [cursor = null] = yield* decodeRows("blocks", CursorRow, sql`SELECT number, hash FROM blocks ORDER BY number DESC LIMIT 1`)
  return cursor
})

/** The block in which the contract was wound up after its subnet's end. */
export const woundUpAt: Load<Option.Option<number>> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = sql`SELECT block FROM config_changes WHERE kind = 'WoundUp'`
  const [found] = yield* decodeRows("config_changes", Schema.Struct({ block: Count }), rows)
  return Option.map(Option.fromNullable(found), ({ block }) => block)
})

const loadSettings: Load<ContractSettings | null> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const rows = sql`SELECT config FROM config_changes WHERE config IS NOT NULL ORDER BY block DESC, event DESC LIMIT 1`
  const [row] = yield* decodeRows("config_changes", SettingsRow, rows)
  return row?.config ?? null
})

/** Everything that a rating at block `from` or later may depend on. */
const loadHistory = (from: number): Load<History> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const history = new History()
    const tenures = yield* decodeRows(
      "registrations",
      TenureRow,
      sql`SELECT uid, held_from AS "heldFrom", registered_at AS "registeredAt", hotkey FROM registrations ORDER BY held_from, uid`
    )
    for (const tenure of tenures) history.register(tenure)
    const oldest = from - defaultRatingRules.window
    const competitions = yield* decodeRows(
      "competitions",
      CompetitionRow,
      sql`
        SELECT id, issue, enrolled, skipped, started_at AS "startedAt",
          json_build_object('uid', a_uid, 'hotkey', a_hotkey, 'coldkey', a_coldkey) AS a,
          json_build_object('uid', b_uid, 'hotkey', b_hotkey, 'coldkey', b_coldkey) AS b,
          json_build_object('_tag', status, 'winner', winner, 'pullRequest', pull_request, 'reason', reason, 'slashA', slash_a, 'slashB', slash_b, 'at', ended_at) AS status
        FROM competitions
        WHERE ended_at IS NULL OR ended_at > ${oldest} OR issue IN (SELECT id FROM issues WHERE status = 'Solved')
        ORDER BY id`
    )
    for (const competition of competitions) history.put(competition)
    return history
  })

const byIssue = (votes: ReadonlyArray<typeof VoteRow.Type>): Map<number, ReadonlyArray<Vote>> => {
  const found = new Map<number, Array<Vote>>()
  for (const vote of votes) {
    const others = found.get(vote.issue)
    if (others === undefined) found.set(vote.issue, [{ ...vote, end: null }])
    else others.push({ ...vote, end: null })
  }
  return found
}

/** The state after the newest stored block. */
export const loadState: Load<State> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const cursor = yield* loadCursor
  const settings = yield* loadSettings
  const woundUp = Option.isSome(yield* woundUpAt)
  const number = cursor?.number ?? 0
  const issues = yield* decodeRows(
    "issues",
    Issue,
    sql`SELECT ${sql.literal(columnsOf(Issue))} FROM issues WHERE status NOT IN ('Paid', 'Cancelled') ORDER BY id`
  )
  const votes = yield* decodeRows(
    "votes",
    VoteRow,
    sql`
      SELECT kind, block, event, issue, round, competition, validator, choice, since, cast_weight AS "cast"
      FROM votes WHERE ended_at IS NULL ORDER BY block, event`
  )
  const miners = yield* decodeRows("miners", Miner, sql`SELECT ${sql.literal(columnsOf(Miner))} FROM miners ORDER BY hotkey`)
  const validators = yield* decodeRows(
    "validators",
    Validator,
    sql`SELECT ${sql.literal(columnsOf(Validator))} FROM validators v ORDER BY (
      SELECT (g.block, g.event) FROM config_changes g WHERE g.kind = 'ValidatorAdded' AND g.account = v.hotkey ORDER BY g.block DESC, g.event DESC LIMIT 1
    ), hotkey`
  )
  const removals = yield* decodeRows(
    "config_changes",
    RemovalRow,
    sql`
      SELECT g.change, g.account AS "hotkey", g.content -> 'appliesFrom' AS "appliesFrom", g.content -> 'appliesUntil' AS "appliesUntil"
      FROM config_changes g WHERE g.kind = 'ChangeAnnounced' AND g.content #>> '{what,_tag}' = 'RemoveValidator'
        AND ${sql.literal(STILL_WAITS)}`
  )
  return {
    cursor,
    settings,
    woundUp,
    round: settings === null ? null : roundAt(number, settings),
    ratedAt: miners.reduce<number | null>((latest, { ratedAt }) => (ratedAt !== null && ratedAt > (latest ?? -1) ? ratedAt : latest), null),
    issues: new Map(issues.map((issue) => [issue.id, issue])),
    history: yield* loadHistory(number - (settings?.roundLength ?? 0)),
    votes: byIssue(votes),
    miners: new Map(miners.map((miner) => [miner.hotkey, miner])),
    validators: new Map(validators.map((validator) => [validator.hotkey, validator])),
    removals: new Map(removals.map(({ change, ...removal }) => [change, removal]))
  }
})
