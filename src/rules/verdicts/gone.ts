/**
 * When an issue counts as gone. GitHub also answers 404 during an outage, or while a repository is private for a short time. So every check over
 * hours must have found it gone. The result depends only on a validator's checks: their blocks, and GitHub's answers.
 */
import * as Absence from "../../domain/absence.ts"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"

/** How long a validator has found an issue gone at every check, in blocks. */
export interface Watched {
  readonly blocks: number
  /** How long the issue must have been gone. */
  readonly needed: number
  /** Why the present check proves nothing; null if it does. */
  readonly notCounted: string | null
}

/** Whether the record proves that the issue is gone. A missing answer proves nothing. */
export const isGone = ({ _tag }: IssueEvidence): boolean => _tag === "Deleted" || _tag === "Transferred" || _tag === "RepositoryGone"

/** GitHub's answer about one issue in a check. `owner`: of its repository. */
export interface IssueLook {
  readonly owner: string
  readonly evidence: IssueEvidence
}

/** Why a check proves nothing about gone issues; null if it does. `ill`: GitHub's condition. `looks`: the answers on all issues of the check. */
export const whyNotCounted = (ill: string | null, looks: ReadonlyArray<IssueLook>): string | null => {
  const failed = looks.flatMap(({ evidence }) => (evidence._tag === "GitHubSilent" && evidence.isIll === true ? [evidence.why] : []))
  const ownersOf = (which: (evidence: IssueEvidence) => boolean) =>
    looks.filter(({ evidence }) => which(evidence)).map(({ owner }) => owner)
  return Absence.whyNotCounted(ill ?? failed[0] ?? null, "issues", {
    gone: ownersOf(isGone),
    found: ownersOf(({ _tag }) => _tag === "Found")
  })
}
