import { gitHubPull } from "../../../src/domain/gitHubAddress.ts"
import type { CompetitionDetail, CompetitionQuality, PullRequest } from "../api/types.ts"
import { headsOf, unlisted } from "../format/quality.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Avatar, minerLabel } from "./Names.tsx"
import { Skeleton } from "./Page.tsx"
import { PullRequestCard } from "./PullRequestCard.tsx"
import { QualityLines } from "./QualityLines.tsx"
import { RatingLine, type RatingPoint } from "./RatingLine.tsx"
import { Form, Rating, RecordLine } from "./Ratings.tsx"
import { AlsoPlayed } from "./SameAccount.tsx"
import { Amount } from "./Values.tsx"

export interface Lines {
  readonly from: number
  readonly to: number
  readonly scale: readonly [number, number]
  readonly a: ReadonlyArray<RatingPoint>
  readonly b: ReadonlyArray<RatingPoint>
}

interface Props {
  readonly side: "a" | "b"
  readonly competition: CompetitionDetail
  /** Undefined while loading. */
  readonly lines: Lines | undefined
  /** What validators found out about the pull requests; undefined while loading. */
  readonly quality: CompetitionQuality | undefined
}

const pullRequestsOf = ({ pullRequests }: CompetitionDetail, hotkey: string): ReadonlyArray<PullRequest> =>
  pullRequests.filter((pull) => pull.hotkey === hotkey)

/** One competitor: identity, strength and pull requests for this issue. The other side is mirrored. */
export const Side = ({ side, competition, lines, quality }: Props) => {
  const competitor = competition[side]
  const record = competition.records[side]
  const { winner, status } = competition
  const name = minerLabel(competitor)
  const pulls = pullRequestsOf(competition, competitor.hotkey)
  const others = quality === undefined ? [] : unlisted(quality, side, pulls)
  return (
    <article
      className="competitor"
      data-side={side}
      data-result={winner === null ? undefined : winner === side ? "won" : "lost"}
      aria-label={name}
    >
      <div className="side-who">
        <Link className="side-name" to={pageAddress("miner", { hotkey: competitor.hotkey })} title={competitor.hotkey}>
          <Avatar of={competitor.hotkey} src={competitor.avatar} size="medium" />
          <span>{name}</span>
        </Link>
        <p className="side-result">
          {winner === side ? <strong>Winner</strong> : winner === null ? null : <span className="muted">beaten</span>}
        </p>
        <p className="side-rating">
          <Rating points={competitor.rating} provisional={competitor.provisional} />
          <span className="muted">at the start</span>
        </p>
      </div>
      <div className="side-line">
        {lines === undefined ? (
          <Skeleton height="3.5rem" />
        ) : (
          <RatingLine
            name={name}
            side={side}
            points={lines[side]}
            rating={record.rating ?? competitor.rating}
            from={lines.from}
            to={lines.to}
            scale={lines.scale}
            mark={competition.startedAt.block}
          />
        )}
        <span className="muted">60 days, now {<Rating points={record.rating} provisional={record.provisional} />}</span>
      </div>
      <dl className="side-facts">
        <div>
          <dt>Won / lost / expired</dt>
          <dd>
            <RecordLine won={record.won} lost={record.lost} expired={record.expired} />
          </dd>
        </div>
        <div>
          <dt>Form, newest first</dt>
          <dd>
            <Form results={record.form} />
          </dd>
        </div>
        <div>
          <dt>Earned</dt>
          <dd>
            <Amount rao={record.earned} decimals={2} />
          </dd>
        </div>
        <AlsoPlayed others={record.sameAccount} />
      </dl>
      <div className="side-pulls">
        {pulls.length + others.length === 0 ? (
          <p className="pull-none muted">
            {status === "Running"
              ? "No pull request yet. It appears here once GitHub links it to the issue."
              : winner === side && competition.pullRequest !== null
                ? `Pull request #${competition.pullRequest}; its details are not known yet.`
                : "It opened no pull request that is known."}
          </p>
        ) : (
          pulls.map((pull) => (
            <PullRequestCard
              key={`${pull.repository}#${pull.number}`}
              pull={pull}
              match={competition.id}
              isWinning={winner === side && pull.number === competition.pullRequest}
              heads={quality === undefined ? undefined : headsOf(quality, side, pull)}
            />
          ))
        )}
        {quality === undefined
          ? null
          : others.map((pull) => (
              <article key={`${pull.repository}#${pull.number}`} className="pull">
                <p className="pull-title">
                  <a href={gitHubPull(pull.repository, pull.number)} target="_blank" rel="noreferrer">
                    {pull.repository}#{pull.number}
                  </a>
                </p>
                <p className="pull-counts muted">Validators speak of it; the index has not seen it on GitHub.</p>
                <QualityLines heads={headsOf(quality, side, pull)} />
              </article>
            ))}
      </div>
    </article>
  )
}
