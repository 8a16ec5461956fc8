import { gitHubPull } from "../../../src/domain/gitHubAddress.ts"
import { countsText, waitsText } from "../../../src/story/ownPulls.ts"
import { pullSigns } from "../../../src/story/pullSigns.ts"
import type { PullRequest, QualityHead } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { QualityLines } from "./QualityLines.tsx"
import { When } from "./Values.tsx"

interface Props {
  readonly pull: PullRequest
  /** The match in which it is shown. */
  readonly match: number
  readonly isWinning: boolean
  /** What validators say about its heads; undefined while loading. */
  readonly heads: ReadonlyArray<QualityHead> | undefined
}

/** A competitor's pull request with state, size, whether it counts, and what validators found out about it. */
export const PullRequestCard = ({ pull, match, isWinning, heads }: Props) => {
  const { repository, number, title, state, additions, deletions, files, createdAt, mergedAt, closedAt, early, seenAt } = pull
  const moved = mergedAt ?? closedAt
  return (
    <article className="pull" data-state={state} data-winning={isWinning ? "" : undefined} data-early={early ? "" : undefined}>
      <p className="pull-head">
        <span className="chip" data-status={state}>
          {state}
        </span>
        {pullSigns(pull).map(({ text, tone }) => (
          <span key={text} className="chip" data-tone={tone}>
            {text}
          </span>
        ))}
        {additions === null || deletions === null ? (
          <span className="muted">size not known yet</span>
        ) : (
          <span title={files === null ? undefined : `${files} ${files === 1 ? "file" : "files"}`}>
            <span className="plus">+{wholeNumber(additions)}</span> <span className="minus">−{wholeNumber(deletions)}</span>
            {files === null ? null : (
              <span className="muted">
                {" "}
                in {wholeNumber(files)} {files === 1 ? "file" : "files"}
              </span>
            )}
          </span>
        )}
      </p>
      <p className="pull-title">
        <a href={gitHubPull(repository, number)} target="_blank" rel="noreferrer" title={`${repository}#${number}`}>
          #{number} {title}
        </a>
      </p>
      <p className="pull-times muted">
        opened <When at={{ block: null, time: createdAt }} as="time" />
        {moved === null ? null : (
          <>
            , {state} <When at={{ block: null, time: moved }} as="time" />
          </>
        )}
      </p>
      <p className={early ? "pull-counts minus" : "pull-counts muted"}>
        {isWinning ? "solved the issue" : [countsText(pull, match), waitsText(pull)].filter((text) => text !== null).join("; ")}
        <span aria-hidden="true"> · </span>
        <span className="muted">
          seen <When at={{ block: null, time: seenAt }} />
        </span>
      </p>
      <QualityLines heads={heads} />
    </article>
  )
}
