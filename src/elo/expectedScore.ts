import { divideRoundHalfAway } from "./integer.ts"

/** A rating in thousandths of a point. Always an integer, because every validator must compute the same number. */
export type MilliPoints = number

/**
 * The expected score of a player in parts per million, by Elo's logistic curve 1 / (1 + 10^(-d/400)) with `d` = own − other. The curve is a table
 * with an entry every 25 points and linear interpolation between them, because the last bit of Math.pow may differ between machines. The table
 * deviates from the curve by at most 0.00025; beyond ±1500 points it stays at its last value, 0.00018 from the limit. The two players' scores
 * always add up to one.
 */
export const expectedScorePpm = (own: MilliPoints, other: MilliPoints): number => {
  const difference = own - other
  const magnitude = Math.min(LIMIT, Math.abs(difference))
  const step = Math.floor(magnitude / TABLE_STEP)
  const low = EXPECTED_PPM[step] ?? 0
  const high = EXPECTED_PPM[step + 1] ?? low
  const above = low + divideRoundHalfAway((high - low) * (magnitude - step * TABLE_STEP), TABLE_STEP)
  return difference >= 0 ? above : 1_000_000 - above
}

const TABLE_STEP = 25_000
const LIMIT = 1_500_000

/** round(1e6 / (1 + 10^(-25 i / 400))) for i = 0..60, computed once with 50 digits. */
export const EXPECTED_PPM: ReadonlyArray<number> = [
  500_000, 535_916, 571_463, 606_288, 640_065, 672_510, 703_385, 732_507, 759_747, 785_027, 808_318, 829_633, 849_020, 866_557, 882_338,
  896_477, 909_091, 920_305, 930_242, 939_022, 946_760, 953_565, 959_537, 964_769, 969_347, 973_346, 976_836, 979_878, 982_528, 984_834,
  986_840, 988_584, 990_099, 991_415, 992_557, 993_548, 994_408, 995_154, 995_801, 996_362, 996_848, 997_269, 997_634, 997_951, 998_225,
  998_462, 998_668, 998_847, 999_001, 999_135, 999_251, 999_351, 999_438, 999_513, 999_578, 999_635, 999_684, 999_726, 999_763, 999_795,
  999_822
]
