/**
 * What a validator does about merged pull requests in listed repositories. Each epoch goes one way: load the evidence, score it, write the report, and reward by
 * the average over epochs. `roles/validator` says when.
 */
import { Effect } from "effect"
import { type AccountAddress, Hash32 } from "../../domain/Account.ts"
import type { MissingEvidence } from "../../domain/contributions/MissingEvidence.ts"
import { winnerTakesAll } from "../../domain/Emission.ts"
import { OperationFailed } from "../../domain/failures.ts"
import { RecordUnclear, type Rescore } from "../../domain/MeasuredRecord.ts"
import type { Metagraph } from "../../domain/Metagraph.ts"
import { REPORT_FORMAT, type Report } from "../../domain/Report.ts"
import { rootedIn } from "../../domain/ScoredRecord.ts"
import { measuredBy } from "../../domain/Settlement.ts"
import { Chain, type ChainUnavailable } from "../../layers/chain/node/Chain.ts"
import { Roster } from "../../layers/chain/roster/Roster.ts"
import { Contributions } from "../../layers/github/contributions/Contributions.ts"
import { set } from "../../layers/machine/telemetry/metrics.ts"
import { Reports } from "../../layers/storage/dataFolder/Reports.ts"
import { newestSettlement } from "../../layers/storage/dataFolder/Settlements.ts"
import { scoreMiners } from "../../rules/contributions/epochScores.ts"
import { methodsOf } from "../../rules/contributions/files/totals.ts"
import { firstAlone, sharesByHotkey } from "../../rules/contributions/rewards.ts"
import { AVERAGED_EPOCHS, byUid, movingAverage } from "../../rules/weights/movingAverage.ts"
import { nothingScored, type Scoring, scored } from "../../rules/weights/rewards.ts"
import { ContributionScoring, type ScoringEnabled } from "./ContributionScoring.ts"
import { type CurrentEpoch, loadEpoch } from "./load/loadEpoch.ts"
import { TOOK_TOO_LONG } from "./score/FileScorer.ts"
import { rescoreRecord } from "./score/rescoreRecord.ts"
import { scoreLoadedFiles } from "./score/scoreLoadedFiles.ts"

const missingText = ({ repository, account, only, why }: MissingEvidence): string =>
  `${repository}${typeof only === "number" ? `#${only}` : ""}${account === null ? "" : ` of account ${account}`}${only === "issues" ? ", its issues" : ""}: ${why}`

/** Within the first quarter of an epoch, missing evidence is requested again. */
const isYoung = ({ firstBlock, head, tempo }: CurrentEpoch): boolean => head.number - firstBlock < Math.floor(tempo / 4)

/** Loads and scores an epoch, and writes its report. A miner whose evidence is missing keeps its last complete scores. */
const scoreEpoch = Effect.fn("scoreEpoch")(function* (
  metagraph: Metagraph,
  epoch: CurrentEpoch,
  validator: AccountAddress,
  program: string
) {
  const [chain, roster, reports, contributions] = yield* Effect.all([Chain, Roster, Reports, Contributions])
  const byName = Object.values(roster.repositories).filter(({ github_id }) => github_id === undefined).length
  if (byName > 0)
    yield* Effect.logWarning(
      `${byName} repositories of the roster have no id, so any repository that takes over such a name is scored. The roster's signer can pin them (gittensor owner roster pin)`
    )
  const { hotkeys, unanswered, unseen, pruned, ...loaded } = yield* loadEpoch(metagraph, epoch)
  const { record, totals, kept: methods, missing } = yield* scoreLoadedFiles(loaded, ({ files }) => methodsOf(files))
  const unansweredTexts = [...unanswered].map(([hotkey, why]) => `${hotkey}: ${why}`)
  const gaps = [...missing.map(missingText), ...unansweredTexts]
  // The epoch is young enough for a retry. Nobody's slow file makes all wait.
  const [first, ...others] = [...missing.filter(({ why }) => why !== TOOK_TOO_LONG).map(missingText), ...unansweredTexts]
  if (first !== undefined && isYoung(epoch)) {
    const more = others.length === 0 ? "" : ` and ${others.length} more`
    return yield* new OperationFailed({
      message: `GitHub did not give all evidence for the scores of epoch ${epoch.index} (${first}${more}): it is asked again before scores of earlier epochs are kept`
    })
  }
  const { scores, repositories, ...evidence } = scoreMiners({
    record,
    totals,
    methods,
    missing,
    hotkeys,
    unlinked: new Map([...unanswered, ...unseen, ...pruned]),
    unseen: new Set(unseen.keys()),
    before: yield* reports.lastMiners(epoch.index - 1),
    roster: roster.repositories
  })
  if (gaps.length > 0)
    yield* Effect.logWarning("not all evidence is there: earlier scores are kept").pipe(
      Effect.annotateLogs({ epoch: epoch.index, missing: gaps.length, kept: evidence.kept.length, first: gaps[0] ?? "" })
    )
  const report: Report = {
    format: REPORT_FORMAT,
    netuid: metagraph.netuid,
    genesis: Hash32.make(chain.genesisHash),
    epoch: epoch.index,
    block: epoch.firstBlock,
    roster: roster.sha256,
    program,
    validator,
    settlement: yield* newestSettlement(epoch.index - 1),
    miners: scores,
    repositories,
    ...rootedIn(evidence.records, validator)
  }
  yield* set("gittensor_scores_kept", evidence.kept.length)
  return yield* Effect.zipLeft(reports.keep(report, evidence), contributions.forgetRound)
})

/** This validator's report of an epoch, from the archive if the epoch is measured already. It is on disk when this returns. */
export const reportOfEpoch = Effect.fn("reportOfEpoch")(function* (
  { services, program }: ScoringEnabled,
  metagraph: Metagraph,
  epoch: CurrentEpoch,
  validator: AccountAddress
) {
  const reports = yield* Reports
  const archived = yield* reports.read(epoch.index)
  if (archived !== undefined) yield* set("gittensor_scores_kept", (yield* reports.lastMiners(epoch.index))?.kept.length ?? 0)
  return archived ?? (yield* scoreEpoch(metagraph, epoch, validator, program).pipe(Effect.provide(services)))
})

/**
 * The rewards by UID at the head (`metagraph`), in parts per million of the contributions' share, averaged over epochs. An epoch is scored once, as of its
 * first block: a restarted validator finds its report in the archive. If scoring is disabled, `NothingScored` says why, and the share is recycled.
 */
export const getRewardsForOssContributions = Effect.fn("getRewardsForOssContributions")(function* (
  metagraph: Metagraph,
  epoch: CurrentEpoch,
  validator: AccountAddress
) {
  yield* Effect.annotateCurrentSpan({ netuid: metagraph.netuid, epoch: epoch.index })
  const scoring = yield* ContributionScoring
  if (scoring._tag === "ScoringDisabled") {
    const nothing: Scoring = nothingScored(scoring.reason)
    return nothing
  }
  const reports = yield* Reports
  const { body: own } = yield* reportOfEpoch(scoring, metagraph, epoch, validator)
  const earlier = yield* reports.recent(epoch.index - 1, AVERAGED_EPOCHS - 1)
  yield* set("gittensor_scores_epoch", own.epoch)
  yield* reports
    .retire(epoch.index, epoch.tempo)
    .pipe(
      Effect.catchTag("StoreUnavailable", ({ message }) =>
        Effect.logWarning(`old reports could not be deleted; the next epoch tries again: ${message}`)
      )
    )
  const { repositories, emission } = yield* Roster
  const shares = [...earlier, own].map((report) => sharesByHotkey(measuredBy(report), repositories))
  const averages = byUid(movingAverage(shares), metagraph.neurons)
  // No validator's own scores name a leader that all share.
  return scored(winnerTakesAll(emission) === undefined ? averages : firstAlone(averages))
})

/**
 * Recomputes scores from other validators' records, with the epoch's roster and this validator's own scoring rules. Undefined where contributions are not
 * scored. `time`: start of the epoch in seconds since 1970.
 */
export const rescoreBy = Effect.fn("rescoreBy")(function* (roster: Roster["Type"], time: Effect.Effect<number, ChainUnavailable>) {
  const scoring = yield* ContributionScoring
  if (scoring._tag === "ScoringDisabled") return undefined
  const rescore: Rescore = (record) =>
    Effect.gen(function* () {
      const now = (yield* time) * 1_000
      return yield* rescoreRecord(record, { now })
    }).pipe(
      Effect.catchTag("ChainUnavailable", ({ message }) => new RecordUnclear({ ...record, why: message })),
      Effect.provide(scoring.services),
      Effect.provideService(Roster, roster)
    )
  return rescore
})
