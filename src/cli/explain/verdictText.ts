/** Prints an explained verdict as text. */
import type { OutcomeChoice } from "../../contract-client/generated.ts"
import type { VotesStanding } from "../../contract-client/standing.ts"
import type { Actor, Closer, IssueEvidence, PullRequestEvidence, TimelineEvent } from "../../domain/IssueEvidence.ts"
import { standingText as workStandingText } from "../../domain/WorkStanding.ts"
import { alpha, bold } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import type { BlockClock } from "../../roles/miner/calendar.ts"
import { isForPeople, peopleText } from "../../rules/verdicts/noVoteReasons.ts"
import type { Judgement } from "../../rules/verdicts/verdict.ts"
import type { MatchContext, Verdict } from "../../rules/verdicts/verdictCase.ts"
import type { AccountClaims } from "../../scoring/issue_competitions/accountClaims.ts"
import type { StandingVotes, VerdictExplanation } from "../../scoring/issue_competitions/explainVerdict.ts"
import { choiceText } from "../../story/choices.ts"
import { percentOf, shareText } from "../../story/figures.ts"
import { costText, spacedName } from "../../story/reasons.ts"
import { blocksText } from "../../story/time.ts"
import { otherClaimLines } from "./accountText.ts"

type Lines = ReadonlyArray<string>

export const moment = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

/** What a hotkey is called: the account of a competitor who wrote a pull request for the issue. */
type NameOf = (hotkey: string) => string

const namesIn = (judged: VerdictExplanation["judged"]): NameOf => {
  const { evidence, facts } = judged ?? {}
  const pulls = evidence?._tag === "Found" ? [...evidence.linkedPullRequests, ...(evidence.namedPullRequests ?? [])] : []
  const logins = new Map(pulls.map(({ authorId, authorLogin }) => [authorId, authorLogin]))
  const names = new Map(facts?.competitors.map(({ hotkey, githubId }) => [String(hotkey), githubId === null ? null : logins.get(githubId)]))
  return (hotkey) => names.get(hotkey) ?? hotkey
}

const factLines = (
  { competitors, startedAt, submissionsFrom, deadline, headAt }: MatchContext,
  accounts: ReadonlyArray<AccountClaims>,
  nameOf: NameOf
): Lines => [
  ...competitors.flatMap(({ hotkey, githubId, exists }) => [
    `  ${hotkey}`,
    `    ${githubId === null ? "its commitment named no GitHub account" : `GitHub account ${githubId}${nameOf(hotkey) === hotkey ? "" : ` (${nameOf(hotkey)})`}${exists === false ? ", which was deleted" : ""}`}`,
    ...otherClaimLines(accounts.find((one) => one.hotkey === hotkey)?.others ?? [], 4)
  ]),
  `  started      ${moment(startedAt)}`,
  `  PRs count    ${submissionsFrom === null ? "not yet" : `from ${moment(submissionsFrom)}`}`,
  `  deadline     ${deadline === null ? "not reached yet" : moment(deadline)}`,
  `  chain's time ${moment(headAt)}`
]

const workText = ({ work }: PullRequestEvidence): string => (work === undefined ? "" : `; ${work.lines} lines`)

const pullRequestLines = (pullRequest: PullRequestEvidence): Lines => {
  const { answers = [], turns = [], authorId, authorLogin, baseBranch, baseRepositoryId, createdAt, isDraft } = pullRequest
  const { mergeCommit, mergedAt, number, standing, thereSince } = pullRequest
  const author = authorId === null ? "a deleted account" : `account ${authorId}${authorLogin === null ? "" : ` (${authorLogin})`}`
  return [
    ...paragraph(
      `#${number} by ${author}, opened ${moment(createdAt)}${isDraft === true ? ", a draft" : ""}${workText(pullRequest)}`,
      4,
      6
    ),
    ...paragraph(
      mergedAt === null
        ? "not merged"
        : `merged ${moment(mergedAt)} into ${baseBranch} of repository ${baseRepositoryId}, commit ${mergeCommit ?? "unknown"}`,
      6
    ),
    ...(thereSince === undefined ? [] : paragraph(`its last head is proved to have been there ${moment(thereSince)}`, 6)),
    ...[...answers, ...turns.map(({ as, at, by }) => ({ as, at, by: by.id }))].flatMap(({ as, at, by }) =>
      paragraph(`${spacedName(as)} ${moment(at)} by account ${by ?? "unknown"}`, 6)
    ),
    ...(standing === null || standing._tag === "Stands" ? [] : paragraph(`it ${workStandingText(standing)}`, 6))
  ]
}

const closerLines = (closer: Closer): Lines => {
  switch (closer._tag) {
    case "PullRequest":
      return pullRequestLines(closer.pullRequest)
    case "Commit":
      return closer.pullRequests.flatMap(pullRequestLines)
    case "Hand":
    case "Hidden":
      return []
  }
}

const CLOSERS = { PullRequest: "pull request", Commit: "commit", Hand: "hand", Hidden: "what GitHub does not show" } as const

const actorText = (by: Actor | undefined): string =>
  by === undefined ? "" : `, account ${by.id ?? "unknown"}${by.isBot === true ? ", a bot" : ""}`

const eventLines = (event: TimelineEvent): Lines => {
  if (event._tag === "Reopened") return [`  ${moment(event.at)}  reopened${actorText(event.by)}`]
  if (event._tag === "Hidden") return ["  an event that GitHub does not show"]
  const commit = event.closer._tag === "Commit" ? ` ${event.closer.commit}` : ""
  return [
    ...paragraph(`${moment(event.at)}  closed as ${event.reason} by ${CLOSERS[event.closer._tag]}${commit}${actorText(event.by)}`, 2, 4),
    ...closerLines(event.closer)
  ]
}

const evidenceLines = (evidence: IssueEvidence): Lines => {
  switch (evidence._tag) {
    case "Found": {
      const {
        repository,
        repositoryId,
        number,
        state,
        defaultBranch,
        timeline,
        linkedPullRequests,
        namedPullRequests = [],
        writers = []
      } = evidence
      return [
        ...paragraph(`${repository}#${number} is ${state}; repository ${repositoryId}, default branch ${defaultBranch}`, 2, 4),
        ...timeline.flatMap(eventLines),
        ...(writers.length === 0 ? [] : paragraph(`proved to have been able to push: accounts ${writers.join(", ")}`, 2, 4)),
        ...(linkedPullRequests.length === 0 ? [] : ["  linked to it as closing it:", ...linkedPullRequests.flatMap(pullRequestLines)]),
        ...(namedPullRequests.length === 0 ? [] : ["  naming it, or named in it:", ...namedPullRequests.flatMap(pullRequestLines)])
      ]
    }
    case "Deleted":
      return ["  the issue is deleted"]
    case "Transferred":
      return paragraph(`the issue was moved${evidence.to === null ? "" : ` to ${evidence.to}`}`, 2, 4)
    case "RepositoryGone":
      return paragraph(evidence.why ?? "the repository is gone or private", 2, 4)
    case "GitHubSilent":
      return paragraph(`GitHub did not answer: ${evidence.why}`, 2, 4)
  }
}

const verdictText = (verdict: Verdict, issue: VerdictExplanation["issue"], nameOf: NameOf): string => {
  switch (verdict._tag) {
    case "Solved":
      return `solved by ${nameOf(verdict.hotkey)} with #${verdict.pullRequest}`
    case "Cancelled":
      return `cancelled, ${verdict.reason._tag}: ${verdict.because}`
    case "Unsolved":
      return `unsolved: ${verdict.because}`
    case "NoVote":
      return `no vote, ${verdict.why}: ${isForPeople(verdict.why) ? `${peopleText(issue, verdict)} Operators answer by \`gittensor vote\`.` : verdict.because}`
  }
}

const judgementLines = (title: string, { asked, verdict }: Judgement, issue: VerdictExplanation["issue"], nameOf: NameOf): Lines => [
  "",
  bold(title),
  ...asked.flatMap(({ rule, answer }) => paragraph(`${rule} ${answer}`, 2, 4)),
  ...paragraph(`→ ${verdictText(verdict, issue, nameOf)}`, 2, 4)
]

const statusText = ({ competition }: NonNullable<VerdictExplanation["judged"]>): string => {
  const { status, a, b } = competition
  switch (status._tag) {
    case "Running":
      return "running"
    case "Won":
      return `won by UID ${(status.winner === 0 ? a : b).uid} with #${status.pullRequest} at block ${status.at}`
    case "Expired":
      return `expired at block ${status.at}, without a verdict`
    case "Unsolved":
      return `found unsolved at block ${status.at}, ${costText(status)}`
    case "Void":
      return `void (${status.reason._tag}) at block ${status.at}`
  }
}

const judgedLines = (judged: NonNullable<VerdictExplanation["judged"]>, issue: VerdictExplanation["issue"]): Lines => {
  const { competition, facts, accounts, evidence, solution } = judged
  const nameOf = namesIn(judged)
  return [
    `match ${competition.id} of UID ${competition.a.uid} and UID ${competition.b.uid}: ${statusText(judged)}`,
    "",
    bold("The match, by the chain's clock"),
    ...factLines(facts, accounts, nameOf),
    "",
    bold("What GitHub says today"),
    ...evidenceLines(evidence),
    ...judgementLines("Who solved it?", solution, issue, nameOf)
  ]
}

const voteText = ({ judged, vote, issue, withoutMatch }: VerdictExplanation): string => {
  if (withoutMatch !== null) {
    const waits = withoutMatch._tag === "NoVote" ? "" : ", once a validator's snapshots have all shown it for long enough"
    return `Without a match: ${verdictText(withoutMatch, issue, namesIn(judged))}${waits}`
  }
  if (judged === null) return "There is no match to judge."
  if (!judged.isAsked)
    return `There is nothing to vote any more: the issue is ${issue.status._tag}, the match ${judged.competition.status._tag}.`
  return `The vote now: ${vote === null ? "none" : choiceText(vote, namesIn(judged))}.`
}

/** Whether a choice can be settled, or what is missing. */
const standingText = (
  { choice, from, state, weight }: VotesStanding<OutcomeChoice>,
  { neededWeight, totalWeight }: StandingVotes,
  { left }: BlockClock,
  nameOf: NameOf
): string => {
  const has = `${choice === null ? "nothing" : choiceText(choice, nameOf)}: ${shareText(weight, totalWeight)} of ${percentOf(neededWeight, totalWeight)} needed`
  if (state === "settleable") return `${has}; anyone may settle it now`
  return from === null ? has : `${has}; can be settled from block ${from} on, in ${left(from)}, if these votes stand`
}

/** Votes with their ages and weights; `isOpen`: whether they may still be settled. */
const voteLines = (title: string, found: StandingVotes, isOpen: boolean, clock: BlockClock, nameOf: NameOf): Lines =>
  found.votes.length === 0
    ? []
    : [
        "",
        bold(title),
        ...found.votes.flatMap(({ validator, weight, choice, since }) => [
          `  ${validator}  ${shareText(weight, found.totalWeight)}`,
          ...paragraph(`${choiceText(choice, nameOf)}, for ${blocksText(found.block - since, clock.pace)}, since block ${since}`, 4, 6)
        ]),
        ...(isOpen ? found.standings.flatMap((standing) => paragraph(`→ ${standingText(standing, found, clock, nameOf)}`, 2, 4)) : []),
        ...(isOpen ? paragraph(`A vote counts once it has stood for ${blocksText(found.wait, clock.pace)}.`, 2) : [])
      ]

/** The explanation in lines of 80 columns. */
export const verdictLines = (explained: VerdictExplanation, clock: BlockClock): Lines => {
  const { issue, block, judged, settledBy, now } = explained
  const nameOf = namesIn(judged)
  return [
    bold(`issue ${issue.id}: ${issue.repository}#${issue.number}, ${alpha(issue.bounty)}, ${issue.status._tag}, read at block ${block}`),
    ...(judged === null ? [] : judgedLines(judged, issue)),
    "",
    ...paragraph(voteText(explained)).map(bold),
    ...(settledBy === null ? [] : voteLines(`Votes that ended the match, at block ${settledBy.block}`, settledBy, false, clock, nameOf)),
    ...voteLines("Votes on the chain now", now, true, clock, nameOf)
  ]
}
