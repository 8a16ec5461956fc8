/** Detects prompt injections: texts that address a model that judges them. */
import { POINTS, type Signal, signalsOf, THRESHOLD } from "./lexicon.ts"
import { readingsOf } from "./reveal.ts"

/** Characters per piece, and the overlap of two pieces, so that no sentence is cut in two. */
const PIECE_LENGTH = 600
const OVERLAP = 200

const piecesOf = (text: string): ReadonlyArray<string> =>
  Array.from({ length: Math.max(1, Math.ceil((text.length - OVERLAP) / (PIECE_LENGTH - OVERLAP))) }, (_, index) =>
    text.slice(index * (PIECE_LENGTH - OVERLAP), index * (PIECE_LENGTH - OVERLAP) + PIECE_LENGTH)
  )

/** The evidence for an injection, in the reading with the most points. */
export interface Injection {
  readonly points: number
  readonly signals: ReadonlyArray<Signal>
  /** The text with its disguise removed. */
  readonly reading: string
}

const pointsOf = (signals: ReadonlyArray<Signal>): number => signals.reduce((sum, signal) => sum + POINTS[signal], 0)

/** Undefined for a text below the threshold. */
export const findInjection = (text: string): Injection | undefined => {
  const found = readingsOf(text)
    .flatMap(piecesOf)
    .flatMap((reading) => signalsOf(reading).map((signals): Injection => ({ points: pointsOf(signals), signals, reading })))
    .filter(({ points }) => points >= THRESHOLD)
  return found.reduce<Injection | undefined>((best, one) => (best === undefined || one.points > best.points ? one : best), undefined)
}
