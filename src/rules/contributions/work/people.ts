/**
 * Who maintains a repository, by what accounts can do there ("Who can push" in docs/protocol.md). A maintainer whose membership is private could otherwise merge
 * his own work with an approval by any account. So whoever merges or pushes is a maintainer and earns nothing, and a merge by a bot needs a maintainer's approval. Pure.
 */
import {
  mapLists,
  type RecordedIssue,
  type RecordedPullRequest,
  type RecordedSolvingPullRequest,
  type RoundRecord
} from "../../../domain/contributions/RoundRecord.ts"
import { isMaintainer } from "../../../domain/maintainers.ts"
import type { Repositories } from "../repositories.ts"

/** The accounts that can push to each repository, by its lower-case name; without those that are not measured. */
type Pushers = ReadonlyMap<string, ReadonlySet<string>>

const CAN_PUSH = "COLLABORATOR"

/** Why a merge is no word of the project's people; undefined: it is one, or it is not known who merged it. */
const whyUnapproved = (
  { author_github_id, head_approved_by: approvers, merged_by_github_id: merger }: MergedBy,
  people: ReadonlySet<string>
): string | undefined => {
  if (merger !== null || approvers === undefined) return undefined
  return approvers.some((one) => one !== author_github_id && people.has(one))
    ? undefined
    : "no person merged it, and none of the project's people approved the commit that was merged"
}

type MergedBy = Pick<RecordedPullRequest & RecordedSolvingPullRequest, "author_github_id" | "head_approved_by" | "merged_by_github_id">

/** Whether one of the project's people, neither finder nor solver, put a label on an issue before its solution was opened. A fact that was not measured counts as met. */
export const isWelcome = (
  { author_github_id: finder, labelled }: Pick<RecordedIssue, "author_github_id" | "labelled">,
  { author_github_id: solver, created_at: opened }: Pick<RecordedSolvingPullRequest, "author_github_id" | "created_at">
): boolean =>
  labelled === undefined ||
  labelled.some(({ actor_github_id: actor, at }) => actor !== finder && actor !== solver && (opened === undefined || at < opened))

/**
 * Replaces associations, as GitHub calls them, by what accounts can do, in repositories that are scored for work and whose people are known. An account that can push is
 * a maintainer. A merge without a person needs an approval by a maintainer. Only maintainers' labels count on issues.
 */
export const applyPeopleRules = (record: RoundRecord, repositories: Repositories): RoundRecord => {
  const pushers: Pushers = new Map(
    Object.entries(record.pushers_by_repo ?? {}).flatMap(([name, accounts]) =>
      repositories.get(name.toLowerCase())?.work === undefined ? [] : [[name.toLowerCase(), new Set(accounts)] as const]
    )
  )
  if (pushers.size === 0) return record
  const of = ({ repo_full_name }: { readonly repo_full_name: string }) => pushers.get(repo_full_name.toLowerCase())
  const associationOf = (account: string | null, association: string | null, people: ReadonlySet<string>) =>
    account !== null && people.has(account) && !isMaintainer(association) ? CAN_PUSH : association
  const marked = <A extends MergedBy & Pick<RecordedPullRequest, "scores_nothing" | "state">>(pull: A, people: ReadonlySet<string>): A => {
    const why = pull.scores_nothing ?? (pull.state === "MERGED" ? whyUnapproved(pull, people) : undefined)
    return why === undefined ? pull : { ...pull, scores_nothing: why }
  }
  const pullOf = (pull: RecordedPullRequest): RecordedPullRequest => {
    const people = of(pull)
    if (people === undefined) return pull
    return marked(
      {
        ...pull,
        author_association: associationOf(pull.author_github_id, pull.author_association, people),
        linked_issues: pull.linked_issues.map((issue) => ({
          ...issue,
          author_association: associationOf(issue.author_github_id, issue.author_association, people)
        }))
      },
      people
    )
  }
  const issueOf = (issue: RecordedIssue): RecordedIssue => {
    const people = of(issue)
    if (people === undefined) return issue
    const { labelled, solving_pr: solver } = issue
    return {
      ...issue,
      author_association: associationOf(issue.author_github_id, issue.author_association, people),
      ...(labelled === undefined ? {} : { labelled: labelled.filter(({ actor_github_id }) => people.has(actor_github_id)) }),
      solving_pr: solver === null ? null : marked(solver, people)
    }
  }
  return {
    ...record,
    pulls: mapLists(record.pulls, (pulls) => pulls.map(pullOf)),
    issues: mapLists(record.issues, (issues) => issues.map(issueOf))
  }
}
