/**
 * What miners earn by merged pull requests in listed repositories.
 */
import { Effect, Schema } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import type { EpochScores } from "../../domain/EpochScores.ts"
import type { Metagraph } from "../../domain/Metagraph.ts"
import { type BlockReference, Chain } from "../../layers/chain/Chain.ts"
import { GitHubAccounts } from "../../layers/github/GitHubAccounts.ts"
import { ScoreArchive } from "../../layers/store/ScoreArchive.ts"
import { set } from "../../telemetry/metrics.ts"
import { AVERAGED_EPOCHS, byUid, movingAverage } from "../weights/movingAverage.ts"
import { nothingScored, type Scoring, scored } from "../weights/rewards.ts"
import { type MeasuredRound, Measurement, type Measuring } from "./Measurement.ts"
import { measureEpoch, type Untold } from "./rules/epochScores.ts"

/** GitHub did not tell everything, and the epoch is young enough to ask again. */
export class RoundIncomplete extends Schema.TaggedError<RoundIncomplete>()("RoundIncomplete", {
  epoch: Schema.Number,
  missing: Schema.Array(Schema.String)
}) {
  override get message() {
    const [first = "", ...others] = this.missing
    const more = others.length === 0 ? "" : ` and ${others.length} more`
    return `GitHub did not tell all that epoch ${this.epoch} is scored by (${first}${more}): it is asked again before scores of earlier epochs are kept`
  }
}

export interface EpochAndPlace extends Epoch {
  /** In blocks. */
  readonly tempo: number
  readonly head: BlockReference
}

const textOf = ({ repository, account, why }: Untold): string => `${repository}${account === null ? "" : ` of account ${account}`}: ${why}`

/** As if GitHub had told nothing of any miner. */
const silence = ({ repositories }: Measuring, now: number, uids: Readonly<Record<string, string | null>>, why: string): MeasuredRound => ({
  record: { now, repos: repositories, uids, pulls: {}, issues: {}, files: {}, maintainer_uids_by_repo: {} },
  totals: new Map(),
  incomplete: Object.keys(repositories).map((repository) => ({ repository, account: null, why }))
})

/** Within the first quarter of an epoch GitHub is asked again for what it did not tell. */
const isYoung = ({ firstBlock, head, tempo }: EpochAndPlace): boolean => head.number - firstBlock < Math.floor(tempo / 4)

/** This epoch's scores by GitHub as it was at the epoch's first block, whenever in the epoch they are computed. */
const measured = Effect.fn("measureContributions")(function* (
  measuring: Measuring,
  metagraph: Metagraph,
  place: EpochAndPlace,
  validator: AccountAddress
) {
  const [chain, accounts, archive] = yield* Effect.all([Chain, GitHubAccounts, ScoreArchive])
  const { index, firstBlock, head } = place
  // The genesis block says no time.
  const now = (yield* chain.timeAt(yield* chain.hashOf(Math.max(1, firstBlock)))) * 1_000
  const linked = yield* accounts.linkedAt(head, metagraph)
  const uids = Object.fromEntries(
    metagraph.neurons.map(({ uid, hotkey }) => [String(uid), linked.accounts.get(hotkey)?.toString() ?? null])
  )
  const round = yield* measuring
    .measure(now, uids)
    .pipe(Effect.catchTag("GitHubUnavailable", ({ message }) => Effect.succeed(silence(measuring, now, uids, message))))
  const unlinked = new Map([...linked.unknown].map((hotkey) => [hotkey, "its GitHub account could not be checked"]))
  const missing = [...round.incomplete.map(textOf), ...[...unlinked].map(([hotkey, why]) => `${hotkey}: ${why}`)]
  if (missing.length > 0 && isYoung(place)) return yield* new RoundIncomplete({ epoch: index, missing })
  const [before] = yield* archive.recent(index - 1, 1)
  const measurement = measureEpoch({
    record: round.record,
    totals: round.totals,
    untold: round.incomplete,
    hotkeys: new Map(metagraph.neurons.map(({ uid, hotkey }) => [uid, hotkey])),
    unlinked,
    before
  })
  if (missing.length > 0)
    yield* Effect.logWarning("GitHub did not tell everything: earlier scores are kept").pipe(
      Effect.annotateLogs({ epoch: index, missing: missing.length, kept: measurement.kept.length, first: missing[0] ?? "" })
    )
  return {
    format: "gittensor/epoch-scores/v1",
    netuid: metagraph.netuid,
    genesis: chain.genesisHash,
    epoch: index,
    block: firstBlock,
    roster: measuring.roster,
    program: measuring.program,
    validator,
    ...measurement
  } satisfies EpochScores
})

/**
 * The rewards of the open-source contributions in an epoch: parts per million of their share by UID, averaged over epochs. The epoch is measured once and its
 * scores are in the archive when this is done (not those of a mere `look`); a validator that starts again takes them from there. Where nothing is measured, `NothingScored` says why, and
 * the share is recycled: nobody gets a score that nobody measured.
 */
export const getRewardsForOssContributions = Effect.fn("getRewardsForOssContributions")(function* (
  metagraph: Metagraph,
  place: EpochAndPlace,
  validator: AccountAddress,
  mode: "keep" | "look"
) {
  yield* Effect.annotateCurrentSpan({ netuid: metagraph.netuid, epoch: place.index })
  const measurement = yield* Measurement
  if (measurement._tag === "NotMeasuring") {
    const nothing: Scoring = nothingScored(measurement.why)
    return nothing
  }
  const archive = yield* ScoreArchive
  const kept = yield* archive.read(place.index)
  const own = kept ?? (yield* measured(measurement, metagraph, place, validator))
  const earlier = yield* archive.recent(place.index - 1, AVERAGED_EPOCHS - 1)
  if (mode === "keep") yield* archive.keep(own)
  yield* set("gittensor_scores_epoch", own.epoch)
  yield* set("gittensor_scores_kept", own.kept.length)
  const averages = movingAverage([...earlier, own].map(({ scores }) => new Map(scores.map(({ hotkey, ppm }) => [hotkey, ppm]))))
  return scored(byUid(averages, metagraph.neurons))
})
