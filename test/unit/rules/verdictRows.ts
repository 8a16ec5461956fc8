/** Records of a match between Alice and Bob, each with its verdict. */
import type { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import type { MatchContext } from "../../../src/rules/verdicts/verdictCase.ts"
import {
  ALICE,
  by,
  closed,
  competition,
  DEADLINE,
  HOUR,
  issue,
  pullRequest,
  SUBMISSIONS_FROM,
  strangers,
  TAKEN_BACK,
  withCompetition
} from "../../support/rules/githubRecord.ts"
import { hotkey } from "../../support/rules/world.ts"

type Row = readonly [what: string, evidence: IssueEvidence, verdict: string, on?: MatchContext]

const RELEASED_AT = SUBMISSIONS_FROM + 9 * HOUR
/** A release that closed the issue, and Alice's pull request that was merged into its branch before. */
const released = (bringsOwn: boolean): IssueEvidence => {
  const release = strangers({ headBranch: "develop", mergedAt: RELEASED_AT, bringsOwn })
  return issue([closed(by(release), RELEASED_AT)], { linkedPullRequests: [pullRequest({ baseBranch: "develop" }), release] })
}

/** A record for each reason for no vote and each detail that people.ts has none for. */
export const table: ReadonlyArray<Row> = [
  ["a release brought it", released(false), "Solved by alice with #57"],
  ["a release brought it beside lines that came by no pull request", released(true), "NoVote: SharedWork"],
  [
    "closed when our finalised head is not that far: the window may be over by then",
    issue([closed(by(pullRequest()))]),
    "NoVote: AheadOfChain",
    withCompetition({ submissionsFrom: null, deadline: null, headAt: SUBMISSIONS_FROM - HOUR })
  ],
  ["gone, but nobody has kept watch", { _tag: "RepositoryGone" }, "NoVote: GoneRecently"],
  ["GitHub does not answer", { _tag: "GitHubSilent", why: "502" }, "NoVote: GitHubSilent"],
  [
    "opened a day before the deadline and merged after it",
    issue([closed(by(pullRequest({ createdAt: DEADLINE - 24 * HOUR, mergedAt: DEADLINE + 1_000 })), DEADLINE + 1_000)]),
    "NoVote: LandedLate"
  ],
  ["closed, with a timeline that names no closing", issue([]), "NoVote: RecordIncomplete"],
  [
    "two hotkeys with one GitHub account",
    issue([closed(by(pullRequest()))]),
    "NoVote: SharedAccount",
    withCompetition({ competitors: [competition.competitors[0], { hotkey: hotkey(2), githubId: ALICE }] })
  ],
  [
    "a competitor's account could not be looked up: a stranger's pull request may be its",
    issue([closed(by(strangers()))]),
    "NoVote: CompetitorUnknown",
    withCompetition({ competitors: [competition.competitors[0], { hotkey: hotkey(2), githubId: null }] })
  ],
  ["the author's account is gone", issue([closed(by(pullRequest({ authorId: null, authorLogin: null })))]), "NoVote: AuthorUnknown"],
  ["taken back before it was settled", issue([closed(by(pullRequest({ standing: TAKEN_BACK })))]), "NoVote: AlreadyReverted"],
  ["perhaps taken back", issue([closed(by(pullRequest({ standing: { _tag: "Unknown", why: "too large" } })))]), "NoVote: RevertUnproved"]
]
