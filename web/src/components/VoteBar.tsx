import type { Scoreboard } from "../../../src/story/scoreboard.ts"
import { cssPercent, percent } from "../format/amount.ts"

/** The vote on a small scoreboard: how much of the stake is for each side. Empty before the first vote. */
export const VoteBar = ({ state: { vote, a, b } }: { readonly state: Scoreboard }) =>
  vote === null ? null : (
    <div className="vote-bar" role="img" aria-label={`Votes by stake: ${percent(vote.a)} for ${a.name}, ${percent(vote.b)} for ${b.name}`}>
      <span className="side-a" style={{ width: cssPercent(vote.a, 1) }} />
      <span className="side-b" style={{ width: cssPercent(vote.b, 1) }} />
    </div>
  )
