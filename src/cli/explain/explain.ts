/** Explains a round or a verdict. */
import { Effect, Layer, Option } from "effect"
import * as PeerQuality from "../../layers/chain/axon/PeerQuality.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { findIssue } from "../../layers/chain/contract/findIssue.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import * as GitHubAccounts from "../../layers/github/accounts/GitHubAccounts.ts"
import * as GitHubDisplay from "../../layers/github/display/GitHubDisplay.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import { print } from "../../layers/machine/terminal/output.ts"
import { explainQuality } from "../../quality/explainQuality.ts"
import { clockAt } from "../../roles/miner/calendar.ts"
import { loginsAt } from "../../roles/miner/names.ts"
import { explainRound } from "../../scoring/issue_competitions/explainRound.ts"
import { explainVerdict } from "../../scoring/issue_competitions/explainVerdict.ts"
import { type ContractOptions, contractLayer } from "../shared/chainServices.ts"
import { rosterRefusals } from "../shared/rosterRefusals.ts"
import type { RosterSource } from "../shared/rosterSource.ts"
import { prunedLines } from "./prunedText.ts"
import { qualityLines } from "./qualityText.ts"
import { roundDocument, roundLines } from "./roundText.ts"
import { verdictLines } from "./verdictText.ts"

export interface ExplainOptions extends ContractOptions {
  readonly issue: string
  readonly round: Option.Option<number>
  readonly verdict: boolean
  readonly steps: boolean
  readonly roster: Option.Option<RosterSource>
  readonly json: boolean
}

/** Without the roster, the rest is explained all the same. */
const refusalsKnown = (source: Option.Option<RosterSource>) =>
  Effect.catchTag(rosterRefusals(source), "OperationFailed", ({ message }) => Effect.as(Effect.logWarning(message), []))

export const run = (options: ExplainOptions) =>
  Effect.gen(function* () {
    const head = yield* (yield* Chain).finalisedHead
    const issue = yield* findIssue(options.issue, head)
    if (yield* (yield* Contract).read("ended", {}, head))
      yield* Effect.logWarning("the contract's subnet has ended, and nothing goes on: only past rounds can be explained (--round N)")
    const round = Option.getOrUndefined(options.round)
    const refusals = yield* refusalsKnown(options.roster)
    if (options.verdict) {
      const explained = yield* explainVerdict(issue, round, head, refusals)
      const competition = explained.judged?.competition
      const clock = yield* clockAt(head)
      const quality = competition === undefined ? [] : yield* explainQuality(competition, head)
      return yield* print(options.json, { ...explained, quality }, () => [
        ...verdictLines(explained, clock),
        ...(competition === undefined ? [] : qualityLines(quality, competition))
      ])
    }
    yield* explainRound(issue, round, head, refusals).pipe(
      Effect.flatMap((explained) =>
        Effect.gen(function* () {
          const { blocks, miners } = explained
          const hash = yield* (yield* Chain).hashOf(blocks.start)
          const logins = yield* loginsAt(
            miners.flatMap(({ hotkey }) => (hotkey === null ? [] : [hotkey])),
            { number: blocks.start, hash }
          )
          yield* print(options.json, roundDocument(explained, logins), () => roundLines(explained, logins, options.steps))
        })
      ),
      Effect.catchTag("StateForgotten", (forgotten) =>
        Effect.gen(function* () {
          const match = issue.competition === null ? null : yield* (yield* Contract).stored("competition", { id: issue.competition }, head)
          if (match === null || match.round !== (round ?? match.round)) return yield* forgotten
          yield* print(options.json, { issue, competition: match, stage: "Pruned" }, () => prunedLines(issue, match))
        })
      )
    )
  }).pipe(
    Effect.provide(Layer.mergeAll(GitHubAccounts.layer, GitHubDisplay.quietLayer, PeerQuality.layer)),
    Effect.provide(contractLayer(options)),
    Effect.provide(GitHub.layer)
  )
