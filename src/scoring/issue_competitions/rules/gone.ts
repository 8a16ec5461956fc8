/**
 * When an issue counts as gone. GitHub answers that something is not there also when it is ill, or when a repository is private for a moment. So it takes looks
 * over hours that all found it gone, which depends only on a validator's looks: the block of each, and what GitHub answered in it.
 */
import * as Absence from "../../../domain/absence.ts"
import type { IssueEvidence } from "../../../domain/IssueEvidence.ts"

/** For how long a validator has found an issue gone at every look, in blocks. */
export interface Watched {
  readonly blocks: number
  /** How long it must have been gone. */
  readonly needed: number
  /** Why the present look proves nothing; null if it does. */
  readonly notCounted: string | null
}

/** Whether the record says that the issue is gone. Silence does not. */
export const isGone = ({ _tag }: IssueEvidence): boolean => _tag === "Deleted" || _tag === "Transferred" || _tag === "RepositoryGone"

/** What GitHub answered about one issue in a look. `owner`: of its repository. */
export interface Answered {
  readonly owner: string
  readonly evidence: IssueEvidence
}

/** Why a look proves nothing about what is gone; null if it does. `ill`: GitHub's condition. `looks`: all issues of the look. */
export const whyNotCounted = (ill: string | null, looks: ReadonlyArray<Answered>): string | null => {
  const failed = looks.flatMap(({ evidence }) => (evidence._tag === "GitHubSilent" && evidence.isIll === true ? [evidence.why] : []))
  const ownersOf = (which: (evidence: IssueEvidence) => boolean) =>
    looks.filter(({ evidence }) => which(evidence)).map(({ owner }) => owner)
  return Absence.whyNotCounted(ill ?? failed[0] ?? null, "issues", {
    gone: ownersOf(isGone),
    found: ownersOf(({ _tag }) => _tag === "Found")
  })
}
