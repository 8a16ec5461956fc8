/** A miner's pull requests for a competition's issue: those of the current competition, and those still open from earlier ones. */
import type { ShownPullRequest } from "../../layers/github/display/GitHubDisplay.ts"
import { isEarly } from "../../rules/verdicts/waiting.ts"
import type { BlockMoment } from "./calendar.ts"
import type { MinerCompetition, MinerStatus } from "./status.ts"

export interface OwnPull extends Pick<ShownPullRequest, "number" | "state" | "draft" | "review"> {
  /** The competition during which the pull request was opened; null: before the first one. */
  readonly competition: number | null
  /** Whether the pull request was opened too early to count. */
  readonly early: boolean
}

/**
 * Pull requests of the currently linked account, oldest first. `shown`: the issue's pull requests on GitHub. Those closed before the competition began are
 * left out.
 */
export const ownPulls = (
  { competitions, githubAccount }: Pick<MinerStatus, "competitions" | "githubAccount">,
  match: MinerCompetition,
  shown: ReadonlyArray<ShownPullRequest>
): ReadonlyArray<OwnPull> => {
  const until = competitions.filter(({ id, issue }) => issue === match.issue && id <= match.id).toSorted((a, b) => a.id - b.id)
  const facts = {
    submissionsFrom: match.phase === "window" ? null : timeOf(match.submissionsFrom),
    earlier: until
      .filter(({ id }) => id !== match.id)
      .map(({ deadline, startedAt, submissionsFrom }) => ({
        accounts: [githubAccount],
        startedAt: timeOf(startedAt),
        submissionsFrom: timeOf(submissionsFrom),
        deadline: timeOf(deadline)
      }))
  }
  return shown
    .filter(({ authorId, repository }) => authorId !== null && authorId === githubAccount && isSame(repository, match.repository))
    .filter(({ closedAt, state }) => state !== "closed" || (closedAt ?? 0) >= timeOf(match.startedAt))
    .map(({ authorId, createdAt, draft, number, review, state }) => ({
      number,
      state,
      draft,
      review,
      competition: until.findLast(({ startedAt }) => timeOf(startedAt) <= createdAt)?.id ?? null,
      early: isEarly({ authorId, createdAt }, facts)
    }))
}

/** A block of which no time is known is to come. */
const timeOf = ({ at }: BlockMoment): number => at ?? Number.POSITIVE_INFINITY

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
