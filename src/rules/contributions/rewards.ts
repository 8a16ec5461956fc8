/**
 * Turns points into parts of the contributions' pool, by the roster's rules, in exact integers; and a recorded round's into parts of the whole emission.
 */
import type { AccountAddress } from "../../domain/Account.ts"
import { type Emission, ppmOfKind, WHOLE_PPM, winnerTakesAll } from "../../domain/Emission.ts"
import { type Holders, RECYCLE_UID } from "../../domain/Metagraph.ts"
import type { RosterRepositories, RosterRepository } from "../../domain/Roster.ts"
import type { MeasuredScores } from "../../domain/Settlement.ts"
import { divideInProportion } from "../weights/divided.ts"
import { recycledPpm } from "../weights/pools.ts"
import { type Repositories, repositoriesOf } from "./repositories.ts"
import { fullSlicePoints } from "./work/slice.ts"

/** The number of units into which the pool is divided. They are so fine that shares are rounded only once, at the end. */
const POOL_UNITS = 1_000_000_000_000_000n

/** A roster's fraction of 0 to 1 in units. Its double is exact to 15 decimals. */
const unitsOf = (fraction: number): bigint => BigInt(Math.round(fraction * Number(POOL_UNITS)))

/** Points above zero in one repository, by UID. */
export interface RepositoryScorers {
  readonly contributions: ReadonlyMap<number, bigint>
  readonly discoveries: ReadonlyMap<number, bigint>
  /** All points of the window before decay. Only `"scoring": "work"` needs them. */
  readonly points: bigint
  /** How many thousandths of its share the repository lost. */
  readonly lost: bigint
}

export interface RewardsInput {
  readonly uids: ReadonlySet<number>
  readonly repositories: Repositories
  /** Each repository's scorers, by its lower-case name. */
  readonly scorers: ReadonlyMap<string, RepositoryScorers>
  /** The value of one point in the units of `scorers`. */
  readonly point: bigint
  /** UIDs of miners who maintain a repository, by its lower-case name. */
  readonly maintainers: ReadonlyMap<string, ReadonlyArray<number>>
}

const nobody: RepositoryScorers = { contributions: new Map(), discoveries: new Map(), points: 0n, lost: 0n }

/** Leaves out the scorers of a side for which the repository pays nothing. Under `"scoring": "work"` both sides are paid from one pot. */
const paidScorers = (scorers: RepositoryScorers, rules: RosterRepository): RepositoryScorers => {
  const { contributions, discoveries } = scorers
  if (rules.work !== undefined) {
    const both = new Map(contributions)
    for (const [uid, points] of discoveries) both.set(uid, (both.get(uid) ?? 0n) + points)
    return { ...scorers, contributions: both, discoveries: nobody.discoveries }
  }
  return {
    ...scorers,
    contributions: rules.issue_discovery_share < 1 ? contributions : nobody.contributions,
    discoveries: rules.issue_discovery_share > 0 ? discoveries : nobody.discoveries
  }
}

/** Maintainers' cuts do not change with the slices of others. */
const planOf = (name: string, rules: RosterRepository, share: bigint, { scorers: all, maintainers, uids }: RewardsInput) => {
  const scorers = paidScorers(all.get(name) ?? nobody, rules)
  const registered = rules.maintainer_cut > 0 ? [...new Set(maintainers.get(name))].filter((uid) => uids.has(uid)) : []
  const left = (share * (1_000n - scorers.lost)) / 1_000n
  const cut = registered.length === 0 ? 0n : (left * unitsOf(rules.maintainer_cut)) / POOL_UNITS
  const isActive = scorers.contributions.size > 0 || scorers.discoveries.size > 0
  return { rules, scorers, maintainers: registered, cut, share: left - cut, isActive }
}

/** The part of a repository's slice that its points of the window earn, if it is scored for work. */
const earnedPart = (slice: bigint, points: bigint, rules: RosterRepository, point: bigint): bigint => {
  const full = (unitsOf(fullSlicePoints(rules)) * point) / POOL_UNITS
  return points <= 0n ? 0n : points >= full ? slice : (slice * points) / full
}

const byNumber = (left: number, right: number): number => left - right

/**
 * Each UID's part of the pool, in rising order. The pool has 10^15 units; UID 0, if registered, gets the rest. A repository in which no miner scored passes
 * its share to the others. A repository scored for work neither passes on nor receives a share: the part that its points do not earn is recycled.
 */
const unitsBy = (input: RewardsInput): ReadonlyMap<number, bigint> => {
  const rewards = new Map([...input.uids].sort(byNumber).map((uid) => [uid, 0n]))
  let given = 0n
  const give = (uid: number, part: bigint) => {
    const before = rewards.get(uid)
    if (before === undefined) return
    rewards.set(uid, before + part)
    given += part
  }
  const distribute = (slice: bigint, points: ReadonlyMap<number, bigint>) => {
    const uids = [...points.keys()].sort(byNumber)
    const parts = divideInProportion(
      uids.map((uid) => points.get(uid) ?? 0n),
      slice
    )
    for (const [index, uid] of uids.entries()) give(uid, parts[index] ?? 0n)
  }
  const listed = [...input.repositories].toSorted(([left], [right]) => (left < right ? -1 : 1))
  const wanted = listed.map(([, { emission_share }]) => unitsOf(emission_share))
  const sum = wanted.reduce((total, share) => total + share, 0n)
  const shares = sum > POOL_UNITS ? divideInProportion(wanted, POOL_UNITS) : wanted
  const plans = listed
    .map(([name, rules], index) => planOf(name, rules, shares[index] ?? 0n, input))
    .filter(({ share, cut }) => share + cut > 0n)
  for (const { maintainers, cut } of plans) distribute(cut, new Map(maintainers.map((uid) => [uid, 1n])))
  for (const { rules, scorers, share } of plans)
    if (rules.work !== undefined) distribute(earnedPart(share, scorers.points, rules, input.point), scorers.contributions)
  const shared = plans.filter(({ rules }) => rules.work === undefined)
  const active = shared.filter(({ isActive }) => isActive)
  const slices = divideInProportion(
    active.map(({ share }) => share),
    shared.reduce((total, { share }) => total + share, 0n)
  )
  for (const [index, { rules, scorers }] of active.entries()) {
    const slice = slices[index] ?? 0n
    const [authors, finders] = [scorers.contributions.size > 0, scorers.discoveries.size > 0]
    const found = !finders ? 0n : authors ? (slice * unitsOf(rules.issue_discovery_share)) / POOL_UNITS : slice
    distribute(slice - found, scorers.contributions)
    distribute(found, scorers.discoveries)
  }
  give(RECYCLE_UID, POOL_UNITS - given)
  return rewards
}

/** Fractions of the pool by rising UID. */
export const rewardsOf = (input: RewardsInput): ReadonlyMap<number, number> =>
  new Map([...unitsBy(input)].map(([uid, units]) => [uid, Number(units) / Number(POOL_UNITS)]))

const POINT_IN_MILLIONTHS = 1_000_000n

const inputOf = ({ cells, repositories: measured }: MeasuredScores, roster: RosterRepositories): RewardsInput => {
  const scorers = new Map<string, { contributions: Map<number, bigint>; discoveries: Map<number, bigint>; points: bigint; lost: bigint }>()
  const at = (repository: string) => {
    const found = scorers.get(repository) ?? { contributions: new Map(), discoveries: new Map(), points: 0n, lost: 0n }
    scorers.set(repository, found)
    return found
  }
  for (const { uid, repository, side, net, full } of cells) {
    const scorer = at(repository)
    scorer.points += BigInt(full)
    if (net > 0) scorer[side === "author" ? "contributions" : "discoveries"].set(uid, BigInt(net))
  }
  for (const { repository, lost } of measured) at(repository).lost = BigInt(lost)
  const maintainers = new Map(measured.map(({ repository, maintainers }) => [repository, maintainers.map(({ uid }) => uid)]))
  const uids = new Set([RECYCLE_UID, ...cells.map(({ uid }) => uid), ...[...maintainers.values()].flat()])
  return { uids, repositories: repositoriesOf(roster), scorers, point: POINT_IN_MILLIONTHS, maintainers }
}

/**
 * The pool in parts per million by rising UID of those that get any, exactly a million in all; UID 0 gets what is left. Where a settlement has a leader,
 * that gets all of it.
 */
export const sharesOf = (measured: MeasuredScores, roster: RosterRepositories): ReadonlyMap<number, number> => {
  if (measured.leader !== undefined) return new Map([[measured.leader.uid, WHOLE_PPM]])
  const units = [...unitsBy(inputOf(measured, roster))]
  const parts = divideInProportion(
    units.map(([, part]) => part),
    BigInt(WHOLE_PPM)
  )
  return new Map(units.map(([uid], index) => [uid, Number(parts[index] ?? 0n)] as const).filter(([, part]) => part > 0))
}

/** Each cell's part of the pool in 10^15 units, in the cells' order: as if each were of a miner of its own, and nobody a maintainer. */
export const partsOfCells = ({ cells, repositories }: MeasuredScores, roster: RosterRepositories): ReadonlyArray<bigint> => {
  const alone = cells.map((cell, index) => ({ ...cell, uid: index + 1 }))
  const units = unitsBy(inputOf({ cells: alone, repositories: repositories.map((one) => ({ ...one, maintainers: [] })) }, roster))
  return alone.map(({ uid }) => units.get(uid) ?? 0n)
}

const hotkeysIn = ({ cells, repositories, leader }: MeasuredScores): ReadonlyMap<number, AccountAddress> =>
  new Map(
    [...cells, ...repositories.flatMap(({ maintainers }) => maintainers), ...(leader === undefined ? [] : [leader])].map(
      ({ uid, hotkey }) => [uid, hotkey]
    )
  )

/** The miners' shares by hotkey. What UID 0 recycles is left out: its hotkey may change, and would take that share along. */
export const sharesByHotkey = (measured: MeasuredScores, roster: RosterRepositories): ReadonlyMap<AccountAddress, number> => {
  const hotkeys = hotkeysIn(measured)
  return new Map(
    [...sharesOf(measured, roster)].flatMap(([uid, part]) => {
      const hotkey = hotkeys.get(uid)
      return uid === RECYCLE_UID || hotkey === undefined ? [] : [[hotkey, part] as const]
    })
  )
}

/** How a roster gives the contributions' pool to one miner; undefined where miners divide it. */
export const winningBy = ({ emission, repositories }: { readonly emission: Emission; readonly repositories: RosterRepositories }) => {
  const rule = winnerTakesAll(emission)
  // The shares by which miners are compared are those by which they would divide the pool.
  return rule && { ...rule, sharesOf: ({ leader: _, ...measured }: MeasuredScores) => sharesByHotkey(measured, repositories) }
}

/** The whole to the first by share, at equal shares the lower UID; without anybody, nothing. */
export const firstAlone = (shares: ReadonlyMap<number, number>): ReadonlyMap<number, number> =>
  new Map(
    [...shares]
      .toSorted(([left, one], [right, other]) => other - one || left - right)
      .slice(0, 1)
      .map(([uid]) => [uid, WHOLE_PPM])
  )

/** The shares of a settlement, but for UIDs that other hotkeys hold now: their parts are recycled. `neurons`: at the epoch's block E + D2. */
export const agreedShares = (measured: MeasuredScores, roster: RosterRepositories, { neurons }: Holders): ReadonlyMap<number, number> => {
  const holders = new Map(neurons.map(({ uid, hotkey }) => [uid, hotkey]))
  const hotkeys = hotkeysIn(measured)
  return new Map([...sharesOf(measured, roster)].filter(([uid]) => uid === RECYCLE_UID || hotkeys.get(uid) === holders.get(uid)))
}

/**
 * Parts of the whole emission by UID, for a round that is not from the chain. As in the subnet's original program, a treasury whose UID is not
 * registered gets nothing and its share is left out; validators recycle it.
 */
export const emissionRewards = (input: RewardsInput, emission: Emission, treasuryUid: number): ReadonlyMap<number, number> => {
  const pool = ppmOfKind(emission, "oss_contributions") / WHOLE_PPM
  const rewards = new Map([...rewardsOf(input)].map(([uid, part]) => [uid, part * pool]))
  const give = (uid: number, ppm: number) => {
    const before = rewards.get(uid)
    if (before !== undefined && ppm > 0) rewards.set(uid, before + ppm / WHOLE_PPM)
  }
  give(treasuryUid, ppmOfKind(emission, "issue_competitions"))
  // Such a round has no competitions, and so no champions.
  give(RECYCLE_UID, recycledPpm(emission) + ppmOfKind(emission, "champions"))
  return rewards
}
