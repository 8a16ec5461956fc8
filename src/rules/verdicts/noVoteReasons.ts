/** Why a validator casts no vote on an issue, and whether it then withdraws an earlier one. */

import { formatBlocks, formatPeriod } from "../../domain/Blocks.ts"
import { gitHubCommit, gitHubIssue, gitHubPull } from "../../domain/gitHubAddress.ts"
import { GONE_FOR, STANDS_FOR } from "../../domain/Watch.ts"

interface NoVote {
  /** The line in docs/verdicts.md. */
  readonly meaning: string
  /**
   * Whether a validator withdraws its own vote on the ballot: yes if the record is certain that there is nothing to vote, no if the record is only
   * incomplete so far.
   */
  readonly takesVoteBack: boolean
  /** What people answer who look at the evidence, where the record decides nothing. Undefined: nothing is left to people. */
  readonly question?: string
}

/** Every reason for no vote. docs/verdicts.md lists them in this order. */
export const noVoteReasons = {
  IssueOpen: { meaning: "The maintainers have not closed the issue as solved, or have reopened it.", takesVoteBack: true },
  NothingLanded: {
    meaning:
      "The maintainers closed the issue, but no competitor's work has been merged. It may still be merged until the deadline, or while a pull request waits for the maintainers.",
    takesVoteBack: true
  },
  WaitsForProject: {
    meaning: "A competitor's pull request waits for the maintainers. It may still be merged, and its author loses no collateral.",
    takesVoteBack: true
  },
  CanBeUndone: {
    meaning: `The issue ended without a competitor's work. Maintainers can undo this before the deadline, so validators vote only after every snapshot has shown it for ${formatPeriod(STANDS_FOR)}.`,
    takesVoteBack: true
  },
  LandedLate: {
    meaning:
      "A competitor's pull request was merged after the deadline. At the deadline it was neither approved nor waiting for the maintainers, or it has changed since. If a maintainer merged it, neither competitor loses collateral.",
    takesVoteBack: true
  },
  GitHubSilent: {
    meaning: "GitHub did not respond, responded with an error or a rate limit, or left out part of its answer.",
    takesVoteBack: false
  },
  GoneRecently: {
    meaning: `The issue or its repository is gone, but may come back. It has not been gone in every snapshot for ${formatPeriod(STANDS_FOR)} (after the deadline ${formatPeriod(GONE_FOR)}, ${formatBlocks(GONE_FOR)}), or GitHub has an outage.`,
    takesVoteBack: false
  },
  AheadOfChain: {
    meaning:
      "The deciding event happened after the timestamp of the finalised head. Whether pull requests counted by then, and whether the deadline had passed, is certain only once the chain reaches that time.",
    takesVoteBack: false
  },
  AlreadyReverted: {
    meaning: "The merged work was reverted before the verdict was settled.",
    takesVoteBack: true,
    question: "Did the maintainers revert it for good?"
  },
  RevertUnproved: {
    meaning:
      "A later commit may have reverted the merge, and GitHub does not show enough of the two changes to tell. Or less than 60 % of the pull request's own change reached the default branch.",
    takesVoteBack: false
  },
  AuthorUnknown: {
    meaning: "The pull request's author deleted the account, or GitHub does not name the account. It may be a competitor's.",
    takesVoteBack: true
  },
  CompetitorUnknown: {
    meaning: "A competitor's GitHub account is not known, so a pull request from any account may be that competitor's.",
    takesVoteBack: true
  },
  SharedAccount: { meaning: "Both competitors linked the same GitHub account.", takesVoteBack: true },
  WorkUnproved: {
    meaning:
      "GitHub does not show enough to tell whose work was merged. It may not prove which of two similar changes came first, hide what one of several pull requests changed, or no longer show a pull request that it showed before.",
    takesVoteBack: true,
    question: "Whose work is it, and who wrote it first?"
  },
  RecordIncomplete: {
    meaning:
      "GitHub hides something that may decide the verdict: an event of the timeline, the account that refused a bounty, some of the linked pull requests, or a competitor's account.",
    takesVoteBack: false
  },
  SharedWork: {
    meaning: "Work by more than one author was merged for the issue, or one author's work contains another's.",
    takesVoteBack: true,
    question: "Whose work solved it?"
  },
  NotACompetitors: {
    meaning: "The merged work copies a pull request of someone who does not compete, or is a bot's pull request.",
    takesVoteBack: true,
    question: "Did a competitor write the merged work?"
  },
  OwnMerge: {
    meaning: "A competitor merged or pushed their own work, or has write access, and no other maintainer merged or approved it.",
    takesVoteBack: true,
    question: "Does another maintainer agree with the merge?"
  },
  NamedAfterwards: {
    meaning: "A competitor's pull request named the issue only after it was merged.",
    takesVoteBack: true,
    question: "Did that pull request solve the issue, although it named it only later?"
  },
  EndedAfterMerge: {
    meaning:
      "A competitor's work was merged for the issue, but the maintainers reopened it for good, left it open, closed it as not planned or as a duplicate, or refused a bounty.",
    takesVoteBack: true,
    question: "Did the merged work solve it?"
  },
  GoneAfterMerge: {
    meaning: "A competitor's work was merged for the issue, and then the issue or its repository disappeared.",
    takesVoteBack: false,
    question: "Did the merged work solve it?"
  }
} as const satisfies Record<string, NoVote>

export type NoVoteReason = keyof typeof noVoteReasons

export const isForPeople = (why: NoVoteReason): boolean => "question" in noVoteReasons[why]

/** The most links beside a question: what there is to compare. */
const MOST_LINKS = 3

/** Why people have to decide, what they answer, and links to what they compare: the pull requests and commits that the reason names, else the issue. */
export const peopleText = (
  issue: { readonly repository: string; readonly number: number },
  { because, why }: { readonly because: string; readonly why: NoVoteReason }
): string => {
  const { repository } = issue
  const links = [...because.matchAll(/#(\d+)|commit ([0-9a-f]{7,40})/g)].map(([, number, commit]) =>
    commit === undefined ? gitHubPull(repository, Number(number)) : gitHubCommit(repository, commit)
  )
  const shown = links.length === 0 ? [gitHubIssue(repository, issue.number)] : [...new Set(links)].slice(0, MOST_LINKS)
  const { question = "" }: NoVote = noVoteReasons[why]
  return `${because}. ${question} ${shown.join(" ")}`
}
