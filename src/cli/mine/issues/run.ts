/** Lists the registered issues. */
import { Effect } from "effect"
import type { Issue } from "../../../contract-client/generated.ts"
import { Chain } from "../../../layers/chain/Chain.ts"
import { Contract } from "../../../layers/contract/Contract.ts"
import { allIssues } from "../../../layers/contract/findIssue.ts"
import { alpha, print, table } from "../../../terminal/output.ts"
import { type ContractOptions, contractLayer } from "../../shared/chainServices.ts"

const row = (issue: Issue): ReadonlyArray<string> => [
  String(issue.id),
  `${issue.repository}#${issue.number}`,
  issue.status._tag,
  alpha(issue.bounty),
  issue.bounty === 0n ? "-" : `${(issue.funded * 100n) / issue.bounty}%`,
  issue.competition === null ? "-" : String(issue.competition)
]

export interface IssuesOptions extends ContractOptions {
  readonly all: boolean
  readonly json: boolean
}

export const run = (options: IssuesOptions) =>
  Effect.gen(function* () {
    const head = yield* (yield* Chain).finalisedHead
    const found = options.all ? yield* allIssues(head) : yield* (yield* Contract).liveIssues(head)
    yield* print(options.json, { block: head.number, issues: found }, ({ issues }) =>
      issues.length === 0 ? ["no issues yet"] : table([["id", "issue", "status", "bounty", "funded", "competition"], ...issues.map(row)])
    )
  }).pipe(Effect.provide(contractLayer(options)))
