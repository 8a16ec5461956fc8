import type { RatingChange } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { ticksOf } from "../format/rating.ts"
import { shortDay } from "../format/time.ts"

export interface RatingPoint {
  readonly block: number
  readonly before: number
  readonly after: number
}

interface Props {
  /** Oldest first. */
  readonly points: ReadonlyArray<RatingPoint>
  /** The current rating; drawn as a flat line if nothing changed. */
  readonly rating: number | null
  readonly from: number
  readonly to: number
  readonly name: string
  readonly side?: "a" | "b"
  /** The ratings at the lower and upper edge; compared lines share them. */
  readonly scale?: readonly [low: number, high: number]
  /** A block to mark, such as the competition's start. */
  readonly mark?: number
  /** Adds axes with values and dates. The time of a block in milliseconds. */
  readonly timeOf?: (block: number) => number
}

const WIDTH = 240
const HEIGHT = 56
const EDGE_PIXELS = 4

/** The common range of some lines, with a margin. */
export const scaleOf = (
  lines: ReadonlyArray<{ readonly points: ReadonlyArray<RatingPoint>; readonly rating: number | null }>
): readonly [number, number] => {
  const all = lines.flatMap(({ points, rating }) => [
    ...points.flatMap(({ before, after }) => [before, after]),
    ...(rating === null ? [] : [rating])
  ])
  if (all.length === 0) return [1_400, 1_600]
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const room = Math.max(20, (high - low) * 0.1)
  return [low - room, high + room]
}

/** Reverses rating changes, which arrive newest first, for drawing. */
export const pointsOf = (changes: ReadonlyArray<RatingChange> | undefined): ReadonlyArray<RatingPoint> =>
  (changes ?? []).map(({ at, before, after }) => ({ block: at.block, before, after })).toReversed()

/** A rating over time as a step line. */
export const RatingLine = ({ points, rating, from, to, name, side, scale = scaleOf([{ points, rating }]), mark, timeOf }: Props) => {
  const [low, high] = scale
  const span = Math.max(1, to - from)
  const x = (block: number) => (Math.min(1, Math.max(0, (block - from) / span)) * WIDTH).toFixed(1)
  const y = (value: number) => (HEIGHT - EDGE_PIXELS - ((value - low) / Math.max(1, high - low)) * (HEIGHT - 2 * EDGE_PIXELS)).toFixed(1)
  const first = points[0]?.before ?? rating
  const last = points.at(-1)?.after ?? rating
  if (first === null || first === undefined || last === null || last === undefined)
    return <p className="rating-line-none muted">no rated matches in 60 days</p>
  const line = `M0 ${y(first)}${points.map(({ block, after }) => `H${x(block)}V${y(after)}`).join("")}H${WIDTH}`
  const said = `${name}'s rating over 60 days: from ${Math.round(first)} to ${Math.round(last)}, ${points.length} ${points.length === 1 ? "change" : "changes"}`
  const ticks = timeOf === undefined ? [] : ticksOf(low, high)
  const drawn = (
    <svg
      className="rating-line"
      data-side={side}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={said}
    >
      <title>{said}</title>
      {ticks.length === 0 ? null : <path className="rating-line-grid" d={ticks.map((tick) => `M0 ${y(tick)}H${WIDTH}`).join("")} />}
      {mark === undefined || mark < from ? null : (
        <path className="rating-line-mark" d={`M${x(mark)} 0V${HEIGHT}`}>
          <title>block {wholeNumber(mark)}</title>
        </path>
      )}
      <path className="rating-line-area" d={`${line}V${HEIGHT}H0Z`} />
      <path className="rating-line-line" d={line} />
    </svg>
  )
  if (timeOf === undefined) return drawn
  return (
    <div className="rating-chart">
      <ol className="rating-chart-values" aria-hidden="true">
        {ticks.map((tick) => (
          <li key={tick} style={{ top: `${(Number(y(tick)) / HEIGHT) * 100}%` }}>
            {tick}
          </li>
        ))}
      </ol>
      {drawn}
      <ol className="rating-chart-dates" aria-hidden="true">
        {[from, (from + to) / 2, to].map((block) => (
          <li key={block}>{shortDay(timeOf(block))}</li>
        ))}
      </ol>
    </div>
  )
}
