/** Compares the weights on the chain with those that follow from the reports of an epoch. Pure. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { Electorate } from "../../domain/Electorate.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import type { FoundWeights, HeldWeights } from "../../domain/EpochState.ts"
import type { Report } from "../../domain/Report.ts"
import { isDecided, type Settlement, settlementHash } from "../../domain/Settlement.ts"
import { toU16 } from "../../domain/toU16.ts"
import { HELD_EPOCHS } from "../rules/hold.ts"
import { namedSettlement, settlementOf, type Winning } from "../rules/settlementOf.ts"
import type { ExaminedReports, ExaminedVoter } from "./examineReports.ts"
import { type Finding, finding } from "./findings.ts"

/** Weights as they are set: equal lengths, ascending UIDs, the largest weight 65,535, no zeros. */
export interface ChainWeights {
  readonly uids: ReadonlyArray<number>
  readonly values: ReadonlyArray<number>
}

/** What weights depend on besides reports, as of block E + D2. */
export interface WeightInputs {
  /** The contributions' shares by the roster's rules, in parts per million by UID. */
  readonly sharesOf: (settlement: Settlement) => ReadonlyMap<number, number>
  /** Undefined where miners divide the contributions' pool. */
  readonly winning?: Winning | undefined
  /** Computes the weights from the contributions' shares, with those of the other pools. */
  readonly weightsOf: (shares: ReadonlyMap<number, number>) => ChainWeights
}

export type { FoundWeights } from "../../domain/EpochState.ts"

export interface WeightEvidence {
  readonly epoch: Epoch
  readonly electorate: Electorate
  readonly reports: ExaminedReports
  /** `missing` says which option would allow a comparison of weights. */
  readonly facts: WeightInputs | { readonly missing: string }
  readonly weights: ReadonlyMap<AccountAddress, FoundWeights>
  /** The settlement of an earlier epoch that most reports name, if somebody gives it. */
  readonly previous?: Settlement | undefined
  /** What each validator holds if no consensus reaches it; null where that is not known. */
  readonly holds: ReadonlyMap<AccountAddress, HeldWeights>
}

export interface ExaminedWeights {
  readonly settlement: Settlement
  /** Null: none follow, or they are not known. */
  readonly expected: ChainWeights | null
  /** The contributions' shares in parts per million by UID. Null: none follow, or they are not known. */
  readonly shares: ReadonlyMap<number, number> | null
  readonly findings: ReadonlyArray<Finding>
}

const areEqual = (one: ReadonlyArray<number>, other: ReadonlyArray<number>): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index])

const isSame = (one: ChainWeights | undefined, other: ChainWeights): boolean =>
  one !== undefined && areEqual(one.uids, other.uids) && areEqual(one.values, other.values)

/** The difference between two lists of weights, for people: the three UIDs that differ most. */
const difference = (found: ChainWeights, expected: ChainWeights): string => {
  const mapOf = ({ uids, values }: ChainWeights) => new Map(uids.map((uid, index) => [uid, values[index] ?? 0]))
  const [ours, theirs] = [mapOf(expected), mapOf(found)]
  const rows = [...new Set([...ours.keys(), ...theirs.keys()])]
    .map((uid) => ({ uid, due: ours.get(uid) ?? 0, set: theirs.get(uid) ?? 0 }))
    .filter(({ due, set }) => due !== set)
    .toSorted((one, other) => Math.abs(other.due - other.set) - Math.abs(one.due - one.set) || one.uid - other.uid)
  const shown = rows.slice(0, 3).map(({ uid, due, set }) => `UID ${uid} has ${set} instead of ${due}`)
  return `${shown.join(", ")}${rows.length > shown.length ? `, and ${rows.length - shown.length} more differ` : ""}`
}

/** How many choices of left-out reports are tried: all of eight reports, or two of 22. Each takes an aggregate of all reports. */
const MAX_WAYS = 256

/** All choices of this many items, in order. */
function* choices<A>(items: ReadonlyArray<A>, size: number): Generator<ReadonlyArray<A>> {
  if (size === 0) return yield []
  for (const [index, first] of items.entries()) for (const rest of choices(items.slice(index + 1), size - 1)) yield [first, ...rest]
}

/**
 * The sets of reports that an honest validator may have missed, because somebody or the network withheld them: first single ones, then pairs, and so
 * on, but never all.
 */
export function* leftOut<A>(items: ReadonlyArray<A>): Generator<ReadonlyArray<A>> {
  let ways = 0
  for (let size = 1; size < items.length; size++)
    for (const chosen of choices(items, size)) {
      if (ways++ === MAX_WAYS) return
      yield chosen
    }
}

/** The result of another count that an honest validator may have made. */
interface Alternative {
  readonly weights: ChainWeights | undefined
  readonly why: string
}

/** Whether these are the held weights plus weights for UIDs that changed hands, which a holding validator must not pay. */
const paysNewHolders = (found: ChainWeights, { changed, ...held }: Extract<HeldWeights, { readonly _tag: "SendAgain" }>): boolean => {
  const left = new Set(changed)
  const kept = found.uids.flatMap((uid, index) => (left.has(uid) ? [] : [[uid, found.values[index] ?? 0] as const]))
  return kept.length < found.uids.length && isSame(held, toU16(new Map(kept)))
}

/** Searches a generator's values, which are computed on demand and cached. */
const remembered = <A>(values: Generator<A>) => {
  const known: Array<A> = []
  return (is: (value: A) => boolean): A | undefined => {
    const found = known.find(is)
    if (found !== undefined) return found
    for (let next = values.next(); next.done !== true; next = values.next()) {
      known.push(next.value)
      if (is(next.value)) return next.value
    }
    return undefined
  }
}

const settlementFinding = ({ quorum, voters }: Settlement): Finding =>
  quorum
    ? finding("nobody earned", null, "the reports name nobody who earned anything, so weights are held")
    : finding(
        "no quorum",
        null,
        `${voters.filter(({ report }) => report !== null).length} of ${voters.length} validators reported, and they hold less than two thirds of the stake: weights are held`
      )

/** No weights are compared where they depend on a settlement that nobody gives. */
const UNKNOWN = "they depend on the settlement before, and nobody gives it"

export const examineWeights = ({ epoch, electorate, reports, facts, weights, holds, previous }: WeightEvidence): ExaminedWeights => {
  const settled = (voters: ReadonlyArray<ExaminedVoter>) => {
    const counted = new Map(
      voters.flatMap(({ hotkey, report }): ReadonlyArray<readonly [AccountAddress, Report]> => (report === null ? [] : [[hotkey, report]]))
    )
    const isNamed = previous !== undefined && namedSettlement(electorate, counted) === settlementHash(previous)
    const winning = "missing" in facts ? undefined : facts.winning
    return settlementOf(epoch, reports.roster ?? "", electorate, counted, isNamed ? previous : undefined, winning)
  }
  const honest = reports.voters.filter(({ report, equivocates }) => report !== null && !equivocates)
  const { settlement, isKnown } = settled(honest)
  const undecided = isDecided(settlement) ? [] : [settlementFinding(settlement)]
  const uncompared = (why: string): ExaminedWeights => ({
    settlement,
    expected: null,
    shares: null,
    findings: [...undecided, finding("weights not compared", null, why)]
  })
  if ("missing" in facts) return uncompared(facts.missing)
  if (!isKnown) return uncompared(UNKNOWN)

  const weightsBy = ({ settlement: other }: ReturnType<typeof settled>): ChainWeights | undefined =>
    isDecided(other) ? facts.weightsOf(facts.sharesOf(other)) : undefined
  const shares = isDecided(settlement) ? facts.sharesOf(settlement) : undefined
  const expected = shares === undefined ? undefined : facts.weightsOf(shares)
  const all = reports.voters.filter(({ report }) => report !== null)
  /** Validators decide by the reports that they have at E + D2. Some may have been withheld from one, and it may not know of an equivocation. */
  function* alternatives(): Generator<Alternative> {
    if (all.length > honest.length) yield { weights: weightsBy(settled(all)), why: "with those of validators that signed two" }
    for (const counted of all.length > honest.length ? [honest, all] : [honest])
      for (const missing of leftOut(counted))
        yield {
          weights: weightsBy(settled(counted.filter((one) => !missing.includes(one)))),
          why: `without ${missing.length === 1 ? "that" : "those"} of ${missing.map(({ hotkey }) => hotkey).join(", ")}`
        }
  }
  const alternativeWhich = remembered(alternatives())

  /** The finding on weights that follow neither from the reports nor from fewer of them. */
  const unfoundedFinding = (hotkey: AccountAddress, found: ChainWeights): Finding => {
    const held = holds.get(hotkey)
    if (held?._tag === "SendAgain" && paysNewHolders(found, held)) {
      const uids = held.changed.filter((uid) => found.uids.includes(uid))
      const text = `it holds the weights that it had, and pays ${uids.map((uid) => `UID ${uid}`).join(", ")}, which changed hands since they were set`
      return finding("weights differ", hotkey, text)
    }
    const text =
      expected === undefined
        ? `there is no consensus, and its weights are not those that it held${held?._tag === "SendAgain" ? `: ${difference(found, held)}` : ""}`
        : `its weights do not follow from the reports: ${difference(found, expected)}`
    const isMissing = reports.voters.some((one) => one.hotkey !== hotkey && one.committed !== null && one.givers.length === 0)
    if (isMissing)
      return finding(
        "weights not compared",
        hotkey,
        `${text}; reports that others committed to are missing here, and it may have counted them`
      )
    if (held === undefined)
      return finding("weights not compared", hotkey, `${text}; what it had on the chain before is not known, and it may have held it`)
    if (held._tag === "Nothing")
      return finding("weights of its own", hotkey, `${text}; it had nothing on the chain to hold, as a validator that no quorum reached`)
    return expected === undefined
      ? finding("weights not held", hotkey, `${text}; they may be its own scores, which follow ${HELD_EPOCHS} epochs without consensus`)
      : finding("weights differ", hotkey, text)
  }

  const findingsOf = ({ hotkey, committed, report }: ExaminedVoter): ReadonlyArray<Finding> => {
    const found = weights.get(hotkey) ?? { _tag: "None" }
    if (found._tag === "NotRevealed") return [finding("weights not revealed", hotkey, "its weights are committed and not revealed yet")]
    if (found._tag === "None")
      return expected === undefined
        ? []
        : [finding("no weights", hotkey, "it set no weights between block E + D2 and the end of the epoch")]
    if (isSame(expected, found)) return []
    const held = holds.get(hotkey)
    const holdsOn = held?._tag === "SendAgain" && isSame(held, found)
    if (expected === undefined && (holdsOn || held?._tag === "Nothing")) return []
    if (committed === null && report === null)
      return expected === undefined
        ? []
        : [
            finding(
              "weights of its own",
              hotkey,
              `it reported nothing, and its weights do not follow from the others' reports: ${difference(found, expected)}`
            )
          ]
    if (holdsOn)
      return [finding("weights held", hotkey, "it sent the weights again that it had on the chain, as where no quorum reached it")]
    const alternative = alternativeWhich((one) => isSame(one.weights, found))
    if (alternative !== undefined)
      return [finding("other reports counted", hotkey, `its weights follow from the reports ${alternative.why}`)]
    return [unfoundedFinding(hotkey, found)]
  }
  return { settlement, expected: expected ?? null, shares: shares ?? null, findings: [...undecided, ...reports.voters.flatMap(findingsOf)] }
}
