/** A duel: how judges compare two competitors' heads, and its outcome. A duel is shown to people. It never moves money, ratings or votes. */
import { Schema } from "effect"

export const CRITERIA = ["correctness", "grounding", "progress", "protocol", "efficiency"] as const

/** How many of 100 points the solution that is shown first gets. The second solution gets the rest. */
const Share = Schema.Int.pipe(Schema.between(0, 100))

export const Shares = Schema.Struct({
  correctness: Share,
  grounding: Share,
  progress: Share,
  protocol: Share,
  efficiency: Share
})
export interface Shares extends Schema.Schema.Type<typeof Shares> {}

/** `ab`: the solution of competitor a is shown first. */
export const DuelOrder = Schema.Literal("ab", "ba")
export type DuelOrder = typeof DuelOrder.Type
export const ORDERS = DuelOrder.literals

/** A judge's name is unique in a panel. Judges of one family are models of one maker, which err alike. */
export const JudgeName = Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}$/), Schema.brand("JudgeName"))
export type JudgeName = typeof JudgeName.Type
export const Family = Schema.String.pipe(Schema.pattern(/^[a-z0-9][a-z0-9._-]{0,39}$/), Schema.brand("Family"))
export type Family = typeof Family.Type

export const Juror = Schema.Struct({ name: JudgeName, family: Family })
export interface Juror extends Schema.Schema.Type<typeof Juror> {}

/** One judge's valid answer in one order. */
export const JurorAnswer = Schema.Struct({ judge: JudgeName, order: DuelOrder, shares: Shares })
export interface JurorAnswer extends Schema.Schema.Type<typeof JurorAnswer> {}

const Lead = Schema.Int.pipe(Schema.between(-1_000, 1_000))

/** Leads of competitor a by criterion. Positive: a is ahead. */
const Leads = Schema.Struct({ correctness: Lead, grounding: Lead, progress: Lead, protocol: Lead, efficiency: Lead })
export interface Leads extends Schema.Schema.Type<typeof Leads> {}

/** The opinion of a judge that answered in both orders. Leads are in tenths of a point. */
export const JurorOpinion = Schema.Struct({
  ...Juror.fields,
  lead: Lead,
  leads: Leads,
  /** Whether it would have what stands in the same place win in both orders: then it has no vote. */
  flipped: Schema.Boolean
})
export interface JurorOpinion extends Schema.Schema.Type<typeof JurorOpinion> {}

/**
 * `none`: the duel has no result, because fewer than half of the judges answered in both orders, or because all of these are of one family. `draw`:
 * no side leads by the margin.
 */
const DuelResult = Schema.Literal("a", "b", "draw", "none")

export const DuelOutcome = Schema.Struct({
  result: DuelResult,
  /** Set for `none`. */
  why: Schema.NullOr(Schema.Literal("too few judges", "one family")),
  /** The median of the judges' leads in tenths of a point; null for `none`. */
  lead: Schema.NullOr(Lead),
  /** The same for each criterion. */
  leads: Schema.NullOr(Leads),
  /** The lead in points that wins. */
  margin: Schema.NonNegativeInt,
  /** Judges that were asked. */
  asked: Schema.NonNegativeInt,
  /** Judges that answered in both orders, by name. */
  opinions: Schema.Array(JurorOpinion),
  /** How many of them have no vote, because the order decided theirs. */
  flipped: Schema.NonNegativeInt,
  /** The number of independent judges to which the panel's answers amount, in thousandths. */
  effectiveVotes: Schema.NonNegativeInt
})
export interface DuelOutcome extends Schema.Schema.Type<typeof DuelOutcome> {}
