/** The emission's pools: this program computes some kinds, and recycles the others. Pure. */
import { COMPUTED_KINDS, type ComputedKind, type Emission, ppmOf, WHOLE_PPM, type WinnerTakesAll } from "../../domain/Emission.ts"

export interface PoolShare {
  readonly name: string
  readonly kind: string
  /** Parts per million of the whole emission. */
  readonly ppm: number
  /** The kind by which this program computes the pool; null if it does not know the kind and recycles the share. */
  readonly computedAs: ComputedKind | null
  readonly winner?: WinnerTakesAll
}

/** Sorted by name. */
export const poolsOf = ({ pools }: Emission): ReadonlyArray<PoolShare> =>
  Object.entries(pools)
    .map(([name, { kind, share, winner_takes_all: winner }]) => ({
      name,
      kind,
      ppm: ppmOf(share),
      computedAs: COMPUTED_KINDS.find((computed) => computed === kind) ?? null,
      ...(winner === undefined ? {} : { winner })
    }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))

/** The share that is always recycled, in parts per million: of pools that are not computed, and of no pool. */
export const recycledPpm = (emission: Emission): number =>
  poolsOf(emission).reduce((rest, { computedAs, ppm }) => (computedAs === null ? rest : rest - ppm), WHOLE_PPM)

/** A line that names the pools of unknown kinds, whose shares are recycled; undefined if there are none. */
export const recycledPoolsText = (emission: Emission): string | undefined => {
  const names = poolsOf(emission).flatMap(({ name, kind, ppm, computedAs }) =>
    computedAs === null ? [`${name} (kind ${kind}, share ${ppm / WHOLE_PPM})`] : []
  )
  return names.length === 0 ? undefined : `this program does not compute these pools, and their shares are recycled: ${names.join(", ")}`
}

/** The pools for people: the receiver of each share. */
export const poolDocuments = (emission: Emission) => {
  const receivers = { oss_contributions: "miners", issue_competitions: "treasury", champions: "champions" } as const
  return poolsOf(emission).map(({ name, kind, ppm, computedAs, winner }) => ({
    name,
    kind,
    share: ppm / WHOLE_PPM,
    goes_to: computedAs === null ? ("recycled" as const) : receivers[computedAs],
    ...(winner === undefined ? {} : { winner_takes_all: winner })
  }))
}
