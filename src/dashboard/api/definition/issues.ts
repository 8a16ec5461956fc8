/** GitHub issues registered for a bounty. */
import { Schema } from "effect"
import { present } from "../../../layers/storage/database/schema/table.ts"
import { competitionDraw, issueOnChain, issueOnGitHub, tables } from "../../../layers/storage/database/schema/tables.ts"
import { ISSUE_SORTS, ISSUE_STATUSES, PULL_REQUEST_STATES, TIME_SORTS, VOTE_KINDS } from "./choices.ts"
import { get, group } from "./endpoint.ts"
import { NotFound } from "./errors.ts"
import { behind, fieldsOf, shaped } from "./fields.ts"
import { paymentAs } from "./money.ts"
import {
  anyOf,
  bitmapUidIn,
  account as byAccount,
  miner as byMiner,
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
  amount,
  CallRef,
  capitalised,
  count,
  IssueRef,
  json,
  MinerRef,
  Moment,
  moment,
  page,
  reason,
  seenBy,
  text,
  uid,
  wholeNumber
} from "./values.ts"

/** A vote's weight comes from its validator while the vote counts, and is stored when the vote ends. The API shows both in the same way. */
const { cast_weight: _, weight: __, total_weight: ___, ...vote } = tables.votes.columns
const { columns: pullRequest } = tables.pull_requests

const { excerpt, ...onGitHub } = fieldsOf(issueOnGitHub)

/** GitHub's data of an issue. All null until GitHub has answered. */
export const OnGitHub = Schema.Struct(onGitHub).annotations({ identifier: "IssueOnGitHub", description: "What GitHub says about an issue" })

export const DetailOnGitHub = Schema.Struct({ ...onGitHub, excerpt }).annotations({
  identifier: "IssueDetailOnGitHub",
  description: "What GitHub says about an issue, with the beginning of its text"
})

/** An issue's current competition, or the one that ended it, in the list of issues. */
const IssueCompetition = Schema.Struct({
  id: count(competitionDraw.id.meaning),
  a: MinerRef,
  b: MinerRef,
  submissionsFrom: Moment,
  deadline: Moment
}).annotations({ identifier: "IssueCompetition", description: "Who competes, and until when" })

const issueFields = {
  ...fieldsOf(issueOnChain),
  status: shaped(issueOnChain, "status", Schema.Literal(...ISSUE_STATUSES)),
  reason,
  competition: Schema.NullOr(IssueCompetition),
  github: OnGitHub
}

export const Issue = Schema.Struct(issueFields).annotations({
  identifier: "RegisteredIssue",
  description: capitalised(tables.issues.row)
})
export interface Issue extends Schema.Schema.Type<typeof Issue> {}

const call = { call: Schema.NullOr(CallRef) }

const voteFields = behind("event", call, {
  ...fieldsOf(vote),
  kind: shaped(vote, "kind", Schema.Literal(...VOTE_KINDS)),
  weight: amount("what the vote weighs by the effective stake now, or when it ended"),
  totalWeight: amount("what all validators weigh by that"),
  endedBy: shaped(vote, "ended_by", Schema.Literal("replaced", "withdrawn", "passed", "lapsed"))
})

export const Vote = Schema.Struct(
  behind("choice", { named: Schema.Array(MinerRef).annotations({ description: "the known miners that the choice names" }) }, voteFields)
).annotations({ identifier: "Vote", description: capitalised(tables.votes.row) })
export interface Vote extends Schema.Schema.Type<typeof Vote> {}

export const OUTCOME_STATES = ["noVotes", "tooLight", "tooYoung", "settleable"] as const

/** What the current votes on an issue would settle, and when. */
export const Outcome = Schema.Struct({
  choice: Schema.NullOr(json("the choice with the most weight behind it; null without a vote")),
  state: Schema.Literal(...OUTCOME_STATES).annotations({
    description:
      "settleable: anyone may settle it now; otherwise why not: there are noVotes, their weight is tooLight for the quorum, or the votes are tooYoung: they have not stood for the whole challenge period"
  }),
  weight: amount("what the votes for that choice weigh by the effective stake now"),
  totalWeight: amount("what all validators weigh by that"),
  from: Schema.NullOr(
    moment("the first block in which it can be settled if these votes stand and weigh as now; null if they are too light")
  )
}).annotations({ identifier: "Outcome", description: "What the votes that stand on an issue's end would settle, when, and why not now" })
export interface Outcome extends Schema.Schema.Type<typeof Outcome> {}

export const Attestation = Schema.Struct({
  ...fieldsOf(tables.attestations.columns),
  ...call
}).annotations({ identifier: "Attestation", description: capitalised(tables.attestations.row) })
export interface Attestation extends Schema.Schema.Type<typeof Attestation> {}

export const PullRequest = Schema.Struct({
  ...fieldsOf(pullRequest),
  issue: IssueRef,
  state: shaped(pullRequest, "state", Schema.Literal(...PULL_REQUEST_STATES)),
  checks: shaped(pullRequest, "checks", Schema.Literal("passing", "failing", "pending")),
  review: shaped(pullRequest, "review", Schema.Literal("approved", "changesRequested", "required"))
}).annotations({ identifier: "PullRequest", description: capitalised(tables.pull_requests.row) })
export interface PullRequest extends Schema.Schema.Type<typeof PullRequest> {}

const { columns: suggestion } = tables.suggestions

export const Suggestion = Schema.Struct({
  ...fieldsOf(suggestion),
  reasons: shaped(
    suggestion,
    "reasons",
    Schema.Array(Schema.Struct({ points: wholeNumber("what it adds, or takes"), why: text("the reason") }))
  )
}).annotations({ identifier: "Suggestion", description: capitalised(tables.suggestions.row) })
export interface Suggestion extends Schema.Schema.Type<typeof Suggestion> {}

const Enrolled = Schema.Struct({
  uid: uid("the UID"),
  miner: Schema.NullOr(MinerRef),
  ...seenBy
}).annotations({ identifier: "Enrolled", description: "A miner that validators saw enrolled or skipping, with their number" })

/** Named one by one, so that a new column is not public by accident. */
const { comment, repository, number, author, hash, written_at, reactions } = tables.github_comments.columns

export const WrittenComment = Schema.Struct({
  id: wholeNumber(comment.meaning),
  ...fieldsOf(present({ repository, number, author, hash, written_at })),
  ...fieldsOf({ reactions })
}).annotations({ identifier: "IssueComment", description: capitalised(tables.github_comments.row) })

export const IssueDetail = Schema.Struct({
  ...issueFields,
  github: DetailOnGitHub,
  enrolment: Schema.NullOr(
    Schema.Struct({
      round: count("the latest round with an attestation for this issue"),
      validators: count("the number of validators that attested"),
      miners: Schema.Array(Enrolled),
      field: Schema.Struct({
        size: count("the number of them that can be paired by today's ratings and matches, apart from collateral"),
        needed: count("the smallest field from which a pair is drawn, by the eligible miners enrolled on all issues of that round")
      }).annotations({ identifier: "Field", description: "How many miners could be paired on an issue, and how many are needed" })
    }).annotations({ identifier: "IssueEnrolment", description: "The miners enrolled according to the attestations of the latest round" })
  ),
  liveVotes: Schema.Array(Vote).annotations({ description: "the votes that count now, on a pair or an outcome" }),
  outcome: Schema.NullOr(Outcome).annotations({ description: "what they would settle; null once the issue is solved or cancelled" }),
  competitions: Schema.Array(count(competitionDraw.id.meaning)).annotations({
    description: "its matches, newest first; at most 100"
  }),
  pullRequests: Schema.Array(PullRequest).annotations({ description: "the latest pull requests that GitHub links to it; at most 100" }),
  paid: Schema.NullOr(paymentAs("IssuePayment")),
  comment: Schema.NullOr(WrittenComment)
}).annotations({ identifier: "IssueDetail", description: "An issue with its enrolment, votes, matches, pull requests and payment" })
export interface IssueDetail extends Schema.Schema.Type<typeof IssueDetail> {}

export const IssueQuery = query({
  status: anyOf("only issues with one of these statuses", ...ISSUE_STATUSES),
  repository: phrase("only issues of this repository: owner/name, case-insensitive"),
  label: phrase("only issues with this label on GitHub"),
  language: phrases("only issues of repositories whose main language is one of these, case-insensitive"),
  search: phrase("only issues whose repository, number or title has words that begin with these", 100),
  competitor: byMiner("only issues whose running or last match has this miner as a competitor"),
  sort: sort(...ISSUE_SORTS),
  ...paging
})

export const VoteQuery = query({
  issue: idIn("only votes on this issue"),
  competition: idIn("only votes of this match"),
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
  competition: idIn("only those of this match"),
  hotkey: byMiner("only those of this miner"),
  state: oneOf("only those in this state", ...PULL_REQUEST_STATES),
  ...paging
})

export const SuggestionQuery = query({
  repository: phrase("only issues of this repository: owner/name, case-insensitive"),
  ...paging
})

export const issues = group("issues", "Issues", "GitHub issues registered for a bounty")
  .add(get("issues", "/issues", "Issues with their bounties").setUrlParams(IssueQuery).addSuccess(page("IssuePage", Issue)))
  .add(
    get("issue", "/issues/:id", "An issue with its enrolment, votes, matches, pull requests and payment")
      .setPath(Schema.Struct({ id: PathId(issueOnChain.id.meaning) }))
      .addSuccess(IssueDetail)
      .addError(NotFound)
  )
  .add(get("votes", "/votes", "Validators' votes, current and past").setUrlParams(VoteQuery).addSuccess(page("VotePage", Vote)))
  .add(
    get("attestations", "/attestations", "Validators' attestations of enrolments, newest round first")
      .setUrlParams(AttestationQuery)
      .addSuccess(page("AttestationPage", Attestation))
  )
  .add(
    get("pullRequests", "/pull-requests", "Pull requests that GitHub links to issues, newest first")
      .setUrlParams(PullRequestQuery)
      .addSuccess(page("PullRequestPage", PullRequest))
  )
  .add(
    get("suggestions", "/suggestions", "Open issues that could get a bounty, best first; nothing is promised")
      .setUrlParams(SuggestionQuery)
      .addSuccess(page("SuggestionPage", Suggestion))
  )
