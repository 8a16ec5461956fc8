import type { Competition, CompetitionDetail } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { minerLabel } from "./Names.tsx"
import { Skeleton } from "./Page.tsx"
import { StatusChip, When } from "./Values.tsx"

interface Props {
  readonly competition: Pick<CompetitionDetail, "a" | "b" | "status" | "winner" | "meetings">
  /** Their other competitions, newest first; undefined while loading. */
  readonly earlier: ReadonlyArray<Competition> | undefined
}

const MEETINGS_SHOWN = 5

/** The other meetings of the two: totals, and the latest individually. */
export const Meetings = ({ competition: { a, b, status, winner, meetings }, earlier }: Props) => {
  const others = {
    aWon: meetings.aWon - (winner === "a" ? 1 : 0),
    bWon: meetings.bWon - (winner === "b" ? 1 : 0),
    expired: meetings.expired - (status === "Expired" || status === "Unsolved" ? 1 : 0),
    void: meetings.void - (status === "Void" ? 1 : 0),
    running: meetings.running - (status === "Running" ? 1 : 0)
  }
  const all = others.aWon + others.bWon + others.expired + others.void + others.running
  if (all === 0) return <p className="muted">They have met in no other match.</p>
  const rest = [
    others.expired === 0 ? [] : [`${wholeNumber(others.expired)} expired`],
    others.void === 0 ? [] : [`${wholeNumber(others.void)} void`],
    others.running === 0 ? [] : [`${wholeNumber(others.running)} running`]
  ].flat()
  return (
    <>
      <div className="meetings">
        <p className="side-a">
          <strong>{wholeNumber(others.aWon)}</strong> <span>{minerLabel(a)}</span>
        </p>
        <p className="muted">won{rest.length === 0 ? "" : `; ${rest.join(", ")}`}</p>
        <p className="side-b">
          <strong>{wholeNumber(others.bWon)}</strong> <span>{minerLabel(b)}</span>
        </p>
      </div>
      {earlier === undefined ? (
        <Skeleton height="4rem" />
      ) : (
        <ol className="meetings-list" aria-label="Their latest other meetings, newest first">
          {earlier.slice(0, MEETINGS_SHOWN).map((one) => {
            const victor = one.winner === null ? undefined : one[one.winner]
            return (
              <li key={one.id}>
                <Link to={pageAddress("competition", { id: one.id })}>Match {one.id}</Link>
                {victor === undefined ? (
                  <StatusChip status={one.status} />
                ) : (
                  <strong className={victor.hotkey === a.hotkey ? "side-a" : "side-b"}>won by {minerLabel(victor)}</strong>
                )}
                <When at={one.endedAt ?? one.startedAt} as="both" />
              </li>
            )
          })}
        </ol>
      )}
      <p className="meetings-all">
        <Link to={`${pageAddress("headToHead")}?a=${a.hotkey}&b=${b.hotkey}`}>All their meetings</Link>
      </p>
    </>
  )
}
