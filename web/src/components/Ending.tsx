import { gitHubPull } from "../../../src/domain/gitHubAddress.ts"
import type { CompetitionDetail } from "../api/types.ts"
import { reasonText, spaced } from "../format/names.ts"
import { Account, MinerName, minerLabel } from "./Names.tsx"
import { RatingMove } from "./Ratings.tsx"
import { Amount, When } from "./Values.tsx"

interface Props {
  readonly competition: CompetitionDetail
}

const ENDING_CAUSES: Readonly<Record<string, string>> = {
  won: "for the win",
  lost: "for the loss",
  expired: "nobody solved it",
  submittedTooEarly: "pull request opened too early",
  absent: "for an absence"
}

/** The rating changes; from the competition's own fields if no game was rated. */
const Ratings = ({ competition }: Props) => {
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
              {ENDING_CAUSES[cause] ?? spaced(cause)}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

/** The collateral that it cost the loser; if nobody solved the issue, whom validators found at fault. */
const Slashed = ({ competition }: Props) => {
  const { slash, collateral, status, winner, slashA, slashB, a, b } = competition
  if (BigInt(slash) === 0n || (status !== "Won" && status !== "Unsolved")) return null
  const losers = [...(winner === "b" || slashA === true ? [a] : []), ...(winner === "a" || slashB === true ? [b] : [])]
  return (
    <p className="muted">
      {losers.length === 0 ? (
        "It cost nobody any collateral."
      ) : (
        <>
          It cost {losers.map(minerLabel).join(" and ")} <Amount rao={slash} /> of <Amount rao={collateral} /> of collateral
          {losers.length === 2 ? " each." : "."}
        </>
      )}
    </p>
  )
}

/** The prominent result of a competition. Empty while it runs. */
export const Ending = ({ competition }: Props) => {
  const { status, winner, pullRequest, paid, reason, endedAt, issue, bounty, a, b } = competition
  if (status === "Running") return null
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
          <MinerName miner={victor} picture={false} /> solved the issue{withPull}. Validators settled it {ended}, for good.
        </p>
        {paid === null ? (
          <p>The bounty is not paid yet. Anyone can send the payment; validators usually do.</p>
        ) : (
          <p>
            <strong>Paid</strong> <When at={paid.at} as="time" />
            {paid.coldkey === victor.coldkey ? null : (
              <>
                {" "}
                to <Account address={paid.coldkey} />, whom its coldkey named
              </>
            )}
            .
          </p>
        )}
        <Slashed competition={competition} />
        <Ratings competition={competition} />
      </article>
    )
  if (status === "Expired" || status === "Unsolved")
    return (
      <article className="ending" data-kind="expired" aria-label="How it ended">
        <h2>{status === "Unsolved" ? "Unsolved" : "Expired"}: nobody won</h2>
        <p>
          {status === "Unsolved"
            ? "Validators found that no pull request solved the issue before the deadline."
            : "Validators gave no verdict in time, so nobody is slashed."}{" "}
          The bounty stays with the issue, and another pair can be drawn. Ended {ended}.
        </p>
        <Slashed competition={competition} />
        <Ratings competition={competition} />
      </article>
    )
  const early = reason?._tag === "SubmittedTooEarly" ? reason : undefined
  return (
    <article className="ending" data-kind="void" aria-label="How it ended">
      <h2>{early === undefined ? "Void: no winner, no loser" : "Void: opened too early"}</h2>
      <p>
        {reason === null ? "The issue was cancelled" : `Because ${reasonText(reason._tag)}`}. Ended {ended}.
      </p>
      {early === undefined ? null : (
        <p>
          It was <MinerName miner={[a, b].find(({ hotkey }) => hotkey === early.hotkey) ?? early} />, which loses for it.
        </p>
      )}
      <Ratings competition={competition} />
    </article>
  )
}
