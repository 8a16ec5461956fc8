/** Compares the weights on the chain with those that follow from the reports of an epoch. Pure. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { Electorate } from "../../domain/Electorate.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import type { FoundWeights, HeldWeights } from "../../domain/EpochState.ts"
import type { Report } from "../../domain/Report.ts"
import { isDecided, type Settlement } from "../../domain/Settlement.ts"
import { type ChainWeights, toU16 } from "../../domain/toU16.ts"
import { HELD_EPOCHS } from "../../rules/consensus/hold.ts"
import { settlementOf, type Winning } from "../../rules/consensus/settlementOf.ts"
import type { ExaminedReports, ExaminedVoter } from "./examineReports.ts"
import { type Finding, finding } from "./findings.ts"

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
  /** The settlement of an earlier epoch that `namedSettlement` names, if somebody gives it. */
  readonly previous?: Settlement | undefined
  /** The weights that each validator keeps if it cannot compute the consensus; null where they are not known. */
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

/** Whether these are the held weights plus weights for UIDs that changed hands, which a holding validator must not pay. */
const paysNewHolders = (found: ChainWeights, { changed, ...held }: Extract<HeldWeights, { readonly _tag: "SendAgain" }>): boolean => {
  const left = new Set(changed)
  const kept = found.uids.flatMap((uid, index) => (left.has(uid) ? [] : [[uid, found.values[index] ?? 0] as const]))
  return kept.length < found.uids.length && isSame(held, toU16(new Map(kept)))
}

const settlementFinding = ({ quorum, voters }: Settlement): Finding =>
  quorum
    ? finding("nobody earned", null, "no report names a miner who earned anything, so validators keep their previous weights")
    : finding(
        "no quorum",
        null,
        `${voters.filter(({ report }) => report !== null).length} of ${voters.length} validators reported, and they hold less than two thirds of the stake: validators keep their previous weights`
      )

/** The reports that count and are here. */
export const countedReports = ({ voters }: ExaminedReports): ReadonlyMap<AccountAddress, Report> =>
  new Map(
    voters.flatMap(({ hotkey, report }): ReadonlyArray<readonly [AccountAddress, Report]> => (report === null ? [] : [[hotkey, report]]))
  )

export const examineWeights = ({ epoch, electorate, reports, facts, weights, holds, previous }: WeightEvidence): ExaminedWeights => {
  const winning = "missing" in facts ? undefined : facts.winning
  const { settlement, isKnown } = settlementOf(epoch, reports.roster ?? "", electorate, countedReports(reports), previous, winning)
  const undecided = isDecided(settlement) ? [] : [settlementFinding(settlement)]
  const uncompared = (why: string): ExaminedWeights => ({
    settlement,
    expected: null,
    shares: null,
    findings: [...undecided, finding("weights not compared", null, why)]
  })
  if (reports.lacking === undefined)
    return uncompared("it is not known which reports counted, because an earlier version of the program recorded this epoch")
  const [lacking] = reports.lacking
  if (lacking !== undefined) return uncompared(`the report of ${lacking} counts, but no source has it`)
  if ("missing" in facts) return uncompared(facts.missing)
  if (!isKnown)
    return uncompared(
      `too little stake measured some scores, and no source has the settlement ${settlement.previous}, which holds their earlier values`
    )
  const shares = isDecided(settlement) ? facts.sharesOf(settlement) : undefined
  const expected = shares === undefined ? undefined : facts.weightsOf(shares)

  /** The finding on weights that do not follow from the reports. */
  const unfoundedFinding = (hotkey: AccountAddress, found: ChainWeights): Finding => {
    const held = holds.get(hotkey)
    if (held?._tag === "SendAgain" && paysNewHolders(found, held)) {
      const uids = held.changed.filter((uid) => found.uids.includes(uid))
      const text = `it kept its previous weights, but also pays ${uids.map((uid) => `UID ${uid}`).join(", ")}, which changed hands since they were set`
      return finding("weights differ", hotkey, text)
    }
    const text =
      expected === undefined
        ? `there is no consensus, and its weights are not its previous ones${held?._tag === "SendAgain" ? `: ${difference(found, held)}` : ""}`
        : `its weights do not follow from the reports: ${difference(found, expected)}`
    if (held === undefined)
      return finding("weights not compared", hotkey, `${text}; its previous weights on the chain are not known, so it may have kept them`)
    if (held._tag === "Nothing")
      return finding(
        "weights of its own",
        hotkey,
        `${text}; it had no previous weights on the chain to keep, like a validator that saw no quorum`
      )
    return expected === undefined
      ? finding(
          "weights not held",
          hotkey,
          `${text}; they may be its own scores, which a validator sets after ${HELD_EPOCHS} epochs without consensus`
        )
      : finding("weights differ", hotkey, text)
  }

  const findingsOf = ({ hotkey, committed, report }: ExaminedVoter): ReadonlyArray<Finding> => {
    const found = weights.get(hotkey) ?? { _tag: "None" }
    if (found._tag === "NotRevealed") return [finding("weights not revealed", hotkey, "its weights are committed but not revealed yet")]
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
    if (holdsOn) return [finding("weights held", hotkey, "it sent its previous weights again, like a validator that saw no quorum")]
    return [unfoundedFinding(hotkey, found)]
  }
  return { settlement, expected: expected ?? null, shares: shares ?? null, findings: [...undecided, ...reports.voters.flatMap(findingsOf)] }
}
