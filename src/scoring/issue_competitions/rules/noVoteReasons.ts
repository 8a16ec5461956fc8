/** Why a validator votes nothing on an issue, and whether it then takes back what it voted before. */
import { formatBlocks, formatPeriod } from "../../../domain/Blocks.ts"
import { GONE_FOR } from "../../../domain/Watch.ts"

interface NoVote {
  /** The line in docs/verdicts.md. */
  readonly meaning: string
  /**
   * Whether a validator takes back its own vote on the ballot. It does if the record shows for certain that there is nothing to vote. It does not if
   * the record is only incomplete so far.
   */
  readonly takesVoteBack: boolean
}

/** Every reason for no vote. docs/verdicts.md lists them in this order. */
export const noVoteReasons = {
  IssueOpen: { meaning: "The issue is open.", takesVoteBack: true },
  GitHubSilent: {
    meaning: "GitHub did not answer, answered with an error or a rate limit, or left a part of its answer out.",
    takesVoteBack: false
  },
  GoneRecently: {
    meaning: `The issue or its repository is gone, but not at every look for ${formatPeriod(GONE_FOR)} (${formatBlocks(GONE_FOR)}), or GitHub is ill: it may be back soon.`,
    takesVoteBack: false
  },
  AheadOfChain: {
    meaning:
      "The issue was closed after the time of the finalised head. Whether the submission window or the deadline had passed is known once the chain has reached that time.",
    takesVoteBack: false
  },
  AmbiguousSolver: {
    meaning:
      "Somebody closed the issue by hand while a competitor's merged pull request is linked to it, or what closed it has both competitors' work.",
    takesVoteBack: true
  },
  LandingUnproved: {
    meaning:
      "A competitor's pull request is linked to the issue that was not merged, and what closed it, or what the default branch got before it was closed by hand, may carry it, which cannot be proved.",
    takesVoteBack: true
  },
  AuthorUnknown: {
    meaning: "The pull request's author has deleted the account, or GitHub does not say which account it is: it may be a competitor's.",
    takesVoteBack: true
  },
  CompetitorUnknown: {
    meaning: "A competitor's GitHub account is not known, so a stranger's pull request may be that competitor's.",
    takesVoteBack: true
  },
  SharedAccount: { meaning: "Both competitors have the same GitHub account.", takesVoteBack: true },
  MergedAfterDeadline: {
    meaning: "The pull request was merged after the deadline. The issue counts as unsolved in the second half of the time for verdicts.",
    takesVoteBack: true
  },
  AlreadyReverted: {
    meaning: "What was merged has been taken back: more than half of it is gone, and what was before is there again.",
    takesVoteBack: true
  },
  RevertUnproved: {
    meaning: "What was merged may have been taken back: GitHub does not show enough to tell, or more has changed than is compared.",
    takesVoteBack: false
  },
  NotMerged: { meaning: "GitHub contradicts itself: it names the pull request as the closer, but not as merged.", takesVoteBack: true },
  RecordIncomplete: {
    meaning:
      "GitHub hides something that may decide: an event of the timeline, what closed the issue without being somebody's hand, or a pull request among more than it shows.",
    takesVoteBack: false
  }
} as const satisfies Record<string, NoVote>

export type NoVoteReason = keyof typeof noVoteReasons
