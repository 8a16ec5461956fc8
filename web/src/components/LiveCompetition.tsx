import { type Scoreboard, scoreboardOf } from "../../../src/story/scoreboard.ts"
import type { Competition, CompetitionDetail } from "../api/types.ts"
import { cssPercent, percent } from "../format/amount.ts"
import { useHead } from "../live/live.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Fixture } from "./Fixture.tsx"
import { IssueName } from "./Names.tsx"
import { Amount, Countdown } from "./Values.tsx"
import { Worth } from "./Worth.tsx"

/** The vote in small: how much of the stake is for each side. Empty before the first vote. */
const VoteBar = ({ state: { vote, a, b } }: { readonly state: Scoreboard }) =>
  vote === null ? (
    <div className="vote-bar" />
  ) : (
    <div className="vote-bar" role="img" aria-label={`Votes by stake: ${percent(vote.a)} for ${a.name}, ${percent(vote.b)} for ${b.name}`}>
      <span className="side-a" style={{ width: cssPercent(vote.a, 1) }} />
      <span className="side-b" style={{ width: cssPercent(vote.b, 1) }} />
    </div>
  )

interface Props {
  /** With its votes and pull requests, once they are known, for who is ahead. */
  readonly competition: Competition | CompetitionDetail
  /** The share of the stake that decides; undefined while unknown. */
  readonly quorum: number | undefined
}

/** A running competition: who, for what, who is ahead and why, and how long it goes on. The whole card leads to the competition. */
export const LiveCompetition = ({ competition, quorum }: Props) => {
  const head = useHead()
  const { id, issue, bounty } = competition
  const board = scoreboardOf(competition, { head, quorum, bounty })
  const { leader, until } = board
  return (
    <article className="live-competition" data-leader={leader ?? undefined}>
      <p className="live-competition-top">
        <span className="live-competition-phase">{board.phaseText}</span>
        <span>
          <strong>
            <Amount rao={bounty} decimals={2} />
          </strong>{" "}
          <Worth rao={bounty} />
        </span>
      </p>
      <h3>
        <Fixture competition={competition} ahead={leader} />
      </h3>
      <p className="live-competition-issue">
        <IssueName issue={issue} />
      </p>
      <p className="live-competition-state">
        <Link to={pageAddress("competition", { id })} opens>
          {board.headline}
        </Link>
      </p>
      <VoteBar state={board} />
      <p className="live-competition-clock muted">
        {until === null ? null : <Countdown to={{ block: until.block, time: null }} label={until.what} reached="due" />}
      </p>
    </article>
  )
}
