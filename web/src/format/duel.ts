/** What judges said in a duel, in words. */
import type { QualityCost, QualityDuel } from "../api/types.ts"
import { decimal, written } from "./amount.ts"

export type DuelJudge = QualityDuel["judges"][number]
export type DuelAnswer = QualityDuel["answers"][number]

export const CRITERIA = ["correctness", "grounding", "progress", "protocol", "efficiency"] as const

/** What the two competitors are called. */
export interface Names {
  readonly a: string
  readonly b: string
}

/** A lead in tenths of a point: "UID 17 by 25.0 points". */
export const leadText = (lead: number, names: Names): string =>
  lead === 0 ? "equal" : `${lead > 0 ? names.a : names.b} by ${decimal(Math.abs(lead) / 10, 1)} points`

/** Millionths of a dollar, exact: $0.001234. */
export const dollars = (amount: number): string =>
  `$${written(`${Math.floor(amount / 1_000_000)}.${String(amount % 1_000_000).padStart(6, "0")}`)}`

export const resultText = ({ result, why, lead, margin, reason, endedAt }: QualityDuel, names: Names): string => {
  if (endedAt === null) return "goes on"
  switch (result) {
    case "a":
    case "b":
      return `the judges prefer ${leadText(lead ?? 0, names)}`
    case "draw":
      return `a draw: ${lead === null || lead === 0 ? "equal" : leadText(lead, names)}, and ${margin ?? 0} points would win`
    case "none":
      return why === "one family" ? "no result: only one family of models answered" : "no result: too few judges answered in both orders"
    case null:
      return `failed: ${reason ?? "nobody knows why"}`
  }
}

const FAILURE_REASONS = {
  refused: "no vote: it refused",
  unreadable: "no vote: its answer can't be read",
  unanswered: "no vote: it did not answer in both orders"
} as const satisfies Readonly<Record<NonNullable<DuelJudge["why"]>, string>>

export const voteText = ({ vote, why }: DuelJudge, names: Names): string => {
  if (vote === null) return FAILURE_REASONS[why ?? "unanswered"]
  return `${leadText(vote.lead, names)}${vote.flipped ? ", no vote: the other one won in the other order" : ""}`
}

/** How many judges answered and flipped, and what their votes count. Undefined while there is no outcome. */
export const votesText = ({ judges, flipped, effectiveVotes, margin }: QualityDuel): string | undefined => {
  if (flipped === null || effectiveVotes === null) return undefined
  const answered = judges.filter(({ vote }) => vote !== null).length
  const independent = decimal(effectiveVotes / 1_000, 2)
  return `${answered} of ${judges.length} judges answered in both orders, ${flipped} of them flipped with the order; the ${answered - flipped} that vote count as ${independent} independent votes, and a lead of ${margin} points wins`
}

type Criterion = (typeof CRITERIA)[number]

/** Of a hundred points, how many a judge gave to a and to b, whichever was shown first: "90 : 10". */
export const pointsText = ({ order, shares }: DuelAnswer, criterion: Criterion): string => {
  if (shares === null) return "–"
  const [first, second] = [shares[criterion], 100 - shares[criterion]]
  return order === "ab" ? `${first} : ${second}` : `${second} : ${first}`
}

/** Who was shown first to the judge, and whether it answered. */
export const answerText = ({ order, shares, state }: DuelAnswer, names: Names): string =>
  `${order === "ab" ? names.a : names.b} shown first${shares === null ? (state === "refused" ? ": refused" : ": can't be read") : ""}`

export interface ModelCost {
  readonly stage: string
  readonly model: string
  readonly calls: number
  readonly tokens: number
  readonly cost: number
}

/** What each model cost in each stage, all validators together, the dearest first. */
export const costsByModel = (costs: ReadonlyArray<QualityCost>): ReadonlyArray<ModelCost> => {
  const sums = new Map<string, ModelCost>()
  for (const { stage, model, calls, promptTokens, answerTokens, cost } of costs) {
    const key = `${stage} ${model}`
    const before = sums.get(key) ?? { stage, model, calls: 0, tokens: 0, cost: 0 }
    sums.set(key, {
      ...before,
      calls: before.calls + calls,
      tokens: before.tokens + promptTokens + answerTokens,
      cost: before.cost + cost
    })
  }
  return [...sums.values()].toSorted((one, other) => other.cost - one.cost || (one.model < other.model ? -1 : 1))
}
