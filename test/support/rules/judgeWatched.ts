import type { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import { GONE, GONE_FOR, SETTLES_FOR } from "../../../src/domain/Watch.ts"
import type { Watched } from "../../../src/scoring/issue_competitions/rules/settling.ts"
import { type Judgement, judge } from "../../../src/scoring/issue_competitions/rules/verdict.ts"
import type { Verdict, VerdictCase } from "../../../src/scoring/issue_competitions/rules/verdictCase.ts"

/** A case as a validator knows it that has seen the record say this at every look for so many blocks. */
export const watchedFor = (on: VerdictCase, says: string, blocks: number, notCounted: string | null = null): VerdictCase => {
  const watched: Watched = { says, blocks, needed: says === GONE ? GONE_FOR : SETTLES_FOR, notCounted }
  return on._tag === "Challenge" ? { ...on, watched } : { ...on, competition: { ...on.competition, watched } }
}

/** What a verdict waits for; undefined if it waits for nothing. */
export const awaited = (verdict: Verdict): string | undefined => (verdict._tag === "NoVote" ? verdict.settling?.says : undefined)

/** The judgement of a validator that has seen what the record says for so many blocks; by default for long enough. */
export const judgeWatched = (evidence: IssueEvidence, on: VerdictCase, blocks = GONE_FOR): Judgement => {
  const first = judge(evidence, on)
  const says = awaited(first.verdict)
  return says === undefined ? first : judge(evidence, watchedFor(on, says, blocks))
}
