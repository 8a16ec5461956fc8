/** The rounds of the conformance kit that are scored for work, each in the form of a recorded round with the totals of its files. */
import { Schema } from "effect"
import { RoundRecord } from "../../../src/domain/contributions/RoundRecord.ts"
import { repositoriesScoredBy } from "../../../src/domain/Roster.ts"
import { applyMaintainerRules } from "../../../src/rules/contributions/maintainers.ts"
import type { WorkTotals } from "../../../src/rules/contributions/work/whatCounts.ts"
import { documentOf } from "../../unit/scoring/rules/rounds.ts"

type Encoded = typeof RoundRecord.Encoded

/** A recorded round, and by pull request the tokens and words that its files add. */
export interface WorkCase {
  readonly name: string
  readonly record: Encoded
  readonly totals: Readonly<Record<string, WorkTotals>>
}

const decode = Schema.decodeUnknownSync(RoundRecord)

/** Rewards and scores by the rules that pay for work. */
export const workOf = ({ record, totals }: WorkCase): object => {
  const recorded = decode(record)
  return documentOf({
    record: applyMaintainerRules({ ...recorded, repos: repositoriesScoredBy(recorded.repos, recorded) }),
    totals: new Map(Object.entries(totals).map(([key, work]) => [key, { files: 1, tokenScore: 0, sourceScore: 0, total: 0, work }]))
  })
}
