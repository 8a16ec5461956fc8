/**
 * When a validator may vote that an issue, or its repository, is gone. Such a vote takes a bounty away for good, yet most repositories that disappear
 * are back soon: made private by mistake, suspended, or hidden by a failure of GitHub's. So it takes looks over hours that all say the same. Whether a
 * vote is due depends only on a validator's looks: the block of each, and what GitHub answered in it.
 */
import { type Absence, GONE_FOR } from "../../../domain/Absence.ts"
import type { IssueEvidence } from "../../../domain/IssueEvidence.ts"

/** The time between two looks counts up to this part of the whole, so that two looks alone never prove hours. */
const PARTS = 6

/** How long an issue must have been gone under a contract's settings, in blocks. On a chain for development no longer than the challenge period. */
export const goneForUnder = (config: { readonly devChain: boolean; readonly challengePeriod: number }): number =>
  config.devChain ? Math.max(1, Math.min(GONE_FOR, config.challengePeriod)) : GONE_FOR

/** The absence after a look at a block at which the issue was gone; `needed`: by `goneForUnder`. */
export const goneAgain = (before: Absence | undefined, block: number, needed: number): Absence => {
  if (before === undefined) return { lastLook: block, blocks: 0 }
  const passed = Math.min(Math.max(0, block - before.lastLook), Math.ceil(needed / PARTS))
  return { lastLook: Math.max(before.lastLook, block), blocks: Math.min(needed, before.blocks + passed) }
}

/** Whether the record says that the issue is gone. Silence does not. */
export const isGone = ({ _tag }: IssueEvidence): boolean => _tag === "Deleted" || _tag === "Transferred" || _tag === "RepositoryGone"

/** What GitHub answered about one issue in a look. `owner`: of its repository. */
export interface Answered {
  readonly owner: string
  readonly evidence: IssueEvidence
}

/**
 * Why a look proves nothing about what is gone; null if it does. GitHub hides repositories that exist when it is ill, so the look counts only if nothing
 * else in it went wrong. `ill`: what GitHub's status page or a repository that is known to exist say against it. `looks`: all issues of the look.
 */
export const whyNotCounted = (ill: string | null, looks: ReadonlyArray<Answered>): string | null => {
  if (ill !== null) return ill
  for (const { evidence } of looks) if (evidence._tag === "GitHubSilent" && evidence.isIll === true) return evidence.why
  const ownersOf = (which: (evidence: IssueEvidence) => boolean) =>
    new Set(looks.filter(({ evidence }) => which(evidence)).map(({ owner }) => owner.toLowerCase()))
  const [gone, found] = [ownersOf(isGone), ownersOf(({ _tag }) => _tag === "Found")]
  // The repository that is known to exist is one more that was found.
  return gone.size > found.size + 1 ? `issues of ${gone.size} owners are gone at once, and those of only ${found.size} are there` : null
}
