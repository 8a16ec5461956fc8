import type { PullRequest } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { gitHubPull } from "../format/names.ts"
import { When } from "./When.tsx"
import "../styles/competition.css"

const counts = ({ early }: PullRequest) => (early === null ? null : early ? "opened too early: it does not count" : "opened in time")

/** A competitor's pull request with state, size, and whether it counts. */
export const PullRequestCard = ({ pull, isWinning }: { readonly pull: PullRequest; readonly isWinning: boolean }) => {
  const { repository, number, title, state, additions, deletions, files, createdAt, mergedAt, closedAt, early, seenAt } = pull
  const moved = mergedAt ?? closedAt
  return (
    <article className="pull" data-state={state} data-winning={isWinning ? "" : undefined} data-early={early ? "" : undefined}>
      <p className="pull-head">
        <span className="chip" data-status={state}>
          {state}
        </span>
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
        {isWinning ? "solved the issue" : counts(pull)}
        <span aria-hidden="true"> · </span>
        <span className="muted">
          seen <When at={{ block: null, time: seenAt }} />
        </span>
      </p>
    </article>
  )
}
