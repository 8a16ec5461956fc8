/**
 * Tables of duels, judges' answers and canary results, in the workflow engine's database. Rows are append-only and the first write wins, so that a repeated
 * activity writes once.
 */
import { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Array, Clock, Context, Effect, Layer, Option, Schema } from "effect"
import { IssueId } from "../../domain/Enrolment.ts"
import { type ArtefactDigest, ArtefactRef } from "../../domain/quality/Artefact.ts"
import { type DuelOutcome, JudgeName } from "../../domain/quality/Duel.ts"
import { DuelAnswer, DuelPair, type DuelRecord, DuelSeed, duelKey, OutcomeText, SeatedJuror } from "../../domain/quality/DuelRecord.ts"
import { ShownPanel } from "../../domain/quality/Panel.ts"
import { Head } from "../../domain/quality/QualityRecord.ts"
import type { KeptAnswer } from "../../domain/quality/ShownDuel.ts"
import type { Stability } from "../JudgingState.ts"
import { QualityTables, type QualityUnavailable, unavailable } from "./QualityRecords.ts"

/** A duel's end: an outcome, or the reason why there is none. */
export type DuelEnd = ({ readonly outcome: DuelOutcome; readonly reason: null } | { readonly outcome: null; readonly reason: string }) & {
  /** The drawn judges, by name; empty if the duel failed before the draw. */
  readonly jurors: ReadonlyArray<SeatedJuror>
  readonly panel: ShownPanel | null
}

/** The duels of one contract's competitions. */
export interface Duels {
  /** Inserts a duel. A known duel of the same heads stays unchanged, with its seed. */
  readonly begin: (pair: DuelPair, seed: DuelSeed) => Effect.Effect<DuelRecord, QualityUnavailable>
  readonly find: (pair: DuelPair) => Effect.Effect<Option.Option<DuelRecord>, QualityUnavailable>
  /** In order of their beginning. */
  readonly of: (issue: number) => Effect.Effect<ReadonlyArray<DuelRecord>, QualityUnavailable>
  readonly unfinished: Effect.Effect<ReadonlyArray<DuelRecord>, QualityUnavailable>
  /** Stores an answer, unless the judge's model has one in this order to this wording. */
  readonly keepAnswer: (pair: DuelPair, answer: KeptAnswer) => Effect.Effect<void, QualityUnavailable>
  /** Sorted by judge and order, and then from the oldest on. */
  readonly answers: (pair: DuelPair) => Effect.Effect<ReadonlyArray<KeptAnswer>, QualityUnavailable>
  /** Digests of all files with questions and answers. */
  readonly artefacts: Effect.Effect<ReadonlySet<ArtefactDigest>, QualityUnavailable>
  /** When each issue's newest duel began or ended. */
  readonly changes: Effect.Effect<ReadonlyArray<{ readonly issue: IssueId; readonly at: number }>, QualityUnavailable>
  /** Stores the end, unless there is one. */
  readonly end: (pair: DuelPair, end: DuelEnd) => Effect.Effect<void, QualityUnavailable>
}

/** How many canaries a judge failed. */
export interface CanaryFigure {
  readonly judge: JudgeName
  readonly model: string
  readonly asked: number
  readonly fell: number
  /** In milliseconds since 1970. */
  readonly at: number
}

/** What a judge prefers in the stability probe: 1, 0 or -1, as seen from the same solution in both orders. */
export interface Probe {
  readonly judge: JudgeName
  readonly model: string
  readonly wording: string
  readonly ab: number
  readonly ba: number
  /** In milliseconds since 1970. */
  readonly at: number
}

/** How many of a judge's last probes are compared, each with the one before. */
const PROBES_COMPARED = 31

export class DuelTables extends Context.Tag("gittensor/DuelTables")<
  DuelTables,
  {
    /** `contract`: id of chain and contract. */
    readonly duelsOf: (contract: string) => Duels
    /** The newest duels of all contracts, newest first. */
    readonly newest: (count: number) => Effect.Effect<ReadonlyArray<DuelRecord>, QualityUnavailable>
    readonly keepCanaries: (figure: Omit<CanaryFigure, "at">) => Effect.Effect<void, QualityUnavailable>
    /** The newest figure of each judge and model. */
    readonly canaries: Effect.Effect<ReadonlyArray<CanaryFigure>, QualityUnavailable>
    readonly keepProbe: (probe: Omit<Probe, "at">) => Effect.Effect<void, QualityUnavailable>
    /** The newest probe of each judge and model. */
    readonly probes: Effect.Effect<ReadonlyArray<Probe>, QualityUnavailable>
    /** How often each judge's and model's last probes differ from the one before, in the same wording. */
    readonly stability: Effect.Effect<ReadonlyArray<Stability>, QualityUnavailable>
  }
>() {}

/** A Postgres int8 arrives as a string, a SQLite integer as a number. */
const Whole = Schema.Union(Schema.Int, Schema.NumberFromString.pipe(Schema.int()))
const HeadText = Schema.parseJson(Head)
const AnswerText = Schema.parseJson(DuelAnswer)
const ArtefactsText = Schema.parseJson(Schema.Array(ArtefactRef))
const PanelText = Schema.parseJson(ShownPanel)
const JurorsText = Schema.parseJson(Schema.Array(SeatedJuror))

const decodeDuels = Schema.decodeUnknown(
  Schema.Array(
    Schema.Struct({
      issue: Whole,
      number: Whole,
      head_a: HeadText,
      head_b: HeadText,
      seed: Schema.String,
      seed_block: Whole,
      at: Whole,
      outcome: Schema.NullOr(OutcomeText),
      reason: Schema.NullOr(Schema.String),
      ended_at: Schema.NullOr(Whole),
      jurors: Schema.NullOr(JurorsText),
      panel: Schema.NullOr(PanelText)
    })
  )
)
type DuelRow = Effect.Effect.Success<ReturnType<typeof decodeDuels>>[number]
const decodeAnswers = Schema.decodeUnknown(Schema.Array(Schema.Struct({ document: AnswerText, artefacts: Schema.NullOr(ArtefactsText) })))
const decodeArtefacts = Schema.decodeUnknown(Schema.Array(Schema.Struct({ artefacts: ArtefactsText })))
const decodeChanges = Schema.decodeUnknown(Schema.Array(Schema.Struct({ issue: Schema.compose(Whole, IssueId), at: Whole })))
const decodeCanaries = Schema.decodeUnknown(
  Schema.Array(Schema.Struct({ judge: JudgeName, model: Schema.String, asked: Whole, fell: Whole, at: Whole }))
)
const decodeProbes = Schema.decodeUnknown(
  Schema.Array(Schema.Struct({ judge: JudgeName, model: Schema.String, wording: Schema.String, ab: Whole, ba: Whole, at: Whole }))
)

/** `probes`: newest first. */
const stabilityOf = (probes: ReadonlyArray<Probe>): ReadonlyArray<Stability> =>
  Object.values(Array.groupBy(probes, ({ judge, model }) => JSON.stringify([judge, model]))).map((own) => {
    const [{ judge, model }] = own
    const pairs = own.slice(0, -1).flatMap((one, index) => {
      const before = own[index + 1]
      return before === undefined || before.wording !== one.wording ? [] : [[one.ab, before.ab] as const, [one.ba, before.ba] as const]
    })
    return { judge, model, again: pairs.length, changed: pairs.filter(([one, before]) => one !== before).length }
  })

const decodePair = Schema.validateSync(DuelPair)
const decodeSeed = Schema.validateSync(DuelSeed)

const recordOf = ({
  issue,
  number,
  head_a,
  head_b,
  seed,
  seed_block,
  at,
  outcome,
  reason,
  ended_at,
  jurors,
  panel
}: DuelRow): DuelRecord => ({
  pair: decodePair({ issue, number, a: head_a, b: head_b }),
  seed: decodeSeed({ block: seed_block, randomness: seed }),
  begunAt: at,
  outcome,
  reason,
  endedAt: ended_at,
  jurors: jurors ?? [],
  panel
})

const REASON = 2_000
/** Postgres text cannot contain NUL. */
const withoutNul = (text: string): string => text.replaceAll("\0", "\ufffd")

const make = Effect.gen(function* () {
  const sql = yield* SqlClient
  const explained = <A>(operation: string, effect: Effect.Effect<A, SqlError>) => Effect.mapError(effect, unavailable(operation))
  const reading = (operation: string, rows: Effect.Effect<ReadonlyArray<unknown>, SqlError>) =>
    explained(operation, rows).pipe(
      Effect.flatMap((found) => Effect.orDie(decodeDuels(found))),
      Effect.map((found) => found.map(recordOf))
    )

  const everywhere = sql`SELECT d.issue, d.number, d.head_a, d.head_b, d.seed, d.seed_block, d.at, e.outcome, e.reason, e.at AS ended_at, e.jurors, e.panel
    FROM quality_duels d LEFT JOIN quality_duel_ends e ON e.contract = d.contract AND e.key = d.key`

  const duelsOf = (contract: string): Duels => {
    const all = sql`${everywhere} WHERE d.contract = ${contract}`
    const find = (pair: DuelPair) =>
      Effect.map(reading("read a duel", sql`${all} AND d.key = ${duelKey(pair)}`), ([found]) => Option.fromNullable(found))
    return {
      begin: (pair, seed) =>
        Effect.gen(function* () {
          const { a, b } = pair
          const [headA, headB] = yield* Effect.orDie(Effect.all([Schema.encode(HeadText)(a), Schema.encode(HeadText)(b)]))
          const at = yield* Clock.currentTimeMillis
          yield* explained(
            "take in a duel",
            sql`INSERT INTO quality_duels (contract, key, issue, number, head_a, head_b, seed, seed_block, at)
              VALUES (${contract}, ${duelKey(pair)}, ${pair.issue}, ${pair.number}, ${headA}, ${headB}, ${seed.randomness}, ${seed.block}, ${at})
              ON CONFLICT DO NOTHING`
          )
          return yield* Effect.flatMap(
            find(pair),
            Option.match({ onNone: () => Effect.dieMessage("a duel that was taken in is gone"), onSome: Effect.succeed })
          )
        }),
      find,
      of: (issue) => reading("read an issue's duels", sql`${all} AND d.issue = ${issue} ORDER BY d.duel`),
      unfinished: reading("read unfinished duels", sql`${all} AND e.key IS NULL ORDER BY d.duel`),
      keepAnswer: (pair, { artefacts, ...answer }) =>
        Effect.gen(function* () {
          const document = withoutNul(yield* Effect.orDie(Schema.encode(AnswerText)(answer)))
          const files = artefacts.length === 0 ? null : yield* Effect.orDie(Schema.encode(ArtefactsText)(artefacts))
          const at = yield* Clock.currentTimeMillis
          yield* explained(
            "keep a judge's answer",
            sql`INSERT INTO quality_duel_answers (contract, key, judge, model, wording, first_shown, document, artefacts, at)
              VALUES (${contract}, ${duelKey(pair)}, ${answer.judge}, ${answer.model}, ${answer.wording}, ${answer.order}, ${document}, ${files}, ${at}) ON CONFLICT DO NOTHING`
          )
        }),
      answers: (pair) =>
        explained(
          "read judges' answers",
          sql`SELECT document, artefacts FROM quality_duel_answers WHERE contract = ${contract} AND key = ${duelKey(pair)} ORDER BY judge, first_shown, answer`
        ).pipe(
          Effect.flatMap((rows) => Effect.orDie(decodeAnswers(rows))),
          Effect.map((rows) => rows.map(({ document, artefacts }) => ({ ...document, artefacts: artefacts ?? [] })))
        ),
      artefacts: explained(
        "read the names of duels' artefacts",
        sql`SELECT artefacts FROM quality_duel_answers WHERE contract = ${contract} AND artefacts IS NOT NULL`
      ).pipe(
        Effect.flatMap((rows) => Effect.orDie(decodeArtefacts(rows))),
        Effect.map((rows) => new Set(rows.flatMap(({ artefacts }) => artefacts.map(({ digest }) => digest))))
      ),
      changes: explained(
        "read when duels changed",
        sql`SELECT d.issue, max(coalesce(e.at, d.at)) AS at FROM quality_duels d
          LEFT JOIN quality_duel_ends e ON e.contract = d.contract AND e.key = d.key WHERE d.contract = ${contract} GROUP BY d.issue`
      ).pipe(Effect.flatMap((rows) => Effect.orDie(decodeChanges(rows)))),
      end: (pair, { outcome, reason, jurors, panel }) =>
        Effect.gen(function* () {
          const text = outcome === null ? null : yield* Effect.orDie(Schema.encode(OutcomeText)(outcome))
          const why = reason === null ? null : withoutNul(reason.slice(0, REASON))
          const seats = yield* Effect.orDie(Schema.encode(JurorsText)(jurors))
          const from = panel === null ? null : yield* Effect.orDie(Schema.encode(PanelText)(panel))
          const at = yield* Clock.currentTimeMillis
          yield* explained(
            "end a duel",
            sql`INSERT INTO quality_duel_ends (contract, key, outcome, reason, jurors, panel, at)
              VALUES (${contract}, ${duelKey(pair)}, ${text}, ${why}, ${seats}, ${from}, ${at}) ON CONFLICT DO NOTHING`
          )
        })
    }
  }

  /** Each judge's and model's last probes, newest first. */
  const lastProbes = (count: number) =>
    explained(
      "read judges' probes",
      sql`SELECT judge, model, wording, ab, ba, at FROM quality_probes p
        WHERE (SELECT count(*) FROM quality_probes n WHERE n.judge = p.judge AND n.model = p.model AND n.probe > p.probe) < ${count}
        ORDER BY judge, model, probe DESC`
    ).pipe(Effect.flatMap((rows) => Effect.orDie(decodeProbes(rows))))

  return DuelTables.of({
    duelsOf,
    newest: (count) => reading("read the newest duels", sql`${everywhere} ORDER BY d.duel DESC LIMIT ${count}`),
    keepCanaries: ({ judge, model, asked, fell }) =>
      Effect.gen(function* () {
        const at = yield* Clock.currentTimeMillis
        yield* explained(
          "keep a judge's figure",
          sql`INSERT INTO quality_canaries (judge, model, asked, fell, at) VALUES (${judge}, ${model}, ${asked}, ${fell}, ${at})`
        )
      }),
    canaries: explained(
      "read judges' figures",
      sql`SELECT judge, model, asked, fell, at FROM quality_canaries c
        WHERE c.canary = (SELECT max(n.canary) FROM quality_canaries n WHERE n.judge = c.judge AND n.model = c.model) ORDER BY judge, model`
    ).pipe(Effect.flatMap((rows) => Effect.orDie(decodeCanaries(rows)))),
    keepProbe: ({ judge, model, wording, ab, ba }) =>
      Effect.gen(function* () {
        const at = yield* Clock.currentTimeMillis
        yield* explained(
          "keep a judge's probe",
          sql`INSERT INTO quality_probes (judge, model, wording, ab, ba, at) VALUES (${judge}, ${model}, ${wording}, ${ab}, ${ba}, ${at})`
        )
      }),
    probes: lastProbes(1),
    stability: Effect.map(lastProbes(PROBES_COMPARED), stabilityOf)
  })
})

export const layer: Layer.Layer<DuelTables, never, SqlClient | QualityTables> = Layer.effect(
  DuelTables,
  Effect.zipRight(QualityTables, make)
)
