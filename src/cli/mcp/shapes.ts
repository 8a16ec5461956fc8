/** Schemas that several tools share, with descriptions for agents. Amounts are decimals of alpha, times are blocks. */
import { Schema } from "effect"
import { uidsOfBitmap } from "../../contract-client/bitmap.ts"
import type { Competition, Issue } from "../../contract-client/generated.ts"
import { formatAlpha } from "../../domain/Amount.ts"
import { type Ballot, settlingText } from "../../roles/miner/ballot.ts"
import { choiceText } from "../../story/choices.ts"
import { addressOf } from "../mine/screen/model.ts"

export const Whole = Schema.Number.pipe(Schema.int())

const alpha = (description: string) =>
  Schema.String.annotations({ description: `${description}, in alpha as an exact decimal such as 12.5` })
const block = (description: string) => Whole.annotations({ description: `${description}, as a block number` })
export const text = (description: string) => Schema.String.annotations({ description })
export const whole = (description: string) => Whole.annotations({ description })

export const IssueArgument = Schema.Union(Schema.String, Whole).annotations({
  description: 'the issue: its number in the contract, or its place on GitHub as "owner/name#42" or an address'
})

/** Maximum of entries per answer. */
export const Limit = Schema.optionalWith(
  Whole.pipe(Schema.between(1, 200)).annotations({ description: "the most entries to return, 1 to 200 (default 50)" }),
  { default: () => 50 }
)
export const After = Schema.optionalWith(
  Whole.pipe(Schema.nonNegative()).annotations({
    description: "return entries whose id is greater than this: the `next` of the answer before (default 0)"
  }),
  { default: () => 0 }
)
export const Next = Schema.NullOr(Whole).annotations({
  description: "pass this as `after` for the entries that follow; null if these are all"
})

/** A page of a list, in order of id. */
export const pageOf = <A extends { readonly id: number }>(all: ReadonlyArray<A>, after: number, limit: number) => {
  const rest = all.filter(({ id }) => id > after)
  const page = rest.slice(0, limit)
  return { page, next: rest.length > page.length ? (page.at(-1)?.id ?? null) : null }
}

export const IssueShown = Schema.Struct({
  id: whole("its number in the contract"),
  reference: text("owner/name#number on GitHub"),
  url: text("its page on GitHub"),
  status: Schema.Literal("Funding", "Open", "Competing", "Solved", "Paid", "Cancelled").annotations({
    description:
      "Funding: the bounty is not filled yet. Open: waits for a pair of miners. Competing: two miners work on it. Solved: won, not paid yet. Funding and Open issues take enrolments."
  }),
  cancelledBecause: Schema.NullOr(Schema.String),
  bounty: alpha("what the winner gets"),
  funded: alpha("how much of the bounty is there"),
  registeredAt: block("when it was registered"),
  attempts: whole("how many matches expired without a solution"),
  competition: Schema.NullOr(whole("the match that runs, or that ended the issue"))
})

export const showIssue = (issue: Issue): typeof IssueShown.Type => ({
  id: issue.id,
  reference: `${issue.repository}#${issue.number}`,
  url: addressOf(issue),
  status: issue.status._tag,
  cancelledBecause: issue.status._tag === "Cancelled" ? issue.status.value._tag : null,
  bounty: formatAlpha(issue.bounty),
  funded: formatAlpha(issue.funded),
  registeredAt: issue.registeredAt,
  attempts: issue.attempts,
  competition: issue.competition
})

export const BallotShown = Schema.Struct({
  votes: Schema.Array(
    Schema.Struct({
      validator: text("the validator's hotkey"),
      choice: text("how it says that the issue ends"),
      since: block("since when the vote stands unchanged"),
      weight: alpha("the stake that it weighs")
    })
  ),
  totalWeight: alpha("what shares of the weight are counted of"),
  settling: text("the choice with the most weight: whether it can be settled, from when on, or why not")
}).annotations({
  description:
    "validators' votes on the issue's end. They count once they have stood for the wait, and can be changed until they are settled"
})

export const showBallot = (ballot: Ballot): typeof BallotShown.Type => ({
  votes: ballot.votes.map(({ validator, choice, since, weight }) => ({
    validator,
    choice: choiceText(choice),
    since,
    weight: formatAlpha(weight)
  })),
  totalWeight: formatAlpha(ballot.totalWeight),
  settling: settlingText(ballot)
})

const Competitor = Schema.Struct({ uid: whole("its place on the subnet"), hotkey: Schema.String, coldkey: Schema.String })

export const CompetitionShown = Schema.Struct({
  id: whole("its number in the contract"),
  issue: whole("the issue's number in the contract"),
  round: whole("the round in which validators drew the pair"),
  competitors: Schema.Array(Competitor),
  status: Schema.Literal("Running", "Won", "Expired", "Unsolved", "Void"),
  winner: Schema.NullOr(text("the winner's hotkey")),
  pullRequest: Schema.NullOr(whole("the winner's pull request")),
  because: Schema.NullOr(text("why it ended without a winner")),
  endedAt: Schema.NullOr(block("when it ended")),
  startedAt: block("when it started"),
  submissionsFrom: block("the first in which a pull request may be opened; an earlier one loses"),
  deadline: block("the last in which the solution may be merged"),
  enrolled: Schema.Array(Whole).annotations({ description: "UIDs that were enrolled when the pair was drawn" }),
  collateral: alpha("what each competitor has locked"),
  slash: alpha("how much of the collateral the loser loses")
})

const becauseOf = ({ status, a, b }: Competition): string | null => {
  switch (status._tag) {
    case "Expired":
      return "no verdict in time"
    case "Unsolved": {
      const costs = [...(status.slashA ? [a] : []), ...(status.slashB ? [b] : [])].map(({ hotkey }) => hotkey)
      return `nobody solved it in time${costs.length === 0 ? "" : `, which costs ${costs.join(" and ")}`}`
    }
    case "Void":
      return status.reason._tag
    default:
      return null
  }
}

export const showCompetition = (competition: Competition): typeof CompetitionShown.Type => {
  const { status, a, b } = competition
  return {
    id: competition.id,
    issue: competition.issue,
    round: competition.round,
    competitors: [a, b].map(({ uid, hotkey, coldkey }) => ({ uid, hotkey, coldkey })),
    status: status._tag,
    winner: status._tag === "Won" ? (status.winner === 0 ? a : b).hotkey : null,
    pullRequest: status._tag === "Won" ? status.pullRequest : null,
    because: becauseOf(competition),
    endedAt: status._tag === "Running" ? null : status.at,
    startedAt: competition.startedAt,
    submissionsFrom: competition.submissionsFrom,
    deadline: competition.deadline,
    enrolled: uidsOfBitmap(competition.enrolled),
    collateral: formatAlpha(competition.collateral),
    slash: formatAlpha(competition.slash)
  }
}

/** The lines that the equivalent command prints. */
export const Text = text("the same in words, as the command in a terminal prints it")
export const lines = (all: ReadonlyArray<string>): string => all.map((line) => Bun.stripANSI(line)).join("\n")
