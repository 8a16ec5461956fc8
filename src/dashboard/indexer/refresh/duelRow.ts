/** A validator's duel as a row of the index. */
import { Struct } from "effect"
import type { ShownDuel } from "../../../domain/quality/ShownDuel.ts"

/** Why a judge has no vote. Each is asked twice, with the heads in either order; `unanswered`: at least one answer is missing. */
const noVote = ({ answers }: ShownDuel, name: string): "refused" | "unreadable" | "unanswered" => {
  const lost = answers.find(({ judge, state }) => judge === name && state !== "answered")
  return lost === undefined || lost.state === "answered" ? "unanswered" : lost.state
}

/** The fields of a row of `quality_duels`, except issue and validator. */
export const duelRow = (duel: ShownDuel) => {
  const { a, b, seed, begunAt, endedAt, jurors, panel, outcome, reason, answers, cost } = duel
  const opinions = new Map(outcome?.opinions.map((opinion) => [opinion.name, opinion]))
  const judges = jurors.map(({ name, family, model }) => {
    const opinion = opinions.get(name)
    const vote = opinion === undefined ? null : { lead: opinion.lead, leads: opinion.leads, flipped: opinion.flipped }
    return { name, family, model, vote, why: vote === null ? noVote(duel, name) : null }
  })
  return {
    ...{ aHotkey: a.hotkey, aRepository: a.repository, aNumber: a.number, aCommit: a.commit },
    ...{ bHotkey: b.hotkey, bRepository: b.repository, bNumber: b.number, bCommit: b.commit },
    ...{ seedBlock: seed.block, seed: seed.randomness },
    result: outcome?.result ?? null,
    why: outcome?.why ?? null,
    lead: outcome?.lead ?? null,
    leads: outcome?.leads ?? null,
    margin: outcome?.margin ?? null,
    flipped: outcome?.flipped ?? null,
    effectiveVotes: outcome?.effectiveVotes ?? null,
    ...{ reason, judges, panel, cost, begunAt, endedAt },
    answers: answers.map(Struct.pick("judge", "answeredBy", "order", "state", "shares", "reason", "wording", "artefacts"))
  }
}
