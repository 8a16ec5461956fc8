/**
 * All questions to judges with purpose and cost. A question is recorded with its maximum cost before it is sent, so that the day's budget holds even if a
 * process is killed. Rows are append-only.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Clock, Context, Effect, Layer, Option, Schema } from "effect"
import { JudgeName } from "../../domain/quality/Duel.ts"
import { CallStage, type JudgeCost } from "../../domain/quality/JudgeCost.ts"
import { MicroDollars } from "../../domain/quality/Panel.ts"
import { QualityTables, type QualityUnavailable, unavailable } from "./QualityRecords.ts"

/** A question's purpose. */
export interface CallTag {
  /** Id of chain and contract. */
  readonly contract: string
  /** 0: about no issue. */
  readonly issue: number
  /** For example acme/widgets#7 against acme/widgets#9. */
  readonly pullRequests: string
  /** The duel's key; null: for no duel. */
  readonly duel: string | null
  readonly stage: CallStage
}

export interface BegunCall extends CallTag {
  /** `execution/activity` of the workflow that asked. A retry of the same activity has the same value. */
  readonly activity: string
  readonly judge: JudgeName
  readonly model: string
  /** The question's maximum cost. */
  readonly reserved: MicroDollars
}

/** `failed`: the server returned no completion and charged nothing. `lost`: it may have charged, so its reported usage counts, or else the maximum. */
export const CallOutcome = Schema.Literal("answered", "failed", "lost")
export type CallOutcome = typeof CallOutcome.Type

export interface EndedCall {
  readonly outcome: CallOutcome
  /** The server's counts; null: not reported. */
  readonly promptTokens: number | null
  readonly answerTokens: number | null
  readonly cost: MicroDollars
}

/** Costs by day, issue, stage and judge. */
export interface CostLine extends JudgeCost {
  /** UTC date, such as 2026-11-23. */
  readonly day: string
  readonly contract: string
  readonly issue: number
}

/** One judge's costs in one duel. */
export interface DuelCost extends JudgeCost {
  /** The duel's key; null: for no duel. */
  readonly duel: string | null
}

export class JudgeCalls extends Context.Tag("gittensor/JudgeCalls")<
  JudgeCalls,
  {
    /** Records a question before it is sent, and returns its number. None: it could exceed the day's budget. */
    readonly begin: (call: BegunCall, budget: MicroDollars) => Effect.Effect<Option.Option<number>, QualityUnavailable>
    /** Records the end, unless there is one. */
    readonly end: (call: number, ended: EndedCall) => Effect.Effect<void, QualityUnavailable>
    /** Sum of a (UTC) day's costs, with the maximum for questions without a recorded end. */
    readonly spentOn: (day: string) => Effect.Effect<MicroDollars, QualityUnavailable>
    /** The budget at the newest question; none: no question yet. */
    readonly lastBudget: Effect.Effect<Option.Option<MicroDollars>, QualityUnavailable>
    /** Costs from a day on, by day, issue, stage and judge. */
    readonly costs: (fromDay: string) => Effect.Effect<ReadonlyArray<CostLine>, QualityUnavailable>
    /** An issue's costs by duel, stage and judge. */
    readonly ofIssue: (contract: string, issue: number) => Effect.Effect<ReadonlyArray<DuelCost>, QualityUnavailable>
  }
>() {}

/** The UTC date of a time in milliseconds since 1970. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** Advisory lock for reading the budget and recording a question in one transaction. */
const BUDGET = 0x6769_7779

/** A Postgres int8 arrives as a string, a SQLite integer as a number. */
const Whole = Schema.Union(Schema.Int, Schema.NumberFromString.pipe(Schema.int()))
const Cost = Schema.compose(Whole, MicroDollars)

const decodeCall = Schema.decodeUnknown(Schema.Array(Schema.Struct({ call: Whole })))
const decodeSpent = Schema.decodeUnknown(Schema.Tuple(Schema.Struct({ spent: Cost })))
const decodeBudget = Schema.decodeUnknown(Schema.Array(Schema.Struct({ budget: Cost })))
const Sums = {
  stage: CallStage,
  judge: JudgeName,
  model: Schema.String,
  calls: Whole,
  open: Whole,
  promptTokens: Schema.propertySignature(Whole).pipe(Schema.fromKey("prompt_tokens")),
  answerTokens: Schema.propertySignature(Whole).pipe(Schema.fromKey("answer_tokens")),
  cost: Cost
}
const decodeLines = Schema.decodeUnknown(
  Schema.Array(Schema.Struct({ day: Schema.String, contract: Schema.String, issue: Whole, ...Sums }))
)
const decodeDuelCosts = Schema.decodeUnknown(Schema.Array(Schema.Struct({ duel: Schema.NullOr(Schema.String), ...Sums })))

const make = Effect.gen(function* () {
  const sql = yield* SqlClient
  const explained = <A>(operation: string, effect: Effect.Effect<A, SqlError>) => Effect.mapError(effect, unavailable(operation))
  // In Postgres, a sum of bigints is a numeric, whose text form is the same.
  const spent = (day: string) => sql`SELECT CAST(coalesce(sum(coalesce(e.cost, c.reserved)), 0) AS bigint) AS spent
    FROM quality_judge_calls c LEFT JOIN quality_judge_call_ends e ON e.call = c.call WHERE c.day = ${day}`

  const insert = (call: BegunCall, budget: MicroDollars, at: number) => {
    const { activity, contract, issue, pullRequests, duel, stage, judge, model, reserved } = call
    const day = dayOf(at)
    return sql`INSERT INTO quality_judge_calls (activity, contract, issue, pull_requests, duel, stage, judge, model, day, reserved, budget, at)
      SELECT ${activity}, ${contract}, ${issue}, ${pullRequests}, CAST(${duel} AS text), ${stage}, ${judge}, ${model}, ${day}, ${reserved}, ${budget}, ${at}
      WHERE (${spent(day)}) + ${reserved} <= ${budget} RETURNING call`
  }

  const sums = sql.literal(`count(*) AS calls, count(*) - count(e.call) AS open,
    CAST(coalesce(sum(e.prompt_tokens), 0) AS bigint) AS prompt_tokens, CAST(coalesce(sum(e.answer_tokens), 0) AS bigint) AS answer_tokens,
    CAST(sum(coalesce(e.cost, c.reserved)) AS bigint) AS cost`)

  return JudgeCalls.of({
    begin: Effect.fn("JudgeCalls.begin")(function* (call: BegunCall, budget: MicroDollars) {
      const statement = insert(call, budget, yield* Clock.currentTimeMillis)
      // Several workers may ask at once. SQLite serialises writes anyway.
      const alone = sql.onDialectOrElse({
        pg: () => sql.withTransaction(Effect.zipRight(sql`SELECT pg_advisory_xact_lock(${BUDGET})`, statement)),
        orElse: () => statement
      })
      const [row] = yield* Effect.flatMap(explained("write a question to a judge", alone), (rows) => Effect.orDie(decodeCall(rows)))
      return Option.map(Option.fromNullable(row), (found) => found.call)
    }),
    end: Effect.fn("JudgeCalls.end")(function* (call: number, { outcome, promptTokens, answerTokens, cost }: EndedCall) {
      const at = yield* Clock.currentTimeMillis
      yield* explained(
        "write what a judge cost",
        sql`INSERT INTO quality_judge_call_ends (call, outcome, prompt_tokens, answer_tokens, cost, at)
          VALUES (${call}, ${outcome}, ${promptTokens}, ${answerTokens}, ${cost}, ${at}) ON CONFLICT DO NOTHING`
      )
    }),
    spentOn: (day) =>
      explained("read the day's costs", spent(day)).pipe(
        Effect.flatMap((rows) => Effect.orDie(decodeSpent(rows))),
        Effect.map(([row]) => row.spent)
      ),
    lastBudget: explained("read the budget", sql`SELECT budget FROM quality_judge_calls ORDER BY call DESC LIMIT 1`).pipe(
      Effect.flatMap((rows) => Effect.orDie(decodeBudget(rows))),
      Effect.map(([row]) => Option.map(Option.fromNullable(row), ({ budget }) => budget))
    ),
    costs: (fromDay) =>
      explained(
        "read costs",
        sql`SELECT c.day, c.contract, c.issue, c.stage, c.judge, c.model, ${sums}
          FROM quality_judge_calls c LEFT JOIN quality_judge_call_ends e ON e.call = c.call WHERE c.day >= ${fromDay}
          GROUP BY c.day, c.contract, c.issue, c.stage, c.judge, c.model ORDER BY c.day, c.contract, c.issue, c.stage, c.judge, c.model`
      ).pipe(Effect.flatMap((rows) => Effect.orDie(decodeLines(rows)))),
    ofIssue: (contract, issue) =>
      explained(
        "read an issue's costs",
        sql`SELECT c.duel, c.stage, c.judge, c.model, ${sums}
          FROM quality_judge_calls c LEFT JOIN quality_judge_call_ends e ON e.call = c.call WHERE c.contract = ${contract} AND c.issue = ${issue}
          GROUP BY c.duel, c.stage, c.judge, c.model ORDER BY c.duel, c.stage, c.judge, c.model`
      ).pipe(Effect.flatMap((rows) => Effect.orDie(decodeDuelCosts(rows))))
  })
})

export const layer: Layer.Layer<JudgeCalls, never, SqlClient | QualityTables> = Layer.effect(
  JudgeCalls,
  Effect.zipRight(QualityTables, make)
)
