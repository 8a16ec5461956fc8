/** Lists the registered issues. */
import { Clock, Effect, Layer, Option, Schema } from "effect"
import type { Issue } from "../../contract-client/generated.ts"
import { IssueRef } from "../../domain/IssueRef.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { allIssues } from "../../layers/chain/contract/findIssue.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { alphaPrice } from "../../layers/chain/subnet/alphaPrice.ts"
import * as GitHubDisplay from "../../layers/github/display/GitHubDisplay.ts"
import * as RepositoryTexts from "../../layers/github/RepositoryTexts.ts"
import { alpha, print, table } from "../../layers/machine/terminal/output.ts"
import { aiAnswerOf } from "../../roles/miner/rules/aiPolicy.ts"
import { taoText } from "../../story/worth.ts"
import { type ContractOptions, contractLayer } from "../shared/chainServices.ts"
import { policyOnGitHub } from "../shared/policyText.ts"

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

/** Timeout for GitHub; the rest of the answer does not need it. */
const PATIENCE = "10 seconds"

const decodeRef = Schema.decodeUnknownOption(IssueRef)

/** The main language of an issue's repository, as GitHub counts; null: GitHub recognises none, or does not answer. */
const languageOf = ({ number, repository }: Issue) =>
  Effect.gen(function* () {
    const display = yield* GitHubDisplay.GitHubDisplay
    // The registration's time is unknown here, so any issue of this name is accepted.
    const registeredAt = yield* Clock.currentTimeMillis
    const sought = Option.map(decodeRef({ number, repository }), (ref) => ({ ref, registeredAt }))
    const [seen] = yield* display.issues(Option.toArray(sought))
    return seen?._tag === "Shown" ? seen.language : null
  }).pipe(
    Effect.timeout(PATIENCE),
    Effect.orElseSucceed(() => null)
  )

/** What an agent needs to choose an issue, besides the contract's record. Without a token GitHub is not asked. */
const withGitHub = Effect.fn("mine.issues.gitHub")(
  function* (issues: ReadonlyArray<Issue>) {
    const { hasToken } = yield* GitHubDisplay.GitHubDisplay
    if (!hasToken) return issues.map((issue) => ({ ...issue, language: null, ai: aiAnswerOf(null) }))
    const policyOf = yield* Effect.cachedFunction(policyOnGitHub)
    return yield* Effect.forEach(
      issues,
      (issue) =>
        Effect.map(Effect.all([languageOf(issue), policyOf(issue.repository)], { concurrency: 2 }), ([language, policy]) => ({
          ...issue,
          language,
          ai: aiAnswerOf(policy)
        })),
      { concurrency: 8 }
    )
  },
  Effect.provide(Layer.merge(GitHubDisplay.quietLayer, RepositoryTexts.layer))
)

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
    const issues = options.json ? yield* withGitHub(found) : found
    yield* print(options.json, { block: head.number, alphaPriceRao: price ?? null, issues }, () =>
      found.length === 0 ? ["no issues yet"] : table([titles, ...found.map((issue) => row(issue, price))])
    )
  }).pipe(Effect.provide(contractLayer(options)))
