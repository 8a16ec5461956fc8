/**
 * The verdicts of the conformance kit: hand-written records, and records found because a mutated rule changes their verdict and no other's. The found
 * records exist only in the kit's file.
 */
import { Schema } from "effect"
import { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import { judge } from "../../../src/rules/verdicts/verdict.ts"
import { type MatchContext, showsLanding, takesVoteBack, type Verdict } from "../../../src/rules/verdicts/verdictCase.ts"
import { judgeWithoutMatch, type WithoutMatch } from "../../../src/rules/verdicts/withoutMatch.ts"
import { afterGrace, beforeDeadline, people } from "../../unit/rules/people.ts"
import { table } from "../../unit/rules/verdictRows.ts"
import { withoutMatchRows } from "../../unit/rules/withoutMatchRows.ts"
import { STANDS_FOR } from "../figures.ts"
import { competition } from "../rules/githubRecord.ts"

interface Case<Facts> {
  readonly name: string
  readonly evidence: unknown
  readonly facts: Facts
}
export type VerdictCase = Case<MatchContext>
export type WithoutMatchCase = Case<WithoutMatch>

const decode = Schema.decodeUnknownSync(IssueEvidence)

/** A verdict without its words: what two programs must agree on. */
const decided = (verdict: Verdict) => {
  switch (verdict._tag) {
    case "Solved":
      return verdict
    case "Unsolved":
      return { _tag: verdict._tag, slashed: verdict.slashed }
    case "Cancelled":
      return { _tag: verdict._tag, reason: verdict.reason }
    case "NoVote":
      return { _tag: verdict._tag, why: verdict.why, ending: verdict.ending ?? null }
  }
}

const outcomeOf = (verdict: Verdict) => ({
  ...decided(verdict),
  takesVoteBack: takesVoteBack(verdict),
  showsLanding: showsLanding(verdict)
})

/** What this program makes of a record in a match. `asked`: yes or no for each question, in their order. */
export const verdictOf = ({ evidence, facts }: VerdictCase) => {
  const { asked, verdict } = judge(decode(evidence), facts)
  return { ...outcomeOf(verdict), asked: asked.map(({ answer }) => (answer.startsWith("yes") ? "y" : "n")).join("") }
}

/** This program's verdict on a record without a competition. */
export const withoutMatchOf = ({ evidence, facts }: WithoutMatchCase) => outcomeOf(judgeWithoutMatch(decode(evidence), facts))

/** Hand-written records with a competition. */
export const writtenVerdicts: ReadonlyArray<VerdictCase> = [
  ...people.flatMap((one) => [
    { name: `${one.id}, before the deadline: ${one.what}`, evidence: one.evidence, facts: beforeDeadline(one) },
    { name: `${one.id}: ${one.what}`, evidence: one.evidence, facts: afterGrace(one) }
  ]),
  ...table.map(([name, evidence, , facts = competition]) => ({ name, evidence, facts }))
]

/** Hand-written records without a competition. */
export const writtenWithoutMatch: ReadonlyArray<WithoutMatchCase> = withoutMatchRows.flatMap(([name, evidence, , hadMatches = false]) =>
  [STANDS_FOR, STANDS_FOR - 1].map((blocks) => ({
    name: `${name}, for ${blocks} blocks`,
    evidence,
    facts: { hadMatches, watched: { blocks, needed: STANDS_FOR, notCounted: null } }
  }))
)
