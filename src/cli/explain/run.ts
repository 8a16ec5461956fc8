/** Explains a round or a verdict. */
import { Effect, Option } from "effect"
import { Chain } from "../../layers/chain/Chain.ts"
import { findIssue } from "../../layers/contract/findIssue.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import * as GitHubAccounts from "../../layers/github/GitHubAccounts.ts"
import { explainRound } from "../../scoring/issue_competitions/explainRound.ts"
import { explainVerdict } from "../../scoring/issue_competitions/explainVerdict.ts"
import { print } from "../../terminal/output.ts"
import { type ContractOptions, contractLayer } from "../shared/chainServices.ts"
import { roundDocument, roundLines } from "./roundText.ts"
import { verdictLines } from "./verdictText.ts"

export interface ExplainOptions extends ContractOptions {
  readonly issue: string
  readonly round: Option.Option<number>
  readonly verdict: boolean
  readonly steps: boolean
  readonly json: boolean
}

export const run = (options: ExplainOptions) =>
  Effect.gen(function* () {
    const head = yield* (yield* Chain).finalisedHead
    const issue = yield* findIssue(options.issue, head)
    const round = Option.getOrUndefined(options.round)
    if (options.verdict) return yield* print(options.json, yield* explainVerdict(issue, round, head), verdictLines)
    const explained = yield* explainRound(issue, round, head)
    yield* print(options.json, roundDocument(explained), () => roundLines(explained, options.steps))
  }).pipe(Effect.provide(GitHubAccounts.layer), Effect.provide(contractLayer(options)), Effect.provide(GitHub.layer))
