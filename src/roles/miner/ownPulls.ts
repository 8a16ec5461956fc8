/** A miner's pull requests for the issue of its match: those that it opened there, and those that are left over from earlier matches. */
import type { ShownPullRequest } from "../../layers/github/display/GitHubDisplay.ts"
import { isEarly } from "../../scoring/issue_competitions/rules/waiting.ts"
import type { MinerCompetition, MinerStatus } from "./status.ts"

export interface OwnPull extends Pick<ShownPullRequest, "number" | "state" | "draft" | "review"> {
  /** The match in which it was opened; null: before the first one. */
  readonly competition: number | null
  /** Whether it was opened too early to count. */
  readonly early: boolean
}

/** Those of the account that is linked now, oldest first. `shown`: what GitHub shows of the issue; what was closed before the match began is left out. */
export const ownPulls = (
  { competitions, githubAccount }: Pick<MinerStatus, "competitions" | "githubAccount">,
  match: MinerCompetition,
  shown: ReadonlyArray<ShownPullRequest>
): ReadonlyArray<OwnPull> => {
  const until = competitions.filter(({ id, issue }) => issue === match.issue && id <= match.id).toSorted((a, b) => a.id - b.id)
  const facts = {
    submissionsFrom: match.phase === "window" ? null : match.submissionsFrom.at,
    earlier: until
      .filter(({ id }) => id !== match.id)
      .map(({ deadline, startedAt, submissionsFrom }) => ({
        accounts: [githubAccount],
        startedAt: startedAt.at,
        submissionsFrom: submissionsFrom.at,
        deadline: deadline.at
      }))
  }
  return shown
    .filter(({ authorId, repository }) => authorId !== null && authorId === githubAccount && isSame(repository, match.repository))
    .filter(({ closedAt, state }) => state !== "closed" || (closedAt ?? 0) >= match.startedAt.at)
    .map(({ authorId, createdAt, draft, number, review, state }) => ({
      number,
      state,
      draft,
      review,
      competition: until.findLast(({ startedAt }) => startedAt.at <= createdAt)?.id ?? null,
      early: isEarly({ authorId, createdAt }, facts)
    }))
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
