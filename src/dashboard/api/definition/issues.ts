/** GitHub issues registered for a bounty. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { minersSeen, tables } from "../../../layers/database/schema/meanings.ts"
import { ISSUE_SORTS, ISSUE_STATUSES, PULL_REQUEST_STATES, TIME_SORTS, VOTE_KINDS } from "./choices.ts"
import { NotFound } from "./errors.ts"
import {
  anyOf,
  bitmapUidIn,
  account as byAccount,
  idIn,
  oneOf,
  PathId,
  paging,
  phrase,
  phrases,
  query,
  sort,
  u32In,
  yesOrNo
} from "./parameters.ts"
import {
  account,
  amount,
  CallRef,
  capitalised,
  count,
  flag,
  IssueRef,
  json,
  MinerRef,
  Moment,
  page,
  payment,
  reason,
  seenBy,
  text,
  time,
  uid,
  uids,
  whole
} from "./values.ts"

const { columns: issue } = tables.issues
const { columns: vote } = tables.votes
const { columns: attestation } = tables.attestations
const { columns: pullRequest } = tables.pull_requests

const Status = Schema.Literal(...ISSUE_STATUSES).annotations({ description: issue.status })

const onGitHub = {
  nodeId: Schema.NullOr(text(issue.node_id)),
  title: Schema.NullOr(text(issue.title)),
  labels: Schema.NullOr(json(issue.labels)),
  language: Schema.NullOr(text(issue.language)),
  state: Schema.NullOr(text(issue.github_state)),
  closedAt: Schema.NullOr(time(issue.github_closed_at)),
  author: Schema.NullOr(text(issue.github_author)),
  avatar: Schema.NullOr(text(issue.github_avatar)),
  seenAt: Schema.NullOr(time(issue.github_seen_at))
}

/** What GitHub says about an issue. All null until GitHub has been asked. */
const OnGitHub = Schema.Struct(onGitHub).annotations({ identifier: "IssueOnGitHub", description: "What GitHub says about an issue" })

const DetailOnGitHub = Schema.Struct({ ...onGitHub, excerpt: Schema.NullOr(text(issue.excerpt)) }).annotations({
  identifier: "IssueDetailOnGitHub",
  description: "What GitHub says about an issue, with the beginning of its text"
})

/** The competition that an issue is in, or that ended it, as the list of issues shows it. */
const IssueCompetition = Schema.Struct({
  id: count(tables.competitions.columns.id),
  a: MinerRef,
  b: MinerRef,
  submissionsFrom: Moment,
  deadline: Moment
}).annotations({ identifier: "IssueCompetition", description: "Who competes, and until when" })

const issueFields = {
  id: count(issue.id),
  repository: text(issue.repository),
  number: count(issue.number),
  target: amount(issue.target),
  funded: amount(issue.funded),
  status: Status,
  reason,
  queuePosition: Schema.NullOr(count(issue.queue_position)),
  attempts: count(issue.attempts),
  competition: Schema.NullOr(IssueCompetition),
  payableAt: Schema.NullOr(Moment),
  payTo: Schema.NullOr(account(issue.pay_to)),
  waiting: Schema.NullOr(json(issue.waiting)),
  waitingFrom: Schema.NullOr(Moment),
  registeredAt: Moment,
  updatedAt: Moment,
  github: OnGitHub
}

export const Issue = Schema.Struct(issueFields).annotations({
  identifier: "RegisteredIssue",
  description: capitalised(tables.issues.row)
})
export interface Issue extends Schema.Schema.Type<typeof Issue> {}

export const Vote = Schema.Struct({
  at: Moment,
  event: count(vote.event),
  call: Schema.NullOr(CallRef),
  kind: Schema.Literal(...VOTE_KINDS).annotations({ description: vote.kind }),
  issue: count(vote.issue),
  round: Schema.NullOr(count(vote.round)),
  competition: Schema.NullOr(count(vote.competition)),
  validator: account(vote.validator),
  choice: json(vote.choice),
  named: Schema.Array(MinerRef).annotations({ description: "the known miners that the choice names" }),
  weight: amount(vote.weight),
  totalWeight: amount(vote.total_weight),
  endedAt: Schema.NullOr(Moment),
  endedBy: Schema.NullOr(Schema.Literal("replaced", "withdrawn", "passed", "lapsed").annotations({ description: vote.ended_by })),
  inPassingTally: Schema.NullOr(flag(vote.in_passing_tally))
}).annotations({ identifier: "Vote", description: capitalised(tables.votes.row) })
export interface Vote extends Schema.Schema.Type<typeof Vote> {}

export const Attestation = Schema.Struct({
  issue: count(attestation.issue),
  round: count(attestation.round),
  validator: account(attestation.validator),
  enrolled: uids(minersSeen.enrolled),
  skipped: uids(minersSeen.skipped),
  at: Moment,
  event: count(attestation.event),
  call: Schema.NullOr(CallRef)
}).annotations({ identifier: "Attestation", description: capitalised(tables.attestations.row) })
export interface Attestation extends Schema.Schema.Type<typeof Attestation> {}

export const PullRequest = Schema.Struct({
  repository: text(pullRequest.repository),
  number: count(pullRequest.number),
  issue: IssueRef,
  competition: Schema.NullOr(count(pullRequest.competition)),
  hotkey: Schema.NullOr(account(pullRequest.hotkey)),
  author: Schema.NullOr(text(pullRequest.author)),
  authorId: Schema.NullOr(whole(pullRequest.author_id)),
  title: Schema.NullOr(text(pullRequest.title)),
  state: Schema.Literal(...PULL_REQUEST_STATES).annotations({ description: pullRequest.state }),
  draft: flag(pullRequest.draft),
  checks: Schema.NullOr(Schema.Literal("passing", "failing", "pending")).annotations({ description: pullRequest.checks }),
  review: Schema.NullOr(Schema.Literal("approved", "changesRequested", "required")).annotations({ description: pullRequest.review }),
  createdAt: time(pullRequest.created_at),
  mergedAt: Schema.NullOr(time(pullRequest.merged_at)),
  closedAt: Schema.NullOr(time(pullRequest.closed_at)),
  additions: Schema.NullOr(count(pullRequest.additions)),
  deletions: Schema.NullOr(count(pullRequest.deletions)),
  files: Schema.NullOr(count(pullRequest.files)),
  early: Schema.NullOr(flag(pullRequest.early)),
  seenAt: time(pullRequest.seen_at)
}).annotations({ identifier: "PullRequest", description: capitalised(tables.pull_requests.row) })
export interface PullRequest extends Schema.Schema.Type<typeof PullRequest> {}

const Enrolled = Schema.Struct({
  uid: uid("the UID"),
  miner: Schema.NullOr(MinerRef),
  ...seenBy
}).annotations({ identifier: "Enrolled", description: "A miner that validators saw enrolled or skipping, with their number" })

export const IssueDetail = Schema.Struct({
  ...issueFields,
  github: DetailOnGitHub,
  enrolment: Schema.NullOr(
    Schema.Struct({
      round: count("the latest round with an attestation for this issue"),
      validators: count("the number of validators that attested"),
      miners: Schema.Array(Enrolled),
      field: Schema.Struct({
        size: count("the number of them that can be paired by today's ratings and competitions, apart from collateral"),
        needed: count("the smallest field from which a pair is drawn, by the eligible miners enrolled on all issues of that round")
      }).annotations({ identifier: "Field", description: "How many miners could be paired on an issue, and how many are needed" })
    }).annotations({ identifier: "IssueEnrolment", description: "The miners enrolled according to the attestations of the latest round" })
  ),
  liveVotes: Schema.Array(Vote).annotations({ description: "the votes that count now, on a pair or an outcome" }),
  competitions: Schema.Array(count(tables.competitions.columns.id)).annotations({
    description: "its competitions, newest first; at most 100"
  }),
  pullRequests: Schema.Array(PullRequest).annotations({ description: "the latest pull requests that GitHub links to it; at most 100" }),
  paid: Schema.NullOr(payment("IssuePayment"))
}).annotations({ identifier: "IssueDetail", description: "An issue with its enrolment, votes, competitions, pull requests and payment" })
export interface IssueDetail extends Schema.Schema.Type<typeof IssueDetail> {}

export const IssueQuery = query({
  status: anyOf("only issues with one of these statuses", ...ISSUE_STATUSES),
  repository: phrase("only issues of this repository: owner/name, case-insensitive"),
  label: phrase("only issues with this label on GitHub"),
  language: phrases("only issues of repositories whose main language is one of these, case-insensitive"),
  search: phrase("only issues whose repository, number or title has words that begin with these", 100),
  competitor: byAccount("only issues whose running or last competition has this hotkey as a competitor"),
  sort: sort(...ISSUE_SORTS),
  ...paging
})

export const VoteQuery = query({
  issue: idIn("only votes on this issue"),
  competition: idIn("only votes of this competition"),
  validator: byAccount("only those of this validator"),
  kind: oneOf("only votes of this kind", ...VOTE_KINDS),
  live: yesOrNo("true: only votes that count now; false: only past votes"),
  sort: sort(...TIME_SORTS),
  ...paging
})

export const AttestationQuery = query({
  issue: idIn("only those for this issue"),
  round: u32In("only those of this round"),
  validator: byAccount("only those of this validator"),
  uid: bitmapUidIn("only those that list this UID as enrolled or skipping"),
  ...paging
})

export const PullRequestQuery = query({
  issue: idIn("only those linked to this issue"),
  competition: idIn("only those of this competition"),
  hotkey: byAccount("only those of this miner"),
  state: oneOf("only those in this state", ...PULL_REQUEST_STATES),
  ...paging
})

export const issues = HttpApiGroup.make("issues")
  .add(
    HttpApiEndpoint.get("issues", "/issues")
      .setUrlParams(IssueQuery)
      .addSuccess(page("IssuePage", Issue))
      .annotateContext(OpenApi.annotations({ summary: "Issues with their bounties" }))
  )
  .add(
    HttpApiEndpoint.get("issue", "/issues/:id")
      .setPath(Schema.Struct({ id: PathId(issue.id) }))
      .addSuccess(IssueDetail)
      .addError(NotFound)
      .annotateContext(OpenApi.annotations({ summary: "An issue with its enrolment, votes, competitions, pull requests and payment" }))
  )
  .add(
    HttpApiEndpoint.get("votes", "/votes")
      .setUrlParams(VoteQuery)
      .addSuccess(page("VotePage", Vote))
      .annotateContext(OpenApi.annotations({ summary: "Validators' votes, current and past" }))
  )
  .add(
    HttpApiEndpoint.get("attestations", "/attestations")
      .setUrlParams(AttestationQuery)
      .addSuccess(page("AttestationPage", Attestation))
      .annotateContext(OpenApi.annotations({ summary: "Validators' attestations of enrolments, newest round first" }))
  )
  .add(
    HttpApiEndpoint.get("pullRequests", "/pull-requests")
      .setUrlParams(PullRequestQuery)
      .addSuccess(page("PullRequestPage", PullRequest))
      .annotateContext(OpenApi.annotations({ summary: "Pull requests that GitHub links to issues, newest first" }))
  )
  .annotateContext(OpenApi.annotations({ title: "Issues", description: "GitHub issues registered for a bounty" }))
