/** GitHub issues registered for a bounty. */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { CancelReason } from "../../domain/Competition.ts"
import { NotFound } from "./errors.ts"
import { anyOf, bitmapUidIn, account as byAccount, idIn, oneOf, PathId, paging, phrase, query, sort, u32In, yesOrNo } from "./parameters.ts"
import { account, amount, CallRef, count, flag, IssueRef, json, MinerRef, Moment, page, text, time, uid, uids, whole } from "./values.ts"

export const ISSUE_STATUSES = ["Funding", "Open", "Competing", "Solved", "Paid", "Cancelled"] as const

const Status = Schema.Literal(...ISSUE_STATUSES).annotations({ description: "where it stands" })

/** What GitHub says about an issue. All null while it has not been asked. */
const OnGitHub = Schema.Struct({
  nodeId: Schema.NullOr(text("GitHub's global id")),
  title: Schema.NullOr(text("its title")),
  labels: Schema.NullOr(json("its labels: name and colour of each")),
  state: Schema.NullOr(text("open or closed, deleted, transferred or gone")),
  author: Schema.NullOr(text("who opened it")),
  avatar: Schema.NullOr(text("that account's picture")),
  seenAt: Schema.NullOr(time("when GitHub was last asked"))
}).annotations({ identifier: "IssueOnGitHub", description: "What GitHub says about an issue" })

/** The competition that an issue is in or was ended by, as the list of issues shows it. */
const IssueCompetition = Schema.Struct({
  id: count("the contract's number of the competition"),
  a: MinerRef,
  b: MinerRef,
  submissionsFrom: Moment,
  deadline: Moment
}).annotations({ identifier: "IssueCompetition", description: "Who competes, and until when" })

const issueFields = {
  id: count("the contract's number"),
  repository: text("owner/name on GitHub, as it was registered"),
  number: count("the issue's number in its repository"),
  target: amount("the bounty"),
  funded: amount("how much of it is there; after the payment what was paid, after a cancellation 0"),
  status: Status,
  reason: Schema.NullOr(CancelReason.annotations({ identifier: "CancelReason", description: "why an issue was cancelled" })),
  queuePosition: Schema.NullOr(count("its place among the issues that wait for their bounty, from 1")),
  attempts: count("competitions that expired without a solution"),
  competition: Schema.NullOr(IssueCompetition),
  payableAt: Schema.NullOr(Moment),
  registeredAt: Moment,
  updatedAt: Moment,
  github: OnGitHub
}

export const Issue = Schema.Struct(issueFields).annotations({
  identifier: "RegisteredIssue",
  description: "A GitHub issue registered for a bounty"
})
export interface Issue extends Schema.Schema.Type<typeof Issue> {}

export const Vote = Schema.Struct({
  at: Moment,
  event: count("which event of that block"),
  call: Schema.NullOr(CallRef),
  kind: Schema.Literal("pair", "outcome").annotations({ description: "for the two who shall compete, or on how the issue ended" }),
  issue: count("the issue"),
  round: Schema.NullOr(count("the round of a pair ballot")),
  competition: Schema.NullOr(count("the competition that was running, or that the pair ballot started")),
  validator: account("the validator's hotkey"),
  choice: json("what it voted for: both competitors, or Solved with hotkey and pull request, or Cancelled with the reason"),
  named: Schema.Array(MinerRef).annotations({ description: "the miners that the choice names, where they are known" }),
  weight: amount("the weight of this choice with this vote"),
  totalWeight: amount("the weight of the whole whitelist at that moment"),
  endedAt: Schema.NullOr(Moment),
  endedBy: Schema.NullOr(
    Schema.Literal("replaced", "withdrawn", "passed", "lapsed").annotations({
      description: "replaced by another of the same validator, withdrawn, passed with its ballot, or lapsed with it"
    })
  ),
  inPassingTally: Schema.NullOr(flag("whether it was for the choice that passed; null while the ballot has not passed"))
}).annotations({ identifier: "Vote", description: "A validator's vote" })
export interface Vote extends Schema.Schema.Type<typeof Vote> {}

export const Attestation = Schema.Struct({
  issue: count("the issue"),
  round: count("the round"),
  validator: account("the validator's hotkey"),
  enrolled: uids("whom it saw enrolled"),
  skipped: uids("whom it saw passing"),
  at: Moment,
  event: count("which event of that block"),
  call: Schema.NullOr(CallRef)
}).annotations({ identifier: "Attestation", description: "Whom a validator saw enrolled for an issue in a round" })
export interface Attestation extends Schema.Schema.Type<typeof Attestation> {}

export const PullRequest = Schema.Struct({
  repository: text("the repository that it is in"),
  number: count("its number there"),
  issue: IssueRef,
  competition: Schema.NullOr(count("the competition in which its author competed when it was opened")),
  hotkey: Schema.NullOr(account("the competitor, where its author is one")),
  author: Schema.NullOr(text("its author's account name")),
  authorId: Schema.NullOr(whole("GitHub's id of its author")),
  title: Schema.NullOr(text("its title")),
  state: Schema.Literal("open", "closed", "merged").annotations({ description: "open, closed without a merge, or merged" }),
  createdAt: time("when it was opened"),
  mergedAt: Schema.NullOr(time("when it was merged")),
  closedAt: Schema.NullOr(time("when it was closed")),
  additions: Schema.NullOr(count("lines added")),
  deletions: Schema.NullOr(count("lines deleted")),
  files: Schema.NullOr(count("files changed")),
  early: Schema.NullOr(flag("whether a competitor opened it before the submission window was over; null where no competitor did")),
  seenAt: time("when GitHub was last asked")
}).annotations({ identifier: "PullRequest", description: "A pull request that GitHub links to an issue" })
export interface PullRequest extends Schema.Schema.Type<typeof PullRequest> {}

const Enrolled = Schema.Struct({
  uid: uid("the UID"),
  miner: Schema.NullOr(MinerRef),
  enrolledBy: count("how many validators saw it enrolled"),
  skippedBy: count("how many validators saw it passing")
}).annotations({ identifier: "Enrolled", description: "A miner that validators saw enrolled or passing, and how many did" })

export const IssueDetail = Schema.Struct({
  ...issueFields,
  enrolment: Schema.NullOr(
    Schema.Struct({
      round: count("the latest round with an attestation of this issue"),
      validators: count("how many validators attested"),
      miners: Schema.Array(Enrolled)
    }).annotations({ identifier: "IssueEnrolment", description: "Who is enrolled, as validators attested in the latest round" })
  ),
  liveVotes: Schema.Array(Vote).annotations({ description: "the votes that count now, for a pair or on the end" }),
  competitions: Schema.Array(count("the contract's number")).annotations({ description: "its competitions, newest first; at most 100" }),
  pullRequests: Schema.Array(PullRequest).annotations({ description: "the latest pull requests that GitHub links to it; at most 100" }),
  paid: Schema.NullOr(
    Schema.Struct({ hotkey: account("the winner"), coldkey: account("who got it"), amount: amount("how much"), at: Moment }).annotations({
      identifier: "IssuePayment",
      description: "The bounty's payment"
    })
  )
}).annotations({ identifier: "IssueDetail", description: "An issue with all that happens around it" })
export interface IssueDetail extends Schema.Schema.Type<typeof IssueDetail> {}

export const IssueQuery = query({
  status: anyOf("only issues that stand there", ...ISSUE_STATUSES),
  repository: phrase("only issues of this repository, owner/name in any case"),
  label: phrase("only issues with this label on GitHub"),
  search: phrase("only issues with words that begin so in their repository's name, number or title", 100),
  competitor: byAccount("only issues for which this hotkey competes or competed last"),
  sort: sort("newest", "oldest", "target", "updated", "queue"),
  ...paging
})

export const VoteQuery = query({
  issue: idIn("only votes on this issue"),
  competition: idIn("only votes of this competition"),
  validator: byAccount("only this validator's"),
  kind: oneOf("only votes of this kind", "pair", "outcome"),
  live: yesOrNo("only votes that count now, or only those that do not"),
  sort: sort("newest", "oldest"),
  ...paging
})

export const AttestationQuery = query({
  issue: idIn("only those on this issue"),
  round: u32In("only those of this round"),
  validator: byAccount("only this validator's"),
  uid: bitmapUidIn("only those that name this UID, enrolled or passing"),
  ...paging
})

export const PullRequestQuery = query({
  issue: idIn("only those linked to this issue"),
  competition: idIn("only those of this competition"),
  hotkey: byAccount("only this miner's"),
  state: oneOf("only those in this state", "open", "closed", "merged"),
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
      .setPath(Schema.Struct({ id: PathId("the contract's number of the issue") }))
      .addSuccess(IssueDetail)
      .addError(NotFound)
      .annotateContext(OpenApi.annotations({ summary: "An issue: who is enrolled, votes, competitions, pull requests, payment" }))
  )
  .add(
    HttpApiEndpoint.get("votes", "/votes")
      .setUrlParams(VoteQuery)
      .addSuccess(page("VotePage", Vote))
      .annotateContext(OpenApi.annotations({ summary: "Validators' votes, past ones too" }))
  )
  .add(
    HttpApiEndpoint.get("attestations", "/attestations")
      .setUrlParams(AttestationQuery)
      .addSuccess(page("AttestationPage", Attestation))
      .annotateContext(OpenApi.annotations({ summary: "Whom validators saw enrolled, newest round first" }))
  )
  .add(
    HttpApiEndpoint.get("pullRequests", "/pull-requests")
      .setUrlParams(PullRequestQuery)
      .addSuccess(page("PullRequestPage", PullRequest))
      .annotateContext(OpenApi.annotations({ summary: "Pull requests that GitHub links to issues, newest first" }))
  )
  .annotateContext(OpenApi.annotations({ title: "Issues", description: "GitHub issues registered for a bounty" }))
