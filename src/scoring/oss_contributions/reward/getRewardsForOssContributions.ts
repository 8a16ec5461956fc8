/**
 * What miners earn by merged pull requests in listed repositories. One epoch goes straight on: load the evidence, score it, archive the scores, and
 * average them over epochs.
 */
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { MissingEvidence } from "../../../domain/contributions/MissingEvidence.ts"
import type { EpochScores } from "../../../domain/EpochScores.ts"
import type { Metagraph } from "../../../domain/Metagraph.ts"
import { Chain } from "../../../layers/chain/Chain.ts"
import { Roster } from "../../../layers/roster/Roster.ts"
import { ScoreArchive } from "../../../layers/store/ScoreArchive.ts"
import { set } from "../../../telemetry/metrics.ts"
import { AVERAGED_EPOCHS, byUid, movingAverage } from "../../weights/movingAverage.ts"
import { nothingScored, type Scoring, scored } from "../../weights/rewards.ts"
import { ContributionScoring } from "../ContributionScoring.ts"
import { type CurrentEpoch, loadEpoch } from "../load/loadEpoch.ts"
import { scoreMiners } from "../rules/epochScores.ts"
import { scoreLoadedFiles } from "../score/scoreLoadedFiles.ts"

/** Evidence is missing, and the epoch is young enough to ask GitHub again. */
class RoundIncomplete extends Schema.TaggedError<RoundIncomplete>()("RoundIncomplete", {
  epoch: Schema.Number,
  missing: Schema.Array(Schema.String)
}) {
  override get message() {
    const [first = "", ...others] = this.missing
    const more = others.length === 0 ? "" : ` and ${others.length} more`
    return `GitHub did not give all evidence for the scores of epoch ${this.epoch} (${first}${more}): it is asked again before scores of earlier epochs are kept`
  }
}

const textOf = ({ repository, account, why }: MissingEvidence): string =>
  `${repository}${account === null ? "" : ` of account ${account}`}: ${why}`

/** Within the first quarter of an epoch, GitHub is asked again for missing evidence. */
const isYoung = ({ firstBlock, head, tempo }: CurrentEpoch): boolean => head.number - firstBlock < Math.floor(tempo / 4)

/** Loads and scores an epoch. A miner whose evidence is missing keeps its last complete scores. */
const scoreEpoch = Effect.fn("scoreEpoch")(function* (
  metagraph: Metagraph,
  epoch: CurrentEpoch,
  validator: AccountAddress,
  program: string
) {
  const [chain, roster, archive] = yield* Effect.all([Chain, Roster, ScoreArchive])
  const { unlinked, ...loaded } = yield* loadEpoch(metagraph, epoch)
  const { record, totals, missing } = yield* scoreLoadedFiles(loaded)
  const gaps = [...missing.map(textOf), ...[...unlinked].map(([hotkey, why]) => `${hotkey}: ${why}`)]
  if (gaps.length > 0 && isYoung(epoch)) return yield* new RoundIncomplete({ epoch: epoch.index, missing: gaps })
  const [before] = yield* archive.recent(epoch.index - 1, 1)
  const result = scoreMiners({
    record,
    totals,
    missing,
    hotkeys: new Map(metagraph.neurons.map(({ uid, hotkey }) => [uid, hotkey])),
    unlinked,
    before: before?.body
  })
  if (gaps.length > 0)
    yield* Effect.logWarning("GitHub did not give all evidence: earlier scores are kept").pipe(
      Effect.annotateLogs({ epoch: epoch.index, missing: gaps.length, kept: result.kept.length, first: gaps[0] ?? "" })
    )
  const scores: EpochScores = {
    format: "gittensor/epoch-scores/v1",
    netuid: metagraph.netuid,
    genesis: chain.genesisHash,
    epoch: epoch.index,
    block: epoch.firstBlock,
    roster: roster.sha256,
    program,
    validator,
    ...result
  }
  return scores
})

/**
 * The rewards in parts per million of the contributions' share, by UID, averaged over epochs. An epoch is scored once: a restarted validator finds its
 * scores in the archive. Where scoring is disabled, `NothingScored` says why, and the share is recycled.
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
  const archive = yield* ScoreArchive
  const archived = yield* archive.read(epoch.index)
  const { body: own } =
    archived ??
    (yield* Effect.flatMap(scoreEpoch(metagraph, epoch, validator, scoring.program).pipe(Effect.provide(scoring.services)), archive.keep))
  const earlier = yield* archive.recent(epoch.index - 1, AVERAGED_EPOCHS - 1)
  yield* set("gittensor_scores_epoch", own.epoch)
  yield* set("gittensor_scores_kept", own.kept.length)
  const averages = movingAverage(
    [...earlier.map(({ body }) => body), own].map(({ scores }) => new Map(scores.map(({ hotkey, value }) => [hotkey, value])))
  )
  return scored(byUid(averages, metagraph.neurons))
})
