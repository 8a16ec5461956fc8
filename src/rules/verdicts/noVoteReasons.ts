/** Why a validator casts no vote on an issue, and whether it then withdraws an earlier one. */
import { formatBlocks, formatPeriod } from "../../domain/Blocks.ts"
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
  IssueOpen: { meaning: "The project has not said that the issue is solved, or has reopened it.", takesVoteBack: true },
  NothingLanded: {
    meaning:
      "The project closed the issue, but neither competitor's work has landed. It still may, until the deadline or while a pull request waits.",
    takesVoteBack: true
  },
  WaitsForProject: {
    meaning: "A competitor's pull request waits for the project. Its author loses nothing, and it may still be merged.",
    takesVoteBack: true
  },
  CanBeUndone: {
    meaning: `The issue ended without a competitor's work. Before the deadline that can be undone, so it is voted once it has stood at every check for ${formatPeriod(STANDS_FOR)}.`,
    takesVoteBack: true
  },
  LandedLate: {
    meaning:
      "A competitor's pull request was merged after the deadline. At the deadline it was neither approved nor waiting for the project, or it changed since. If one of the project's people merged it, nobody loses anything.",
    takesVoteBack: true
  },
  GitHubSilent: {
    meaning: "GitHub did not respond, responded with an error or a rate limit, or left out a part of its answer.",
    takesVoteBack: false
  },
  GoneRecently: {
    meaning: `The issue or its repository is gone, but may be back soon: not every check has found it gone for ${formatPeriod(STANDS_FOR)} (after the deadline ${formatPeriod(GONE_FOR)}, ${formatBlocks(GONE_FOR)}), or GitHub is ill.`,
    takesVoteBack: false
  },
  AheadOfChain: {
    meaning:
      "Something that matters happened after the time of the finalised head. Once the chain reaches that time, it is known whether pull requests counted by then and whether the deadline had passed.",
    takesVoteBack: false
  },
  AlreadyReverted: {
    meaning: "What landed was taken back before the verdict was settled.",
    takesVoteBack: true,
    question: "Did the project take it back for good?"
  },
  RevertUnproved: {
    meaning:
      "A later commit may have taken the merge back, and GitHub does not show enough of the two changes to tell. Or what landed contains less than 60 % of the pull request's own change.",
    takesVoteBack: false
  },
  AuthorUnknown: {
    meaning: "The pull request's author deleted the account, or GitHub does not name the account. It may be a competitor's.",
    takesVoteBack: true
  },
  CompetitorUnknown: {
    meaning: "A competitor's GitHub account is not known, so a stranger's pull request may be that competitor's.",
    takesVoteBack: true
  },
  SharedAccount: { meaning: "Both competitors have the same GitHub account.", takesVoteBack: true },
  WorkUnproved: {
    meaning:
      "GitHub does not show enough to tell whose work landed: which of two similar changes was first, what one of several changed, or a pull request that it showed before and no longer shows.",
    takesVoteBack: true,
    question: "Whose work is it, and who had it first?"
  },
  RecordIncomplete: {
    meaning:
      "GitHub hides something that may decide: an event of the timeline, the account that refused a bounty, or linked pull requests beyond those that it shows.",
    takesVoteBack: false
  },
  SharedWork: {
    meaning: "Work of more than one author landed for the issue, or one author's work contains another's.",
    takesVoteBack: true,
    question: "Whose work solved it?"
  },
  NotACompetitors: {
    meaning: "What landed copies the work of someone who does not compete, or is a bot's pull request.",
    takesVoteBack: true,
    question: "Did a competitor write what landed?"
  },
  OwnMerge: {
    meaning: "A competitor with write access landed it, and no one else of the project merged or approved it.",
    takesVoteBack: true,
    question: "Does somebody else of the project stand by the merge?"
  },
  NamedAfterwards: {
    meaning: "A competitor's pull request was merged, but named the issue only afterwards.",
    takesVoteBack: true,
    question: "Did that pull request solve it before it said so?"
  },
  EndedAfterMerge: {
    meaning:
      "A competitor's work landed for the issue, but the project reopened the issue for good, left it open, turned it down, or closed it as a duplicate.",
    takesVoteBack: true,
    question: "Did what was merged solve it?"
  },
  GoneAfterMerge: {
    meaning: "A competitor's work landed for the issue, and then the issue or its repository disappeared.",
    takesVoteBack: false,
    question: "Did what landed solve it?"
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
  const place = `https://github.com/${issue.repository}`
  const links = [...because.matchAll(/#(\d+)|commit ([0-9a-f]{7,40})/g)].map(([, number, commit]) =>
    commit === undefined ? `${place}/pull/${number}` : `${place}/commit/${commit}`
  )
  const shown = links.length === 0 ? [`${place}/issues/${issue.number}`] : [...new Set(links)].slice(0, MOST_LINKS)
  const { question = "" }: NoVote = noVoteReasons[why]
  return `${because}. ${question} ${shown.join(" ")}`
}
