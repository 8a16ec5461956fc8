/** The verdict loop's step: judges all issues on GitHub, and reports those that people have to decide. */
import { Effect, Ref, Schema } from "effect"
import type { BlockReference } from "../../../layers/chain/node/Chain.ts"
import { SeenByVerdicts } from "../../../quality/SeenByVerdicts.ts"
import type { IssueCompetitions } from "../../../scoring/issue_competitions/IssueCompetitions.ts"
import { Concerns } from "../Concerns.ts"
import { SubnetEnd } from "../SubnetEnd.ts"

/** All issues are left without a verdict, as while GitHub is down. */
class NothingJudged extends Schema.TaggedError<NothingJudged>()("NothingJudged", { first: Schema.String }) {
  override get message() {
    return `no issue could be judged: ${this.first}`
  }
}

/** The issues whose outcome people have to decide, as text for /health; null: none. */
const peopleText = (issues: ReadonlyMap<string, string>): string | null =>
  issues.size === 0
    ? null
    : `validators' operators have to decide how ${issues.size === 1 ? "an issue ends" : `${issues.size} issues end`}: ${[...issues].map(([issue, why]) => `${issue} (${why})`).join(", ")}; see "gittensor explain ISSUE --verdict", and vote with "gittensor vote"`

export const make = Effect.fn("verdictsStep")(function* ({ judge }: IssueCompetitions) {
  const [concerns, end] = yield* Effect.all([Concerns, SubnetEnd])
  const before = yield* Ref.make<string | null>(null)
  return Effect.fn("validator.verdicts")(function* (head: BlockReference) {
    const { offer } = yield* SeenByVerdicts
    const { forPeople, nothingJudged } = yield* judge(head, { hasEnded: yield* end.isSeen(head), looked: offer })
    const text = peopleText(forPeople)
    if ((yield* Ref.getAndSet(before, text)) !== text) yield* concerns.note("people", text)
    if (nothingJudged !== undefined) yield* new NothingJudged({ first: nothingJudged })
  })
})
