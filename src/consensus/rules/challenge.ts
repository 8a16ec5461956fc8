/**
 * The challenge of a report: which of its records its validator must show, and the faults of the shown ones. Pure. Nobody can predict the choice
 * before all reports are fixed, because its seed is younger than their commitments; afterwards all compute the same choice.
 */
import { createHash } from "node:crypto"
import type { AccountAddress } from "../../domain/Account.ts"
import type { Fault, LeafFault } from "../../domain/ChallengeFinding.ts"
import type { MeasuredRecord } from "../../domain/MeasuredRecord.ts"
import { isOpeningOf, type Opening } from "../../domain/Opening.ts"
import type { Report } from "../../domain/Report.ts"
import { compareRecords, type ScoredRecord } from "../../domain/ScoredRecord.ts"

/** How many records of each report must be shown (docs/reference/consensus.md, “Challenge”). */
export const CHALLENGED_LEAVES = 16

/** Each draw is a number of 48 bits, which a double holds exactly. */
const DRAW_BYTES = 6
const DRAWS = 2 ** (8 * DRAW_BYTES)

const drawOf = (lines: ReadonlyArray<string>, round: number): number =>
  createHash("sha256")
    .update([...lines, `draw ${round}`].join("\n"))
    .digest()
    .readUIntBE(0, DRAW_BYTES)

/**
 * `count` different numbers from 0 and below `limit`, ascending; all of them if there are no more. All sets are equally likely: a draw that would
 * favour lower numbers and a repeated one are drawn again.
 */
const chosen = (count: number, limit: number, lines: ReadonlyArray<string>): ReadonlyArray<number> => {
  if (limit <= count) return Array.from({ length: limit }, (_, number) => number)
  const fair = DRAWS - (DRAWS % limit)
  const numbers = new Set<number>()
  for (let round = 0; numbers.size < count; round++) {
    const draw = drawOf(lines, round)
    if (draw < fair) numbers.add(draw % limit)
  }
  return [...numbers].sort((left, right) => left - right)
}

/**
 * The numbers of the records that a report's validator must show, ascending: 16, or all if there are fewer. `seed`: the randomness of the first drand pulse
 * that the chain stored after the block at which commitments count, or that block's hash where the chain stores no pulses, as 0x and hexadecimal digits.
 */
export const challengedLeaves = ({ validator, leaves }: Pick<Report, "validator" | "leaves">, seed: string): ReadonlyArray<number> =>
  chosen(CHALLENGED_LEAVES, leaves, ["gittensor/challenge/v1", `seed ${seed.toLowerCase()}`, `validator ${validator}`])

/**
 * The challenged records that a judge scores again, ascending: different judges score different ones, and a restarted judge the same ones.
 * `challenged`: from `challengedLeaves`.
 */
export const sampledLeaves = (
  challenged: ReadonlyArray<number>,
  count: number,
  { seed, validator, judge }: { readonly seed: string; readonly validator: AccountAddress; readonly judge: AccountAddress }
): ReadonlyArray<number> =>
  chosen(count, challenged.length, [
    "gittensor/challenge-sample/v1",
    `seed ${seed.toLowerCase()}`,
    `validator ${validator}`,
    `judge ${judge}`
  ]).flatMap((index) => challenged[index] ?? [])

/** The fields that are compared besides the counts of files by rule. */
const SCORED = ["base", "head", "state", "tokens", "source", "total", "score"] as const

/** Relative difference up to which scores are equal: sums may be added in another order. */
const RELATIVE_ERROR = 1e-9

const areEqual = (left: string | number | null, right: string | number | null): boolean =>
  typeof left === "number" && typeof right === "number"
    ? Math.abs(left - right) <= RELATIVE_ERROR * Math.max(Math.abs(left), Math.abs(right))
    : left === right

const nameOf = ({ repository, number }: Pick<ScoredRecord, "repository" | "number">): string => `${repository}#${number}`

/** How a shown record differs from the same pull request scored again; undefined if it does not. */
export const differenceOf = (shown: MeasuredRecord, measured: MeasuredRecord): string | undefined => {
  const name = nameOf(shown)
  const key = SCORED.find((one) => !areEqual(shown[one], measured[one]))
  if (key !== undefined && measured.nothing !== undefined) return `${name} scores nothing: ${measured.nothing}`
  if (key !== undefined) return `${name} has ${key} ${shown[key]}, and scored again ${measured[key]}`
  const methods = [...new Set([...Object.keys(shown.methods), ...Object.keys(measured.methods)])].sort()
  const method = methods.find((one) => shown.methods[one] !== measured.methods[one])
  return method === undefined
    ? undefined
    : `${name} has ${shown.methods[method] ?? 0} files scored by ${method}, and scored again ${measured.methods[method] ?? 0}`
}

/**
 * The faults of a validator's shown records, at most one a leaf, sorted by leaf. `openings`: in any order; those that nobody asked for are ignored.
 * `measured`: new scores of the same pull requests, by leaf; a missing one was not scored again, and null was found not to exist.
 */
export const faultsOf = (
  report: Pick<Report, "leaves" | "root">,
  challenged: ReadonlyArray<number>,
  openings: ReadonlyArray<Opening>,
  measured: ReadonlyMap<number, MeasuredRecord | null>
): ReadonlyArray<LeafFault> => {
  const faults: Array<LeafFault> = []
  let before: Opening | undefined
  for (const leaf of challenged.toSorted((left, right) => left - right)) {
    const add = (fault: Fault, why: string) => faults.push({ leaf, fault, why })
    const shown = openings.filter((opening) => opening.leaf === leaf)
    const opening = shown.find((one) => isOpeningOf(one, report))
    if (opening === undefined) {
      if (shown.length === 0) add("missing", `record ${leaf} is not shown`)
      else add("invalid", `what is shown as record ${leaf} is not behind the report's root`)
      continue
    }
    const { record } = opening
    const name = nameOf(record)
    const again = measured.get(leaf)
    // Repeated records would make it unlikely that the others are picked.
    if (before !== undefined && compareRecords(before.record, record) >= 0)
      add("invalid", `record ${leaf}, ${name}, does not come after record ${before.leaf}, ${nameOf(before.record)}`)
    else if (again === null) add("wrong", `${name} is not a pull request that scores`)
    else {
      const difference = again === undefined ? undefined : differenceOf(record, again)
      if (difference !== undefined) add("wrong", difference)
    }
    before = opening
  }
  return faults
}
