/**
 * Keeps the leader of contributions first until another miner is better by a margin, so that noise between two miners does not move the largest weight. Pure.
 */
import type { Weight } from "./normalise.ts"

/** The margin by which a leader must be exceeded, in parts per million of its own weight (docs/reference/consensus.md, “Aggregate”). */
const DEFAULT_MARGIN_PPM = 20_000

const WHOLE_PPM = 1_000_000n

interface Contender {
  readonly uid: number
  readonly hotkey: string
  /** The chain's consensus at the epoch's first block. */
  readonly consensus: number
}

/**
 * The hotkey with the highest consensus on the chain; of equal ones that of the lower UID. Undefined if all have zero. `others`: UIDs that earn from
 * other sources than contributions: the recycling one and the treasury's.
 */
export const incumbentOf = (neurons: ReadonlyArray<Contender>, others: ReadonlySet<number>): string | undefined =>
  neurons
    .filter(({ uid, consensus }) => consensus > 0 && !others.has(uid))
    .toSorted((left, right) => right.consensus - left.consensus || left.uid - right.uid)[0]?.hotkey

/**
 * Weights in which the incumbent leads unless somebody exceeds its weight by at least the margin. Those who exceed it by less move down one place
 * each, into the weight of the next. So the numbers stay the same, the others keep their order, and nobody loses as much as the margin. (To swap the
 * first and the incumbent would put a first of three behind a second that it had beaten.)
 *
 * The incumbent's UID is its hotkey's present one. Nothing changes without an incumbent or if it earned nothing. UIDs of `others` keep their weights.
 */
export const withHysteresis = (
  weights: ReadonlyArray<Weight>,
  neurons: ReadonlyArray<Contender>,
  others: ReadonlySet<number>,
  marginPpm = DEFAULT_MARGIN_PPM
): ReadonlyArray<Weight> => {
  const hotkey = incumbentOf(neurons, others)
  const incumbent = neurons.find((neuron) => neuron.hotkey === hotkey)?.uid
  const own = weights.find(({ uid }) => uid === incumbent)
  if (own === undefined || own.ppm === 0) return weights
  const ahead = weights
    .filter(({ uid, ppm }) => ppm > own.ppm && !others.has(uid))
    .toSorted((left, right) => right.ppm - left.ppm || left.uid - right.uid)
  const [first] = ahead
  if (first === undefined || BigInt(first.ppm) * WHOLE_PPM >= BigInt(own.ppm) * (WHOLE_PPM + BigInt(marginPpm))) return weights
  const places = [...ahead, own]
  const moved = new Map([own, ...ahead].map(({ uid }, place) => [uid, places[place]?.ppm ?? 0]))
  return weights.map(({ uid, ppm }) => ({ uid, ppm: moved.get(uid) ?? ppm }))
}
