/**
 * When a validator may cast a vote that cannot be undone. Whatever takes a bounty away does so for good, yet what GitHub says at one look may be gone at the
 * next: an issue is closed by accident and opened again, a repository is made private by mistake, an answer lacks a part. So it takes looks over a time that all say
 * the same, and more time for what is gone. Whether a vote is due depends only on a validator's looks: the block of each, and what GitHub answered in it.
 */
import * as Absence from "../../../domain/absence.ts"
import type { IssueEvidence } from "../../../domain/IssueEvidence.ts"
import { GONE } from "../../../domain/Watch.ts"
import { moment } from "./moments.ts"

/** For how long a validator has seen the record say the same, in blocks. */
export interface Watched {
  /** As in `Watch`. */
  readonly says: string
  readonly blocks: number
  /** How long it must have said so. */
  readonly needed: number
  /** Why the present look proves nothing; null if it does. */
  readonly notCounted: string | null
}

/** Whether the record says that the issue is gone. Silence does not. */
export const isGone = ({ _tag }: IssueEvidence): boolean => _tag === "Deleted" || _tag === "Transferred" || _tag === "RepositoryGone"

/** What the record says that takes a bounty away, in words that change when something happens to the issue. */
export const saysThat = (evidence: IssueEvidence, reason: string, because: string): string =>
  evidence._tag === "Found" ? `${reason}, ${moment(evidence.timeline.at(-1)?.at ?? 0)}: ${because}` : GONE

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
