/** Simulates the consensus rules over many epochs: measure, report, aggregate, set or hold weights, and the chain's result. */

import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { JudgedNeuron } from "../../../src/domain/Electorate.ts"
import { toU16 } from "../../../src/domain/toU16.ts"
import { copyScore, divergence, settledValues } from "../../../src/rules/consensus/divergence.ts"
import { type ChainWeight, HELD_EPOCHS, hold, ofSameHotkeys } from "../../../src/rules/consensus/hold.ts"
import type { CountedReports } from "../../../src/rules/consensus/settlementOf.ts"
import { sharesOf } from "../../../src/rules/contributions/rewards.ts"
import { divideInProportion } from "../../../src/rules/weights/divided.ts"
import { randomOf } from "../random.ts"
import { chainEpoch } from "./chainConsensus.ts"
import { addressNamed, countedOf, ROSTER, type Score, saidOf, type Voter } from "./reports.ts"
import { copy, FAVOURITE, type HonestVotes, honestReports, membersOf, strategies, TURN_EPOCHS, votersOf, withhold } from "./validators.ts"
import { World } from "./world.ts"

export interface EpochSettings {
  readonly seed: number
  readonly honestValidators: number
  /** Hostile stake in basis points of all stake. */
  readonly hostileBps: number
  readonly miners: number
}

/** A UID's part of the pool in parts per million. */
interface Weight {
  readonly uid: number
  readonly ppm: number
}

/** In blocks, as on the main network. */
const TEMPO = 360
const WEIGHTS_AFTER = 200
const ACTIVITY_CUTOFF = 5_000

const REPLACED_PPM = 200_000
/** A UID may change hands while reports are collected, too. */
const REPLACED_LATE_PPM = 100_000

/** What happened over all epochs. */
export interface Tally {
  epochs: number
  /** Epochs in which hostile validators sent no report. */
  withheld: number
  /** Epochs without weights: no quorum, or no earnings. */
  withoutConsensus: number
  /** Epochs in which honest validators set their own scores, after a long time without consensus. */
  ownScores: number
  medians: number
  /** Scores from the settlement before, because too little stake measured them. */
  kept: number
  /** Medians outside of the range that honest validators measured, though these hold more stake than the hostile; and epochs with such medians. */
  outside: number
  epochsOutside: number
  /** Medians of miners whom less honest stake measured than hostile. */
  decided: number
  /** Weights for a UID that changed hands after it was measured. */
  paidStrangers: number
  /** Epochs in which the chain cut a weight of an honest validator that set the aggregate. */
  clipped: number
  /** The distance of the chain's consensus from the truth: half the sum of differences, in ppm, summed and the maximum. */
  distance: number
  mostDistance: number
  /** The excess of the hostile validators' miner above its earnings, in ppm, summed. */
  favoured: number
  leaderChanges: number
  /** The sum of the copy scores that one honest validator computed for honest reports, in thousandths. */
  honestCopy: number
  honestCopies: number
  hostileCopy: number
  hostileCopies: number
  /** Rank correlations of one honest validator's scores with the aggregate, in thousandths: summed and counted. */
  rankCorrelation: number
  rankCorrelations: number
}

const leaderOf = (weights: ReadonlyArray<Weight>): number | undefined =>
  weights.reduce<Weight | undefined>((best, one) => (best === undefined || one.ppm > best.ppm ? one : best), undefined)?.uid

const chainWeights = (weights: ReadonlyArray<Weight>): ReadonlyArray<ChainWeight> => {
  const { uids, values } = toU16(new Map(weights.map(({ uid, ppm }) => [uid, ppm])))
  return uids.map((uid, index) => ({ uid, value: values[index] ?? 0 }))
}

const byUid = (weights: ReadonlyArray<ChainWeight>): ReadonlyMap<number, number> => new Map(weights.map(({ uid, value }) => [uid, value]))

export class EpochSeason {
  private readonly world: World
  private readonly members
  private readonly random
  private readonly hostileRandom
  private block = 0
  private epochsWithout = 0
  private lastUpdate = 0
  /** Honest validators' weights on chain: equal for all while they follow the consensus, by hotkey otherwise. */
  private common: ReadonlyArray<ChainWeight> = []
  private own: ReadonlyMap<string, ReadonlyArray<ChainWeight>> | undefined
  private weighed: ReadonlyArray<JudgedNeuron> = []
  private onChain: ReadonlyMap<string, number> = new Map()
  private before: ReadonlyMap<string, number> = new Map()
  private leader: number | undefined
  private settled: CountedReports | undefined

  readonly tally: Tally = {
    epochs: 0,
    withheld: 0,
    withoutConsensus: 0,
    ownScores: 0,
    medians: 0,
    kept: 0,
    outside: 0,
    epochsOutside: 0,
    decided: 0,
    paidStrangers: 0,
    clipped: 0,
    distance: 0,
    mostDistance: 0,
    favoured: 0,
    leaderChanges: 0,
    honestCopy: 0,
    honestCopies: 0,
    hostileCopy: 0,
    hostileCopies: 0,
    rankCorrelation: 0,
    rankCorrelations: 0
  }

  constructor({ hostileBps, honestValidators, miners, seed }: EpochSettings) {
    this.random = randomOf(seed, "epochs")
    this.hostileRandom = randomOf(seed, "hostile reports")
    this.world = new World(randomOf(seed, "miners"), miners)
    this.members = membersOf(honestValidators, hostileBps)
    // The subnet has been running before the season: otherwise too many gaps in the first epoch would leave nothing to divide.
    const { truth } = this.world
    this.onChain = new Map(
      this.world.neurons(new Map()).map(({ uid, hotkey }) => [hotkey, Math.floor(((truth[uid] ?? 0) * 65_535) / 1_000_000)])
    )
  }

  /** One epoch. */
  step(): void {
    const { members, random, tally, world } = this
    const strategy = strategies[Math.floor(tally.epochs / TURN_EPOCHS) % strategies.length] ?? copy
    world.work()
    if (random.chance(REPLACED_PPM)) world.replaceOne()
    const neurons = world.neurons(this.onChain)
    const truth = world.truth
    const reports = honestReports(random, members, neurons, truth)
    const { honest, voters } = votersOf(members, neurons, reports, strategy, this.before, this.hostileRandom)
    const found = countedOf(tally.epochs, voters, neurons, this.settled)
    if (found.quorum) this.settled = found
    if (strategy === withhold && members.some(({ isHostile }) => isHostile)) tally.withheld++
    if (found.quorum) this.compareWithRange(found, voters, neurons, honest)
    this.compare(reports, neurons, voters, found, strategy === copy)
    if (random.chance(REPLACED_LATE_PPM)) world.replaceOne()
    const later = world.neurons(this.onChain)
    const isDecided = found.cells.some(({ net }) => net > 0)
    this.setWeights(isDecided ? [...sharesOf(found, ROSTER)].map(([uid, ppm]) => ({ uid, ppm })) : null, neurons, later, reports)
    this.settle(later, truth)
    tally.epochs++
    this.block += TEMPO
  }

  private compareWithRange(
    found: CountedReports,
    voters: ReadonlyArray<Voter>,
    neurons: ReadonlyArray<JudgedNeuron>,
    honest: HonestVotes
  ): void {
    const { tally } = this
    const values = settledValues(found)
    const kept = new Set(found.cells.flatMap(({ uid, measuredIn }) => (measuredIn < tally.epochs ? [uid] : [])))
    const sum = (some: ReadonlyArray<Voter>) => some.reduce((stake, one) => stake + one.stake, 0n)
    let outside = 0
    for (const [index, { uid }] of neurons.entries()) {
      const range = honest.get(uid)
      const measuring = sum(voters.filter(({ scores }) => (scores?.[index]?.value ?? null) !== null))
      if (kept.has(uid) || 3n * measuring < sum(voters)) tally.kept++
      else {
        tally.medians++
        const value = values.get(uid) ?? 0
        if (range === undefined || 2n * range.stake <= measuring) tally.decided++
        else if (value < range.least || value > range.most) outside++
      }
    }
    tally.outside += outside
    if (outside > 0) tally.epochsOutside++
  }

  /** Compares one honest validator with the others. */
  private compare(
    reports: ReadonlyMap<AccountAddress, ReadonlyArray<Score>>,
    neurons: ReadonlyArray<JudgedNeuron>,
    voters: ReadonlyArray<Voter>,
    found: CountedReports,
    isCopied: boolean
  ): void {
    const { tally } = this
    const [judge, peer] = [reports.get(addressNamed("honest 0")) ?? [], reports.get(addressNamed("honest 1")) ?? []].map(saidOf)
    if (judge === undefined || peer === undefined) return
    const ofPeer = copyScore(peer, judge, this.before, neurons).milli
    if (ofPeer !== null) {
      tally.honestCopy += ofPeer
      tally.honestCopies++
    }
    const copied = voters.find(({ hotkey, scores }) => hotkey === "hostile 0" && scores !== null)?.scores
    const ofCopy = isCopied && copied ? copyScore(saidOf(copied), judge, this.before, neurons).milli : null
    if (ofCopy !== null) {
      tally.hostileCopy += ofCopy
      tally.hostileCopies++
    }
    if (!found.quorum) return
    const { spearmanPpm } = divergence(judge, found, neurons)
    if (spearmanPpm !== null) {
      tally.rankCorrelation += Math.round(spearmanPpm / 1_000)
      tally.rankCorrelations++
    }
  }

  /** Honest validators set the consensus. Without a consensus they hold their weights, and after a while set their own scores. */
  private setWeights(
    weights: ReadonlyArray<Weight> | null,
    measured: ReadonlyArray<JudgedNeuron>,
    neurons: ReadonlyArray<JudgedNeuron>,
    reports: ReadonlyMap<AccountAddress, ReadonlyArray<Score>>
  ): void {
    const { tally } = this
    const now = this.block + WEIGHTS_AFTER
    if (weights !== null) {
      const leader = leaderOf(weights)
      if (this.leader !== undefined && leader !== this.leader) tally.leaderChanges++
      this.leader = leader
      this.send(ofSameHotkeys(chainWeights(weights), measured, neurons), measured, neurons, now)
      this.before = new Map(measured.map(({ uid, hotkey }) => [hotkey, weights.find((one) => one.uid === uid)?.ppm ?? 0]))
      this.epochsWithout = 0
      return
    }
    tally.withoutConsensus++
    this.epochsWithout++
    const held = hold({
      weights: this.common,
      weighedNeurons: this.weighed,
      neurons,
      epochsWithout: this.epochsWithout,
      lastUpdate: this.lastUpdate,
      activityCutoff: ACTIVITY_CUTOFF,
      nextBlock: now + TEMPO
    })
    if (held._tag === "SendAgain") this.send(held.weights, this.weighed, neurons, now)
    if (held._tag === "OwnScores") {
      tally.ownScores++
      this.own = new Map(
        [...reports].map(([hotkey, scores]) => [
          hotkey,
          ofSameHotkeys(
            // A UID that a validator could not measure keeps its last value.
            chainWeights(scores.map(({ uid, hotkey: miner, value }) => ({ uid, ppm: value ?? this.before.get(miner) ?? 0 }))),
            measured,
            neurons
          )
        ])
      )
      if (this.epochsWithout <= HELD_EPOCHS && this.common.length > 0) throw new RangeError("weights were not held as long as they are")
    }
  }

  private send(
    weights: ReadonlyArray<ChainWeight>,
    weighed: ReadonlyArray<JudgedNeuron>,
    neurons: ReadonlyArray<JudgedNeuron>,
    block: number
  ): void {
    const before = new Map(weighed.map(({ uid, hotkey }) => [uid, hotkey]))
    this.tally.paidStrangers += weights.filter(({ uid }) => neurons.find((neuron) => neuron.uid === uid)?.hotkey !== before.get(uid)).length
    this.common = weights
    this.own = undefined
    this.weighed = neurons
    this.lastUpdate = block
  }

  /** The chain ends the epoch. Weights for neurons that registered after the weights were set do not count. */
  private settle(neurons: ReadonlyArray<JudgedNeuron>, truth: ReadonlyArray<number>): void {
    const { members, tally } = this
    const common = ofSameHotkeys(this.common, this.weighed, neurons)
    const voters = members.map(({ hotkey, isHostile, stake }) => ({
      stake,
      weights: isHostile ? new Map([[FAVOURITE, 1]]) : byUid(this.own?.get(hotkey) ?? common)
    }))
    const { consensus, isCounted } = chainEpoch(voters, this.world.uids)
    if (this.own === undefined && members.some(({ isHostile }, index) => !isHostile && isCounted[index] === false)) tally.clipped++
    this.onChain = new Map(neurons.map(({ uid, hotkey }) => [hotkey, consensus.get(uid) ?? 0]))
    const paid = divideInProportion(
      neurons.map(({ uid }) => BigInt(consensus.get(uid) ?? 0)),
      1_000_000n
    ).map(Number)
    const distance = paid.every((part) => part === 0)
      ? 1_000_000
      : paid.reduce((sum, part, uid) => sum + Math.abs(part - (truth[uid] ?? 0)), 0) / 2
    tally.distance += distance
    tally.mostDistance = Math.max(tally.mostDistance, distance)
    tally.favoured += (paid[FAVOURITE] ?? 0) - (truth[FAVOURITE] ?? 0)
  }
}
