/**
 * What a validator's own measurements say of a record in another's report. Pure. Evidence may change while validators measure an epoch, so only what the
 * validator measured alike in the epoch, in the one before and in the one after is known; whatever else a record says is unclear, without consequence.
 */
import type { AccountAddress } from "../../domain/Account.ts"
import type { EpochEvidence } from "../../domain/EpochEvidence.ts"
import type { ScoredRecord } from "../../domain/ScoredRecord.ts"
import { type LeafRules, whatDiffers } from "./challenge.ts"
import { whyIncomparable } from "./comparableRecord.ts"
import { type Places, placesOf } from "./ownPlaces.ts"

/** What the validator measured in one epoch, and the hash of the roster by which it did. */
export interface OwnEpoch extends Pick<EpochEvidence, "records" | "kept" | "miners"> {
  readonly roster: string
}

/** An epoch, the one before and the one after; undefined where one is not known. */
export type OwnEpochs = readonly [OwnEpoch | undefined, OwnEpoch | undefined, OwnEpoch | undefined]

/** A record of a report by a roster (its hash) in an epoch, and the hotkey that the report gives its UID. */
export interface ShownRecord {
  readonly record: ScoredRecord
  readonly hotkey: AccountAddress | undefined
  readonly epoch: number
  readonly roster: string
  /** The roster of the report that the same validator gave of the epoch from which the record was kept, else of the one before; undefined if neither is known. */
  readonly rosterThen?: string | undefined
}

/** `around`: what was measured in the record's epoch and its neighbours; `before`: the same for the epoch from which it was kept. */
export interface Measured {
  readonly around: OwnEpochs
  readonly before: OwnEpochs
}

/** `difference`: how the record differs from what is known; null if it does not. */
interface Compared {
  readonly difference: string | null
}

/** What the commits of a pull request come to by one roster. */
const MEASURED_FACTS = ["base", "head", "tokens", "source", "total", "score"] as const

const textOf = (value: unknown): string => (value !== null && typeof value === "object" ? JSON.stringify(value) : String(value))

/** The one value of these; undefined if they differ. */
const alike = <A>(values: ReadonlyArray<A>): A | undefined =>
  values.every((one) => textOf(one) === textOf(values[0])) ? values[0] : undefined

const isOfSame = (one: ScoredRecord, { repository, side, number }: ScoredRecord): boolean =>
  one.repository === repository && one.side === side && one.number === number

/** What one epoch says of a record. */
interface Found {
  readonly account: string
  readonly own: ScoredRecord | undefined
  readonly places: Places
}

/** The miner's account in an epoch, and the record's place in it; undefined where it was not measured completely, or by another roster. */
const inEpoch = (epoch: OwnEpoch | undefined, { record, hotkey, roster }: ShownRecord): Found | undefined => {
  const miner = epoch?.miners.find((one) => one.hotkey === hotkey)
  if (epoch === undefined || miner === undefined || epoch.roster !== roster) return undefined
  if (epoch.kept.some((one) => one.hotkey === hotkey && one.repository.toLowerCase() === record.repository)) return undefined
  const places = placesOf(miner, record.repository)
  return places === undefined
    ? undefined
    : { account: miner.account, own: epoch.records.find((one) => one.uid === miner.uid && isOfSame(one, record)), places }
}

/** What all three epochs say; undefined where one of them says nothing, or the account was another. */
const measuredIn = (epochs: OwnEpochs, shown: ShownRecord) => {
  const all = epochs.flatMap((epoch) => inEpoch(epoch, shown) ?? [])
  const account = alike(all.map((one) => one.account))
  return all.length < 3 || account === undefined ? undefined : { account, all, own: all.flatMap(({ own }) => own ?? []) }
}

const accountIn = ({ side, author, finder }: ScoredRecord): string | null => (side === "author" ? author : (finder?.account ?? null))

/** The first of these facts in which a record differs from all measurements, where these agree. */
const firstDifference = (
  record: ScoredRecord,
  own: ReadonlyArray<ScoredRecord>,
  keys: ReadonlyArray<keyof ScoredRecord>
): string | undefined => {
  for (const key of keys) {
    const [shown, known] = [record[key], alike(own.map((one) => one[key]))]
    if (known !== undefined && textOf(shown) !== textOf(known)) return `has ${key} ${textOf(shown)}, and was measured with ${textOf(known)}`
  }
  return undefined
}

/** When something was last changed, if that was before the epoch and nobody has changed it until the next one was measured. Else validators may see different things. */
const isQuiet = (now: number | undefined, next: number | undefined): boolean => now !== undefined && now === next

const areIssuesQuiet = ([, now, next]: ReadonlyArray<Found>): boolean =>
  isQuiet(now?.places.discovery?.changed, next?.places.discovery?.changed)

/**
 * Why nobody can have measured a record where these epochs have none; undefined if somebody can: what does not earn has no record, and one validator may
 * see it earn while another does not, because the default branch and people's roles have no moment. A maintainer's pull requests are not looked at, so that
 * an epoch that saw none of a miner knows of none.
 */
const whyAbsent = (record: ScoredRecord, account: string, all: ReadonlyArray<Found>): string | undefined => {
  const { repository: _, finder, number, side, uid } = record
  if (accountIn(record) !== account) return `names the account ${accountIn(record)} as UID ${uid}'s, which has ${account}`
  const isThere = ({ places }: Found): boolean =>
    side === "author"
      ? places.seen === undefined || places.seen.length === 0 || places.seen.includes(number)
      : places.discovery?.seen.some(
          (issue) => issue.number === finder?.issue && (issue.solver === number || (issue.solver === null && !areIssuesQuiet(all)))
        ) === true
  return all.some(isThere) ? undefined : `was not measured in three epochs among what UID ${uid} did there as ${side}`
}

/** The part of a pull request in an epoch, whichever miner's it is. */
const partOf = (epoch: OwnEpoch | undefined, { author, number, repository }: ScoredRecord) => {
  const miner = epoch?.miners.find(({ account }) => account === author)
  return miner === undefined ? undefined : placesOf(miner, repository)?.pull_requests.find((one) => one.number === number)
}

const isQuietPull = ([, now, next]: OwnEpochs, record: ScoredRecord): boolean =>
  isQuiet(partOf(now, record)?.changed, partOf(next, record)?.changed)

/** Why no record that was kept from such an epoch scores, whatever was measured then; undefined if one may, or the record was not kept. */
export const whyNotKept = ({ kept }: Pick<ScoredRecord, "kept">, epoch: number) =>
  kept !== null && kept >= epoch ? `was kept from epoch ${kept}, which was not past` : undefined

/** A record that says that an earlier epoch measured it. `before`: what was measured around that epoch. */
const ofKept = (shown: ShownRecord, { before }: Measured, { whyFalse }: Pick<LeafRules, "whyFalse">) => {
  const { record, epoch, roster, rosterThen } = shown
  const never = whyNotKept(record, epoch)
  if (never !== undefined || record.state === "OPEN") return never
  const earlier = measuredIn(before, shown)
  // By another roster its author measured something else then.
  if (rosterThen !== roster) return undefined
  if (earlier?.own.length === 0) return whyAbsent(record, earlier.account, earlier.all)
  const own = inEpoch(before[1], shown)?.own
  if (own?.kept !== null) return undefined
  const isOfSameCommits = record.base === own.base && record.head === own.head
  if (own.state === "OPEN" && !isOfSameCommits && !isQuietPull(before, record)) return undefined
  if (whyIncomparable(record, own) !== undefined) return undefined
  // Who could not measure what is copied counted all of it.
  const copied = partOf(before[1], record)?.copied
  const isForWork = copied !== undefined || own.share !== null
  const isScoreUnclear = isForWork && (typeof copied !== "number" || (copied > 0 && record.score > own.score))
  return (
    whatDiffers(isScoreUnclear ? { ...record, score: own.score } : record, own, MEASURED_FACTS) ??
    whyFalse({ ...record, kept: null })?.why ??
    null
  )
}

/**
 * A factor for an issue, where no validator can have seen one: nobody linked one, or touched the pull request, from the epoch before until the one after.
 * Any other factor follows from roles, from names of labels or from the default branch, which have no moment: one validator may see another for some minutes.
 */
const ofUnlinked = (record: ScoredRecord, own: ReadonlyArray<ScoredRecord>, around: OwnEpochs) => {
  const parts = around.map((epoch) => partOf(epoch, record))
  const since = alike(parts.map((part) => part?.changed))
  const isUnlinked = record.side === "author" && since !== undefined && parts.every((part) => part?.unlinked === true)
  return isUnlinked ? firstDifference(record, own, ["issue"]) : undefined
}

/**
 * Compares a record with what a validator measured itself. Undefined: it is not known. What others of its author leave of a base (`points`), the decay and
 * factors that follow from roles are not compared here.
 */
export const comparedWithOwn = (shown: ShownRecord, measured: Measured, rules: Pick<LeafRules, "whyFalse">): Compared | undefined => {
  const { record } = shown
  const say = (why: string | null | undefined): Compared | undefined =>
    why === undefined ? undefined : { difference: why === null ? null : `${record.repository}#${record.number} ${why}` }
  if (record.kept !== null) return say(ofKept(shown, measured, rules))
  const known = measuredIn(measured.around, shown)
  if (known === undefined) return undefined
  const { account, all, own } = known
  const isOfIssue = own.every(({ finder }) => finder?.issue === record.finder?.issue)
  if (own.length === 0 || !isOfIssue) return say(whyAbsent(record, account, all))
  if (own.length < 3 || own.some(({ kept }) => kept !== null)) return undefined
  const named = record.author === null ? [] : (["author"] as const)
  return say(firstDifference(record, own, [...named, "finder"]) ?? ofUnlinked(record, own, measured.around) ?? null)
}
