/** Records of a match between Alice and Bob, each with its verdict. */
import type { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import type { Watched } from "../../../src/scoring/issue_competitions/rules/gone.ts"
import type { MatchContext } from "../../../src/scoring/issue_competitions/rules/verdictCase.ts"
import {
  ALICE,
  bobs,
  by,
  byCommit,
  closed,
  competition,
  DEADLINE,
  FORK,
  HAND,
  HOUR,
  issue,
  pullRequest,
  reopened,
  START,
  STRANGER,
  SUBMISSIONS_FROM,
  strangers,
  TAKEN_BACK,
  withCompetition
} from "../../support/rules/githubRecord.ts"
import { hotkey } from "../../support/rules/world.ts"

export type Row = readonly [what: string, evidence: IssueEvidence, verdict: string, on?: MatchContext]
const gone = (change: Partial<Watched> = {}) => withCompetition({ watched: { blocks: 1_800, needed: 1_800, notCounted: null, ...change } })
const goneLong = gone()

/** The specification's table. */
export const table: ReadonlyArray<Row> = [
  ["closed by a competitor's merged pull request", issue([closed(by(pullRequest()))]), "Solved by alice with #57"],
  ["the same for the other competitor", issue([closed(by(bobs()))]), "Solved by bob with #58"],
  [
    "created in the very second the window opens",
    issue([closed(by(pullRequest({ createdAt: SUBMISSIONS_FROM })))]),
    "Solved by alice with #57"
  ],
  [
    "created in that second, which GitHub cuts and the chain does not",
    issue([closed(by(pullRequest({ createdAt: SUBMISSIONS_FROM })))]),
    "Solved by alice with #57",
    withCompetition({ submissionsFrom: SUBMISSIONS_FROM + 999 })
  ],
  [
    "merged in the very second of the deadline",
    issue([closed(by(pullRequest({ mergedAt: DEADLINE })), DEADLINE)]),
    "Solved by alice with #57"
  ],
  [
    "merged while the deadline is to come",
    issue([closed(by(pullRequest()))]),
    "Solved by alice with #57",
    withCompetition({ deadline: null })
  ],
  [
    "closed when our finalised head is not that far: the window may be over by then",
    issue([closed(by(pullRequest()))]),
    "NoVote: AheadOfChain",
    withCompetition({ submissionsFrom: null, deadline: null, headAt: SUBMISSIONS_FROM - HOUR })
  ],
  [
    "closed when our finalised head is not that far: the deadline may be past by then",
    issue([closed(by(pullRequest({ mergedAt: DEADLINE + HOUR })), DEADLINE + HOUR)]),
    "NoVote: AheadOfChain",
    withCompetition({ deadline: null, headAt: DEADLINE - HOUR })
  ],
  [
    "opened a second too early",
    issue([closed(by(pullRequest({ createdAt: SUBMISSIONS_FROM - 1000 })))]),
    "Cancelled: SubmittedTooEarly by alice"
  ],
  ["opened too early by the other", issue([closed(by(bobs({ createdAt: START + 1 })))]), "Cancelled: SubmittedTooEarly by bob"],
  [
    "opened before the match, merged in it",
    issue([closed(by(pullRequest({ createdAt: START - HOUR })))]),
    "Cancelled: SubmittedTooEarly by alice"
  ],
  [
    "merged while the submission window still runs",
    issue([closed(by(pullRequest({ createdAt: START + HOUR, mergedAt: START + 2 * HOUR })), START + 2 * HOUR)]),
    "NoVote: CanBeUndone",
    withCompetition({ submissionsFrom: null, deadline: null })
  ],
  [
    "merged after the deadline, at which it waited for the project",
    issue([closed(by(pullRequest({ mergedAt: DEADLINE + 1000 })), DEADLINE + 1000)]),
    "Solved by alice with #57"
  ],
  ["closed by somebody else's pull request", issue([closed(by(strangers()))]), "Cancelled: SolvedOutside"],
  ["closed by hand as completed", issue([closed(HAND)]), "Cancelled: SolvedOutside"],
  ["closed by a commit pushed to the default branch", issue([closed(byCommit())]), "Cancelled: SolvedOutside"],
  [
    "closed by a commit that a competitor's pull request brought (rebase, merge queue)",
    issue([closed(byCommit(pullRequest()))]),
    "Solved by alice with #57"
  ],
  ["closed by a commit that a stranger's pull request brought", issue([closed(byCommit(strangers()))]), "Cancelled: SolvedOutside"],
  [
    "closed by a commit that two pull requests have, which changed as much",
    issue([closed(byCommit(bobs({ mergedAt: SUBMISSIONS_FROM + 8 * HOUR }), pullRequest()))]),
    "NoVote: SharedWork"
  ],
  [
    "closed by a commit that reached a side branch first, by two pull requests that changed as much",
    issue([closed(byCommit(pullRequest({ baseBranch: "dev", mergedAt: SUBMISSIONS_FROM + HOUR }), bobs()))]),
    "NoVote: SharedWork"
  ],
  [
    "closed by a commit, with an unmerged pull request of a competitor linked",
    issue([closed(byCommit())], { linkedPullRequests: [bobs({ mergedAt: null, mergeCommit: null })] }),
    "NoVote: WorkUnproved"
  ],
  [
    "closed by a commit, with an unmerged pull request of a stranger linked",
    issue([closed(byCommit())], { linkedPullRequests: [strangers({ mergedAt: null, mergeCommit: null })] }),
    "Cancelled: SolvedOutside"
  ],
  [
    "closed by a commit, with an unmerged pull request of a competitor to a fork linked",
    issue([closed(byCommit())], { linkedPullRequests: [bobs({ mergedAt: null, mergeCommit: null, baseRepositoryId: FORK })] }),
    "Cancelled: SolvedOutside"
  ],
  ["closed as not planned", issue([closed(HAND, START + HOUR, "not_planned")]), "Cancelled: NotPlanned"],
  ["closed as a duplicate", issue([closed(HAND, START + HOUR, "duplicate")]), "Cancelled: Duplicate"],
  ["deleted", { _tag: "Deleted" }, "Cancelled: Deleted", goneLong],
  ["transferred", { _tag: "Transferred", to: "acme/other#7" }, "Cancelled: Transferred", goneLong],
  ["converted to a discussion", { _tag: "Transferred", to: null }, "Cancelled: Transferred", goneLong],
  ["repository gone or private", { _tag: "RepositoryGone" }, "Cancelled: RepositoryGone", goneLong],
  ["gone, but nobody has kept watch", { _tag: "RepositoryGone" }, "NoVote: GoneRecently"],
  ["gone for a block too few", { _tag: "RepositoryGone" }, "NoVote: GoneRecently", gone({ blocks: 1_799 })],
  ["gone for hours, while GitHub is ill", { _tag: "Deleted" }, "NoVote: GoneRecently", gone({ notCounted: "it failed" })],
  ["gone for hours, but found again", issue([], { state: "open" }), "NoVote: IssueOpen", goneLong],
  ["GitHub does not answer", { _tag: "GitHubSilent", why: "502" }, "NoVote: GitHubSilent"],
  ["open", issue([], { state: "open" }), "NoVote: IssueOpen"],
  ["open before the deadline", issue([], { state: "open" }), "NoVote: IssueOpen", withCompetition({ deadline: null, isOverdue: false })],
  ["open when a solution is overdue", issue([], { state: "open" }), "Unsolved for alice and bob", withCompetition({ isOverdue: true })],
  [
    "reopened when a solution is overdue",
    issue([closed(by(pullRequest())), reopened(SUBMISSIONS_FROM + 6 * HOUR)], { state: "open" }),
    "NoVote: EndedAfterMerge",
    withCompetition({ isOverdue: true })
  ],
  [
    "opened a day before the deadline and merged after it",
    issue([closed(by(pullRequest({ createdAt: DEADLINE - 24 * HOUR, mergedAt: DEADLINE + 1_000 })), DEADLINE + 1_000)]),
    "NoVote: LandedLate"
  ],
  [
    "opened a day before the deadline and merged after it, when a solution is overdue",
    issue([closed(by(pullRequest({ createdAt: DEADLINE - 24 * HOUR, mergedAt: DEADLINE + 1_000 })), DEADLINE + 1_000)]),
    "Unsolved for alice and bob",
    withCompetition({ isOverdue: true })
  ],
  [
    "solved in time, when a solution is overdue",
    issue([closed(by(pullRequest()))]),
    "Solved by alice with #57",
    withCompetition({ isOverdue: true })
  ],
  ["reopened", issue([closed(by(pullRequest())), reopened(SUBMISSIONS_FROM + 6 * HOUR)], { state: "open" }), "NoVote: EndedAfterMerge"],
  ["closed, with a timeline that names no closing", issue([]), "NoVote: RecordIncomplete"],
  ["closed, with a timeline that ends in a reopening", issue([closed(HAND), reopened(DEADLINE)]), "NoVote: RecordIncomplete"]
]

/** Records that other programs judged wrongly. */
export const knownFailures: ReadonlyArray<Row> = [
  [
    "a later merged pull request of the other does not steal the bounty",
    issue([closed(by(pullRequest()))], { linkedPullRequests: [pullRequest(), bobs({ mergedAt: SUBMISSIONS_FROM + 20 * HOUR })] }),
    "NoVote: SharedWork"
  ],
  [
    "an earlier merged one that was linked to the issue afterwards does not steal it either",
    issue([closed(by(bobs()))], { linkedPullRequests: [pullRequest({ mergedAt: SUBMISSIONS_FROM + HOUR }), bobs()] }),
    "NoVote: SharedWork"
  ],
  [
    "both closed it without a reopening between: the one merged first",
    issue([closed(by(pullRequest())), closed(by(bobs({ mergedAt: SUBMISSIONS_FROM + 9 * HOUR })), SUBMISSIONS_FROM + 9 * HOUR)]),
    "NoVote: SharedWork"
  ],
  [
    "a stranger's merge after it changes nothing",
    issue([closed(by(pullRequest()))], { linkedPullRequests: [strangers({ mergedAt: SUBMISSIONS_FROM + 9 * HOUR })] }),
    "NoVote: SharedWork"
  ],
  [
    "a competitor's merge after a stranger closed it changes nothing",
    issue([closed(by(strangers()))], { linkedPullRequests: [pullRequest({ mergedAt: SUBMISSIONS_FROM + 9 * HOUR })] }),
    "NoVote: SharedWork"
  ],
  [
    "the reason of the closing was changed afterwards",
    issue([closed(by(pullRequest())), closed(HAND, SUBMISSIONS_FROM + 9 * HOUR, "not_planned")]),
    "Solved by alice with #57"
  ],
  [
    "two hotkeys with one GitHub account",
    issue([closed(by(pullRequest()))]),
    "NoVote: SharedAccount",
    withCompetition({ competitors: [competition.competitors[0], { hotkey: hotkey(2), githubId: ALICE }] })
  ],
  [
    "two hotkeys with one GitHub account, closed by a stranger",
    issue([closed(by(strangers()))]),
    "Cancelled: SolvedOutside",
    withCompetition({ competitors: [competition.competitors[0], { hotkey: hotkey(2), githubId: ALICE }] })
  ],
  [
    "a competitor's account could not be looked up: a stranger's pull request may be its",
    issue([closed(by(strangers()))]),
    "NoVote: CompetitorUnknown",
    withCompetition({ competitors: [competition.competitors[0], { hotkey: hotkey(2), githubId: null }] })
  ],
  [
    "… but the other's pull request is the other's",
    issue([closed(by(pullRequest()))]),
    "Solved by alice with #57",
    withCompetition({ competitors: [competition.competitors[0], { hotkey: hotkey(2), githubId: null }] })
  ],
  ["the author's account is gone", issue([closed(by(pullRequest({ authorId: null, authorLogin: null })))]), "NoVote: AuthorUnknown"],
  ["the author was renamed: the id stays", issue([closed(by(pullRequest({ authorLogin: "alice-new" })))]), "Solved by alice with #57"],
  [
    "somebody took the author's old name",
    issue([closed(by(pullRequest({ authorId: STRANGER, authorLogin: "alice" })))]),
    "Cancelled: SolvedOutside"
  ],
  [
    "the repository was renamed: the id stays",
    issue([closed(by(pullRequest()))], { repository: "acme/gadgets" }),
    "Solved by alice with #57"
  ],
  ["merged into another branch", issue([closed(by(pullRequest({ baseBranch: "dev" })))]), "Solved by alice with #57"],
  ["merged into a fork's default branch", issue([closed(by(pullRequest({ baseRepositoryId: FORK })))]), "Cancelled: SolvedOutside"],
  [
    "named as the closer but not merged",
    issue([closed(by(pullRequest({ mergedAt: null, mergeCommit: null })))]),
    "NoVote: WaitsForProject"
  ],
  ["taken back before it was settled", issue([closed(by(pullRequest({ standing: TAKEN_BACK })))]), "NoVote: AlreadyReverted"],
  ["perhaps taken back", issue([closed(by(pullRequest({ standing: { _tag: "Unknown", why: "too large" } })))]), "NoVote: RevertUnproved"],
  [
    "looked at, and still there",
    issue([closed(by(pullRequest({ standing: { _tag: "Stands", changed: 6, takenBack: 0 } })))]),
    "Solved by alice with #57"
  ],
  [
    "closed before the match started, by a competitor",
    issue([closed(by(pullRequest({ createdAt: START - 9 * HOUR, mergedAt: START - HOUR })), START - HOUR)]),
    "Cancelled: SolvedOutside"
  ],
  [
    "reopened, then closed again by the other: the closing that stands counts",
    issue([
      closed(by(pullRequest())),
      reopened(SUBMISSIONS_FROM + 6 * HOUR),
      closed(by(bobs({ mergedAt: SUBMISSIONS_FROM + 9 * HOUR })), SUBMISSIONS_FROM + 9 * HOUR)
    ]),
    "NoVote: SharedWork"
  ],
  [
    "closed by hand, reopened, then closed by a competitor",
    issue([closed(HAND, START + HOUR), reopened(START + 2 * HOUR), closed(by(pullRequest()))]),
    "Solved by alice with #57"
  ],
  [
    "reopened twice: the last closing stands",
    issue([
      closed(by(pullRequest())),
      reopened(SUBMISSIONS_FROM + 6 * HOUR),
      closed(by(strangers()), SUBMISSIONS_FROM + 7 * HOUR),
      reopened(SUBMISSIONS_FROM + 8 * HOUR),
      closed(by(bobs({ mergedAt: SUBMISSIONS_FROM + 9 * HOUR })), SUBMISSIONS_FROM + 9 * HOUR)
    ]),
    "NoVote: SharedWork"
  ],
  [
    "solved, reopened, then closed by hand: whose it is is open, and no cancellation follows",
    issue([closed(by(pullRequest())), reopened(SUBMISSIONS_FROM + 6 * HOUR), closed(HAND, SUBMISSIONS_FROM + 7 * HOUR)], {
      linkedPullRequests: [pullRequest()]
    }),
    "Solved by alice with #57"
  ],
  [
    "the same where the first solution was taken back: it was solved by hand",
    issue([
      closed(by(pullRequest({ standing: TAKEN_BACK }))),
      reopened(SUBMISSIONS_FROM + 6 * HOUR),
      closed(HAND, SUBMISSIONS_FROM + 10 * HOUR)
    ]),
    "Cancelled: SolvedOutside"
  ],
  [
    "closed by hand while a merged pull request is linked whose author is gone",
    issue([closed(HAND)], { linkedPullRequests: [pullRequest({ authorId: null, authorLogin: null })] }),
    "NoVote: AuthorUnknown"
  ],
  [
    "closed by a commit of nobody's while an unmerged pull request is linked whose author is gone",
    issue([closed(byCommit())], {
      linkedPullRequests: [pullRequest({ authorId: null, authorLogin: null, mergedAt: null, mergeCommit: null })]
    }),
    "NoVote: WorkUnproved"
  ],
  [
    "closed by hand while a stranger's merged pull request is linked, and a competitor's account is not known",
    issue([closed(HAND)], { linkedPullRequests: [strangers()] }),
    "NoVote: CompetitorUnknown",
    withCompetition({ competitors: [competition.competitors[0], { ...competition.competitors[1], githubId: null }] })
  ],
  [
    "closed by hand while GitHub does not show a competitor's account",
    issue([closed(HAND)]),
    "NoVote: RecordIncomplete",
    withCompetition({ competitors: [competition.competitors[0], { ...competition.competitors[1], exists: false }] })
  ],
  [
    "closed by a stranger's own pull request while GitHub does not show a competitor's account",
    issue([closed(by(strangers()))]),
    "Cancelled: SolvedOutside",
    withCompetition({ competitors: [competition.competitors[0], { ...competition.competitors[1], exists: false }] })
  ],
  [
    "closed by hand while a competitor's pull request is linked and open",
    issue([closed(HAND)], { linkedPullRequests: [pullRequest({ mergedAt: null, mergeCommit: null })] }),
    "NoVote: WaitsForProject"
  ]
]
