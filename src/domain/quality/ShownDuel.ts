/** A duel as a validator shows it to everybody. Its judges' texts are cut; the whole ones are artefacts. */
import { Schema } from "effect"
import { IssueNumber } from "../IssueRef.ts"
import { ArtefactRef } from "./Artefact.ts"
import { DuelOutcome } from "./Duel.ts"
import { DuelAnswer, type DuelRecord, DuelSeed, SeatedJuror } from "./DuelRecord.ts"
import type { JudgeCost } from "./JudgeCost.ts"
import { MicroDollars, ShownPanel } from "./Panel.ts"
import { Head } from "./QualityRecord.ts"
import { cutOrNull, cutToLine } from "./shownText.ts"

/** The most judges of a duel: as many as a panel may have. */
const MAX_JURORS = 50
const SHOWN_ANSWER_REASON = 500
const SHOWN_REASON = 1_000

/** A judge's answer, with the artefacts of the question and the answer. */
export interface KeptAnswer extends DuelAnswer {
  readonly artefacts: ReadonlyArray<ArtefactRef>
}

/** A duel with its answers and its cost, as a validator stores it. */
export interface HeldDuel {
  readonly duel: DuelRecord
  readonly answers: ReadonlyArray<KeptAnswer>
  readonly cost: MicroDollars
}

/** All duels of an issue, in the order in which they began, and the cost of the issue's questions. */
export interface IssueDuels {
  readonly duels: ReadonlyArray<HeldDuel>
  readonly costs: ReadonlyArray<JudgeCost>
}

export const NO_DUELS: IssueDuels = { duels: [], costs: [] }

const { text: _, ...answerFields } = DuelAnswer.fields

const ShownAnswer = Schema.Struct({
  ...answerFields,
  reason: Schema.String.pipe(Schema.maxLength(SHOWN_ANSWER_REASON)),
  /** The question as it was sent, and the answer as it came. */
  artefacts: Schema.Array(ArtefactRef).pipe(Schema.maxItems(2))
})

export const ShownDuel = Schema.Struct({
  /** The issue's number on GitHub. */
  number: IssueNumber,
  a: Head,
  b: Head,
  seed: DuelSeed,
  begunAt: Schema.NonNegativeInt,
  /** Null while it goes on. */
  endedAt: Schema.NullOr(Schema.NonNegativeInt),
  /** The drawn judges, by name. */
  jurors: Schema.Array(SeatedJuror).pipe(Schema.maxItems(MAX_JURORS)),
  /** The panel from which they were drawn. Null while it goes on, and if it failed before the draw. */
  panel: Schema.NullOr(ShownPanel),
  /** Null while it goes on, and if it failed. */
  outcome: Schema.NullOr(Schema.Struct({ ...DuelOutcome.fields, opinions: DuelOutcome.fields.opinions.pipe(Schema.maxItems(MAX_JURORS)) })),
  /** Why it failed; null otherwise. */
  reason: Schema.NullOr(Schema.String.pipe(Schema.maxLength(SHOWN_REASON))),
  /** The judges' answers, sorted by judge and order. Empty while the duel goes on, so that no answer is known before the others. */
  answers: Schema.Array(ShownAnswer).pipe(Schema.maxItems(2 * MAX_JURORS)),
  /** The cost of all its questions. */
  cost: MicroDollars
}).pipe(
  Schema.filter(({ a, b, begunAt, endedAt, outcome, reason, answers }) => {
    if (a.issue !== b.issue) return "its heads are of two issues"
    if (endedAt === null) return (outcome === null && reason === null && answers.length === 0) || "it goes on, and has a result"
    if ((outcome === null) === (reason === null)) return "it needs either an outcome or a reason"
    return endedAt >= begunAt || "it ended before it began"
  })
)
export interface ShownDuel extends Schema.Schema.Type<typeof ShownDuel> {}

export const changedAt = ({ begunAt, endedAt }: Pick<DuelRecord, "begunAt" | "endedAt">): number => Math.max(begunAt, endedAt ?? 0)

/** The newest answer of each drawn judge in each order. Answers of models that have left the panel since are not among them. */
const answersOfJurors = (answers: ReadonlyArray<KeptAnswer>, jurors: ReadonlyArray<SeatedJuror>): ReadonlyArray<KeptAnswer> => [
  ...new Map(
    answers
      .filter(({ judge, model }) => jurors.length === 0 || jurors.some((juror) => juror.name === judge && juror.model === model))
      .map((answer) => [JSON.stringify([answer.judge, answer.order]), answer])
  ).values()
]

export const shownDuel = ({
  duel: { pair, seed, begunAt, endedAt, jurors, panel, outcome, reason },
  answers,
  cost
}: HeldDuel): ShownDuel => ({
  number: pair.number,
  a: pair.a,
  b: pair.b,
  seed,
  begunAt,
  // The clock may have been set back since.
  endedAt: endedAt === null ? null : Math.max(begunAt, endedAt),
  jurors,
  panel,
  outcome,
  reason: cutOrNull(reason, SHOWN_REASON),
  answers:
    endedAt === null
      ? []
      : answersOfJurors(answers, jurors).map(({ text, reason, model, answeredBy, ...answer }) => ({
          ...answer,
          model: cutToLine(model, 200),
          answeredBy: cutOrNull(answeredBy, 200),
          reason: cutToLine(reason, SHOWN_ANSWER_REASON)
        })),
  cost
})
