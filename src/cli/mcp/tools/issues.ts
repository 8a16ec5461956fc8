/** Lists and reads issues. */
import { Effect, Schema } from "effect"
import { formatAlpha } from "../../../domain/Amount.ts"
import { Chain } from "../../../layers/chain/Chain.ts"
import { Contract } from "../../../layers/contract/Contract.ts"
import { allIssues, findIssue } from "../../../layers/contract/findIssue.ts"
import { collateralAskedBy } from "../../../miner/contractRules.ts"
import {
  After,
  CompetitionShown,
  IssueArgument,
  IssueShown,
  Limit,
  Next,
  pageOf,
  showCompetition,
  showIssue,
  text,
  whole
} from "../shapes.ts"
import { defineTool } from "../Tool.ts"

export const listIssues = defineTool({
  name: "list_issues",
  title: "List issues",
  description: "Lists the GitHub issues that have a bounty, with their bounty, funding and status. Start here to find work.",
  readOnly: true,
  input: Schema.Struct({
    all: Schema.optionalWith(Schema.Boolean.annotations({ description: "include paid and cancelled issues (default false)" }), {
      default: () => false
    }),
    after: After,
    limit: Limit
  }),
  output: Schema.Struct({
    block: whole("the finalised block at which this is so"),
    total: whole("how many issues there are in all"),
    issues: Schema.Array(IssueShown),
    next: Next
  }),
  run: ({ all, after, limit }) =>
    Effect.gen(function* () {
      const head = yield* (yield* Chain).finalisedHead
      const found = all ? yield* allIssues(head) : yield* (yield* Contract).liveIssues(head)
      const { page, next } = pageOf(found, after, limit)
      return { block: head.number, total: found.length, issues: page.map(showIssue), next }
    })
})

export const readIssue = defineTool({
  name: "read_issue",
  title: "Read an issue",
  description: "Shows one issue of the contract with its competition, and what it requires of whoever competes for it.",
  readOnly: true,
  input: Schema.Struct({ issue: IssueArgument }),
  output: Schema.Struct({
    block: whole("the finalised block at which this is so"),
    issue: IssueShown,
    takesEnrolments: Schema.Boolean.annotations({ description: "whether enrol and skip are possible now" }),
    collateral: text("how much free collateral a competitor must have deposited, in alpha"),
    competition: Schema.NullOr(CompetitionShown)
  }),
  run: ({ issue }) =>
    Effect.gen(function* () {
      const contract = yield* Contract
      const head = yield* (yield* Chain).finalisedHead
      const found = yield* findIssue(String(issue), head)
      const { config } = yield* contract.stateAt(head)
      const competition = found.competition === null ? null : yield* contract.read("competition", { id: found.competition }, head)
      return {
        block: head.number,
        issue: showIssue(found),
        takesEnrolments: found.status._tag === "Open" || found.status._tag === "Funding",
        collateral: formatAlpha(collateralAskedBy(found, config.collateralBps)),
        competition: competition === null ? null : showCompetition(competition)
      }
    })
})
