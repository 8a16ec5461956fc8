/**
 * The challenge of a report: which of its records its validator must show, and the faults of the shown ones. Pure. Nobody can predict the choice
 * before all reports are fixed, because its seed is younger than their commitments; afterwards all compute the same choice.
 */
import { createHash } from "node:crypto"
import type { AccountAddress } from "../../domain/Account.ts"
import type { DrawFault, Falsehood, FalseRule, Fault } from "../../domain/ChallengeFinding.ts"
import type { MeasuredRecord } from "../../domain/MeasuredRecord.ts"
import { addSums, NO_SUMS, type Reached, type Sums } from "../../domain/merkleTree.ts"
import { covers, type Opening, placeIn } from "../../domain/Opening.ts"
import { compareCells, type Report } from "../../domain/Report.ts"
import { compareRecords, type ScoredRecord } from "../../domain/ScoredRecord.ts"

/** How many points of each report are drawn (docs/reference/consensus.md, “Challenge”). */
export const DRAWS = 16

/** The rules of a report's roster for its cells and for single records. */
export interface LeafRules {
  /** Each measured cell's part of the pool, in the report's order. */
  readonly partsOf: (report: Pick<Report, "miners" | "repositories">) => ReadonlyArray<bigint>
  /** The rule that a record breaks by itself. */
  readonly whyFalse: (record: ScoredRecord) => { readonly rule: FalseRule; readonly why: string } | undefined
}

type Rooted = Pick<Report, "validator" | "miners" | "leaves" | "root">

const digestOf = (lines: ReadonlyArray<string>): Buffer => createHash("sha256").update(lines.join("\n")).digest()

const wholeNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`)

/** A measured cell with its range in the tree: the sums of all cells before it, and those with it. */
interface PlacedCell extends Pick<ScoredRecord, "uid" | "repository" | "side"> {
  readonly from: Sums
  readonly to: Sums
}

const placesOf = ({ miners }: Pick<Report, "miners">): ReadonlyArray<PlacedCell> => {
  let from = NO_SUMS
  return miners.flatMap(({ uid, cells }) =>
    (cells ?? []).flatMap(({ repository, side, sum, less, full }): ReadonlyArray<PlacedCell> => {
      if (sum === null) return []
      const to = addSums(from, [sum, less, full])
      const place = { uid, repository, side, from, to }
      from = to
      return [place]
    })
  )
}

const pointsOf = ([earned, less]: Sums): number => earned + less

/**
 * The points of a report's tree that its validator must show, in the order of their draws: 16, or none where no cell has a part of the pool. Each draw picks
 * a cell by its part, then a point below its sum and collateral. `seed`: the randomness of the first drand pulse that the chain stored after the block at
 * which commitments count, or that block's hash where the chain stores no pulses, as 0x and hexadecimal digits.
 */
export const drawnPoints = (
  report: Pick<Report, "validator" | "miners" | "repositories">,
  seed: string,
  { partsOf }: Pick<LeafRules, "partsOf">
): ReadonlyArray<number> => {
  const places = placesOf(report)
  const parts = partsOf(report)
  const all = parts.reduce((sum, part) => sum + part, 0n)
  if (all === 0n) return []
  return Array.from({ length: DRAWS }, (_, draw) => {
    const digest = digestOf(["gittensor/challenge/v1", `seed ${seed.toLowerCase()}`, `validator ${report.validator}`, `draw ${draw}`])
    let left = wholeNumber(digest.subarray(0, 16)) % all
    const index = parts.findIndex((part) => {
      if (left < part) return true
      left -= part
      return false
    })
    const { from = NO_SUMS, to = NO_SUMS } = places[index] ?? {}
    return pointsOf(from) + Number(wholeNumber(digest.subarray(16)) % BigInt(pointsOf(to) - pointsOf(from)))
  })
}

/**
 * `count` of the shown records that a judge has scored again, by their numbers among the report's: different judges pick different ones, and a restarted
 * judge the same ones.
 */
export const sampledLeaves = (
  leaves: ReadonlyArray<number>,
  count: number,
  { seed, validator, judge }: { readonly seed: string; readonly validator: AccountAddress; readonly judge: AccountAddress }
): ReadonlyArray<number> => {
  const lines = ["gittensor/challenge-sample/v1", `seed ${seed.toLowerCase()}`, `validator ${validator}`, `judge ${judge}`]
  const orderOf = (leaf: number): string => digestOf([...lines, `leaf ${leaf}`]).toString("hex")
  return leaves
    .map((leaf) => ({ leaf, order: orderOf(leaf) }))
    .toSorted((left, right) => (left.order < right.order ? -1 : 1))
    .slice(0, count)
    .map(({ leaf }) => leaf)
    .toSorted((left, right) => left - right)
}

/** The fields that are compared besides the counts of files by rule. */
export const SCORED = ["author", "base", "head", "state", "mergedAt", "decay", "tokens", "source", "total", "score"] as const

/** Relative difference up to which scores are equal: sums may be added in another order. */
const RELATIVE_ERROR = 1e-9

const areEqual = (left: string | number | null, right: string | number | null): boolean =>
  typeof left === "number" && typeof right === "number"
    ? Math.abs(left - right) <= RELATIVE_ERROR * Math.max(Math.abs(left), Math.abs(right))
    : left === right

const nameOf = ({ repository, number }: Pick<ScoredRecord, "repository" | "number">): string => `${repository}#${number}`

/** In which of these fields, or counts of files by rule, a record differs from a measurement of the same pull request; undefined if in none. */
export const whatDiffers = (
  shown: MeasuredRecord,
  measured: MeasuredRecord,
  keys: ReadonlyArray<(typeof SCORED)[number]> = SCORED
): string | undefined => {
  const key = keys.find((one) => !areEqual(shown[one], measured[one]))
  if (key !== undefined && measured.nothing !== undefined) return `scores nothing: ${measured.nothing}`
  if (key !== undefined) return `has ${key} ${shown[key]}, and scored again ${measured[key]}`
  const methods = [...new Set([...Object.keys(shown.methods), ...Object.keys(measured.methods)])].sort()
  const method = methods.find((one) => shown.methods[one] !== measured.methods[one])
  return method === undefined
    ? undefined
    : `has ${shown.methods[method] ?? 0} files scored by ${method}, and scored again ${measured.methods[method] ?? 0}`
}

/** How a shown record differs from the same pull request scored again; undefined if it does not. */
export const differenceOf = (shown: MeasuredRecord, measured: MeasuredRecord): string | undefined => {
  const difference = whatDiffers(shown, measured)
  return difference === undefined ? undefined : `${nameOf(shown)} ${difference}`
}

interface Placing {
  readonly opening: Opening
  readonly place: Reached
}

const isWithin = ([one, two, three]: Sums, [first, second, third]: Sums): boolean => one <= first && two <= second && three <= third

const areEqualSums = (one: Sums, other: Sums): boolean => isWithin(one, other) && isWithin(other, one)

const textOf = ([earned, less, full]: Sums): string => `${earned} earned, ${less} collateral and ${full} before decay`

/**
 * The rules that a report breaks by itself, as these openings of it show; those that are not under its root show nothing. Empty for every report of an
 * honest validator, whatever is shown as its openings. Without `whyFalse`, records are not compared with a roster.
 */
export const falsehoodsOf = (
  report: Rooted,
  openings: ReadonlyArray<Opening>,
  { whyFalse }: Partial<Pick<LeafRules, "whyFalse">> = {}
): ReadonlyArray<Falsehood> => {
  const places = placesOf(report)
  const total = places.at(-1)?.to ?? NO_SUMS
  if (report.leaves === 0)
    return areEqualSums(total, NO_SUMS) ? [] : [{ rule: "empty", why: `its cells have ${textOf(total)}, and no records`, openings: [] }]
  const placed = openings
    .flatMap((opening): ReadonlyArray<Placing> => {
      const place = placeIn(opening, report)
      return place === undefined ? [] : [{ opening, place }]
    })
    .toSorted((left, right) => left.opening.leaf - right.opening.leaf)
  return placed.flatMap(({ opening, place }, index): ReadonlyArray<Falsehood> => {
    const { record, validator, leaf } = opening
    const name = `record ${leaf}, ${nameOf(record)} of UID ${record.uid}`
    const broken = (rule: FalseRule, why: string, ...others: ReadonlyArray<Opening>) => [{ rule, why, openings: [...others, opening] }]
    if (!areEqualSums(place.total, total)) return broken("total", `its records have ${textOf(place.total)}, and its cells ${textOf(total)}`)
    if (validator !== report.validator) return broken("validator", `${name}, is of ${validator}`)
    const before = placed[index - 1]?.opening
    if (before !== undefined && before.leaf !== leaf && compareRecords(before.record, record) >= 0)
      return broken(
        "order",
        `${name}, does not come after record ${before.leaf}, ${nameOf(before.record)} of UID ${before.record.uid}`,
        before
      )
    const cell = places.find((one) => one.uid === record.uid && compareCells(one, record) === 0)
    const end = addSums(place.before, [record.earned, record.less, record.full])
    if (cell === undefined || !isWithin(cell.from, place.before) || !isWithin(end, cell.to))
      return broken("cell", `${name}, is not within the sums of the ${record.side}'s cell`)
    const found = whyFalse?.(record)
    return found === undefined ? [] : broken(found.rule, `${name}: ${found.why}`)
  })
}

/** The openings that cover a drawn point, each once, by their numbers. */
export const coveringOf = (report: Rooted, points: ReadonlyArray<number>, openings: ReadonlyArray<Opening>): ReadonlyArray<Opening> => {
  const covering = openings.flatMap((opening) => {
    const place = placeIn(opening, report)
    return place !== undefined && points.some((point) => covers(opening, place, point)) ? [[opening.leaf, opening] as const] : []
  })
  return [...new Map(covering).values()].toSorted((left, right) => left.leaf - right.leaf)
}

/**
 * The faults of a validator's shown records, at most one for each draw and record, in the order of draws. `points`: the drawn ones. `openings`: in any order; those that cover no drawn
 * point are ignored, unless they show that the report is false. `measured`: new scores of the same pull requests, by leaf; a missing one was not scored again, and null was found not to exist.
 */
export const faultsOf = (
  report: Rooted,
  points: ReadonlyArray<number>,
  openings: ReadonlyArray<Opening>,
  measured: ReadonlyMap<number, MeasuredRecord | null>,
  rules: Partial<Pick<LeafRules, "whyFalse">> = {}
): ReadonlyArray<DrawFault> => {
  const falsehoods = falsehoodsOf(report, openings, rules)
  const placed = openings.map((opening) => ({ opening, place: placeIn(opening, report) }))
  const seen = new Set<number | "report">()
  return points.flatMap((point, draw): ReadonlyArray<DrawFault> => {
    const fault = (kind: Fault, why: string, proof?: Falsehood) => [{ draw, fault: kind, why, ...(proof === undefined ? {} : { proof }) }]
    const opening = placed.find((one) => one.place !== undefined && covers(one.opening, one.place, point))?.opening
    const key = opening?.leaf ?? (falsehoods.length > 0 ? "report" : undefined)
    if (key !== undefined && seen.has(key)) return []
    if (key !== undefined) seen.add(key)
    const proof = opening === undefined ? falsehoods[0] : falsehoods.find((one) => one.openings.at(-1)?.leaf === opening.leaf)
    if (proof !== undefined) return fault("false", proof.why, proof)
    if (opening === undefined)
      return placed.some(({ place }) => place === undefined)
        ? fault("invalid", "what is shown is not behind the report's root")
        : fault("missing", "the record is not shown")
    const again = measured.get(opening.leaf)
    if (again === null) return fault("wrong", `${nameOf(opening.record)} is not a pull request that scores`)
    const difference = again === undefined ? undefined : differenceOf(opening.record, again)
    return difference === undefined ? [] : fault("wrong", difference)
  })
}
