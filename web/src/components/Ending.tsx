import type { Phase } from "../../../src/story/phase.ts"
import type { CompetitionDetail } from "../api/types.ts"
import { gitHubPull, reasonText, spaced } from "../format/names.ts"
import { Amount } from "./Amount.tsx"
import { Countdown } from "./Countdown.tsx"
import { MinerName, minerLabel } from "./MinerName.tsx"
import { RatingMove } from "./RatingMove.tsx"
import { When } from "./When.tsx"

interface Props {
  readonly competition: CompetitionDetail
  readonly phase: Phase
}

const CAUSES: Readonly<Record<string, string>> = {
  won: "for the win",
  lost: "for the loss",
  expired: "nobody solved it",
  submittedTooEarly: "pull request opened too early",
  reverted: "verdict reverted",
  absent: "for an absence"
}

/** The rating changes; from the competition's own fields if no game was rated. */
const Ratings = ({ competition }: { readonly competition: CompetitionDetail }) => {
  const { ratings, a, b } = competition
  if (ratings.length === 0) return null
  return (
    <ul className="ending-ratings" aria-label="Rating changes">
      {ratings.map(({ hotkey, at, cause, before, after, provisional, k }) => {
        const competitor = hotkey === a.hotkey ? a : b
        return (
          <li key={`${hotkey}-${at.block}-${cause}`} data-side={hotkey === a.hotkey ? "a" : "b"}>
            <MinerName miner={competitor} /> <RatingMove before={before} after={after} provisional={provisional} />{" "}
            <span className="muted" title={k === null ? undefined : `K = ${k}`}>
              {CAUSES[cause] ?? spaced(cause)}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

/** The collateral that each competitor forfeited, if any. */
const Slashed = ({ competition }: { readonly competition: CompetitionDetail }) => {
  const { slash, collateral, status, paid, winner, unsolved, a, b } = competition
  // Without a verdict nobody is slashed.
  if (BigInt(slash) === 0n || (status === "Expired" && unsolved !== true)) return null
  return (
    <p className="muted">
      {status === "Expired" ? (
        <>
          It cost each miner <Amount rao={slash} /> of <Amount rao={collateral} /> of collateral.
        </>
      ) : paid !== null ? (
        <>
          The loss cost {minerLabel(winner === "a" ? b : a)} <Amount rao={slash} /> of <Amount rao={collateral} /> of collateral.
        </>
      ) : (
        <>
          A loss costs <Amount rao={slash} /> of <Amount rao={collateral} /> of collateral, at the payment.
        </>
      )}
    </p>
  )
}

/** The prominent result of a competition. Empty while it runs. */
export const Ending = ({ competition, phase }: Props) => {
  const { winner, pullRequest, paid, payableAt, reason, unsolved, endedAt, issue, bounty } = competition
  if (competition.status === "Running") return null
  const victor = winner === null ? undefined : competition[winner]
  const ended = endedAt === null ? null : <When at={endedAt} as="time" />
  const withPull =
    pullRequest === null ? null : (
      <>
        {" "}
        with{" "}
        <a href={gitHubPull(issue.repository, pullRequest)} target="_blank" rel="noreferrer">
          pull request #{pullRequest}
        </a>
      </>
    )
  if (victor !== undefined && winner !== null)
    return (
      <article className="ending" data-kind="won" data-side={winner} aria-label="How it ended">
        <h2>
          {minerLabel(victor)} won <Amount rao={paid?.amount ?? bounty} decimals={9} />
        </h2>
        <p>
          <MinerName miner={victor} picture={false} /> solved the issue{withPull}; the verdict fell {ended}.
        </p>
        {paid !== null ? (
          <p>
            <strong>Paid</strong> <When at={paid.at} as="time" />.
          </p>
        ) : payableAt === null ? null : (
          <p>
            <Countdown to={payableAt} label="The bounty is payable" reached="The bounty is payable now" />
            {phase === "won" ? ", unless the solution is reverted in the challenge period." : "."}
          </p>
        )}
        <Slashed competition={competition} />
        <Ratings competition={competition} />
      </article>
    )
  if (phase === "expired")
    return (
      <article className="ending" data-kind="expired" aria-label="How it ended">
        <h2>Expired: nobody won</h2>
        <p>
          {unsolved
            ? "The validators found that no pull request solved the issue before the deadline."
            : "The validators gave no verdict in time, so nobody is slashed."}{" "}
          The bounty stays with the issue, and another pair can be drawn. Ended {ended}.
        </p>
        <Slashed competition={competition} />
        <Ratings competition={competition} />
      </article>
    )
  return (
    <article className="ending" data-kind={phase === "reverted" ? "reverted" : "void"} aria-label="How it ended">
      <h2>
        {phase === "reverted"
          ? "Reverted: the verdict did not stand"
          : reason?._tag === "SubmittedTooEarly"
            ? "Void: opened too early"
            : "Void: no winner, no loser"}
      </h2>
      <p>
        {reason === null ? "The issue was cancelled" : `Because ${reasonText(reason._tag)}`}
        {phase === "reverted" ? ". Nobody is paid, the bounty is recycled, and the rating changes are undone." : "."} Ended {ended}.
      </p>
      {reason?._tag === "SubmittedTooEarly" ? (
        <p>
          It was{" "}
          <MinerName
            miner={reason.hotkey === competition.a.hotkey ? competition.a : reason.hotkey === competition.b.hotkey ? competition.b : reason}
          />
          , which loses for it.
        </p>
      ) : null}
      <Ratings competition={competition} />
    </article>
  )
}
