/** Explains in sentences why a pull request counts less than the sum of its files, or nothing, under `"scoring": "work"`. Pure. */
import type { PullRequestFactors } from "../scorePullRequest.ts"
import { type WorkRules, type WorkTotals, workAlone } from "./whatCounts.ts"

const twoDecimals = (value: number): string => String(Number(value.toFixed(2)))

/** One sentence for each rule that took or gave something. `copiedShare`: in parts per million. */
export const whyOfWork = (
  { base, work }: Pick<PullRequestFactors, "base" | "work">,
  copiedShare: number | undefined,
  { fixed_base_score: fixed, work: figures }: WorkRules
): ReadonlyArray<string> => {
  if (work === undefined) return ["its files were not measured, so it is not known what it counts"]
  const { cap_days, cap_tokens, copies_factor, points_per_token, small_cap_tokens, wanted_points } = figures
  const { code, counted, small, smallLeft } = work
  const copied =
    copiedShare !== undefined && copies_factor * (1 - copiedShare / 1e6) < 1
      ? [`${twoDecimals(copiedShare / 1e4)}% of the words that it adds were had before`]
      : []
  if (code + small === 0)
    return [...copied, "it counts nothing, because no file of it adds anything that counts, and it proves nothing of its author either"]
  const smallWork =
    "tests, documents, configuration, data, files of which only leaves differ, and tokens beyond 1.5 for each word that could be compared"
  const cut = [
    ...(smallLeft < small
      ? [`its author's ${smallWork} count at most ${twoDecimals(small_cap_tokens)} tokens together there in any ${cap_days} days`]
      : []),
    ...(counted < code + smallLeft
      ? [`all merges of its author count at most ${twoDecimals(cap_tokens)} tokens together there in any ${cap_days} days`]
      : [])
  ]
  const raised = fixed === null && base > points_per_token * counted
  return [
    ...copied,
    ...(counted < code + small ? [`${twoDecimals(counted)} of its ${twoDecimals(code + small)} tokens count: ${cut.join("; ")}`] : []),
    ...(raised ? [`maintainers wanted it, so it comes to at least ${twoDecimals(wanted_points)} points`] : []),
    ...(fixed !== null && base < fixed ? ["merges of its author within hours of each other share the fixed base"] : [])
  ]
}

/** The same for a pull request that its author has not opened yet, as if it were the author's only one. */
export const whyOfUnopenedWork = (totals: WorkTotals | undefined, rules: WorkRules): ReadonlyArray<string> => {
  const work = workAlone(totals, rules)
  return whyOfWork(work === undefined ? { base: 0 } : { base: work.alone, work }, undefined, rules)
}
