/** Lists the registered issues. */
import { Effect } from "effect"
import type { Issue } from "../../contract-client/generated.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { allIssues } from "../../layers/chain/contract/findIssue.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { alphaPrice } from "../../layers/chain/subnet/alphaPrice.ts"
import { alpha, print, table } from "../../layers/machine/terminal/output.ts"
import { taoText } from "../../story/worth.ts"
import { type ContractOptions, contractLayer } from "../shared/chainServices.ts"

/** Without a price, the price column is left out. */
const row = (issue: Issue, price: bigint | undefined): ReadonlyArray<string> => [
  String(issue.id),
  `${issue.repository}#${issue.number}`,
  issue.status._tag,
  alpha(issue.bounty),
  ...(price === undefined ? [] : [taoText(issue.bounty, price)]),
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
    // For orientation only, so a failed read is ignored.
    const price = yield* Effect.orElseSucceed(alphaPrice(head), () => undefined)
    const titles = ["id", "issue", "status", "bounty", ...(price === undefined ? [] : ["by price now"]), "funded", "match"]
    yield* print(options.json, { block: head.number, alphaPriceRao: price ?? null, issues: found }, ({ issues }) =>
      issues.length === 0 ? ["no issues yet"] : table([titles, ...issues.map((issue) => row(issue, price))])
    )
  }).pipe(Effect.provide(contractLayer(options)))
