/** The registered issues, as `gittensor mine issues` shows them. */
import { Effect } from "effect"
import type { Issue } from "../../../contract-client/generated.ts"
import { Chain } from "../../../layers/chain/Chain.ts"
import { Contract } from "../../../layers/contract/Contract.ts"
import { alpha, print, table } from "../../../terminal/output.ts"
import { type ContractOptions, contractLayer } from "../../shared/layers.ts"

const readAll = (count: number) =>
  Effect.gen(function* () {
    const contract = yield* Contract
    const pages = Array.from({ length: Math.ceil(count / 100) }, (_, page) => 1 + page * 100)
    return (yield* Effect.forEach(pages, (from) => contract.read("issues", { from, limit: 100, status: null }))).flat()
  })

const row = (issue: Issue): ReadonlyArray<string> => [
  String(issue.id),
  `${issue.repository}#${issue.number}`,
  issue.status._tag,
  alpha(issue.bounty),
  issue.bounty === 0n ? "-" : `${(issue.funded * 100n) / issue.bounty}%`,
  issue.competition === null ? "-" : String(issue.competition)
]

export interface Options extends ContractOptions {
  readonly all: boolean
  readonly json: boolean
}

export const run = (options: Options) =>
  Effect.gen(function* () {
    const head = yield* (yield* Chain).finalisedHead
    const contract = yield* Contract
    const found = options.all
      ? yield* contract.read("counts", {}, head).pipe(Effect.flatMap((counts) => readAll(counts.issues)))
      : yield* contract.liveIssues(head)
    yield* print(options.json, { block: head.number, issues: found }, ({ issues }) =>
      issues.length === 0 ? ["no issues yet"] : table([["id", "issue", "status", "bounty", "funded", "competition"], ...issues.map(row)])
    )
  }).pipe(Effect.provide(contractLayer(options)))
