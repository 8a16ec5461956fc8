/**
 * `npm run bench -- fairness [--json]`: how fast the study of fairness plays a season of 256 miners and 40 issues a day, on typed arrays and in plain form
 * with the validators' own function for pairs, in one run. Both must give the same competitions and ratings, or the bench fails.
 */
import { Effect } from "effect"
import { Season } from "../../lab/simulation/ratings/season.ts"
import { plenty } from "../../lab/simulation/ratings/seasonSettings.ts"
import { playReference, startReference } from "../../test/support/seasons/reference.ts"

const DAYS = 60
const SEEDS: ReadonlyArray<number> = [1, 2, 3]

/** Processor time in ms, which other processes on the machine disturb less than the clock. */
const spent = <A>(work: () => A): readonly [A, number] => {
  const before = process.cpuUsage()
  const result = work()
  const { system, user } = process.cpuUsage(before)
  return [result, Math.round((system + user) / 1_000)]
}

/** Measures and returns the figures under their JSON names. */
export const fairness = Effect.sync(() => {
  let [seasonMs, referenceMs, competitions] = [0, 0, 0]
  // The first season warms up the compiler for both.
  for (const seed of [0, ...SEEDS]) {
    const settings = { ...plenty, seed, interestPpm: 600_000 }
    const [season, fast] = spent(() => new Season(settings).playDays(DAYS))
    const [reference, plain] = spent(() => playReference(startReference(settings), DAYS))
    const outcome = season.played.map(({ a, b, endsAt, result }) => [a.index, b.index, endsAt, result])
    const ratings = season.seats.map(({ competitor: { uid } }) => season.rating[uid])
    const isSame =
      Bun.deepEquals(
        outcome,
        reference.played.map(({ a, b, endsAt, result }) => [a.index, b.index, endsAt, result])
      ) &&
      Bun.deepEquals(
        ratings,
        reference.seats.map(({ competitor: { hotkey } }) => reference.ratings.get(hotkey)?.rating)
      )
    if (!isSame) throw new Error(`the seasons of seed ${seed} differ`)
    if (seed === 0) continue
    seasonMs += fast
    referenceMs += plain
    competitions += season.played.length
  }
  return {
    seasons: SEEDS.length,
    competitions,
    seasonMs: Math.round(seasonMs / SEEDS.length),
    plainSeasonMs: Math.round(referenceMs / SEEDS.length),
    timesFaster: Math.round((10 * referenceMs) / seasonMs) / 10
  }
})
