import { memo } from "react"
import type { Issue } from "../api/types.ts"
import { reasonText } from "../format/names.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { BountyBar } from "./BountyBar.tsx"
import { Labels } from "./Labels.tsx"
import { MinerName } from "./Names.tsx"
import { Skeleton } from "./Page.tsx"
import { Takeable } from "./Takeable.tsx"
import { Countdown, StatusChip, When } from "./Values.tsx"

/** Row heights in rem, as in the style sheet. */
const NARROW_HEIGHT = 11.25
const WIDE_HEIGHT = 4.75
export const issueRowHeight = (width: number): number => (width < 760 ? NARROW_HEIGHT : WIDE_HEIGHT)

/** The next step of an issue, or its end. */
const NextStep = ({ issue }: { readonly issue: Issue }) => {
  const { status, competition, updatedAt, reason, attempts } = issue
  if (status === "Competing" && competition !== null)
    return (
      <>
        <span className="duel">
          <MinerName miner={competition.a} />
          <Link className="versus" to={pageAddress("competition", { id: competition.id })} aria-label={`vs: match ${competition.id}`}>
            vs
          </Link>
          <MinerName miner={competition.b} />
        </span>
        <span className="muted">
          <Countdown to={competition.deadline} label="deadline" reached="deadline reached" />
        </span>
      </>
    )
  if (status === "Cancelled") {
    const why = reason === null ? "cancelled" : reasonText(reason._tag)
    return (
      <span className="muted issue-why" title={why}>
        <When at={updatedAt} />: {why}
      </span>
    )
  }
  if (status === "Solved" || status === "Paid")
    return (
      <>
        {competition === null ? null : <Link to={pageAddress("competition", { id: competition.id })}>Match {competition.id}</Link>}
        <span className="muted">
          {status === "Paid" ? "paid" : "solved"} <When at={updatedAt} />
        </span>
      </>
    )
  return (
    <span className="muted">
      {status === "Open" ? <Takeable /> : "waits for its bounty"}
      {attempts > 0 ? `, ${attempts} ${attempts === 1 ? "match" : "matches"} without a solution` : ""}
    </span>
  )
}

/** An issue in a list. */
export const IssueRow = memo(({ issue }: { readonly issue: Issue }) => {
  const { id, repository, number, github, target, funded, status, queuePosition } = issue
  return (
    <article className="issue-row" data-status={status}>
      <div className="issue-what">
        <p className="issue-where">
          <Link to={`${pageAddress("issues")}?repository=${encodeURIComponent(repository)}`}>{repository}</Link>
          <span className="issue-number">#{number}</span>
          {github.language === null ? null : <span className="issue-language">{github.language}</span>}
        </p>
        <p className="issue-title">
          <Link to={pageAddress("issue", { id })} opens>
            {github.title ?? `Issue ${number}`}
          </Link>
        </p>
        <Labels labels={github.labels} most={3} line />
      </div>
      <BountyBar funded={funded} target={target} status={status} queuePosition={queuePosition} />
      <div className="issue-status">
        <StatusChip status={status} />
      </div>
      <div className="issue-next">
        <NextStep issue={issue} />
      </div>
    </article>
  )
})

/** A placeholder with the height of a row. */
export const IssueRowSkeleton = () => (
  <div className="issue-row">
    <div className="issue-what">
      <Skeleton width="8rem" />
      <Skeleton width="60%" />
    </div>
    <div className="bounty">
      <Skeleton width="6rem" />
      <Skeleton height="0.5rem" />
    </div>
    <div className="issue-status">
      <Skeleton width="4.5rem" />
    </div>
    <div className="issue-next">
      <Skeleton width="9rem" />
    </div>
  </div>
)
