/** Random epochs: a few neurons, validators with stakes of every size, reports with gaps, nulls and foreign hotkeys. */
import * as fc from "fast-check"
import type { ReportedScore, ScoredNeuron, Voter } from "../../../src/consensus/rules/aggregate.ts"

/** Many equal and tiny stakes, so that ties and exact thirds occur, and some of more than 53 bits. */
const stake = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt(0n, 4n) },
  { weight: 1, arbitrary: fc.bigInt(0n, 1_000_000n) },
  { weight: 2, arbitrary: fc.bigInt(2n ** 62n, 2n ** 64n - 1n) }
)

const value = fc.oneof(
  { weight: 3, arbitrary: fc.nat(5) },
  { weight: 2, arbitrary: fc.nat(1_000_000) },
  { weight: 1, arbitrary: fc.constant(1_000_000) }
)

/** UIDs with gaps, instead of 0, 1, 2 … */
const uidAt = (index: number): number => index * index + index

const hotkeyAt = (uid: number): string => `miner ${uid}`

/** A report's entry for one neuron. */
type Entry = number | null | "left out" | "another hotkey"

const entry: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 7, arbitrary: value },
  { weight: 1, arbitrary: fc.constantFrom<Entry>(null, "left out", "another hotkey") }
)

const scoresOf = (entries: ReadonlyArray<Entry>): ReadonlyArray<ReportedScore> =>
  entries.flatMap((one, index): ReadonlyArray<ReportedScore> => {
    const uid = uidAt(index)
    if (one === "left out") return []
    return [one === "another hotkey" ? { uid, hotkey: "somebody", value: 1_000_000 } : { uid, hotkey: hotkeyAt(uid), value: one }]
  })

export interface RandomEpoch {
  readonly voters: ReadonlyArray<Voter>
  readonly neurons: ReadonlyArray<ScoredNeuron>
}

const scores = (one: fc.Arbitrary<Entry>, width: number): fc.Arbitrary<ReadonlyArray<ReportedScore>> =>
  fc.array(one, { minLength: width, maxLength: width }).map(scoresOf)

/** `measured`: every voter reports, and has a value for every neuron. */
export const epochs = ({ measured }: { readonly measured: boolean }): fc.Arbitrary<RandomEpoch> =>
  fc.integer({ min: 0, max: 4 }).chain((width) =>
    fc.record({
      voters: fc
        .array(fc.record({ stake, scores: measured ? scores(value, width) : fc.option(scores(entry, width), { freq: 6 }) }), {
          minLength: 1,
          maxLength: 9
        })
        .map((all) => all.map((one, index): Voter => ({ hotkey: `validator ${(index * 7) % 11}`, ...one }))),
      neurons: fc
        .array(fc.nat(65_535), { minLength: width, maxLength: width })
        .map((all) => all.map((consensus, index) => ({ uid: uidAt(index), hotkey: hotkeyAt(uidAt(index)), consensus })))
    })
  )

/** The reports of lying validators: arbitrary ones, or none. */
export const lies = (epoch: RandomEpoch): fc.Arbitrary<ReadonlyArray<ReadonlyArray<ReportedScore> | null>> =>
  fc.array(fc.option(scores(entry, epoch.neurons.length), { freq: 3 }), {
    minLength: epoch.voters.length,
    maxLength: epoch.voters.length
  })

/** The longest run of voters from `start` on that holds less than a third of all stake. */
export const lessThanAThird = ({ voters }: RandomEpoch, start: number): ReadonlySet<string> => {
  const total = voters.reduce((sum, voter) => sum + voter.stake, 0n)
  const chosen = new Set<string>()
  let held = 0n
  for (let step = 0; step < voters.length; step++) {
    const voter = voters[(start + step) % voters.length]
    if (voter === undefined || 3n * (held + voter.stake) >= total) continue
    held += voter.stake
    chosen.add(voter.hotkey)
  }
  return chosen
}
