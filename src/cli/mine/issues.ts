/** Lists the registered issues. */
import { Array as Arrays, Clock, Effect, Option, Schema } from "effect"
import type { Issue } from "../../contract-client/generated.ts"
import { IssueRef } from "../../domain/IssueRef.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { allIssues } from "../../layers/chain/contract/findIssue.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { alphaPrice } from "../../layers/chain/subnet/alphaPrice.ts"
import * as GitHubDisplay from "../../layers/github/display/GitHubDisplay.ts"
import { repositoryTexts } from "../../layers/github/repositoryTexts.ts"
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

/** The main languages of issues' repositories, as GitHub counts, by issue; null or absent: GitHub recognises none, or does not answer. */
const languagesOf = (issues: ReadonlyArray<Issue>) =>
  Effect.gen(function* () {
    const display = yield* GitHubDisplay.GitHubDisplay
    // The registration's time is unknown here, so any issue of this name is accepted.
    const registeredAt = yield* Clock.currentTimeMillis
    const sought = issues.flatMap(({ id, number, repository }) =>
      Option.toArray(Option.map(decodeRef({ number, repository }), (ref) => ({ id, ref, registeredAt })))
    )
    const parts = yield* Effect.forEach(
      Arrays.chunksOf(sought, display.atOnce),
      (some) =>
        Effect.map(display.issues(some), (seen) =>
          Arrays.zipWith(some, seen, ({ id }, one) => [id, one._tag === "Shown" ? one.language : null] as const)
        ).pipe(
          Effect.timeout(PATIENCE),
          Effect.orElseSucceed(() => [])
        ),
      { concurrency: 8 }
    )
    return new Map(parts.flat())
  })

/** What an agent needs to choose an issue, besides the contract's record. Without a token GitHub is not asked. */
const withGitHub = Effect.fn("mine.issues.gitHub")(
  function* (issues: ReadonlyArray<Issue>) {
    const { hasToken } = yield* GitHubDisplay.GitHubDisplay
    if (!hasToken) return issues.map((issue) => ({ ...issue, language: null, ai: aiAnswerOf(null) }))
    const read = yield* repositoryTexts
    const policyOf = yield* Effect.cachedFunction((repository: string) => policyOnGitHub(read, repository))
    const [languages, policies] = yield* Effect.all(
      [languagesOf(issues), Effect.forEach(issues, ({ repository }) => policyOf(repository), { concurrency: 8 })],
      { concurrency: 2 }
    )
    return Arrays.zipWith(issues, policies, (issue, policy) => ({
      ...issue,
      language: languages.get(issue.id) ?? null,
      ai: aiAnswerOf(policy)
    }))
  },
  Effect.scoped,
  Effect.provide(GitHubDisplay.quietLayer)
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
