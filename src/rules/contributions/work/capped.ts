/**
 * The base points of merged pull requests after the caps on what one account can earn in one repository: "Small work", "Base" and `wanted_points` in
 * docs/protocol.md. Points grow in a straight line up to a rolling cap. A curve that flattens would reward splitting one change into forty pull requests, and a
 * line without a cap would reward bulk. Pure.
 */

import { isMaintainer } from "../../../domain/maintainers.ts"
import { MICROSECONDS_PER_DAY, MICROSECONDS_PER_SECOND, SECONDS_PER_HOUR } from "../figures.ts"
import type { CountedPullRequest } from "../scoreMiner.ts"
import type { WorkRules } from "./whatCounts.ts"

const HOUR = SECONDS_PER_HOUR * MICROSECONDS_PER_SECOND

interface CountedMerge {
  readonly at: number
  readonly counted: number
  readonly small: number
  readonly isWanted: boolean
}

/** For each merge of one account, by how many merges its fixed base is divided: those within `hours` after the first of a group share one. `times`: in order. */
const sharing = (times: ReadonlyArray<number>, hours: number): ReadonlyArray<number> => {
  const groups: Array<Array<number>> = []
  for (const at of times) {
    const last = groups.at(-1)
    if (last?.[0] !== undefined && at - last[0] < hours * HOUR) last.push(at)
    else groups.push([at])
  }
  return groups.flatMap((group) => group.map(() => group.length))
}

/**
 * Applies the caps to a miner's pull requests in one repository, and returns them in the order of `pulls`. Merges use up a cap in the order of their times and numbers.
 * A merge that was recorded in an earlier epoch keeps the tokens that it counted then.
 */
export const applyWorkCaps = (pulls: ReadonlyArray<CountedPullRequest>, rules: WorkRules): ReadonlyArray<CountedPullRequest> => {
  const { cap_days, cap_tokens, fixed_base_hours, points_per_token, small_cap_tokens, wanted_points, wanted_pull_requests } = rules.work
  const merges = pulls
    .flatMap((one) => (one.pull.state === "MERGED" && one.pull.merged_at !== null ? [{ ...one, at: one.pull.merged_at }] : []))
    .toSorted((left, right) => left.at - right.at || left.pull.pr_number - right.pull.pr_number)
  const paying = merges.filter(({ factors: { work } }) => work !== undefined && work.alone > 0)
  const shares = sharing(
    paying.map(({ at }) => at),
    fixed_base_hours
  )
  const sharedBy = new Map(paying.map(({ pull }, index) => [pull, shares[index] ?? 1]))
  const before: Array<CountedMerge> = []
  const held = new Map<CountedPullRequest["pull"], CountedPullRequest>()
  for (const { at, factors, pull } of merges) {
    const recent = before.filter((one) => one.at > at - cap_days * MICROSECONDS_PER_DAY)
    const left = (most: number, of: (one: CountedMerge) => number) => Math.max(0, most - recent.reduce((sum, one) => sum + of(one), 0))
    const { work } = factors
    if (work === undefined) {
      before.push({ at, counted: factors.tokenScore, small: 0, isWanted: false })
      continue
    }
    const small = Math.min(
      work.small,
      left(small_cap_tokens, (one) => one.small)
    )
    const counted = Math.min(
      work.code + small,
      left(cap_tokens, (one) => one.counted)
    )
    const straight = rules.fixed_base_score === null ? points_per_token * counted : work.alone / (sharedBy.get(pull) ?? 1)
    const least = wanted_points / factors.issue
    const isWanted =
      rules.fixed_base_score === null &&
      work.code + small > 0 &&
      straight < least &&
      isMaintainer(factors.chosenIssue?.author_association ?? null) &&
      recent.filter((one) => one.isWanted).length < wanted_pull_requests
    before.push({ at, counted, small, isWanted })
    const capped = { ...work, counted, smallLeft: small }
    held.set(pull, { pull, factors: { ...factors, base: isWanted ? least : straight, tokenScore: counted, work: capped } })
  }
  return pulls.map((one) => held.get(one.pull) ?? one)
}
