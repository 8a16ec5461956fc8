/**
 * The validators of the consensus study. Honest validators measure with small errors and gaps. Hostile ones act as one, and see all reports before
 * they write theirs.
 */
import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { JudgedNeuron } from "../../../src/domain/Electorate.ts"
import type { Random } from "../random.ts"
import { addressNamed, type Score, type Voter } from "./reports.ts"

/** What a lie gives the favourite, in millionths of a point: as much as all miners earn together. */
const HIGHEST_VALUE = 1_000_000

export interface Member {
  readonly hotkey: AccountAddress
  readonly stake: bigint
  readonly isHostile: boolean
}

/** The total stake, chosen so that a share in basis points is exact. */
const STAKE = 10n ** 16n
const HOSTILE_VALIDATORS = 4

/** Distinct shares that add up to the sum. */
const distinctShares = (sum: bigint, count: number): ReadonlyArray<bigint> => {
  const parts = BigInt((count * (count + 1)) / 2)
  const shares = Array.from({ length: count }, (_, index) => (sum * BigInt(index + 1)) / parts)
  return shares.map((share, index) => (index === 0 ? share + sum - shares.reduce((all, one) => all + one, 0n) : share))
}

/** Validators; hostile ones hold `hostileBps` basis points of the stake. */
export const membersOf = (honest: number, hostileBps: number): ReadonlyArray<Member> => {
  const hostileStake = (STAKE * BigInt(hostileBps)) / 10_000n
  return [
    ...distinctShares(STAKE - hostileStake, honest).map((stake, index) => ({
      hotkey: addressNamed(`honest ${index}`),
      stake,
      isHostile: false
    })),
    ...(hostileBps === 0 ? [] : distinctShares(hostileStake, HOSTILE_VALIDATORS)).map((stake, index) => ({
      hotkey: addressNamed(`hostile ${index}`),
      stake,
      isHostile: true
    }))
  ]
}

/** Single gaps in honest reports. */
const GAP_PPM = 10_000
/** Epochs in which GitHub does not answer some validators for about half of the UIDs. */
const OUTAGE_PPM = 100_000
/** The largest relative error of an honest value is one in this many. */
const ERROR = 200

/** A value with an error. */
const disturbed = (random: Random, value: number): number => {
  const most = Math.floor(value / ERROR)
  return value + random.below(2 * most + 1) - most
}

/** Honest validators' reports of the miners' true earnings (parts per million by UID). */
export const honestReports = (
  random: Random,
  members: ReadonlyArray<Member>,
  neurons: ReadonlyArray<JudgedNeuron>,
  truth: ReadonlyArray<number>
): ReadonlyMap<AccountAddress, ReadonlyArray<Score>> => {
  const affectedPpm = random.chance(OUTAGE_PPM) ? random.below(1_000_001) : 0
  const isSilent = new Set(neurons.filter(() => random.chance(500_000)).map(({ uid }) => uid))
  return new Map(
    members
      .filter(({ isHostile }) => !isHostile)
      .map(({ hotkey: own }) => {
        const isAffected = random.chance(affectedPpm)
        const scores = neurons.map(({ uid, hotkey }): Score => {
          const isGap = random.chance(GAP_PPM) || (isAffected && isSilent.has(uid))
          return { uid, hotkey, value: isGap ? null : disturbed(random, truth[uid] ?? 0) }
        })
        return [own, scores] as const
      })
  )
}

/** The UID of the miner that hostile validators pay, an ordinary one. */
export const FAVOURITE = 3

/** Honest votes on a UID: the stake that measured it, and the lowest and highest value. */
export type HonestVotes = ReadonlyMap<number, { readonly stake: bigint; readonly least: number; readonly most: number }>

/** What hostile validators know before they write their reports. */
interface Scene {
  readonly neurons: ReadonlyArray<JudgedNeuron>
  readonly honest: HonestVotes
  readonly hostileStake: bigint
  /** The last epoch's consensus in parts per million by hotkey. */
  readonly before: ReadonlyMap<string, number>
  readonly random: Random
}

interface Strategy {
  readonly name: string
  /** The report of every hostile validator; null: no report. */
  readonly report: (scene: Scene) => ReadonlyArray<Score> | null
}

const lie = (uid: number): number => (uid === FAVOURITE ? HIGHEST_VALUE : 0)

const lies: Strategy = {
  name: "lie about everybody",
  report: ({ neurons }) => neurons.map(({ uid, hotkey }) => ({ uid, hotkey, value: lie(uid) }))
}

/** Lies where its vote decides the median, and withholds the vote where the UID then has no median. */
const lieOrStarve: Strategy = {
  name: "lie about miners whose median they decide, and keep silent about those whom too few others measured",
  report: ({ honest, hostileStake, neurons }) =>
    neurons.map(({ uid, hotkey }) => {
      const measured = honest.get(uid)?.stake ?? 0n
      const isDecided = hostileStake >= measured
      return { uid, hotkey, value: !isDecided && 3n * measured < STAKE ? null : lie(uid) }
    })
}

const edge: Strategy = {
  name: "report the end of the honest range that suits them",
  report: ({ honest, neurons }) =>
    neurons.map(({ uid, hotkey }) => {
      const range = honest.get(uid)
      return { uid, hotkey, value: (uid === FAVOURITE ? range?.most : range?.least) ?? null }
    })
}

export const copy: Strategy = {
  name: "copy last epoch's consensus, with errors as in honest reports",
  report: ({ before, neurons, random }) =>
    neurons.map(({ uid, hotkey }) => ({ uid, hotkey, value: Math.min(HIGHEST_VALUE, disturbed(random, before.get(hotkey) ?? 0)) }))
}

export const withhold: Strategy = { name: "send no report", report: () => null }

/** Used in turn. The last one lasts long enough for weights to be held for their longest time. */
export const strategies: ReadonlyArray<Strategy> = [lies, lieOrStarve, edge, copy, withhold]
export const TURN_EPOCHS = 20

/** All validators of an epoch with their reports. */
export const votersOf = (
  members: ReadonlyArray<Member>,
  neurons: ReadonlyArray<JudgedNeuron>,
  reports: ReadonlyMap<AccountAddress, ReadonlyArray<Score>>,
  strategy: Strategy,
  before: ReadonlyMap<string, number>,
  random: Random
): { readonly voters: ReadonlyArray<Voter>; readonly honest: HonestVotes } => {
  const stakes = new Map(members.map(({ hotkey, stake }) => [hotkey, stake]))
  const honest: HonestVotes = new Map(
    neurons.flatMap(({ uid }, index) => {
      const votes = [...reports].flatMap(([hotkey, scores]) => {
        const value = scores[index]?.value ?? null
        return value === null ? [] : [{ value, stake: stakes.get(hotkey) ?? 0n }]
      })
      const values = votes.map(({ value }) => value)
      const stake = votes.reduce((sum, vote) => sum + vote.stake, 0n)
      return votes.length === 0 ? [] : [[uid, { stake, least: Math.min(...values), most: Math.max(...values) }] as const]
    })
  )
  const hostileStake = members.reduce((sum, { isHostile, stake }) => (isHostile ? sum + stake : sum), 0n)
  const hostileReport = strategy.report({ neurons, honest, hostileStake, before, random })
  return {
    honest,
    voters: members.map(({ hotkey, isHostile, stake }) => ({
      hotkey,
      stake,
      scores: isHostile ? hostileReport : (reports.get(hotkey) ?? null)
    }))
  }
}
