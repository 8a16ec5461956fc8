import type { IssueDetail, Vote } from "../api/types.ts"
import { basisPoints, percent, shareOf } from "../format/amount.ts"
import { Countdown } from "./Values.tsx"
import { Choice, type Sides } from "./VoteTable.tsx"

interface Props {
  readonly outcome: NonNullable<IssueDetail["outcome"]>
  /** Those on the outcome are read. */
  readonly votes: ReadonlyArray<Vote>
  /** The quorum as a share of the stake; undefined while settings load. */
  readonly quorum: number | undefined
  readonly sides?: Sides
}

/** What the votes that stand would settle and when, or why nothing can be settled. */
export const Outlook = ({ outcome: { choice, state, weight, totalWeight, from }, votes, quorum, sides }: Props) => {
  if (state === "noVotes") return <>No validator has voted yet on how it ends. They vote once GitHub shows it.</>
  const standing = votes.filter(({ kind, endedBy }) => kind === "outcome" && endedBy === null)
  const alike = standing.filter((vote) => JSON.stringify(vote.choice) === JSON.stringify(choice))
  const named = alike[0]?.named ?? []
  return (
    <>
      {standing.length === 1 ? "One vote stands: " : `${alike.length} of ${standing.length} votes agree: `}
      <strong>
        <Choice choice={choice} named={named} sides={sides} />
      </strong>
      . {alike.length === 1 ? "It has" : "They have"} {percent(shareOf(weight, totalWeight), 1)} of the effective stake
      {state === "tooLight" ? (
        `, and ${quorum === undefined ? "more decides" : `${basisPoints(quorum * 10_000)} decide`}.`
      ) : state === "settleable" || from === null ? (
        ", for long enough: anyone can settle it now."
      ) : (
        <>
          , and can be settled <Countdown to={from} label="" reached="now" /> if {alike.length === 1 ? "it stands" : "they stand"}.
        </>
      )}
    </>
  )
}
