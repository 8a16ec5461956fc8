/** Explains a round or a verdict. */
import { Effect, Layer, Option } from "effect"
import * as PeerQuality from "../../layers/chain/axon/PeerQuality.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { findIssue } from "../../layers/chain/contract/findIssue.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { chainFileName } from "../../layers/chain/node/identity.ts"
import * as GitHubAccounts from "../../layers/github/accounts/GitHubAccounts.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import { print } from "../../layers/machine/terminal/output.ts"
import { pathIn } from "../../layers/storage/dataFolder/dataFolder.ts"
import * as RatingHistory from "../../layers/storage/dataFolder/RatingHistory.ts"
import { explainQuality } from "../../quality/explainQuality.ts"
import { clockAt } from "../../roles/miner/calendar.ts"
import { explainPrunedRound } from "../../scoring/issue_competitions/explainPrunedRound.ts"
import { explainRound } from "../../scoring/issue_competitions/explainRound.ts"
import { explainVerdict } from "../../scoring/issue_competitions/explainVerdict.ts"
import { type ContractOptions, contractLayer } from "../shared/chainServices.ts"
import { prunedLines } from "./prunedText.ts"
import { qualityLines } from "./qualityText.ts"
import { roundDocument, roundLines } from "./roundText.ts"
import { verdictLines } from "./verdictText.ts"

export interface ExplainOptions extends ContractOptions {
  readonly issue: string
  readonly round: Option.Option<number>
  readonly verdict: boolean
  readonly steps: boolean
  /** A validator's data folder on this machine. */
  readonly data: Option.Option<string>
  readonly json: boolean
}

/** Explains a round that the node has pruned, from the ratings in a validator's data folder. */
const storedRound = (folder: string, ...asked: Parameters<typeof explainPrunedRound>) =>
  Effect.gen(function* () {
    const history = RatingHistory.layer({ file: pathIn(folder, "ratings"), chain: yield* chainFileName })
    return yield* Effect.provide(explainPrunedRound(...asked), history)
  })

export const run = (options: ExplainOptions) =>
  Effect.gen(function* () {
    const head = yield* (yield* Chain).finalisedHead
    const issue = yield* findIssue(options.issue, head)
    if (yield* (yield* Contract).read("ended", {}, head))
      yield* Effect.logWarning("the contract's subnet has ended, and nothing goes on: only past rounds can be explained (--round N)")
    const round = Option.getOrUndefined(options.round)
    if (options.verdict) {
      const explained = yield* explainVerdict(issue, round, head)
      const competition = explained.judged?.competition
      const clock = yield* clockAt(head)
      const quality = competition === undefined ? [] : yield* explainQuality(competition, head)
      return yield* print(options.json, { ...explained, quality }, () => [
        ...verdictLines(explained, clock),
        ...(competition === undefined ? [] : qualityLines(quality, competition))
      ])
    }
    yield* explainRound(issue, round, head).pipe(
      Effect.flatMap((explained) => print(options.json, roundDocument(explained), () => roundLines(explained, options.steps))),
      Effect.catchTag("StateForgotten", (forgotten) =>
        Effect.gen(function* () {
          const pruned = Option.isNone(options.data) ? undefined : yield* storedRound(options.data.value, issue, round, head)
          if (pruned === undefined) return yield* forgotten
          yield* print(options.json, { ...pruned, stage: "Pruned" }, prunedLines)
        })
      )
    )
  }).pipe(
    Effect.provide(Layer.merge(GitHubAccounts.layer, PeerQuality.layer)),
    Effect.provide(contractLayer(options, Option.getOrUndefined(Option.map(options.data, (folder) => pathIn(folder, "competitions"))))),
    Effect.provide(GitHub.layer)
  )
