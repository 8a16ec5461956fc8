/** Formats what epochs of consensus come to. The API's parts are per million. */
import type { ConsensusValue, ConsensusVoter, Divergence, Evidence } from "../api/types.ts"
import { decimal, percent } from "./amount.ts"

type Votes = ConsensusValue["votes"]
type Severe = Pick<Evidence, "severity">

/** A part per million as a percentage with two decimals: "12.34%". A part too small to show is "<0.01%". */
export const partText = (ppm: number): string => (ppm > 0 && ppm < 50 ? `<${percent(0.0001, 2)}` : percent(ppm / 1_000_000, 2))

/** Points from millionths: "55.25". */
export const pointsText = (millionths: number): string =>
  millionths > 0 && millionths < 5_000 ? "<0.01" : decimal(millionths / 1_000_000, 2)

/** A rank correlation from parts per million: "0.987", "−0.120". */
export const correlationText = (ppm: number): string => `${ppm < 0 ? "−" : ""}${decimal(Math.abs(ppm) / 1_000_000, 3)}`

/** A copy score: 0 is an own report, 1,000 is what a copy would have. */
export const copyText = (milli: number | null): string => (milli === null ? "nothing was new" : percent(milli / 1_000, 1))

/** Which way a report pulls a UID's value; those who did not measure it pull nowhere. */
export type Way = "below" | "equal" | "above" | "unmeasured"

/** By rising value. */
export const DEVIATIONS = ["below", "equal", "above", "unmeasured"] as const satisfies ReadonlyArray<Way>

export const wayOf = ({ pull }: Votes[number]): Way => pull ?? "unmeasured"

/** The stake that pulls each way, in rao. */
export const pullsOf = (votes: Votes): { readonly [Of in Way]: bigint } => {
  const sums = { below: 0n, equal: 0n, above: 0n, unmeasured: 0n }
  for (const vote of votes) sums[wayOf(vote)] += BigInt(vote.stake)
  return sums
}

/** Broken rules first, otherwise in the order given. */
export const wrongFirst = <A extends Severe>(findings: ReadonlyArray<A>): ReadonlyArray<A> =>
  findings.toSorted((one, other) => Number(other.severity === "wrong") - Number(one.severity === "wrong"))

/** "1 wrong, 2 missing"; "nothing" if there is nothing. */
export const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .flatMap(([name, count]) => (count === 0 ? [] : [`${count} ${name}`]))
    .join(", ") || "nothing"

/** What became of a voter's weights for the epoch. */
export const weightsText = ({ state, asExpected }: ConsensusVoter["weights"]): string => {
  if (state === "hidden") return "not revealed yet"
  if (state === "none") return "none set"
  return asExpected === null ? "set, with nothing to compare" : asExpected ? "as expected" : "other than expected"
}

/** Why nothing was compared; undefined if it was. */
export const notCompared = ({ quorum, report }: Pick<Divergence, "quorum" | "report">): string | undefined =>
  report === null ? "no report of its own" : quorum ? undefined : "no quorum"

type Point = readonly [epoch: number, value: number]

/** The stretches of neighbouring epochs that have a value, oldest first. A missing epoch or value begins a new one. */
export const stretchesOf = (points: ReadonlyArray<readonly [epoch: number, value: number | null]>): ReadonlyArray<ReadonlyArray<Point>> => {
  const stretches: Array<Array<Point>> = []
  for (const [epoch, value] of points.toSorted(([one], [other]) => one - other)) {
    if (value === null) continue
    const last = stretches.at(-1)
    if (last?.at(-1)?.[0] === epoch - 1) last.push([epoch, value])
    else stretches.push([[epoch, value]])
  }
  return stretches
}
