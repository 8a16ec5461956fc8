/** Reads a report's value of each neuron, as the aggregate does. Pure. */
import type { ReportedScore } from "./aggregate.ts"

interface Holder {
  readonly uid: number
  readonly hotkey: string
}

/** The measured values of neurons, by UID. A neuron that the report leaves out has 0; null and an entry for another hotkey are not measured. */
export const measuredValues = (scores: ReadonlyArray<ReportedScore>, neurons: ReadonlyArray<Holder>): ReadonlyMap<number, number> => {
  const entries = new Map(scores.map((score) => [score.uid, score]))
  return new Map(
    neurons.flatMap(({ uid, hotkey }) => {
      const entry = entries.get(uid)
      if (entry === undefined) return [[uid, 0] as const]
      return entry.value === null || entry.hotkey !== hotkey ? [] : [[uid, entry.value] as const]
    })
  )
}
