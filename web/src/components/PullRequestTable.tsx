import { gitHubPull } from "../../../src/domain/gitHubAddress.ts"
import { pullSigns } from "../../../src/story/pullSigns.ts"
import type { PullRequest } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { Table } from "./Lists.tsx"
import { MinerName } from "./Names.tsx"
import { When } from "./Values.tsx"

/** A time on GitHub, which has no block. */
const OnGitHub = ({ time }: { readonly time: string }) => <When at={{ block: null, time }} as="time" />

export const PullRequestTable = ({ items, caption }: { readonly items: ReadonlyArray<PullRequest>; readonly caption: string }) => (
  <Table
    caption={caption}
    items={items}
    keyOf={({ repository, number, issue }) => `${repository}#${number}-${issue.id}`}
    columns={[
      {
        name: "Pull request",
        cell: ({ repository, number, title }) => (
          <a href={gitHubPull(repository, number)} target="_blank" rel="noreferrer" title={`${repository}#${number}`}>
            #{number} {title}
          </a>
        )
      },
      {
        name: "State",
        cell: ({ state }) => (
          <span className="chip" data-status={state}>
            {state}
          </span>
        )
      },
      {
        name: "Checks and review",
        cell: (pull) =>
          pullSigns(pull)
            .map(({ text }) => text)
            .join(", ")
      },
      {
        name: "Author",
        cell: ({ author, authorId, hotkey }) => (
          <span title={authorId === null ? undefined : `GitHub account ${authorId}`}>
            {hotkey === null ? (author ?? "unknown") : <MinerName miner={{ hotkey, login: author }} picture={false} />}
          </span>
        )
      },
      {
        name: "Size",
        numeric: true,
        cell: ({ additions, deletions, files }) =>
          additions === null || deletions === null ? (
            <span className="muted">not known yet</span>
          ) : (
            <span title={files === null ? undefined : `${files} files`}>
              <span className="plus">+{wholeNumber(additions)}</span> <span className="minus">−{wholeNumber(deletions)}</span>
            </span>
          )
      },
      { name: "Opened", cell: ({ createdAt }) => <OnGitHub time={createdAt} /> },
      {
        name: "Counts",
        cell: ({ early, hotkey }) => (hotkey === null ? "no competitor's" : early === null ? "" : early ? "too early" : "in time")
      },
      {
        name: "Merged or closed",
        cell: ({ mergedAt, closedAt }) =>
          mergedAt !== null ? <OnGitHub time={mergedAt} /> : closedAt !== null ? <OnGitHub time={closedAt} /> : ""
      },
      { name: "Seen", cell: ({ seenAt }) => <OnGitHub time={seenAt} /> }
    ]}
  />
)
