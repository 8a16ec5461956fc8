/**
 * When a validator may cast a vote that cannot be undone. Whatever takes a bounty away does so for good, yet what GitHub says at one look may be gone at the
 * next: an issue is closed by accident and opened again, a repository is made private by mistake, an answer lacks a part. So it takes looks over a time that all say
 * the same, and more time for what is gone. Whether a vote is due depends only on a validator's looks: the block of each, and what GitHub answered in it.
 */
import type { IssueEvidence } from "../../../domain/IssueEvidence.ts"
import { GONE_FOR, SETTLES_FOR, type Watch } from "../../../domain/Watch.ts"
import { moment } from "./moments.ts"

/** What the record says of an issue that is gone, however it is. */
export const GONE = "gone"

/** The time between two looks counts up to this part of the whole, so that two looks alone prove nothing. Validators that are away look rarely. */
const partsOf = (says: string): number => (says === GONE ? 6 : 2)

/** How long the record must say this under a contract's settings, in blocks. On a chain for development no longer than the challenge period. */
export const neededUnder = (says: string, config: { readonly devChain: boolean; readonly challengePeriod: number }): number => {
  const whole = says === GONE ? GONE_FOR : SETTLES_FOR
  return config.devChain ? Math.max(1, Math.min(whole, config.challengePeriod)) : whole
}

/** The watch after a look at a block at which the record said this; `needed`: by `neededUnder`. */
export const seenAgain = (before: Watch | undefined, says: string, block: number, needed: number): Watch => {
  if (before?.says !== says) return { says, lastLook: block, blocks: 0 }
  const passed = Math.min(Math.max(0, block - before.lastLook), Math.ceil(needed / partsOf(says)))
  return { says, lastLook: Math.max(before.lastLook, block), blocks: Math.min(needed, before.blocks + passed) }
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
