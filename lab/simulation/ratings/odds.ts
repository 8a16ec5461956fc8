/**
 * Fits the weights of `src/story/odds.ts` to seasons, and measures on other seasons how often what it says comes true. A season says who solves an
 * issue and when; the course of the pull requests before that is drawn here.
 */

import type { Competitor } from "../../../src/domain/Competition.ts"
import { expectedScorePpm } from "../../../src/elo/expectedScore.ts"
import { BLOCKS_PER_DAY, defaultRatingRules } from "../../../src/elo/RatingRules.ts"
import type { Stage } from "../../../src/story/competitor.ts"
import { type Race, raceOf, type Weights } from "../../../src/story/odds.ts"
import { type Random, randomOf } from "../random.ts"
import { DATES, seasonOf } from "./season.ts"

/** A moment of a match, and how the match ended. */
export interface Sample extends Race {
  readonly winner: "a" | "b" | null
}

/**
 * Days from a pull request's first commit to its merge: the deciles of the 74 of 4,527 merged pull requests in the recorded histories of three
 * repositories whose merge kept both dates.
 */
const OPEN_DAYS = [0.0, 0.03, 0.08, 0.13, 0.89, 1.08, 2.86, 3.28, 4.03, 7.55]

const SPAN_DAYS = (DATES.deadline - DATES.submissionsFrom) / BLOCKS_PER_DAY

/** The stage of a pull request that is merged at `merge`, a share of the span; infinity: it is given up. */
const courseOf = (random: Random, merge: number): ((at: number) => Stage) => {
  const [decile, draft, approval, stalls] = [random.oneOf(OPEN_DAYS), random.chance(250_000), random.chance(600_000), random.below(1_000)]
  const [ends, length] = [merge === Number.POSITIVE_INFINITY ? random.below(1_000_000) / 1_000_000 : merge, decile / SPAN_DAYS]
  return (at) => {
    const done = Math.min((at - ends + length) / length, 1)
    if (done < 0) return "none"
    if (draft && done < 0.3) return "draft"
    // A pull request that its author gives up stays open. Half of these never pass their checks, and a few are approved.
    if (merge === Number.POSITIVE_INFINITY) return done < 0.5 || stalls < 500 ? "open" : stalls < 950 ? "passing" : "approved"
    return done < 0.4 ? "open" : approval && done > 0.8 ? "approved" : "passing"
  }
}

const MOMENTS_PER_MATCH = 4

/** Moments of all matches of a season, drawn evenly over the time until each ended or was solved. */
const samplesOf = (seed: number, days: number): ReadonlyArray<Sample> => {
  const samples: Array<Sample> = []
  for (const season of seasonOf(seed, days)) {
    for (const { competition, issue, skills, status } of season.running) {
      if (competition.startedAt !== season.at) continue
      const random = randomOf(seed, `odds ${competition.id}`)
      const rating = ({ hotkey }: Competitor) => season.ratings.get(hotkey)?.rating ?? defaultRatingRules.start
      const winner = status._tag === "Won" ? (status.winner === 0 ? "a" : "b") : null
      const solved = (status.at - season.at - DATES.submissionsFrom) / (DATES.deadline - DATES.submissionsFrom)
      const ends = Math.min(1, Math.max(0, solved))
      const courses = (["a", "b"] as const).map((side) => {
        if (side === winner) return courseOf(random, ends)
        const solves = winner !== null && random.chance(expectedScorePpm(skills[side], issue.difficulty))
        const [later, tries] = [random.below(1_000_000) / 1_000_000, random.chance(500_000)]
        if (!solves && !tries) return (): Stage => "none"
        return courseOf(random, solves ? ends + later * (1 - ends) : Number.POSITIVE_INFINITY)
      })
      for (let moment = 0; moment < MOMENTS_PER_MATCH; moment++) {
        const at = (ends * random.below(1_000_000)) / 1_000_000
        const [a, b] = courses.map((course) => course(at))
        if (a === undefined || b === undefined) continue
        const expected = expectedScorePpm(rating(competition.a), rating(competition.b)) / 1_000_000
        samples.push({ expected, a, b, left: 1 - at, winner })
      }
    }
  }
  return samples
}

/** The mean of −log of the odds of what happened, in nats: less is better. */
export const lossOf = (samples: ReadonlyArray<Sample>, weights: Weights): number =>
  samples.reduce((sum, { winner, ...sample }) => sum - Math.log(Math.max(1e-9, raceOf(sample, weights)[winner ?? "nobody"])), 0) /
  samples.length

/** The weights of least loss, by trying each a step larger and smaller until no step helps. */
export const fitTo = (
  samples: ReadonlyArray<Sample>,
  from: Weights = { pace: 3, haste: 1, lead: 1, draft: 1, open: 2, passing: 4, approved: 8 }
): Weights => {
  let [best, loss] = [from, lossOf(samples, from)]
  for (let factor = 1.5; factor > 1.02; ) {
    const before = loss
    for (const key of ["pace", "draft", "open", "passing", "approved", "haste", "lead"] as const)
      for (const step of [factor, 1 / factor]) {
        const tried = { ...best, [key]: best[key] * step }
        const triedLoss = lossOf(samples, tried)
        if (triedLoss < loss) [best, loss] = [tried, triedLoss]
      }
    if (loss === before) factor = Math.sqrt(factor)
  }
  return best
}

/** Predictions from `from` percent on: the mean predicted chance, and the share of them that came true, both in percent. */
export interface Calibrated {
  readonly from: number
  readonly moments: number
  readonly said: number
  readonly won: number
}

/** In steps of ten percent, over both sides. */
export const calibrationOf = (samples: ReadonlyArray<Sample>, weights: Weights): ReadonlyArray<Calibrated> => {
  const bins = Array.from({ length: 10 }, () => ({ moments: 0, said: 0, won: 0 }))
  for (const { winner, ...sample } of samples) {
    const odds = raceOf(sample, weights)
    for (const side of ["a", "b"] as const) {
      const bin = bins[Math.min(9, Math.floor(odds[side] * 10))]
      if (bin === undefined) continue
      bin.moments += 1
      bin.said += odds[side]
      bin.won += winner === side ? 1 : 0
    }
  }
  const percent = (sum: number, of: number) => Math.round((sum / of) * 1_000) / 10
  return bins.flatMap(({ moments, said, won }, index) =>
    moments === 0 ? [] : [{ from: index * 10, moments, said: percent(said, moments), won: percent(won, moments) }]
  )
}

/** Samples of seasons with four issues a day. */
export const seasonsOf = (seeds: ReadonlyArray<number>, days: number): ReadonlyArray<Sample> =>
  seeds.flatMap((seed) => samplesOf(seed, days))

/** A merged pull request of a recorded history. */
export interface Merge {
  readonly author: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** How long a race of a recorded history lasts, in milliseconds. */
const RACE = 3 * 86_400_000

/**
 * Races of people in a recorded history: after each merge its author against the last other author, for whoever merges next within three days.
 * Ratings begin equal, and follow from the races before by the rules of new miners.
 */
export const racesOf = (merges: ReadonlyArray<Merge>): ReadonlyArray<Sample> => {
  const ratings = new Map<string, number>()
  const ratingOf = (author: string) => ratings.get(author) ?? defaultRatingRules.start
  const sorted = merges.toSorted((one, other) => one.at - other.at)
  return sorted.flatMap(({ author: one, at }, index): ReadonlyArray<Sample> => {
    const other = sorted.slice(0, index).findLast(({ author }) => author !== one)?.author
    if (other === undefined) return []
    const next = sorted.slice(index + 1).find(({ author }) => author === one || author === other)
    // Sides in order of names: in order of the merges, the side that merged last would always be a.
    const [a, b] = one < other ? [one, other] : [other, one]
    const ppm = expectedScorePpm(ratingOf(a), ratingOf(b))
    const winner = next === undefined || next.at > at + RACE ? null : next.author === a ? "a" : "b"
    if (winner !== null) {
      const change = (defaultRatingRules.earlyK * ((winner === "a" ? 1_000_000 : 0) - ppm)) / 1_000_000
      ratings.set(a, Math.round(ratingOf(a) + change))
      ratings.set(b, Math.round(ratingOf(b) - change))
    }
    return [{ expected: ppm / 1_000_000, a: "none", b: "none", left: 1, winner }]
  })
}
