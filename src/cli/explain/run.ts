/** Explaining a round or a verdict. */
import { Effect, Option, Schema } from "effect"
import * as IssueRef from "../../domain/IssueRef.ts"
import { Chain } from "../../layers/chain/Chain.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import * as GitHubAccounts from "../../layers/github/GitHubAccounts.ts"
import { explainRound } from "../../scoring/issue_competitions/explainRound.ts"
import { explainVerdict } from "../../scoring/issue_competitions/explainVerdict.ts"
import { print } from "../../terminal/output.ts"
import { type ContractOptions, contractLayer } from "../shared/layers.ts"
import { roundDocument, roundLines } from "./roundText.ts"
import { verdictLines } from "./verdictText.ts"

export class IssueNotRegistered extends Schema.TaggedError<IssueNotRegistered>()("IssueNotRegistered", { issue: Schema.String }) {
  override get message() {
    return `the contract has no issue ${this.issue}: see "gittensor mine issues --all"`
  }
}

/** The newest issue under a reference, whether it is closed or not. */
const idOf = Effect.fn("idOfIssue")(function* (ref: IssueRef.IssueRef) {
  const contract = yield* Contract
  const live = yield* contract.read("issueByReference", { repository: ref.repository, number: ref.number })
  if (live !== null) return live
  const { issues: count } = yield* contract.read("counts", {})
  for (let from = count - 99; from > -99; from -= 100) {
    const page = yield* contract.read("issues", { from: Math.max(1, from), limit: 100, status: null })
    const found = page.findLast(({ repository, number }) => `${repository}#${number}`.toLowerCase() === ref.key)
    if (found !== undefined) return found.id
  }
  return yield* new IssueNotRegistered({ issue: ref.toString() })
})

const findIssue = Effect.fn("findIssue")(function* (written: string) {
  const contract = yield* Contract
  const head = yield* (yield* Chain).finalisedHead
  const id = /^\d{1,9}$/.test(written) ? Number(written) : yield* Effect.flatMap(IssueRef.parse(written), idOf)
  const issue = yield* contract.read("issue", { id }, head)
  return issue === null ? yield* new IssueNotRegistered({ issue: written }) : { issue, head }
})

export interface Options extends ContractOptions {
  readonly issue: string
  readonly round: Option.Option<number>
  readonly verdict: boolean
  readonly steps: boolean
  readonly json: boolean
}

export const run = (options: Options) =>
  Effect.gen(function* () {
    const { issue, head } = yield* findIssue(options.issue)
    const round = Option.getOrUndefined(options.round)
    if (options.verdict) return yield* print(options.json, yield* explainVerdict(issue, round, head), verdictLines)
    const explained = yield* explainRound(issue, round, head)
    yield* print(options.json, roundDocument(explained), () => roundLines(explained, options.steps))
  }).pipe(Effect.provide(GitHubAccounts.layer), Effect.provide(contractLayer(options)), Effect.provide(GitHub.layer))
