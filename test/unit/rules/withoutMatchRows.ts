/** Registered issues without competitors, each with its outcome. */
import type { ConsentRecord } from "../../../src/domain/consent.ts"
import type { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import { AUTHOR, by, closed, DAY, HAND, issue, pullRequest, reopened, START, someone } from "../../support/rules/githubRecord.ts"

const silent: ConsentRecord = {
  repository: "acme/widgets",
  isArchived: false,
  file: { _tag: "Written", bounties: null, repository: null },
  issue: { isLocked: false, words: [] }
}
const refused: ConsentRecord = { ...silent, file: { _tag: "Refuses", says: "bounties: false" } }
const open = (consent: ConsentRecord) => issue([], { state: "open", consent })

export const withoutMatchRows: ReadonlyArray<readonly [what: string, evidence: IssueEvidence, verdict: string, hadMatches?: boolean]> = [
  ["it is open", open(silent), "NoVote: IssueOpen"],
  ["its people want no bounty", open(refused), "Cancelled: NotPlanned"],
  ["it is not known whether they do", open({ ...silent, file: { _tag: "Unknown" } }), "NoVote: IssueOpen"],
  ["its roster says that they want none", open({ ...silent, isOnRefusals: true }), "Cancelled: NotPlanned"],
  ["GitHub does not show who locked it", open({ ...silent, issue: { isLocked: null, words: [] } }), "NoVote: RecordIncomplete"],
  ["nobody asked GitHub", issue([], { state: "open" }), "NoVote: IssueOpen"],
  ["it was turned down", issue([closed(HAND, START, "not_planned")]), "Cancelled: NotPlanned"],
  [
    "it was turned down, and opened again",
    issue([closed(HAND, START, "not_planned"), reopened(START + DAY)], { state: "open" }),
    "NoVote: IssueOpen"
  ],
  ["it is a duplicate", issue([closed(HAND, START, "duplicate")]), "Cancelled: Duplicate"],
  ["its author closed it", issue([closed(HAND, START, "completed", someone(AUTHOR))], { authorId: AUTHOR }), "Cancelled: NotPlanned"],
  ["a pull request closed it", issue([closed(by(pullRequest()))]), "Cancelled: SolvedOutside"],
  ["one closed it after a match", issue([closed(by(pullRequest()))]), "NoVote: IssueOpen", true],
  ["it was deleted", { _tag: "Deleted" }, "Cancelled: Deleted"],
  ["it was moved", { _tag: "Transferred", to: null }, "Cancelled: Transferred"],
  ["its repository is gone", { _tag: "RepositoryGone" }, "Cancelled: RepositoryGone"],
  ["GitHub is silent", { _tag: "GitHubSilent", why: "502" }, "NoVote: GitHubSilent"]
]
