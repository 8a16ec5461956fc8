/** A validator's duel as a row of the index. */
import type { ShownDuel } from "../../../domain/quality/ShownDuel.ts"
import { toJson } from "../json.ts"

/** Why a judge has no vote. Each is asked twice, with the heads in either order; `unanswered`: at least one answer is missing. */
const noVote = ({ answers }: ShownDuel, name: string): "refused" | "unreadable" | "unanswered" => {
  const lost = answers.find(({ judge, state }) => judge === name && state !== "answered")
  return lost === undefined || lost.state === "answered" ? "unanswered" : lost.state
}

/** The columns of `quality_duels`, except issue and validator. */
export const duelRow = (duel: ShownDuel) => {
  const { a, b, seed, begunAt, endedAt, jurors, panel, outcome, reason, answers, cost } = duel
  const opinions = new Map(outcome?.opinions.map((opinion) => [opinion.name, opinion]))
  const judges = jurors.map(({ name, family, model }) => {
    const opinion = opinions.get(name)
    const vote = opinion === undefined ? null : { lead: opinion.lead, leads: opinion.leads, flipped: opinion.flipped }
    return { name, family, model, vote, why: vote === null ? noVote(duel, name) : null }
  })
  return {
    a_hotkey: a.hotkey,
    a_repository: a.repository,
    a_number: a.number,
    a_commit: a.commit,
    b_hotkey: b.hotkey,
    b_repository: b.repository,
    b_number: b.number,
    b_commit: b.commit,
    seed_block: seed.block,
    seed: seed.randomness,
    result: outcome?.result ?? null,
    why: outcome?.why ?? null,
    lead: outcome?.lead ?? null,
    leads: outcome?.leads ?? null,
    margin: outcome?.margin ?? null,
    flipped: outcome?.flipped ?? null,
    effective_votes: outcome?.effectiveVotes ?? null,
    reason: toJson(reason),
    judges: toJson(judges),
    panel: toJson(panel),
    answers: toJson(
      answers.map(({ judge, answeredBy, order, state, shares, reason: why, wording, artefacts }) => ({
        judge,
        answeredBy,
        order,
        state,
        shares,
        reason: why,
        wording,
        artefacts
      }))
    ),
    cost,
    begun_at: new Date(begunAt).toISOString(),
    ended_at: endedAt === null ? null : new Date(endedAt).toISOString()
  }
}
