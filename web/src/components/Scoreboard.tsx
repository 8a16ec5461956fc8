import { type ReactNode, useState } from "react"
import { gitHubPull } from "../../../src/domain/gitHubAddress.ts"
import { ballotsOf } from "../../../src/story/ballots.ts"
import type { SideName, SideState } from "../../../src/story/competitor.ts"
import { countedNoun } from "../../../src/story/figures.ts"
import { findingText, rankOfFinding } from "../../../src/story/findings.ts"
import type { Phase } from "../../../src/story/phase.ts"
import { pullSigns } from "../../../src/story/pullSigns.ts"
import type { Scoreboard as State } from "../../../src/story/scoreboard.ts"
import type { CompetitionDetail, PullRequest } from "../api/types.ts"
import { decimal, percent } from "../format/amount.ts"
import { changeText, oddsText } from "../format/rating.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Outcome } from "./Ballots.tsx"
import { CompetitionClock } from "./CompetitionClock.tsx"
import { Avatar } from "./Names.tsx"
import { Outlook } from "./Outlook.tsx"
import { Rating } from "./Ratings.tsx"
import { StageTrack } from "./StageTrack.tsx"
import { Amount } from "./Values.tsx"
import { Worth } from "./Worth.tsx"

interface Props {
  readonly competition: CompetitionDetail
  /** Its state of play, by `scoreboardOf`. */
  readonly state: State
  /** What happened last; absent on a small scoreboard. */
  readonly children?: ReactNode
}

/** How often a value has changed since it was first shown. As a key, it starts an animation anew. */
const useChanges = (value: string): number => {
  const [seen, setSeen] = useState({ value, changes: 0 })
  if (seen.value !== value) setSeen({ value, changes: seen.changes + 1 })
  return seen.changes
}

/** A part of the board that lights up when it changes, and never when it first appears. */
const Lit = ({ of, children }: { readonly of: string; readonly children: ReactNode }) => {
  const changes = useChanges(of)
  return (
    <span key={changes} className={changes === 0 ? undefined : "board-moved"}>
      {children}
    </span>
  )
}

/** What happens to the bounty. */
const STAKES: Readonly<Record<Phase, string>> = {
  window: "bounty to win",
  submissions: "bounty to win",
  verdict: "bounty to win",
  settleable: "bounty to win",
  overdue: "bounty, stays for the next pair",
  won: "bounty won",
  paid: "bounty paid",
  expired: "bounty, stays for the next pair",
  unsolved: "bounty, stays for the next pair",
  void: "bounty, which nobody won"
}

/** Whether the bounty has gone where it belongs. What it was worth then, today's price does not say. */
const isDecided = (phase: Phase): boolean => phase === "paid" || phase === "void"

const signed = (points: number): string => changeText(0, points)

/** The rating points that the game gives or takes; once it is over, what its changes come to. */
const Points = ({
  competition,
  side,
  own: { fate, points }
}: {
  readonly competition: CompetitionDetail
  readonly side: SideName
  readonly own: SideState
}) => {
  const { hotkey } = competition[side]
  const moves = competition.ratings.filter((change) => change.hotkey === hotkey && change.cause !== "absent")
  const [first] = moves
  if (first !== undefined) {
    const after = moves.reduce((rating, move) => rating + move.after - move.before, first.before)
    return (
      <span title={`${decimal(first.before, 3)} to ${decimal(after, 3)} points`}>
        <span className={after < first.before ? "minus" : after > first.before ? "plus" : undefined}>
          {changeText(first.before, after)}
        </span>{" "}
        points
      </span>
    )
  }
  if (competition.status !== "Running" || fate !== null) return null
  return (
    <span title={`Rating points at stake, by both ratings at the start: ${points.win} for a win, ${points.loss} for a loss`}>
      <span className="hidden">at stake: </span>
      win <span className="plus">{signed(points.win)}</span>, lose <span className="minus">{signed(points.loss)}</span>
      <span className="board-wide"> rating points</span>
    </span>
  )
}

/** Of findings that speak against a head, for neither, and for it. */
const TONES = ["bad", "waiting", "good"] as const

const PullLine = ({
  pull,
  number,
  state,
  repository,
  isRunning
}: {
  readonly pull: PullRequest | undefined
  readonly number: number | null
  readonly state: SideState
  readonly repository: string
  readonly isRunning: boolean
}) => {
  const { finding } = state
  if (number === null) return <p className="board-pull muted">no pull request {isRunning ? "yet" : ""}</p>
  return (
    <p className="board-pull">
      <Lit of={`${state.stage} ${pull?.state} ${pull?.checks} ${pull?.review} ${finding?.kind}`}>
        {pull === undefined ? null : (
          <>
            <span className="chip" data-status={pull.state}>
              {pull.early ? "too early" : pull.state}
            </span>
            {pullSigns(pull).map(({ text, tone }) => (
              <span key={text} className="chip" data-tone={tone}>
                {text}
              </span>
            ))}
            {finding === null ? null : (
              <span
                className="chip"
                data-tone={TONES[Math.sign(rankOfFinding(finding)) + 1]}
                title={`by ${countedNoun(finding.validators, "validator", "validators")}`}
              >
                {findingText(finding)}
              </span>
            )}
          </>
        )}
      </Lit>
      <a href={gitHubPull(pull?.repository ?? repository, number)} target="_blank" rel="noreferrer" title={pull?.title ?? `#${number}`}>
        #{number}
        <span className="board-pull-title"> {pull?.title}</span>
      </a>
    </p>
  )
}

/** The word for who has won. It arrives with a motion only if that is decided while somebody watches. */
const Winner = ({ hasWon }: { readonly hasWon: boolean }) => {
  const changes = useChanges(`${hasWon}`)
  return hasWon ? <p className={`board-winner headline${changes === 0 ? "" : " board-won"}`}>Winner</p> : null
}

const BoardSide = ({
  competition,
  side,
  state
}: {
  readonly competition: CompetitionDetail
  readonly side: SideName
  readonly state: State
}) => {
  const competitor = competition[side]
  const own = state[side]
  const showsOdds = competition.pullRequests.length === 0 && state.leader === null
  const pull = competition.pullRequests.find(({ hotkey, number }) => hotkey === competitor.hotkey && number === own.pull)
  return (
    <div
      className="board-side"
      data-side={side}
      data-leads={state.leader === side ? "" : undefined}
      data-won={competition.winner === side ? "" : undefined}
    >
      <Link className="board-name" to={pageAddress("miner", { hotkey: competitor.hotkey })} title={competitor.hotkey}>
        <Avatar of={competitor.hotkey} src={competitor.avatar} size="large" />
        <strong>{own.name}</strong>
      </Link>
      <p className="board-rating">
        <Rating points={competitor.rating} provisional={competitor.provisional} />{" "}
        <span className="muted" title={`expected score by the ratings at the start: ${percent(competitor.expected, 2)}`}>
          <span className="board-wide">{showsOdds ? "rating, " : "rating"}</span>
          {showsOdds ? `pre-match odds ${oddsText(competitor.expected)}` : null}
        </span>
      </p>
      {state.leader === side && state.standing !== null ? (
        <p className="board-standing">
          <Lit of={state.standing}>
            ahead
            <span className="board-wide">{state.standing.slice("ahead".length)}</span>
          </Lit>
        </p>
      ) : null}
      <Winner hasWon={competition.winner === side} />
      <PullLine
        pull={pull}
        number={own.pull}
        state={own}
        repository={competition.issue.repository}
        isRunning={competition.status === "Running"}
      />
      <p className="board-points">
        {own.fate === null ? null : <span className="muted">{own.fate} </span>}
        <Points competition={competition} side={side} own={own} />
      </p>
    </div>
  )
}

/** The vote as a tug: each side's stake pushes towards the line that decides. Until somebody votes, how far both sides are. */
const Tug = ({ competition, state }: Pick<Props, "competition" | "state">) => {
  const { outcome, status, votes } = competition
  const quorum = state.quorum ?? undefined
  const ballot = ballotsOf(votes, "outcome", competition).at(-1)
  if (ballot === undefined) return <StageTrack state={state} />
  return (
    <div className="board-vote">
      <Outcome
        ballot={ballot}
        competition={competition}
        quorum={quorum}
        title={status === "Running" ? "validators' vote" : "how validators voted"}
      />
      {outcome === null || outcome.state === "noVotes" ? null : (
        <p className="board-wide">
          <Outlook outcome={outcome} votes={votes} quorum={quorum} sides={competition} />
        </p>
      )}
    </div>
  )
}

/** The state of play of a competition on one screen: who is ahead and why, both sides, the clock, the stakes and the vote. */
export const Scoreboard = ({ competition, state, children }: Props) => {
  const { bounty, collateral, slash } = state.stakes
  const [first = "", ...rest] = state.parts
  return (
    <section className="board" aria-label="State of play" data-leader={state.leader ?? undefined} data-phase={state.phase}>
      <h2 className="board-headline">
        <output>
          <Lit of={state.headline}>
            <strong>{first}</strong>
            {rest.length === 0 ? null : (
              <span>
                <span className="board-dot" aria-hidden="true">
                  {" · "}
                </span>
                <span className="hidden">, </span>
                {rest.join(" · ")}
              </span>
            )}
          </Lit>
        </output>
      </h2>
      <div className="board-sides">
        <BoardSide competition={competition} side="a" state={state} />
        <BoardSide competition={competition} side="b" state={state} />
        <div className="board-middle">
          <p className="board-bounty">
            {bounty === null ? <span className="amount muted">…</span> : <Amount rao={bounty.toString()} />}
            <span className="muted">
              {STAKES[state.phase]} {bounty === null || isDecided(state.phase) ? null : <Worth rao={bounty.toString()} />}
            </span>
          </p>
          <CompetitionClock {...competition} state={state} />
          {state.standing === "level" ? <p className="board-level">level</p> : null}
        </div>
      </div>
      <Tug competition={competition} state={state} />
      {children}
      {collateral === 0n || competition.status !== "Running" ? null : (
        <p className="board-foot muted">
          Each side has <Amount rao={collateral.toString()} /> of collateral at stake
          {slash === 0n ? (
            "."
          ) : (
            <>
              ; a loss costs <Amount rao={slash.toString()} />.
            </>
          )}
        </p>
      )}
    </section>
  )
}
