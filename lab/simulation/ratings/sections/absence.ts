/** Absence, skips and decay: what a holiday costs, and whether a miner can live on its rating without playing. */
import { defaultRatingRules } from "../../../../src/elo/RatingRules.ts"
import type { Plot } from "../../report/Report.ts"
import { type HolidayBehaviour, ratingsOnHoliday } from "../holiday.ts"
import { rounded } from "../statistics.ts"
import { ratingScenario } from "./common.ts"
import { absenceByTime } from "./seasons.ts"

const DAYS = 45
const STARTS: ReadonlyArray<number> = [20, 4, 0.5]
const BEHAVIOURS: ReadonlyArray<HolidayBehaviour> = ["away", "skips", "enrolled, never drawn"]

const ratings = (startsPerDay: number, behaviour: HolidayBehaviour, rules = defaultRatingRules): ReadonlyArray<number> =>
  ratingsOnHoliday({ startsPerDay, behaviour, days: DAYS, rules })

const line = (name: string, values: ReadonlyArray<number>) => ({
  name,
  points: values.map((value, day) => [day, rounded(value, 1)] as const)
})

const plots = (): ReadonlyArray<Plot> => [
  {
    title: "The rating of a miner who goes away, by how many matches begin meanwhile",
    xLabel: "days away",
    yLabel: "rating",
    lines: [
      ...STARTS.map((starts) => line(`${starts} a day`, ratings(starts, "away"))),
      line("20 a day, by time alone", ratings(20, "away", absenceByTime))
    ]
  },
  {
    title: "Away, skipping, or enrolled and never drawn (4 matches begin a day)",
    xLabel: "days",
    yLabel: "rating",
    lines: BEHAVIOURS.map((behaviour) => line(behaviour, ratings(4, behaviour)))
  }
]

const sectionOf = () => {
  const figures = [
    ...STARTS.flatMap((starts) =>
      [7, 14].flatMap((days) =>
        BEHAVIOURS.map((behaviour) => ({
          name: `points lost in ${days} days, ${behaviour}, ${starts} matches begin a day`,
          value: lost(ratings(starts, behaviour), days),
          unit: "points"
        }))
      )
    ),
    ...[7, 14].map((days) => ({
      name: `points lost in ${days} days, away, 20 matches begin a day, absence by time alone`,
      value: lost(ratings(20, "away", absenceByTime), days),
      unit: "points"
    }))
  ]
  return {
    figures,
    plots: plots(),
    notes: [
      "The miner has won 7 matches in a fortnight. Then others compete without it. These figures involve neither chance nor a seed.",
      "Sitting on a rating does not pay: a miner that is enrolled and never drawn loses half of its points above 1500 in 30 days, and one that stays away loses them faster.",
      "Where many matches begin each day, ten missed ones are half a day, and the three skips in a row that count cover three hours: a week away costs all the gains of a good month. By time alone a week away costs 15 points besides the decay."
    ]
  }
}

const lost = (values: ReadonlyArray<number>, days: number): number => rounded((values[0] ?? 0) - (values[days] ?? 0), 0)

export const absence = ratingScenario({
  name: "absence",
  question: "What does a holiday cost, and does sitting on a rating pay?",
  // The figures are deterministic, so there are no cases to play.
  cases: () => [],
  play: () => null,
  section: sectionOf
})
