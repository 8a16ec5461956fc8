/** Text of the comment on an issue. It changes with events, and with the hour of an estimate, never with each block, so that subscribers are not notified twice of the same thing. */
import { createHash } from "node:crypto"
import { type Instant, millisecondsOf, type SideState, type Stage } from "../../story/competitor.ts"
import { countedNoun, shortAlpha, wholeNumber } from "../../story/figures.ts"
import { findingText } from "../../story/findings.ts"
import { asCode } from "../../story/markdown.ts"
import { minerName } from "../../story/names.ts"
import { decisionText, reasonText } from "../../story/reasons.ts"
import { stopAddress } from "../../story/stopping.ts"
import { type Pace, timeOfBlock } from "../../story/time.ts"
import type { IssueDetail } from "../api/definition/issues.ts"
import { type ScoreboardMatch, scoreboardIn } from "../api/sharing/match.ts"

/** The comment's author, and the page's URL. */
export interface Commenter {
  /** The genesis hash of the chain. */
  readonly chain: string
  readonly contract: string
  /** Scheme and host of the page. */
  readonly publicUrl: string
  /** The operator's contact for maintainers: an e-mail address or an https URL. */
  readonly contact: string
  /** GitHub's id of the author's account. */
  readonly author: number
}

interface CommentedMatch extends ScoreboardMatch {
  readonly competition: ScoreboardMatch["competition"] & { readonly id: number }
}

/** The part of an issue that the comment describes, with its current match or the one that ended it. */
export interface CommentSubject {
  readonly issue: Pick<typeof IssueDetail.Encoded, "id" | "status" | "funded" | "target" | "paid" | "reason" | "outcome">
  readonly match: CommentedMatch | null
  readonly pace: Pace | null
}

/** The comment's first line, an HTML comment. It identifies our comment on this issue among others; only the author's id proves that it is ours. */
export const markOf = ({ chain, contract }: Pick<Commenter, "chain" | "contract">, issue: number): string =>
  `<!-- gittensor ${createHash("sha256")
    .update(JSON.stringify([chain, contract, issue]))
    .digest("hex")
    .slice(0, 32)} -->`

/** With this hash anybody can check whether a comment on GitHub is the one that the index wrote. */
export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex")

/** A block's time, rounded to the hour; null: unknown. */
export const hourOf = ({ block, time }: Instant, pace: Pace | null): string | null => {
  const known = time !== null ? millisecondsOf(time) : pace && timeOfBlock(block, pace)
  if (known === null) return null
  const hour = Math.round(known / 3_600_000) * 3_600_000
  return `about ${new Date(hour).toISOString().slice(0, 16).replace("T", " ")} UTC`
}

/** A block with its time. */
const when = (at: Instant, pace: Pace | null): string => {
  const hour = hourOf(at, pace)
  return `block ${wholeNumber(at.block)}${hour === null ? "" : `, ${hour}`}`
}

export const STAGES: Readonly<Record<Stage, string>> = {
  none: "none yet",
  closed: "closed",
  early: "opened too early, so it does not count",
  late: "merged after the deadline",
  reverted: "reverted",
  draft: "a draft",
  open: "open",
  passing: "passes all checks",
  approved: "approved",
  merged: "merged"
}

/** Without "#" before a number, which would link pull requests to the comment and notify their subscribers. */
const standingText = ({ name, stage, pull, finding }: SideState): string => {
  const found = finding === null ? "" : `; ${findingText(finding)} (${countedNoun(finding.validators, "validator", "validators")})`
  return `- ${asCode(name)}: ${pull === null ? "no pull request yet" : `pull request no. ${pull}, ${STAGES[stage]}`}${found}`
}

const runningLines = (match: ScoreboardMatch, pace: Pace | null): ReadonlyArray<string> => {
  const { competition } = match
  const at = (moment: Instant) => when(moment, pace)
  const { a, b } = scoreboardIn(match)
  return [
    `Two people compete for it, ${asCode(minerName(competition.a))} and ${asCode(minerName(competition.b))}, and **nobody else is paid**. The one whose merged pull request solves the issue is paid.`,
    `Deadline: ${at(competition.deadline)}. Their pull requests count if they are opened from ${at(competition.submissionsFrom)} on.`,
    standingText(a),
    standingText(b)
  ]
}

const stateOf = ({ issue, match, pace }: CommentSubject): ReadonlyArray<string> => {
  const { status, funded, target, paid, reason, outcome } = issue
  if (status === "Paid" && paid !== null) {
    const winner = [match?.competition.a, match?.competition.b].find((one) => one?.hotkey === paid.hotkey)
    const by = match?.competition.pullRequest ?? null
    return [
      `**Solved and paid.** ${shortAlpha(paid.amount)} α went to ${asCode(minerName(winner ?? { hotkey: paid.hotkey }))}${by === null ? "" : `, for pull request no. ${by}`}, in ${when(paid.at, pace)}.`
    ]
  }
  if (status === "Cancelled")
    return [`**Ended without a payment**${reason === null ? "" : `: ${reasonText(reason._tag)}`}. The bounty goes to other issues.`]
  if (outcome?.from != null)
    return [
      `Validators vote ${decisionText(outcome.choice)}. That is settled from ${when(outcome.from, pace)} on, unless they vote otherwise before.`
    ]
  if (status === "Solved")
    return [
      `**Solved**${match?.competition.winner == null ? "" : ` by ${asCode(minerName(match.competition[match.competition.winner]))}`}. That is final, and the bounty can be paid now.`
    ]
  if (status === "Competing" && match !== null) return runningLines(match, pace)
  const soFar = status === "Open" ? "It is funded" : `It has ${shortAlpha(funded)} of ${shortAlpha(target)} α so far`
  return [`${soFar}, and nobody competes for it yet. Two people will be drawn, and **nobody else is paid**.`]
}

const addressOf = ({ issue, match }: CommentSubject, publicUrl: string): string =>
  match === null || issue.status === "Funding" || issue.status === "Open"
    ? `${publicUrl}/issues/${issue.id}`
    : `${publicUrl}/competitions/${match.competition.id}`

const aboutIt = ({ publicUrl, author }: Commenter, issue: number): string =>
  `<sub>A program edits this comment in place, by the GitHub account with the id ${author}, and never asks for a wallet, a key or money. To tell it from a fake, compare that id and this text's SHA-256 with [what the index wrote](${publicUrl}/issues/${issue}).</sub>`

/** How a repository (by its current name) requested the comment. */
export interface CommentRequest {
  readonly repository: string
  /** A phrase. */
  readonly because: string
}

/** The whole comment, in at most ten lines. */
export const commentOf = (commenter: Commenter, subject: CommentSubject, { because, repository }: CommentRequest): string => {
  const { contact, publicUrl } = commenter
  const { issue } = subject
  const address = addressOf(subject, publicUrl)
  return [
    markOf(commenter, issue.id),
    `Asked for: ${because}. **To stop it, [open that file](${stopAddress(repository, { isThere: true })}) and write \`bounties: false\`.** To have only this comment gone, delete it: it does not come back.`,
    `The operator answers at ${contact}. [What it is, and what it costs you](${publicUrl}/how-it-works?part=maintainers).`,
    `**Bounty: ${shortAlpha(issue.target)} α** (α is this subnet's token) · [its page](${address})`,
    ...stateOf(subject),
    "",
    aboutIt(commenter, issue.id)
  ].join("\n")
}

const partingWord = (commenter: Commenter, issue: number, said: string): string =>
  [markOf(commenter, issue), said, "", aboutIt(commenter, issue)].join("\n")

/** The comment's text after maintainers have withdrawn their request. */
export const lastWordOf = (commenter: Commenter, issue: number): string =>
  partingWord(
    commenter,
    issue,
    `This repository no longer asks for this comment, so nothing is written here any more. What became of the bounty is on [the page](${commenter.publicUrl}/issues/${issue}).`
  )

/** The comment's text after the bounty has moved to another issue. */
export const movedWordOf = (commenter: Commenter, issue: number): string =>
  partingWord(
    commenter,
    issue,
    `The bounty that was listed here is for another issue now, which is on [the page](${commenter.publicUrl}/issues/${issue}).`
  )
