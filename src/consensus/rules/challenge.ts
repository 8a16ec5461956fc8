/**
 * The challenge of a report: which of its records its validator must show, and what is wrong with those shown. Pure. Nobody can know the choice before all
 * reports are fixed, because its seed is younger than their commitments, and everybody finds the same one.
 */
import { createHash } from "node:crypto"
import type { AccountAddress } from "../../domain/Account.ts"
import type { Fault, LeafFault } from "../../domain/ChallengeFinding.ts"
import type { MeasuredRecord } from "../../domain/MeasuredRecord.ts"
import { isOpeningOf, type Opening } from "../../domain/Opening.ts"
import type { Report } from "../../domain/Report.ts"
import { compareRecords, type ScoredRecord } from "../../domain/ScoredRecord.ts"

/** How many records of each report must be shown. */
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
 * `count` different numbers from 0 and below `limit`, rising; all of them if there are no more. No set is likelier than another: of a draw that would
 * favour the lower numbers, and of one that came before, the next one is taken instead.
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
 * The numbers of the records that a report's validator must show, rising: 16, or all if there are fewer. `seed`: the randomness of the first drand pulse that
 * the chain stored after the block at which commitments count, or that block's hash where the chain stores no pulses, as 0x and hexadecimal digits.
 */
export const challengedLeaves = ({ validator, leaves }: Pick<Report, "validator" | "leaves">, seed: string): ReadonlyArray<number> =>
  chosen(CHALLENGED_LEAVES, leaves, ["gittensor/challenge/v1", `seed ${seed.toLowerCase()}`, `validator ${validator}`])

/**
 * Which of the challenged records a judge scores again, rising: different judges score different ones, and a judge that is started again the same ones.
 * `challenged`: what `challengedLeaves` gives.
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

/** What is compared besides the counts of files by rule. */
const SCORED = ["base", "head", "state", "tokens", "source", "total", "score"] as const

/** Scores this near are equal: a sum may be taken in another order. */
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
 * What is wrong with what a validator has shown of its report, one fault a leaf at most, by rising leaf. `openings`: in any order; what nobody asked for does
 * not count. `measured`: the same pull requests scored again, by leaf; one that is missing was not scored again, null was found not to be there.
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
    // Records that are there many times would make it unlikely that the others are picked.
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
