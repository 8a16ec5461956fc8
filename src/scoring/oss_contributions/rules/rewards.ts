/** Turns scores into parts of the contributions' pool, and a recorded round's into parts of the whole emission. */
import { type Emission, ppmOfKind, WHOLE_PPM } from "../../../domain/Emission.ts"
import { RECYCLE_UID } from "../../../domain/Metagraph.ts"
import type { RosterRepository } from "../../../domain/Roster.ts"
import { recycledPpm } from "../../weights/pools.ts"
import type { Repositories } from "./repositories.ts"
import { compensatedSum } from "./sums.ts"
import { paidPart } from "./work/slice.ts"

/** Miners' scores above zero in one repository, sorted by UID. */
export interface RepositoryScorers {
  readonly contributions: ReadonlyMap<number, number>
  readonly discoveries: ReadonlyMap<number, number>
  /** All points of the window before decay, which only the rules that pay for work ask for. */
  readonly points: number
}

export interface RewardsInput {
  readonly uids: ReadonlySet<number>
  readonly repositories: Repositories
  /** By lower-case name. */
  readonly scorers: ReadonlyMap<string, RepositoryScorers>
  /** UIDs of miners who maintain a repository, by its lower-case name. */
  readonly maintainers: ReadonlyMap<string, ReadonlyArray<number>>
  /** The contributions' pool as a fraction of the whole emission, or 1 for parts of the pool itself. */
  readonly pool: number
}

interface Plan {
  readonly rules: RosterRepository
  readonly scorers: RepositoryScorers
  readonly maintainers: ReadonlyArray<number>
  /** The repository's share after the maintainers' cut. */
  readonly share: number
  readonly isActive: boolean
}

const nobody: RepositoryScorers = { contributions: new Map(), discoveries: new Map(), points: 0 }

/** Leaves out the scorers of a side that the repository pays nothing for. By the rules that pay for work, both sides are paid from one pot. */
const paid = (scorers: RepositoryScorers, rules: RosterRepository): RepositoryScorers => {
  const { contributions, discoveries, points } = scorers
  if (rules.work !== undefined) {
    const uids = [...new Set([...contributions.keys(), ...discoveries.keys()])].toSorted((left, right) => left - right)
    const both = new Map(uids.map((uid) => [uid, (contributions.get(uid) ?? 0) + (discoveries.get(uid) ?? 0)]))
    return { contributions: both, discoveries: nobody.discoveries, points }
  }
  return {
    contributions: rules.issue_discovery_share < 1 ? scorers.contributions : nobody.contributions,
    discoveries: rules.issue_discovery_share > 0 ? scorers.discoveries : nobody.discoveries,
    points
  }
}

const planOf = (name: string, rules: RosterRepository, input: RewardsInput): Plan => {
  const registered = [...new Set(input.maintainers.get(name))].filter((uid) => input.uids.has(uid))
  const maintainers = rules.maintainer_cut > 0 ? registered : []
  const scorers = paid(input.scorers.get(name) ?? nobody, rules)
  return {
    rules,
    scorers,
    maintainers,
    share: rules.emission_share * (1 - (maintainers.length > 0 ? rules.maintainer_cut : 0)),
    isActive: scorers.contributions.size > 0 || scorers.discoveries.size > 0
  }
}

/** Divides a slice in proportion to scores. */
const distribute = (slice: number, scores: ReadonlyMap<number, number>, give: (uid: number, part: number) => void): void => {
  const total = compensatedSum(scores.values())
  for (const [uid, score] of scores) give(uid, slice * (score / total))
}

/**
 * Shares of repositories in which nobody scored go to the others. Maintainers' cuts do not change with that. A repository that is scored for work neither gives nor gets
 * such a share: what its points do not reach is recycled.
 */
export const rewardsOf = (input: RewardsInput): ReadonlyMap<number, number> => {
  const { uids, repositories, pool } = input
  const rewards = new Map([...uids].sort((left, right) => left - right).map((uid) => [uid, 0]))
  const give = (uid: number, part: number) => {
    const before = rewards.get(uid)
    if (before !== undefined) rewards.set(uid, before + part)
  }
  const plans = [...repositories].flatMap(([name, rules]) => (rules.emission_share > 0 ? [planOf(name, rules, input)] : []))
  let shares = 0
  let active = 0
  for (const { rules, share, isActive } of plans) {
    if (rules.work !== undefined) continue
    shares += share
    if (isActive) active += share
  }
  const multiplier = active > 0 ? shares / active : 0
  const listed = compensatedSum([...repositories.values()].map(({ emission_share }) => emission_share))
  let recycled = Math.max(0, 1 - listed) * pool
  for (const { rules, scorers, maintainers, share, isActive } of plans) {
    const cut = rules.maintainer_cut * rules.emission_share * pool
    for (const uid of maintainers) give(uid, cut / maintainers.length)
    if (rules.work !== undefined) {
      const part = isActive ? paidPart(scorers.points, rules) : 0
      recycled += share * pool * (1 - part)
      distribute(share * pool * part, scorers.contributions, give)
      continue
    }
    if (!isActive) {
      if (active <= 0) recycled += share * pool
      continue
    }
    const slice = share * pool * multiplier
    const both = scorers.contributions.size > 0 && scorers.discoveries.size > 0
    const discovered = both ? slice * rules.issue_discovery_share : slice
    distribute(both ? slice * (1 - rules.issue_discovery_share) : slice, scorers.contributions, give)
    distribute(discovered, scorers.discoveries, give)
  }
  give(RECYCLE_UID, recycled)
  return rewards
}

/**
 * Parts of the whole emission by UID, for a round that is not from the chain. As in the subnet's original program, a treasury whose UID is not
 * registered gets nothing and its share is left out; validators recycle it.
 */
export const emissionRewards = (
  input: Omit<RewardsInput, "pool">,
  emission: Emission,
  treasuryUid: number
): ReadonlyMap<number, number> => {
  const rewards = new Map(rewardsOf({ ...input, pool: ppmOfKind(emission, "oss_contributions") / WHOLE_PPM }))
  const give = (uid: number, ppm: number) => {
    const before = rewards.get(uid)
    if (before !== undefined && ppm > 0) rewards.set(uid, before + ppm / WHOLE_PPM)
  }
  give(treasuryUid, ppmOfKind(emission, "issue_competitions"))
  // Such a round has no competitions, and so no champions.
  give(RECYCLE_UID, recycledPpm(emission) + ppmOfKind(emission, "champions"))
  return rewards
}
