/** Whether a text tries to talk to a machine that judges it. */
import { POINTS, type Signal, signalsOf, THRESHOLD } from "./lexicon.ts"
import { readingsOf } from "./reveal.ts"

/** Characters of a piece, and how much of it the next piece repeats, so that no sentence is cut in two. */
const PIECE = 600
const OVERLAP = 200

const piecesOf = (text: string): ReadonlyArray<string> =>
  Array.from({ length: Math.max(1, Math.ceil((text.length - OVERLAP) / (PIECE - OVERLAP))) }, (_, index) =>
    text.slice(index * (PIECE - OVERLAP), index * (PIECE - OVERLAP) + PIECE)
  )

/** What speaks for an injection, by the reading with the most points. */
export interface Injection {
  readonly points: number
  readonly signals: ReadonlyArray<Signal>
  /** As it reads without its disguise. */
  readonly reading: string
}

const pointsOf = (signals: ReadonlyArray<Signal>): number => signals.reduce((sum, signal) => sum + POINTS[signal], 0)

/** Undefined for a text that has fewer points than the threshold. */
export const findInjection = (text: string): Injection | undefined => {
  const found = readingsOf(text)
    .flatMap(piecesOf)
    .flatMap((reading) => signalsOf(reading).map((signals): Injection => ({ points: pointsOf(signals), signals, reading })))
    .filter(({ points }) => points >= THRESHOLD)
  return found.reduce<Injection | undefined>((best, one) => (best === undefined || one.points > best.points ? one : best), undefined)
}
