/** A duel of two heads as one validator stores it: the heads, each judge's answers, and the outcome. */
import { Schema } from "effect"
import { IssueId } from "../Enrolment.ts"
import { IssueNumber } from "../IssueRef.ts"
import { DuelOrder, DuelOutcome, Family, JudgeName, Shares } from "./Duel.ts"
import type { ShownPanel } from "./Panel.ts"
import { Head, headKey } from "./QualityRecord.ts"

const Digest = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

/** The heads of the competitors a and b of one issue. */
export const DuelPair = Schema.Struct({
  issue: IssueId,
  /** The issue's number on GitHub, in the repository of both heads. */
  number: IssueNumber,
  a: Head,
  b: Head
})
export interface DuelPair extends Schema.Schema.Type<typeof DuelPair> {}

/** A duel's key: the same heads have the same key. */
export const duelKey = ({ a, b }: Pick<DuelPair, "a" | "b">): string => `${headKey(a)} against ${headKey(b)}`

/** The duel's name, such as "acme/widgets#7 against acme/widgets#9". */
export const duelName = ({ a, b }: Pick<DuelPair, "a" | "b">): string => `${a.repository}#${a.number} against ${b.repository}#${b.number}`

/** The seed of a duel's random draws: the first drand pulse that the chain stored after a block, which came after both heads were seen. */
export const DuelSeed = Schema.Struct({ block: Schema.NonNegativeInt, randomness: Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{64}$/)) })
export interface DuelSeed extends Schema.Schema.Type<typeof DuelSeed> {}

/** `refused`: by the model, or its provider's filter. `unreadable`: prose, a cut answer, numbers that make no sense, or another model's answer. Neither is a vote. */
const AnswerState = Schema.Literal("answered", "refused", "unreadable")

export const DuelAnswer = Schema.Struct({
  judge: JudgeName,
  family: Family,
  /** The model that was asked, and how the server named the one that answered; null: it named none. */
  model: Schema.String.pipe(Schema.maxLength(200)),
  answeredBy: Schema.NullOr(Schema.String.pipe(Schema.maxLength(200))),
  order: DuelOrder,
  state: AnswerState,
  /** Null without an answer. Points of the solution that it was shown first. */
  shares: Schema.NullOr(Shares),
  /** The judge's reason, or why it is no answer. */
  reason: Schema.String.pipe(Schema.maxLength(2_000)),
  /** The wording of the question, and the SHA-256 of the question as it was sent. */
  wording: Schema.String.pipe(Schema.maxLength(40)),
  question: Digest,
  /** The answer as it came, and its SHA-256. */
  text: Schema.String.pipe(Schema.maxLength(20_000)),
  answer: Digest
})
export interface DuelAnswer extends Schema.Schema.Type<typeof DuelAnswer> {}

/** A judge that was drawn for a duel. */
export const SeatedJuror = Schema.Struct({ name: JudgeName, family: Family, model: Schema.String.pipe(Schema.maxLength(200)) })
export interface SeatedJuror extends Schema.Schema.Type<typeof SeatedJuror> {}

export interface DuelRecord {
  readonly pair: DuelPair
  readonly seed: DuelSeed
  /** When it began, in milliseconds since 1970. */
  readonly begunAt: number
  /** Null while it goes on, and if it failed. */
  readonly outcome: DuelOutcome | null
  /** Why it failed; null otherwise. */
  readonly reason: string | null
  readonly endedAt: number | null
  /** The drawn judges, by name. Empty while the duel goes on, and if it failed before the draw. */
  readonly jurors: ReadonlyArray<SeatedJuror>
  /** The panel from which they were drawn; null while the duel goes on, and if it failed before the draw. */
  readonly panel: ShownPanel | null
}

export const OutcomeText = Schema.parseJson(DuelOutcome)
